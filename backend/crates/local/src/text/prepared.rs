//! A query that was run: what it found can be counted, listed and ranked.

use crate::text::Outcome;
use crate::text::docs::Docs;
use crate::text::evaluate::{InSegment, RowsOfPredicate, Tree};
use crate::text::evaluated::EvaluatedClause;
use crate::text::plan::Look;
use crate::text::scoring::{ADDED_UP, Relevance, Scoring, pruned_share};
use crate::text::segments::SegmentRows;
use crate::text::source::Scan;
use crate::text::view::{Accepts, SearchView};
use blendscope_engine::{Budget, Counts, Hit, Row};
use blendscope_query::{Clause, Expanded, Leaf as QueryLeaf, Node};
use std::collections::HashSet;
use std::sync::Arc;
use tantivy::query::{BooleanQuery, BoostQuery, Query as EngineQuery, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, SegmentReader, Term};

/// Hits up to which a single word is ranked without looking at every sample with it.
const PRUNED_MAX: usize = 1000;

/// The samples of a query.
pub(crate) struct Prepared<'a> {
    pub(crate) view: &'a SearchView,
    pub(crate) scan: Scan<'a>,
    /// Those that match, in the order of the searcher's segments.
    pub found: Vec<Docs>,
    /// What they are ranked by.
    pub wanted: Vec<Arc<EvaluatedClause>>,
    pub(crate) relevance: Relevance<'a>,
    /// Whether these are the samples of its only clause, all of them.
    pub is_one_clause: bool,
}

/// Where a sample stands over all datasets in file order; none for one that is not shown.
pub(crate) type PositionOf<'a> = &'a dyn Fn(Row) -> Option<u64>;

/// Samples that are being ranked.
struct Ranking<'a> {
    scoring: Scoring,
    best: Best,
    position: PositionOf<'a>,
}

impl SearchView {
    /// Finds the samples of a query, restricted to some generations if any are given, and to samples that `accepts` lets
    /// pass.
    pub(crate) fn prepare<'a>(
        &'a self,
        expanded: &Expanded,
        generations: Option<&[u32]>,
        accepts: Option<Accepts<'_>>,
        predicates: RowsOfPredicate<'_>,
        budget: &'a Budget,
    ) -> Outcome<Prepared<'a>> {
        let scan = self.scan(budget);
        let query = expanded.query();
        let mut clauses = Vec::new();
        for (leaf, _) in query.leaves() {
            if let QueryLeaf::Clause(clause) = leaf {
                let evaluated = self.clauses.of(clause, expanded, &scan)?;
                budget.hold(evaluated.size())?.keep();
                clauses.push((clause, evaluated));
            }
        }
        let evaluated = |clause: &Clause| {
            let found = clauses.iter().find(|(own, _)| *own == clause);
            Arc::clone(&found.expect("every clause was looked up just before").1)
        };
        let tree = query.root.as_ref().map(|root| Tree::of(root, &evaluated, predicates));
        let wanted = query.wanted().map(evaluated).collect();
        let mut found = Vec::with_capacity(self.searcher.segment_readers().len());
        for (number, (segment, rows)) in self.segments().enumerate() {
            let place = InSegment { number, segment, rows, budget };
            found.push(match &tree {
                _ if query.is_void => Docs::none(),
                Some(tree) => tree.find(&place)?,
                None => place.all(),
            });
        }
        let mut prepared = Prepared {
            view: self,
            scan,
            found,
            wanted,
            relevance: Relevance::new(scan, expanded),
            is_one_clause: matches!(query.root, Some(Node::Clause(_))),
        };
        prepared.restrict(generations, accepts)?;
        Ok(prepared)
    }
}

impl Prepared<'_> {
    fn restrict(&mut self, generations: Option<&[u32]>, accepts: Option<Accepts<'_>>) -> Outcome<()> {
        self.is_one_clause &= generations.is_none() && accepts.is_none();
        let budget = self.scan.budget;
        let generations: Option<HashSet<u32>> = generations.map(|list| list.iter().copied().collect());
        for (docs, (_, rows)) in self.found.iter_mut().zip(self.view.segments()) {
            if let Some(generations) = &generations {
                let own = rows.generations().iter().map(|generation| generations.contains(generation));
                let allowed: Vec<bool> = own.collect();
                docs.retain(|doc| allowed[rows.slot(doc)]);
            }
            if let Some(accepts) = accepts {
                // What is left out because the budget is spent is never told: the next line says so.
                docs.retain(|doc| budget.check().is_ok() && accepts(rows.row(doc)));
                budget.check()?;
            }
        }
        Ok(())
    }
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
    pub(crate) fn for_each_row(&self, mut visit: impl FnMut(Row)) -> Outcome<()> {
        for (docs, _, rows) in self.segments() {
            for doc in docs.iter() {
                self.scan.budget.check()?;
                visit(rows.row(doc));
            }
        }
        Ok(())
    }

    /// The `count` most relevant samples after the hit `after`, best first. `position` tells where a sample stands among
    /// all that are shown, which decides between samples that are as relevant as each other.
    ///
    /// Every match is given its relevance, but for single words: the best samples with a word are found without looking
    /// at all of them, which is many times quicker.
    pub(crate) fn best(
        &self,
        count: usize,
        after: Option<Hit>,
        position: PositionOf<'_>,
    ) -> Outcome<Vec<Hit>> {
        let matches: usize = self.found.iter().map(Docs::len).sum();
        let _held = self.scan.budget.hold(count.min(matches) * 2 * size_of::<Hit>())?;
        let mut ranking = Ranking {
            scoring: Scoring::new(&self.wanted, &self.relevance)?,
            best: Best::new(count, after),
            position,
        };
        match self.words() {
            Some(words) if count <= PRUNED_MAX => {
                let candidates = Best::new(count, after.map(a_little_better));
                self.rank_candidates(words.as_ref(), candidates, &mut ranking)?;
            }
            _ => {
                for (number, docs) in self.found.iter().enumerate() {
                    self.rank(number, &docs.to_list(), &mut ranking)?;
                }
            }
        }
        Ok(ranking.best.into_hits())
    }

    /// Gives documents of a segment, the `number`-th, their relevance.
    fn rank(&self, number: usize, docs: &[DocId], ranking: &mut Ranking<'_>) -> Outcome<()> {
        let budget = self.scan.budget;
        let _held = budget.hold(size_of_val(docs) * 2)?;
        let rows = self.view.rows(number);
        let segment = self.scan.searcher.segment_reader(number as u32);
        let scores = ranking.scoring.scores(number, segment, docs, budget)?;
        for (doc, score) in docs.iter().zip(scores) {
            if score > ranking.best.threshold() {
                ranking.best.offer(score, || (ranking.position)(rows.row(*doc)));
            }
        }
        Ok(budget.check()?)
    }

    /// Ranks what the engine finds when it passes over blocks of documents that cannot be good enough. It adds up in an
    /// order of its own, so what it finds is a little more than the best, and is then given its relevance as all is.
    fn rank_candidates(
        &self,
        words: &dyn EngineQuery,
        mut candidates: Best,
        ranking: &mut Ranking<'_>,
    ) -> Outcome<()> {
        let weight = words.weight(self.relevance.scoring())?;
        let mut all = Vec::new();
        for (number, (found, segment, _)) in self.segments().enumerate() {
            let Some(share) = pruned_share(self.scan, &self.wanted, number)? else {
                self.rank(number, &found.to_list(), ranking)?;
                continue;
            };
            let mut scored = Vec::new();
            weight.for_each_pruning(candidates.threshold() * share, segment, &mut |doc, score| {
                if score >= candidates.threshold() * (1.0 - ADDED_UP) && found.contains(doc) {
                    scored.push((doc, score));
                    candidates.offer(score, || Some(scored.len() as u64));
                }
                let goes_on = self.scan.budget.check().is_ok();
                if goes_on { candidates.threshold() * share } else { f32::INFINITY }
            })?;
            all.push((number, scored));
        }
        let needed = candidates.threshold() * (1.0 - ADDED_UP);
        for (number, scored) in all {
            let good = scored.iter().filter(|(_, score)| *score >= needed);
            let docs: Vec<DocId> = good.map(|(doc, _)| *doc).collect();
            if !docs.is_empty() {
                self.rank(number, &docs, ranking)?;
            }
        }
        Ok(self.scan.budget.check()?)
    }

    /// The engine's query for the words of the only clause, if it asks for single words.
    fn words(&self) -> Option<Box<dyn EngineQuery>> {
        let evaluated = self.wanted.first().filter(|_| self.is_one_clause)?;
        let mut words: Vec<Box<dyn EngineQuery>> = Vec::new();
        for (field, look) in &evaluated.plan {
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
    pub(crate) fn segments(&self) -> impl Iterator<Item = (&Docs, &SegmentReader, &SegmentRows)> {
        let segments = self.view.segments();
        self.found.iter().zip(segments).map(|(docs, (segment, rows))| (docs, segment, rows))
    }
}

/// A hit of which it is certain that it comes before another one, however their relevance was added up.
fn a_little_better(hit: Hit) -> Hit {
    Hit { score: hit.score * (1.0 - ADDED_UP), position: u64::MAX }
}

/// Keeps the best hits: many at a time, of which the worse half is dropped whenever there is no more room.
pub(crate) struct Best {
    hits: Vec<Hit>,
    count: usize,
    after: Option<Hit>,
    threshold: f32,
}

/// Room for hits beyond twice those that are asked for.
const SPARE: usize = 16;

impl Best {
    /// Room for `count` hits that come after the hit `after`.
    pub(crate) fn new(count: usize, after: Option<Hit>) -> Self {
        Self { hits: Vec::new(), count, after, threshold: f32::MIN }
    }

    /// Scores up to this one need not be looked at. Samples as good as the worst that is kept may still go before it by
    /// their position, so the threshold stays just below its score.
    pub(crate) fn threshold(&self) -> f32 {
        self.threshold
    }

    /// Keeps a sample if it is good enough and shown; its position is asked for only then.
    pub(crate) fn offer(&mut self, score: f32, position: impl FnOnce() -> Option<u64>) {
        if self.count == 0 || self.after.is_some_and(|after| score > after.score) {
            return;
        }
        let Some(position) = position() else { return };
        let hit = Hit { score, position };
        if self.after.is_some_and(|after| hit <= after) {
            return;
        }
        self.hits.push(hit);
        if self.hits.len() == self.count || self.hits.len() > self.count.saturating_mul(2) + SPARE {
            self.drop_worse();
        }
    }

    /// Leaves the best, the worst of them last.
    fn drop_worse(&mut self) {
        let (_, worst, _) = self.hits.select_nth_unstable(self.count - 1);
        self.threshold = worst.score.next_down();
        self.hits.truncate(self.count);
    }

    /// What was kept, best first.
    pub(crate) fn into_hits(mut self) -> Vec<Hit> {
        self.hits.sort_unstable();
        self.hits.truncate(self.count);
        self.hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_best_are_kept(scores in proptest::collection::vec(0_u8..20, 0..200), count in 0_usize..30, after: Option<u8>) {
            let hit = |(ordinal, score): (usize, &u8)| Hit { score: f32::from(*score), position: ordinal as u64 };
            let mut all: Vec<Hit> = scores.iter().enumerate().map(hit).collect();
            let after = after.and_then(|place| all.get(usize::from(place)).copied());
            let mut best = Best::new(count, after);
            for hit in &all {
                if hit.score > best.threshold() {
                    best.offer(hit.score, || Some(hit.position));
                }
            }
            all.sort_unstable();
            all.retain(|hit| after.is_none_or(|after| *hit > after));
            all.truncate(count);
            prop_assert_eq!(best.into_hits(), all);
        }
    }
}
