//! Running queries against one state of the index.

use super::IndexError;
use super::plan::Planner;
use super::query::{Clause, ClauseKind, Query};
use super::schema::Fields;
use super::segments::{SegmentCache, SegmentRows};
use crate::columns::Row;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use tantivy::query::{EnableScoring, Query as EngineQuery, Weight};
use tantivy::{DocId, Searcher, SegmentReader};

/// One state of the index; later commits do not change it.
#[derive(Clone)]
pub(crate) struct SearchView {
    searcher: Searcher,
    fields: Fields,
    rows: Vec<Arc<SegmentRows>>,
}

/// A query made ready to run against a view.
pub(crate) struct Prepared<'a> {
    view: &'a SearchView,
    query: Box<dyn EngineQuery>,
    has_phrases: bool,
    accepts: Option<Accepts<'a>>,
}

/// Says whether a sample passes filters that the index knows nothing of.
pub(crate) type Accepts<'a> = &'a dyn Fn(Row) -> bool;

/// Samples of a result per generation.
pub(crate) type Counts = BTreeMap<u32, u64>;

/// A sample that matches, with its relevance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    /// Relevance; larger is better.
    pub(crate) score: f32,
    /// The sample.
    pub(crate) row: Row,
}

impl Eq for Hit {}

impl PartialOrd for Hit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Better hits come first: by score, then by row, so that the order is total and pages never overlap.
impl Ord for Hit {
    fn cmp(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then_with(|| self.row.cmp(&other.row))
    }
}

impl SearchView {
    pub(super) fn new(searcher: Searcher, fields: Fields, cache: &SegmentCache) -> tantivy::Result<Self> {
        let rows = cache.of(searcher.segment_readers())?;
        Ok(Self { searcher, fields, rows })
    }

    /// Makes a query ready, restricted to some generations if any are given, and to samples that `accepts` lets pass.
    pub(crate) fn prepare<'a>(
        &'a self,
        query: &Query,
        generations: Option<&[u32]>,
        accepts: Option<Accepts<'a>>,
    ) -> Result<Prepared<'a>, IndexError> {
        let has_phrases = query.clauses.iter().any(|clause| clause.kind == ClauseKind::Phrase);
        let query = self.planner().query(query, generations)?;
        Ok(Prepared { view: self, query, has_phrases, accepts })
    }

    /// Samples that match a clause by itself.
    pub(crate) fn count_clause(&self, clause: &Clause) -> Result<u64, IndexError> {
        let query = self.planner().clause(clause)?;
        let counts =
            Prepared { view: self, query, has_phrases: false, accepts: None }.count_by_generation()?;
        Ok(counts.values().sum())
    }

    fn planner(&self) -> Planner<'_> {
        Planner { searcher: &self.searcher, fields: self.fields }
    }
}

impl Prepared<'_> {
    /// Matching samples per generation.
    pub(crate) fn count_by_generation(&self) -> Result<Counts, IndexError> {
        let mut totals = Counts::new();
        self.for_each_segment(|weight, segment, rows| {
            let mut counts = vec![0; rows.generations().len()];
            for_each_alive(weight, segment, |doc| {
                counts[rows.slot(doc)] += u64::from(self.passes(rows, doc));
            })?;
            add_up(&mut totals, rows, &counts);
            Ok(())
        })?;
        Ok(totals)
    }

    /// Matching samples per generation, and the `count` most relevant after the hit `after`, best first.
    ///
    /// Words are quicker to count without scoring and to rank without looking at all of them; a phrase is not, so that
    /// looking at each match once is the quicker way.
    pub(crate) fn count_and_best(
        &self,
        count: usize,
        after: Option<Hit>,
    ) -> Result<(Counts, Vec<Hit>), IndexError> {
        if !self.has_phrases {
            return Ok((self.count_by_generation()?, self.best(count, after)?));
        }
        let weight = self.query.weight(EnableScoring::enabled_from_searcher(&self.view.searcher))?;
        let mut totals = Counts::new();
        let mut best = Best::new(count, after);
        for (segment, rows) in self.view.searcher.segment_readers().iter().zip(&self.view.rows) {
            let alive = segment.alive_bitset();
            let mut counts = vec![0; rows.generations().len()];
            weight.for_each(segment, &mut |doc, score| {
                if alive.is_none_or(|alive| alive.is_alive(doc)) && self.passes(rows, doc) {
                    counts[rows.slot(doc)] += 1;
                    if score > best.threshold() {
                        best.offer(score, || rows.row(doc));
                    }
                }
            })?;
            add_up(&mut totals, rows, &counts);
        }
        Ok((totals, best.hits.into_sorted_vec()))
    }

    /// Calls `visit` with the row of every matching sample, in no particular order.
    pub(crate) fn for_each_row(&self, mut visit: impl FnMut(Row)) -> Result<(), IndexError> {
        self.for_each_segment(|weight, segment, rows| {
            for_each_alive(weight, segment, |doc| {
                if self.passes(rows, doc) {
                    visit(rows.row(doc));
                }
            })
        })
    }

    fn best(&self, count: usize, after: Option<Hit>) -> Result<Vec<Hit>, IndexError> {
        let scoring = EnableScoring::enabled_from_searcher(&self.view.searcher);
        let weight = self.query.weight(scoring)?;
        let mut best = Best::new(count, after);
        for (segment, rows) in self.view.searcher.segment_readers().iter().zip(&self.view.rows) {
            let alive = segment.alive_bitset();
            weight.for_each_pruning(best.threshold(), segment, &mut |doc, score| {
                if alive.is_none_or(|alive| alive.is_alive(doc)) && self.passes(rows, doc) {
                    best.offer(score, || rows.row(doc));
                }
                best.threshold()
            })?;
        }
        Ok(best.hits.into_sorted_vec())
    }

    fn passes(&self, rows: &SegmentRows, doc: DocId) -> bool {
        self.accepts.is_none_or(|accepts| accepts(rows.row(doc)))
    }

    fn for_each_segment(
        &self,
        mut visit: impl FnMut(&dyn Weight, &SegmentReader, &SegmentRows) -> tantivy::Result<()>,
    ) -> Result<(), IndexError> {
        let weight = self.query.weight(EnableScoring::disabled_from_searcher(&self.view.searcher))?;
        for (segment, rows) in self.view.searcher.segment_readers().iter().zip(&self.view.rows) {
            visit(weight.as_ref(), segment, rows)?;
        }
        Ok(())
    }
}

fn add_up(totals: &mut Counts, rows: &SegmentRows, counts: &[u64]) {
    for (generation, count) in rows.generations().iter().zip(counts).filter(|(_, count)| **count > 0) {
        *totals.entry(*generation).or_default() += count;
    }
}

fn for_each_alive(
    weight: &dyn Weight,
    segment: &SegmentReader,
    mut visit: impl FnMut(DocId),
) -> tantivy::Result<()> {
    match segment.alive_bitset() {
        None => weight.for_each_no_score(segment, &mut |docs| docs.iter().for_each(|doc| visit(*doc))),
        Some(alive) => weight.for_each_no_score(segment, &mut |docs| {
            docs.iter().filter(|doc| alive.is_alive(**doc)).for_each(|doc| visit(*doc));
        }),
    }
}

/// Keeps the best hits.
struct Best {
    hits: BinaryHeap<Hit>,
    count: usize,
    after: Option<Hit>,
}

impl Best {
    fn new(count: usize, after: Option<Hit>) -> Self {
        Self { hits: BinaryHeap::new(), count, after }
    }

    /// Scores up to this one need not be looked at. Samples as good as the worst that is kept may still go before it by
    /// their row, so the threshold stays just below its score.
    fn threshold(&self) -> f32 {
        match self.hits.peek() {
            Some(worst) if self.hits.len() >= self.count => worst.score.next_down(),
            _ => f32::MIN,
        }
    }

    fn offer(&mut self, score: f32, row: impl FnOnce() -> Row) {
        if self.count == 0 || self.after.is_some_and(|after| score > after.score) {
            return;
        }
        let hit = Hit { score, row: row() };
        if self.after.is_some_and(|after| hit <= after) {
            return;
        }
        self.hits.push(hit);
        if self.hits.len() > self.count {
            self.hits.pop();
        }
    }
}
