//! Statistics of the samples that are not deleted.
//!
//! A segment keeps the postings of deleted samples, and statistics that count them, until it is merged; and merging only
//! estimates how many terms are left. Counts and relevance must not depend on how often a file was rewritten, so they are
//! taken from what lives: a term's samples without the deleted ones, and lengths added up as ranking knows them.

use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::{InvertedIndexReader, SegmentId};
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Searcher, SegmentReader, Term};

/// A term with at most so many times the samples that are deleted has all of its samples looked at, another one is
/// looked up for each deleted sample.
const WORTH_READING: usize = 8;

/// The average length in a field that keeps no lengths, of which ranking takes every one for 1.
const LONG: u64 = 1 << 20;

/// Statistics of what lives in each segment, in the order of the searcher's segments.
#[derive(Clone, Default)]
pub(crate) struct Living(Arc<Vec<Arc<LivingSegment>>>);

/// Statistics of what lives in a segment.
struct LivingSegment {
    /// Its deleted documents.
    dead: RoaringBitmap,
    /// For each field the terms of all other documents, added up when first asked for.
    terms: Vec<OnceLock<u64>>,
}

impl Living {
    /// The samples with a term in a field of a segment, the `number`-th of the searcher's.
    pub(crate) fn samples_in(
        &self,
        number: usize,
        inverted: &InvertedIndexReader,
        info: &TermInfo,
    ) -> tantivy::Result<u32> {
        let dead = &self.0[number].dead;
        if dead.is_empty() {
            return Ok(info.doc_freq);
        }
        let mut block = inverted.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        let mut gone = 0;
        if (info.doc_freq as usize) < dead.len() as usize * WORTH_READING {
            while !block.docs().is_empty() {
                gone += block.docs().iter().filter(|doc| dead.contains(**doc)).count();
                block.advance();
            }
        } else {
            for doc in dead {
                let at = block.seek(doc);
                let Some(found) = block.docs().get(at) else { break };
                gone += usize::from(*found == doc);
            }
        }
        Ok(info.doc_freq - gone as u32)
    }

    /// The samples with a term.
    pub(crate) fn samples_with(&self, searcher: &Searcher, term: &Term) -> tantivy::Result<u64> {
        let mut count = 0;
        for (number, segment) in searcher.segment_readers().iter().enumerate() {
            let inverted = segment.inverted_index(term.field())?;
            if let Some(info) = inverted.get_term_info(term)? {
                count += u64::from(self.samples_in(number, &inverted, &info)?);
            }
        }
        Ok(count)
    }

    /// The terms of all samples in a field, as ranking knows them: long texts are rounded, and where no lengths are kept
    /// all count as short, since the average is long.
    pub(crate) fn terms_in(&self, searcher: &Searcher, field: Field) -> tantivy::Result<u64> {
        let mut sum = 0;
        for (living, segment) in self.0.iter().zip(searcher.segment_readers()) {
            sum += living.terms_in(segment, field)?;
        }
        Ok(sum)
    }
}

impl LivingSegment {
    fn of(segment: &SegmentReader) -> Self {
        let is_dead = |doc: &DocId| segment.alive_bitset().is_some_and(|alive| alive.is_deleted(*doc));
        let dead = if segment.has_deletes() {
            (0..segment.max_doc()).filter(is_dead).collect()
        } else {
            RoaringBitmap::new()
        };
        let fields = segment.schema().fields().count();
        Self { dead, terms: (0..fields).map(|_| OnceLock::new()).collect() }
    }

    fn terms_in(&self, segment: &SegmentReader, field: Field) -> tantivy::Result<u64> {
        let known = &self.terms[field.field_id() as usize];
        if let Some(sum) = known.get() {
            return Ok(*sum);
        }
        let Some(lengths) = segment.fieldnorms_readers().get_field(field)? else {
            return Ok(u64::from(segment.num_docs()) * LONG);
        };
        let mut classes = [0_u64; 256];
        (0..segment.max_doc()).for_each(|doc| classes[usize::from(lengths.fieldnorm_id(doc))] += 1);
        self.dead.iter().for_each(|doc| classes[usize::from(lengths.fieldnorm_id(doc))] -= 1);
        let length = |class: u8| u64::from(FieldNormReader::id_to_fieldnorm(class));
        let sum = (0..=u8::MAX).zip(classes).map(|(class, count)| length(class) * count).sum();
        Ok(*known.get_or_init(|| sum))
    }
}

/// Statistics of the segments in use; those of a segment change when more of it is deleted.
#[derive(Default)]
pub(crate) struct LivingCache(Mutex<HashMap<(SegmentId, u32), Arc<LivingSegment>>>);

impl LivingCache {
    /// The statistics of these segments; forgets all others.
    pub(crate) fn of(&self, segments: &[SegmentReader]) -> Living {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut in_use = HashMap::new();
        let living = segments.iter().map(|segment| {
            let state = (segment.segment_id(), segment.num_deleted_docs());
            let known = cache.get(&state).map(Arc::clone);
            let living = known.unwrap_or_else(|| Arc::new(LivingSegment::of(segment)));
            in_use.insert(state, Arc::clone(&living));
            living
        });
        let living = Living(Arc::new(living.collect()));
        *cache = in_use;
        living
    }
}
