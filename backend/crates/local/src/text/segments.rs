//! Which sample is which document: read once per segment and cached as long as the segment lives.

use crate::text::schema::ROW;
use blendscope_engine::Row;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::columnar::ColumnValues;
use tantivy::fastfield::AliveBitSet;
use tantivy::index::SegmentId;
use tantivy::{DocId, SegmentReader};

/// The rows of a segment's documents.
pub(crate) struct SegmentRows {
    rows: Arc<dyn ColumnValues<u64>>,
    /// The generations that occur, and for each document the place of its own among them.
    generations: Vec<u32>,
    slots: Slots,
    /// Documents of each of these generations, deleted ones too.
    counts: Vec<u64>,
}

/// A place in a list of generations per document. Two bytes a document make counting by dataset as quick as walking over
/// the documents; where there are more generations than these tell apart, it takes four.
enum Slots {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

impl SegmentRows {
    fn read(segment: &SegmentReader) -> tantivy::Result<Self> {
        let rows = segment.fast_fields().column_first_or_default::<u64>(ROW)?;
        Ok(Self::of(rows, segment.max_doc()))
    }

    fn of(rows: Arc<dyn ColumnValues<u64>>, max_doc: u32) -> Self {
        let mut numbers: HashMap<u32, u32> = HashMap::new();
        let mut generations: Vec<u32> = Vec::new();
        let mut slots = Vec::with_capacity(max_doc as usize);
        let mut counts: Vec<u64> = Vec::new();
        let mut last = None;
        for_each(rows.as_ref(), max_doc, |_, row| {
            let generation = row.generation();
            // Documents of one file mostly stand together.
            let slot = last.filter(|(known, _)| *known == generation).map_or_else(
                || {
                    *numbers.entry(generation).or_insert_with(|| {
                        generations.push(generation);
                        counts.push(0);
                        generations.len() as u32 - 1
                    })
                },
                |(_, slot)| slot,
            );
            counts[slot as usize] += 1;
            last = Some((generation, slot));
            slots.push(slot);
        });
        Self { rows, slots: Slots::of(slots, generations.len()), generations, counts }
    }

    /// Calls `visit` with every document and its row.
    pub(crate) fn for_each(&self, visit: impl FnMut(DocId, Row)) {
        for_each(self.rows.as_ref(), self.slots.len() as u32, visit);
    }

    /// The row of a document.
    pub(crate) fn row(&self, doc: DocId) -> Row {
        Row(self.rows.get_val(doc))
    }

    /// The place of a document's generation in [`SegmentRows::generations`].
    pub(crate) fn slot(&self, doc: DocId) -> usize {
        match &self.slots {
            Slots::Narrow(slots) => usize::from(slots[doc as usize]),
            Slots::Wide(slots) => slots[doc as usize] as usize,
        }
    }

    /// Adds the number of documents of each generation that are not deleted.
    pub(crate) fn add_samples(&self, alive: Option<&AliveBitSet>, samples: &mut BTreeMap<u32, u64>) {
        let mut counts = self.counts.clone();
        if let Some(alive) = alive {
            let deleted = (0..self.slots.len() as u32).filter(|doc| alive.is_deleted(*doc));
            deleted.for_each(|doc| counts[self.slot(doc)] -= 1);
        }
        for (generation, count) in self.generations.iter().zip(counts).filter(|(_, count)| *count > 0) {
            *samples.entry(*generation).or_default() += count;
        }
    }

    /// The generations that occur in this segment.
    pub(crate) fn generations(&self) -> &[u32] {
        &self.generations
    }
}

impl Slots {
    fn of(slots: Vec<u32>, generations: usize) -> Self {
        if generations > usize::from(u16::MAX) + 1 {
            return Self::Wide(slots);
        }
        Self::Narrow(slots.into_iter().map(|slot| slot as u16).collect())
    }

    fn len(&self) -> usize {
        match self {
            Self::Narrow(slots) => slots.len(),
            Self::Wide(slots) => slots.len(),
        }
    }
}

fn for_each(rows: &dyn ColumnValues<u64>, max_doc: u32, mut visit: impl FnMut(DocId, Row)) {
    let mut buffer = vec![0; 1024];
    for first in (0..max_doc).step_by(buffer.len()) {
        let count = buffer.len().min((max_doc - first) as usize);
        rows.get_range(u64::from(first), &mut buffer[..count]);
        for (doc, row) in (first..).zip(&buffer[..count]) {
            visit(doc, Row(*row));
        }
    }
}

/// The rows of all segments of one state of the index.
#[derive(Clone, Default)]
pub(crate) struct RowsOfSegments(Arc<Vec<(SegmentId, Arc<SegmentRows>)>>);

impl RowsOfSegments {
    /// The rows of a segment, the `number`-th of the searcher's.
    pub(crate) fn at(&self, number: usize) -> &SegmentRows {
        &self.0[number].1
    }

    /// The rows of every segment, in the order of the searcher's segments.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &SegmentRows> {
        self.0.iter().map(|(_, rows)| rows.as_ref())
    }
}

/// Rows of the segments in use.
#[derive(Default)]
pub(crate) struct SegmentCache(Mutex<HashMap<SegmentId, Arc<SegmentRows>>>);

impl SegmentCache {
    /// The rows of these segments; forgets all others.
    pub(crate) fn of(&self, segments: &[SegmentReader]) -> tantivy::Result<RowsOfSegments> {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut in_use = HashMap::new();
        let mut all = Vec::with_capacity(segments.len());
        for segment in segments {
            let rows = match cache.get(&segment.segment_id()) {
                Some(rows) => Arc::clone(rows),
                None => Arc::new(SegmentRows::read(segment)?),
            };
            in_use.insert(segment.segment_id(), Arc::clone(&rows));
            all.push((segment.segment_id(), rows));
        }
        *cache = in_use;
        Ok(RowsOfSegments(Arc::new(all)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generations_are_told_apart_however_many_there_are() {
        for generations in [3, 70_000] {
            let rows: Vec<u64> = (0..generations).map(|generation| Row::new(generation, 7).0).collect();
            let rows = SegmentRows::of(Arc::new(Plain(rows)), generations);
            assert_eq!(rows.generations().len(), generations as usize);
            assert!((0..generations).all(|doc| rows.generations()[rows.slot(doc)] == doc));
        }
    }

    struct Plain(Vec<u64>);

    impl ColumnValues<u64> for Plain {
        fn get_val(&self, index: u32) -> u64 {
            self.0[index as usize]
        }

        fn min_value(&self) -> u64 {
            0
        }

        fn max_value(&self) -> u64 {
            u64::MAX
        }

        fn num_vals(&self) -> u32 {
            self.0.len() as u32
        }
    }
}
