//! One bit for each document of a segment.

use tantivy::DocId;

/// Bits of a block.
const BLOCK: u32 = u64::BITS;

/// A set of documents, one bit for each.
#[derive(Clone, Debug)]
pub(in crate::index) struct Bits(Vec<u64>);

impl Bits {
    /// No document of a segment of `max_doc`.
    pub(in crate::index) fn empty(max_doc: u32) -> Self {
        Self(vec![0; max_doc.div_ceil(BLOCK) as usize])
    }

    /// Every document of a segment of `max_doc`.
    pub(super) fn full(max_doc: u32) -> Self {
        let mut blocks = vec![u64::MAX; max_doc.div_ceil(BLOCK) as usize];
        let rest = max_doc % BLOCK;
        if let Some(last) = blocks.last_mut().filter(|_| rest > 0) {
            *last = (1 << rest) - 1;
        }
        Self(blocks)
    }

    /// These documents of a segment of `max_doc`.
    pub(super) fn of(docs: &[DocId], max_doc: u32) -> Self {
        let mut bits = Self::empty(max_doc);
        bits.insert_all(docs);
        bits
    }

    /// Adds documents of the segment.
    pub(super) fn insert_all(&mut self, docs: &[DocId]) {
        for doc in docs {
            self.insert(*doc);
        }
    }

    /// Adds a document of the segment.
    pub(in crate::index) fn insert(&mut self, doc: DocId) {
        self.0[(doc / BLOCK) as usize] |= 1 << (doc % BLOCK);
    }

    /// Takes a document of the segment out.
    pub(super) fn remove(&mut self, doc: DocId) {
        self.0[(doc / BLOCK) as usize] &= !(1 << (doc % BLOCK));
    }

    /// Whether a document is one of them.
    pub(super) fn contains(&self, doc: DocId) -> bool {
        self.0.get((doc / BLOCK) as usize).is_some_and(|block| block >> (doc % BLOCK) & 1 == 1)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|block| block.count_ones() as usize).sum()
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|block| *block == 0)
    }

    /// Calls `visit` with each, ascending.
    pub(super) fn for_each(&self, visit: &mut impl FnMut(DocId)) {
        for (index, block) in self.0.iter().enumerate() {
            let mut rest = *block;
            while rest != 0 {
                visit(index as u32 * BLOCK + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
    }

    /// Keeps those that pass a test.
    pub(super) fn retain(&mut self, mut test: impl FnMut(DocId) -> bool) {
        for (index, block) in self.0.iter_mut().enumerate() {
            let mut rest = *block;
            while rest != 0 {
                let lowest = rest & rest.wrapping_neg();
                if !test(index as u32 * BLOCK + lowest.trailing_zeros()) {
                    *block ^= lowest;
                }
                rest ^= lowest;
            }
        }
    }

    /// Keeps those that are also in `other`.
    pub(super) fn intersect(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own &= other);
    }

    /// Takes out those that are in `other`.
    pub(super) fn subtract(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own &= !other);
    }

    /// Adds those of `other`.
    pub(super) fn unite(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }

    /// What it takes of memory, in bytes.
    pub(super) fn size(&self) -> usize {
        size_of_val(self.0.as_slice())
    }
}
