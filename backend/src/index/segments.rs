//! Which sample is which document: read once per segment, kept as long as the segment lives.

use super::schema::ROW;
use crate::columns::Row;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::columnar::ColumnValues;
use tantivy::index::SegmentId;
use tantivy::{DocId, SegmentReader};

/// The rows of a segment's documents.
pub(super) struct SegmentRows {
    rows: Arc<dyn ColumnValues<u64>>,
    /// The generations that occur, and for each document the place of its own among them. Two bytes a document make
    /// counting by dataset as quick as walking over the documents.
    generations: Vec<u32>,
    slots: Vec<u16>,
}

impl SegmentRows {
    fn read(segment: &SegmentReader) -> tantivy::Result<Self> {
        let rows = segment.fast_fields().column_first_or_default::<u64>(ROW)?;
        let mut generations: Vec<u32> = Vec::new();
        let mut slots = Vec::with_capacity(segment.max_doc() as usize);
        for_each(rows.as_ref(), segment.max_doc(), |_, row| {
            slots.push(slot(&mut generations, row.generation()));
        });
        Ok(Self { rows, generations, slots })
    }

    /// Calls `visit` with every document and its row.
    pub(super) fn for_each(&self, visit: impl FnMut(DocId, Row)) {
        for_each(self.rows.as_ref(), self.slots.len() as u32, visit);
    }

    /// The row of a document.
    pub(super) fn row(&self, doc: DocId) -> Row {
        Row(self.rows.get_val(doc))
    }

    /// The place of a document's generation in [`SegmentRows::generations`].
    pub(super) fn slot(&self, doc: DocId) -> usize {
        usize::from(self.slots[doc as usize])
    }

    /// The generations that occur in this segment.
    pub(super) fn generations(&self) -> &[u32] {
        &self.generations
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

/// The place of a generation in the list; documents of one file mostly stand together, so the last is tried first.
fn slot(generations: &mut Vec<u32>, generation: u32) -> u16 {
    let found = generations.iter().rposition(|known| *known == generation);
    let slot = found.unwrap_or_else(|| {
        generations.push(generation);
        generations.len() - 1
    });
    u16::try_from(slot).unwrap_or(u16::MAX)
}

/// The rows of all segments of one state of the index.
#[derive(Clone, Default)]
pub(super) struct RowsOfSegments(Arc<Vec<(SegmentId, Arc<SegmentRows>)>>);

impl RowsOfSegments {
    /// The rows of every segment, in the order of the searcher's segments.
    pub(super) fn iter(&self) -> impl Iterator<Item = &SegmentRows> {
        self.0.iter().map(|(_, rows)| rows.as_ref())
    }
}

/// Rows of the segments in use.
#[derive(Default)]
pub(super) struct SegmentCache(Mutex<HashMap<SegmentId, Arc<SegmentRows>>>);

impl SegmentCache {
    /// The rows of these segments; forgets all others.
    pub(super) fn of(&self, segments: &[SegmentReader]) -> tantivy::Result<RowsOfSegments> {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = HashMap::new();
        let mut all = Vec::with_capacity(segments.len());
        for segment in segments {
            let rows = match cache.get(&segment.segment_id()) {
                Some(rows) => Arc::clone(rows),
                None => Arc::new(SegmentRows::read(segment)?),
            };
            kept.insert(segment.segment_id(), Arc::clone(&rows));
            all.push((segment.segment_id(), rows));
        }
        *cache = kept;
        Ok(RowsOfSegments(Arc::new(all)))
    }
}
