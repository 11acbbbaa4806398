//! Sets of documents of one segment.

use crate::columns::Gathered;
use roaring::RoaringBitmap;
use std::ops::{BitAndAssign, BitOrAssign, SubAssign};
use tantivy::DocId;
use tantivy::fastfield::AliveBitSet;

/// Documents of one segment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Docs(RoaringBitmap);

impl Docs {
    /// No document.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every document of a segment of `max_doc` documents.
    pub fn all(max_doc: u32) -> Self {
        let mut all = RoaringBitmap::new();
        all.insert_range(0..max_doc);
        Self(all)
    }

    /// These documents, which ascend.
    pub fn ascending(docs: impl IntoIterator<Item = DocId>) -> Self {
        let mut all = RoaringBitmap::new();
        all.append(docs).expect("they ascend");
        Self(all)
    }

    /// Those that were gathered.
    pub fn gathered(docs: Gathered) -> Self {
        Self(docs.into_bitmap())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len() as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a document is one of them.
    pub fn contains(&self, doc: DocId) -> bool {
        self.0.contains(doc)
    }

    /// Calls `visit` with each, ascending.
    pub fn for_each(&self, visit: impl FnMut(DocId)) {
        self.0.iter().for_each(visit);
    }

    /// Each, ascending.
    pub fn iter(&self) -> impl Iterator<Item = DocId> + '_ {
        self.0.iter()
    }

    /// As a list.
    pub fn to_list(&self) -> Vec<DocId> {
        let mut list = Vec::with_capacity(self.len());
        self.for_each(|doc| list.push(doc));
        list
    }

    /// Keeps those that pass a test.
    pub fn retain(&mut self, mut test: impl FnMut(DocId) -> bool) {
        let all = std::mem::take(self);
        *self = Self::ascending(all.0.into_iter().filter(|doc| test(*doc)));
    }

    /// Takes out those that are deleted.
    pub fn keep_alive(&mut self, alive: Option<&AliveBitSet>) {
        if let Some(alive) = alive {
            self.retain(|doc| alive.is_alive(doc));
        }
    }

    /// Keeps those that are also in `other`.
    pub fn intersect(&mut self, other: &Self) {
        self.0.bitand_assign(&other.0);
    }

    /// Takes out those that are in `other`.
    pub fn subtract(&mut self, other: &Self) {
        self.0.sub_assign(&other.0);
    }

    /// Adds those of `other`.
    pub fn unite(&mut self, other: &Self) {
        self.0.bitor_assign(&other.0);
    }

    /// What it takes of memory, in bytes.
    pub fn size(&self) -> usize {
        self.0.serialized_size()
    }
}
