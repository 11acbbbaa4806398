//! Where sequences stand: document by document, position by position.

use crate::text::Outcome;
use blendscope_engine::Budget;
use std::ops::Range;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::{DocId, DocSet, TERMINATED};

/// Occurrences of a sequence, ascending by document and then by position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spans {
    /// Document, and position of the first term.
    places: Vec<(DocId, u32)>,
    /// Terms from the first to the last, both counted.
    length: u32,
}

/// Marks the occurrences of a sequence that a further term follows.
pub(crate) struct Followed<'s> {
    spans: &'s Spans,
    marks: Vec<bool>,
    positions: Vec<u32>,
}

impl Spans {
    /// No occurrence of a sequence of `length` terms.
    pub(crate) fn new(length: u32) -> Self {
        Self { places: Vec::new(), length }
    }

    /// Adds where a term stands in some documents, put back by its offset in the sequence.
    pub(crate) fn read(
        &mut self,
        mut postings: SegmentPostings,
        docs: &[DocId],
        offset: u32,
        budget: &Budget,
    ) -> Outcome<()> {
        let mut positions = Vec::new();
        let mut index = 0;
        while index < docs.len() {
            budget.check()?;
            let wanted = docs[index];
            let doc = if postings.doc() < wanted { postings.seek(wanted) } else { postings.doc() };
            if doc == TERMINATED {
                break;
            }
            if doc == wanted {
                postings.positions(&mut positions);
                let begins = positions.iter().filter_map(|position| position.checked_sub(offset));
                self.places.extend(begins.map(|begin| (doc, begin)));
                index += 1;
            } else {
                // A rare term: jump to where it stands next.
                index += docs[index..].partition_point(|next| *next < doc);
            }
        }
        Ok(())
    }

    /// What it takes of memory, in bytes.
    pub(crate) fn size(&self) -> usize {
        size_of_val(self.places.as_slice())
    }

    /// Puts occurrences in order that were added out of order.
    pub(crate) fn sort(&mut self) {
        if !self.places.is_sorted() {
            self.places.sort_unstable();
        }
        self.places.dedup();
    }

    /// Keeps the occurrences that were marked.
    pub(crate) fn retain(&mut self, marks: &[bool]) {
        let mut marks = marks.iter();
        self.places.retain(|_| marks.next().is_some_and(|mark| *mark));
    }

    /// The documents with an occurrence.
    pub(crate) fn docs(&self) -> Vec<DocId> {
        let mut docs: Vec<DocId> = self.places.iter().map(|(doc, _)| *doc).collect();
        docs.dedup();
        docs
    }

    /// The documents with how many occurrences each has.
    pub(crate) fn counts(&self) -> Vec<(DocId, u32)> {
        let groups = self.places.chunk_by(|left, right| left.0 == right.0);
        groups.map(|group| (group[0].0, group.len() as u32)).collect()
    }

    /// The occurrences in the document of the first one from `at` on.
    fn group(&self, at: usize) -> Range<usize> {
        let doc = self.places[at].0;
        let length = self.places[at..].iter().take_while(|place| place.0 == doc).count();
        at..at + length
    }

    /// The first occurrence from `at` on that is in `doc` or behind it.
    fn first_from(&self, at: usize, doc: DocId) -> usize {
        at + self.places[at..].partition_point(|place| place.0 < doc)
    }
}

impl<'s> Followed<'s> {
    /// None is marked.
    pub(crate) fn new(spans: &'s Spans) -> Self {
        Self { spans, marks: vec![false; spans.places.len()], positions: Vec::new() }
    }

    /// Marks those that a term follows, its offset after their first.
    pub(crate) fn read(
        &mut self,
        mut postings: SegmentPostings,
        offset: u32,
        budget: &Budget,
    ) -> Outcome<()> {
        let places = &self.spans.places;
        let mut at = 0;
        while at < places.len() {
            budget.check()?;
            let wanted = places[at].0;
            let doc = if postings.doc() < wanted { postings.seek(wanted) } else { postings.doc() };
            if doc != wanted {
                at = self.spans.first_from(at, doc);
                continue;
            }
            postings.positions(&mut self.positions);
            let group = self.spans.group(at);
            at = group.end;
            let mut rest = self.positions.iter().peekable();
            for (place, mark) in places[group.clone()].iter().zip(&mut self.marks[group]) {
                let wanted = place.1 + offset;
                while rest.next_if(|position| **position < wanted).is_some() {}
                *mark |= rest.peek() == Some(&&wanted);
            }
        }
        Ok(())
    }

    /// Which were marked.
    pub(crate) fn into_marks(self) -> Vec<bool> {
        self.marks
    }
}

/// The occurrences of `right` that have one of `left` near: in the same document, not overlapping, with at most
/// `within` terms between the two.
pub(crate) fn near(left: &Spans, right: &Spans, within: u32) -> Spans {
    let mut places = Vec::new();
    let (mut at, mut left_at) = (0, 0);
    while at < right.places.len() {
        let doc = right.places[at].0;
        let group = right.group(at);
        at = group.end;
        left_at = left.first_from(left_at, doc);
        if left.places.get(left_at).is_none_or(|place| place.0 != doc) {
            continue;
        }
        let others = &left.places[left.group(left_at)];
        let begins_between = |from: u32, to: u32| {
            let first = others.partition_point(|place| place.1 < from);
            others.get(first).is_some_and(|place| place.1 <= to)
        };
        places.extend(right.places[group].iter().filter(|(_, begin)| {
            let after = begin + right.length;
            let nearest_before = begin.checked_sub(left.length);
            let before = nearest_before.is_some_and(|last| begins_between(last.saturating_sub(within), last));
            before || begins_between(after, after + within)
        }));
    }
    Spans { places, length: right.length }
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
    fn near_looks_at_every_document() {
        let left = spans(1, &[(1, 4), (3, 9), (7, 2), (7, 20)]);
        let right = spans(1, &[(0, 5), (1, 5), (2, 5), (3, 30), (7, 3), (7, 21), (8, 0)]);
        assert_eq!(near(&left, &right, 0).places, [(1, 5), (7, 3), (7, 21)]);
    }

    #[test]
    fn documents_are_counted() {
        let mut some = spans(2, &[(5, 1), (5, 4), (9, 3)]);
        assert_eq!(some.counts(), [(5, 2), (9, 1)]);
        some.retain(&[true, false, true]);
        assert_eq!(some.places, [(5, 1), (9, 3)]);
        assert_eq!(some.docs(), [5, 9]);
    }
}
