//! Where sequences stand: document by document, position by position.

use tantivy::DocId;

/// Occurrences of a sequence, ascending by document and then by position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spans {
    /// Place of the document in a list, and position of the first term.
    places: Vec<(u32, u32)>,
    /// Terms from the first to the last, both counted.
    length: u32,
}

impl Spans {
    /// No occurrence of a sequence of `length` terms.
    pub(super) fn new(length: u32) -> Self {
        Self { places: Vec::new(), length }
    }

    /// Adds an occurrence.
    pub(super) fn push(&mut self, doc: u32, position: u32) {
        self.places.push((doc, position));
    }

    /// Puts occurrences in order that were added out of order.
    pub(super) fn sort(&mut self) {
        if !self.places.is_sorted() {
            self.places.sort_unstable();
        }
        self.places.dedup();
    }

    /// The occurrences that both have.
    pub(super) fn common(mut self, other: &Self) -> Self {
        let mut at = 0;
        self.places.retain(|place| {
            while other.places.get(at).is_some_and(|next| next < place) {
                at += 1;
            }
            other.places.get(at) == Some(place)
        });
        self
    }

    /// The documents with how many occurrences each has.
    pub(super) fn counts(&self, docs: &[DocId]) -> Vec<(DocId, u32)> {
        let mut counts: Vec<(DocId, u32)> = Vec::new();
        for (index, _) in &self.places {
            let doc = docs[*index as usize];
            match counts.last_mut() {
                Some((last, count)) if *last == doc => *count += 1,
                _ => counts.push((doc, 1)),
            }
        }
        counts
    }

    /// Whether an occurrence in a document begins from one position to another.
    fn has_between(&self, doc: u32, from: u32, to: u32) -> bool {
        let first = self.places.partition_point(|place| *place < (doc, from));
        self.places.get(first).is_some_and(|place| *place <= (doc, to))
    }
}

/// The occurrences of `right` that have one of `left` near: in the same document, not overlapping, with at most
/// `within` terms between the two.
pub(super) fn near(left: &Spans, right: &Spans, within: u32) -> Spans {
    let is_near = |(doc, begin): &(u32, u32)| {
        let after = begin + right.length;
        let nearest_before = begin.checked_sub(left.length);
        let before =
            nearest_before.is_some_and(|last| left.has_between(*doc, last.saturating_sub(within), last));
        before || left.has_between(*doc, after, after + within)
    };
    Spans {
        places: right.places.iter().filter(|place| is_near(place)).copied().collect(),
        length: right.length,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(length: u32, places: &[(u32, u32)]) -> Spans {
        Spans { places: places.to_vec(), length }
    }

    #[test]
    fn near_counts_the_terms_between() {
        let left = spans(1, &[(0, 10)]);
        let near_by = |begin, within| !near(&left, &spans(2, &[(0, begin)]), within).places.is_empty();
        assert!(near_by(11, 0) && near_by(8, 0));
        assert!(!near_by(12, 0) && !near_by(7, 0));
        assert!(near_by(14, 3) && !near_by(15, 3));
        assert!(near_by(5, 3) && !near_by(4, 3));
        assert!(!near_by(10, 3) && !near_by(9, 3), "overlapping is not near");
        assert!(near(&left, &spans(1, &[(1, 11)]), 3).places.is_empty(), "another document");
    }

    #[test]
    fn common_and_counts() {
        let both = spans(2, &[(0, 1), (0, 4), (2, 3)]).common(&spans(2, &[(0, 4), (1, 1), (2, 3)]));
        assert_eq!(both.places, [(0, 4), (2, 3)]);
        assert_eq!(both.counts(&[5, 6, 9]), [(5, 1), (9, 1)]);
    }
}
