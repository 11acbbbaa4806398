//! Shares of datasets in a set of samples: pure arithmetic.

use blendscope_shared::search::BlendPart;

/// One dataset's part of a set of samples, and of everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// Slug.
    pub dataset: &'a str,
    /// Samples in the set.
    pub count: u64,
    /// Samples in all.
    pub all: u64,
}

/// The composition of a set of samples, largest part first; parts without samples are left out.
///
/// A part's *lift* is its share here divided by its share of everything.
pub fn blend(parts: &[Part<'_>]) -> Vec<BlendPart> {
    let total: u64 = parts.iter().map(|part| part.count).sum();
    let everything: u64 = parts.iter().map(|part| part.all).sum();
    let mut blend: Vec<BlendPart> = parts
        .iter()
        .filter(|part| part.count > 0)
        .map(|part| {
            let share = part.count as f64 / total as f64;
            let usual = part.all as f64 / everything as f64;
            BlendPart { dataset: part.dataset.to_owned(), count: part.count, share, lift: share / usual }
        })
        .collect();
    blend.sort_by(|left, right| right.count.cmp(&left.count).then_with(|| left.dataset.cmp(&right.dataset)));
    blend
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_lifts() {
        let parts = [("a", 30, 100), ("b", 0, 100), ("c", 10, 200)];
        let blend = blend(&parts.map(|(dataset, count, all)| Part { dataset, count, all }));
        let shown: Vec<_> = blend.iter().map(|part| (part.dataset.as_str(), part.share, part.lift)).collect();
        assert_eq!(shown, [("a", 0.75, 3.0), ("c", 0.25, 0.5)]);
    }

    #[test]
    fn nothing_has_no_parts() {
        assert_eq!(blend(&[Part { dataset: "a", count: 0, all: 0 }]), []);
    }
}
