//! Sets of documents of one segment, and what can be done with them.

use crate::columns::Bits;
use tantivy::DocId;

/// Documents of one segment: a list where they are few, a bit for each document where they are many.
#[derive(Clone, Debug)]
pub(super) enum Docs {
    /// Ascending.
    Few(Vec<DocId>),
    /// Any number.
    Many(Bits),
}

/// A set is a list while it has fewer than one in so many documents: there both take about the same room.
pub(super) const FEW: u32 = 32;

impl Docs {
    /// No document.
    pub(super) fn none() -> Self {
        Self::Few(Vec::new())
    }

    /// Every document of a segment of `max_doc` documents.
    pub(super) fn all(max_doc: u32) -> Self {
        Self::Many(Bits::full(max_doc))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Few(list) => list.len(),
            Self::Many(bits) => bits.len(),
        }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Few(list) => list.is_empty(),
            Self::Many(bits) => bits.is_empty(),
        }
    }

    /// Whether a document is one of them.
    pub(super) fn contains(&self, doc: DocId) -> bool {
        match self {
            Self::Few(list) => list.binary_search(&doc).is_ok(),
            Self::Many(bits) => bits.contains(doc),
        }
    }

    /// Calls `visit` with each, ascending.
    pub(super) fn for_each(&self, mut visit: impl FnMut(DocId)) {
        match self {
            Self::Few(list) => list.iter().copied().for_each(visit),
            Self::Many(bits) => bits.for_each(&mut visit),
        }
    }

    /// As a list.
    pub(super) fn to_list(&self) -> Vec<DocId> {
        match self {
            Self::Few(list) => list.clone(),
            Self::Many(bits) => {
                let mut list = Vec::with_capacity(bits.len());
                bits.for_each(&mut |doc| list.push(doc));
                list
            }
        }
    }

    /// Keeps those that pass a test.
    pub(super) fn retain(&mut self, mut test: impl FnMut(DocId) -> bool) {
        match self {
            Self::Few(list) => list.retain(|doc| test(*doc)),
            Self::Many(bits) => bits.retain(test),
        }
    }

    /// Keeps those that are also in `other`.
    pub(super) fn intersect(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::Few(own), Self::Few(other)) => retain_listed(own, other, true),
            (Self::Few(own), Self::Many(other)) => own.retain(|doc| other.contains(*doc)),
            (Self::Many(own), Self::Few(other)) => {
                *self = Self::Few(other.iter().copied().filter(|doc| own.contains(*doc)).collect());
            }
            (Self::Many(own), Self::Many(other)) => own.intersect(other),
        }
    }

    /// Takes out those that are in `other`.
    pub(super) fn subtract(&mut self, other: &Self) {
        match (self, other) {
            (Self::Few(own), Self::Few(other)) => retain_listed(own, other, false),
            (Self::Few(own), Self::Many(other)) => own.retain(|doc| !other.contains(*doc)),
            (Self::Many(own), Self::Few(other)) => other.iter().for_each(|doc| own.remove(*doc)),
            (Self::Many(own), Self::Many(other)) => own.subtract(other),
        }
    }

    /// Adds those of `other`; both are of a segment of `max_doc` documents.
    pub(super) fn unite(&mut self, other: &Self, max_doc: u32) {
        match (&mut *self, other) {
            (Self::Many(own), Self::Many(other)) => own.unite(other),
            (Self::Many(own), Self::Few(other)) => own.insert_all(other),
            (Self::Few(own), Self::Few(other)) if is_few(own.len() + other.len(), max_doc) => {
                own.extend(other);
                own.sort_unstable();
                own.dedup();
            }
            (Self::Few(own), other) => {
                let mut bits = match other {
                    Self::Many(bits) => bits.clone(),
                    Self::Few(list) => Bits::of(list, max_doc),
                };
                bits.insert_all(own);
                *self = Self::Many(bits);
            }
        }
    }

    /// The same documents in the form that suits their number.
    pub(super) fn settled(self, max_doc: u32) -> Self {
        if matches!(self, Self::Many(_)) && is_few(self.len(), max_doc) {
            return Self::Few(self.to_list());
        }
        self
    }

    /// What it takes of memory, in bytes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Few(list) => size_of_val(list.as_slice()),
            Self::Many(bits) => bits.size(),
        }
    }
}

/// Whether so many documents of a segment of `max_doc` are few.
pub(super) fn is_few(count: usize, max_doc: u32) -> bool {
    count < (max_doc / FEW) as usize + 1
}

/// Keeps what `other` lists, or what it does not.
fn retain_listed(own: &mut Vec<DocId>, other: &[DocId], wanted: bool) {
    let mut rest = other;
    own.retain(|doc| {
        let before = rest.iter().position(|other| other >= doc).unwrap_or(rest.len());
        rest = &rest[before..];
        (rest.first() == Some(doc)) == wanted
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::btree_set;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const MAX_DOC: u32 = 200;

    /// Both forms of a set.
    fn forms(docs: &BTreeSet<u32>) -> [Docs; 2] {
        let list: Vec<u32> = docs.iter().copied().collect();
        [Docs::Many(Bits::of(&list, MAX_DOC)), Docs::Few(list)]
    }

    fn back(docs: &Docs) -> BTreeSet<u32> {
        assert!(docs.to_list().is_sorted());
        assert_eq!(docs.to_list().len(), docs.len());
        let set: BTreeSet<u32> = docs.to_list().into_iter().collect();
        assert_eq!(docs.is_empty(), set.is_empty());
        set
    }

    proptest! {
        #[test]
        fn sets_behave_like_sets(a in btree_set(0..MAX_DOC, 0..100), b in btree_set(0..MAX_DOC, 0..100)) {
            for left in forms(&a) {
                for right in forms(&b) {
                    let after = |change: &dyn Fn(&mut Docs)| {
                        let mut docs = left.clone();
                        change(&mut docs);
                        back(&docs)
                    };
                    prop_assert_eq!(after(&|docs| docs.intersect(&right)), &a & &b);
                    prop_assert_eq!(after(&|docs| docs.subtract(&right)), &a - &b);
                    prop_assert_eq!(after(&|docs| docs.unite(&right, MAX_DOC)), &a | &b);
                    prop_assert_eq!(after(&|docs| docs.retain(|doc| right.contains(doc))), &a & &b);
                }
                prop_assert_eq!(back(&left.clone().settled(MAX_DOC)), a.clone());
                let mut all = Docs::all(MAX_DOC);
                prop_assert_eq!(all.len(), MAX_DOC as usize);
                all.subtract(&left);
                prop_assert_eq!(all.len(), MAX_DOC as usize - a.len());
            }
        }
    }
}
