//! A set of documents of one segment.

use crate::rows::Gathered;
use roaring::RoaringBitmap;
use std::ops::{BitAndAssign, BitOrAssign, SubAssign};
use tantivy::DocId;
use tantivy::fastfield::AliveBitSet;

/// Documents of one segment.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Docs(RoaringBitmap);

impl Docs {
    /// No document.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// Every document of a segment of `max_doc` documents.
    pub(crate) fn all(max_doc: u32) -> Self {
        let mut all = RoaringBitmap::new();
        all.insert_range(0..max_doc);
        Self(all)
    }

    /// These documents, which ascend.
    pub(crate) fn ascending(docs: impl IntoIterator<Item = DocId>) -> Self {
        let mut all = RoaringBitmap::new();
        all.append(docs).expect("they ascend");
        Self(all)
    }

    /// Those that were gathered.
    pub(crate) fn gathered(docs: Gathered) -> Self {
        Self(docs.into_bitmap())
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len() as usize
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a document is one of them.
    pub(crate) fn contains(&self, doc: DocId) -> bool {
        self.0.contains(doc)
    }

    /// Calls `visit` with each, ascending.
    pub(crate) fn for_each(&self, visit: impl FnMut(DocId)) {
        self.0.iter().for_each(visit);
    }

    /// Each, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
        self.0.iter()
    }

    /// As a list.
    pub(crate) fn to_list(&self) -> Vec<DocId> {
        let mut list = Vec::with_capacity(self.len());
        self.for_each(|doc| list.push(doc));
        list
    }

    /// Keeps those that pass a test.
    pub(crate) fn retain(&mut self, mut test: impl FnMut(DocId) -> bool) {
        let all = std::mem::take(self);
        *self = Self::ascending(all.0.into_iter().filter(|doc| test(*doc)));
    }

    /// Takes out those that are deleted.
    pub(crate) fn keep_alive(&mut self, alive: Option<&AliveBitSet>) {
        if let Some(alive) = alive {
            self.retain(|doc| alive.is_alive(doc));
        }
    }

    /// Keeps those that are also in `other`.
    pub(crate) fn intersect(&mut self, other: &Self) {
        self.0.bitand_assign(&other.0);
    }

    /// Takes out those that are in `other`.
    pub(crate) fn subtract(&mut self, other: &Self) {
        self.0.sub_assign(&other.0);
    }

    /// Adds those of `other`.
    pub(crate) fn unite(&mut self, other: &Self) {
        self.0.bitor_assign(&other.0);
    }

    /// What it takes of memory, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.0.serialized_size()
    }
}
