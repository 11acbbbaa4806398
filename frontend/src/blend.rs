//! The pieces of a blend bar, and the colour of a dataset.

use blendscope_shared::colour;

/// The smallest share that gets a piece of its own in the bar; what is smaller is drawn together as "others".
const SMALLEST_PIECE: f64 = 0.006;

/// One dataset's part of a set of samples.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Share {
    /// Slug of the dataset.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// How many of whatever is counted.
    pub count: u64,
    /// Part of the whole, 0 to 1.
    pub share: f64,
    /// Share here divided by the share in all data, if there is something to compare with.
    pub lift: Option<f64>,
    /// Style classes of its colour.
    pub swatch: String,
}

/// Style classes of a dataset's colour and pattern: the same in every root.
pub fn swatch(slug: &str) -> String {
    let (tone, weave) = colour::of(slug);
    format!("tone tone-{tone} weave-{weave}")
}

/// How a share differs from the share in everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tendency {
    /// Clearly more.
    More,
    /// Clearly less.
    Less,
    /// About the same.
    AsUsual,
}

/// What a lift means: within 15 % of 1 it is as usual.
pub fn tendency(lift: f64) -> Tendency {
    match lift {
        lift if lift > 1.15 => Tendency::More,
        lift if lift < 0.85 => Tendency::Less,
        _ => Tendency::AsUsual,
    }
}

/// Turns counts into shares, largest first, leaving out nothing but zeros.
pub fn shares(mut parts: Vec<Share>) -> Vec<Share> {
    let whole: u64 = parts.iter().map(|part| part.count).sum();
    parts.retain(|part| part.count > 0);
    for part in &mut parts {
        part.share = part.count as f64 / whole as f64;
    }
    largest_first(parts, |part| part.count)
}

/// Sorts by a count, the largest first; equal ones stay in their order. Meant for dozens: a general sort would only
/// make the module larger.
pub fn largest_first<T>(items: impl IntoIterator<Item = T>, count: impl Fn(&T) -> u64) -> Vec<T> {
    let mut sorted: Vec<T> = Vec::new();
    for item in items {
        let place = sorted.partition_point(|other| count(other) >= count(&item));
        sorted.insert(place, item);
    }
    sorted
}

/// How many of the shares (largest first) are drawn on their own; the rest is "others". A single small share needs no
/// grouping.
pub fn drawn_alone(shares: &[Share]) -> usize {
    let large = shares.iter().take_while(|part| part.share >= SMALLEST_PIECE).count();
    if shares.len() - large <= 1 { shares.len() } else { large }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(slug: &str, count: u64) -> Share {
        Share { slug: slug.to_owned(), count, ..Share::default() }
    }

    #[test]
    fn shares_add_up_and_are_sorted() {
        let parts = shares(vec![part("a", 1), part("none", 0), part("b", 3)]);
        assert_eq!(parts.iter().map(|part| part.slug.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert!((parts.iter().map(|part| part.share).sum::<f64>() - 1.0).abs() < 1e-9);
        assert_eq!(shares(vec![part("none", 0)]), []);
    }

    #[test]
    fn equal_counts_keep_their_order() {
        let sorted = largest_first([("a", 1), ("b", 2), ("c", 1), ("d", 2)], |item| item.1);
        assert_eq!(sorted, [("b", 2), ("d", 2), ("a", 1), ("c", 1)]);
    }

    #[test]
    fn small_parts_are_drawn_together_but_a_single_one_alone() {
        let many = shares(vec![part("a", 1_000), part("b", 1), part("c", 1)]);
        assert_eq!(drawn_alone(&many), 1);
        let one = shares(vec![part("a", 1_000), part("b", 1)]);
        assert_eq!(drawn_alone(&one), 2);
    }

    #[test]
    fn a_dataset_has_its_colour_in_every_root() {
        assert_eq!(swatch("llava-v1.5-mix665k"), "tone tone-1 weave-0");
        assert_eq!(swatch("blip-laion-cc-sbu-558k"), "tone tone-0 weave-0");
        assert_eq!(swatch("my-own-set"), swatch("my-own-set"));
        assert_ne!(swatch("allava-caption-vflan-4v"), swatch("allava-caption-laion-4v"));
    }

    #[test]
    fn a_small_difference_is_none() {
        assert_eq!(
            [1.1, 0.9, 2.9, 0.5].map(tendency),
            [Tendency::AsUsual, Tendency::AsUsual, Tendency::More, Tendency::Less]
        );
    }
}
