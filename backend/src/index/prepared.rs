//! A query that was run: what it found can be counted, listed and ranked.

use super::IndexError;
use super::best::{Best, Hit};
use super::docs::Docs;
use super::leaf::Leaf;
use super::plan::Look;
use super::relevance::Relevance;
use super::scoring::Scoring;
use super::segments::SegmentRows;
use super::view::{Counts, SearchView};
use crate::columns::Row;
use std::sync::Arc;
use tantivy::query::{BooleanQuery, BoostQuery, Query as EngineQuery, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{SegmentReader, Term};

/// Hits up to which a single word is ranked without looking at every sample with it.
const PRUNED_MAX: usize = 1000;

/// The samples of a query.
pub(crate) struct Prepared<'a> {
    pub(super) view: &'a SearchView,
    /// Those that match, in the order of the searcher's segments.
    pub(super) found: Vec<Docs>,
    /// What they are ranked by.
    pub(super) wanted: Vec<Arc<Leaf>>,
    pub(super) relevance: Relevance<'a>,
    /// Whether these are the samples of its only clause, all of them.
    pub(super) is_one_clause: bool,
}

impl Prepared<'_> {
    /// Matching samples per generation.
    pub(crate) fn count_by_generation(&self) -> Counts {
        let mut totals = Counts::new();
        for (docs, _, rows) in self.segments() {
            let mut counts = vec![0; rows.generations().len()];
            match counts.as_mut_slice() {
                [only] => *only = docs.len() as u64,
                counts => docs.for_each(|doc| counts[rows.slot(doc)] += 1),
            }
            for (generation, count) in rows.generations().iter().zip(counts).filter(|(_, count)| *count > 0) {
                *totals.entry(*generation).or_default() += count;
            }
        }
        totals
    }

    /// Calls `visit` with the row of every matching sample, in no particular order.
    pub(crate) fn for_each_row(&self, mut visit: impl FnMut(Row)) {
        for (docs, _, rows) in self.segments() {
            docs.for_each(|doc| visit(rows.row(doc)));
        }
    }

    /// The `count` most relevant samples after the hit `after`, best first.
    ///
    /// Every match is given its relevance, but for single words: the best samples with a word are found without looking
    /// at all of them, which is many times quicker.
    pub(crate) fn best(&self, count: usize, after: Option<Hit>) -> Result<Vec<Hit>, IndexError> {
        let mut best = Best::new(count, after);
        match self.words() {
            Some(words) if count <= PRUNED_MAX => self.offer_best(words.as_ref(), &mut best)?,
            _ => self.offer_all(&mut best)?,
        }
        Ok(best.into_hits())
    }

    fn offer_all(&self, best: &mut Best) -> tantivy::Result<()> {
        let scoring = Scoring::new(&self.wanted, &self.relevance)?;
        for (number, (docs, segment, rows)) in self.segments().enumerate() {
            let docs = docs.to_list();
            let scores = scoring.scores(number, segment, &docs)?;
            for (doc, score) in docs.into_iter().zip(scores) {
                if score > best.threshold() {
                    best.offer(score, || rows.row(doc));
                }
            }
        }
        Ok(())
    }

    fn offer_best(&self, words: &dyn EngineQuery, best: &mut Best) -> tantivy::Result<()> {
        let weight = words.weight(self.relevance.scoring())?;
        for (_, segment, rows) in self.segments() {
            let alive = segment.alive_bitset();
            weight.for_each_pruning(best.threshold(), segment, &mut |doc, score| {
                if alive.is_none_or(|alive| alive.is_alive(doc)) {
                    best.offer(score, || rows.row(doc));
                }
                best.threshold()
            })?;
        }
        Ok(())
    }

    /// The engine's query for the words of the only clause, if it asks for single words.
    fn words(&self) -> Option<Box<dyn EngineQuery>> {
        let leaf = self.wanted.first().filter(|_| self.is_one_clause)?;
        let mut words: Vec<Box<dyn EngineQuery>> = Vec::new();
        for (field, look) in &leaf.plan {
            let Look::Words(own) = look else { return None };
            words.extend(own.iter().map(|(word, weight)| {
                let term = Term::from_field_text(*field, word);
                let query = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
                Box::new(BoostQuery::new(query, *weight)) as _
            }));
        }
        Some(Box::new(BooleanQuery::union(words)))
    }

    /// What was found in each segment.
    pub(super) fn segments(&self) -> impl Iterator<Item = (&Docs, &SegmentReader, &SegmentRows)> {
        let segments = self.view.segments();
        self.found.iter().zip(segments).map(|(docs, (segment, rows))| (docs, segment, rows))
    }
}
