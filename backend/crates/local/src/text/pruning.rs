//! How far the engine may be trusted when it passes over blocks of documents.
//!
//! For every 128 documents with a word a segment keeps the length and the count that gave the highest relevance when it
//! was written, by the average length in the segment. Relevance goes by the average of all samples, by which another
//! document of the block may be better. How much better is bounded by how far the two averages are apart: blocks are
//! passed over only when their kept relevance is below that share of what is needed.

use super::Outcome;
use super::evaluated::InField;
use super::prepared::Prepared;
use tantivy::SegmentReader;
use tantivy::schema::Field;

/// What length does to relevance in BM25 (k1 = 1.2, b = 0.75): the part that it has no say in, and the one that it has.
const WITHOUT_LENGTH: f32 = 1.2 * (1.0 - 0.75);
const BY_LENGTH: f32 = 1.2 * 0.75;

/// Kept lengths are at most this share too short.
const ROUNDED: f32 = 1.0 / 9.0;

/// Documents up to which a word has no blocks that could be passed over.
const BLOCK: u32 = 128;

/// How much sums of the same numbers may differ by the order in which they are added up.
pub(super) const ADDED_UP: f32 = 1e-5;

impl Prepared<'_> {
    /// The share of the needed relevance below which a block of a segment may be passed over; none where no block may be.
    pub(crate) fn pruned_share(&self, number: usize) -> Outcome<Option<f32>> {
        let segment = self.scan.searcher.segment_reader(number as u32);
        let mut share = 1.0 - ADDED_UP;
        for leaf in &self.wanted {
            for ((field, _), found) in leaf.plan.iter().zip(&leaf.segments[number].fields) {
                let InField::Words(infos) = found else { return Ok(None) };
                if segment.schema().get_field_entry(*field).has_fieldnorms() {
                    share = share.min(self.share_in(segment, *field)?);
                } else if infos.iter().flatten().any(|info| info.doc_freq >= BLOCK) {
                    // Nothing is kept of blocks in such a field.
                    return Ok(None);
                }
            }
        }
        Ok(Some(share))
    }

    fn share_in(&self, segment: &SegmentReader, field: Field) -> Outcome<f32> {
        let (scan, samples) = (self.scan, self.scan.searcher.num_docs().max(1));
        let average = scan.living.terms_in(scan.searcher, field)? as f32 / samples as f32;
        let own = segment.inverted_index(field)?.total_num_tokens() as f32 / segment.max_doc().max(1) as f32;
        if average <= 0.0 || own <= 0.0 {
            return Ok(1.0 - ADDED_UP);
        }
        let apart = 1.0 + WITHOUT_LENGTH * (own / average - 1.0).abs();
        // The engine takes a document of nothing but the word, its length not rounded, for the best there could be.
        let alone = (1.0 + BY_LENGTH / average) / (1.0 + BY_LENGTH * (1.0 - ROUNDED) / average);
        Ok((1.0 - ADDED_UP) / (apart * alone))
    }
}
