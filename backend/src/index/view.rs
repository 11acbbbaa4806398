//! Running queries against one state of the index.

use super::IndexError;
use super::best::{Best, Hit};
use super::expand::{Expanded, Expansions, Meaning, meaning};
use super::plan::Planner;
use super::query::{Atom, Clause, Fact, Leaf, Node, Query};
use super::relevance::Relevance;
use super::schema::Fields;
use super::segments::{RowsOfSegments, SegmentCache, SegmentRows};
use crate::columns::Row;
use std::collections::BTreeMap;
use std::sync::Arc;
use tantivy::query::{EmptyQuery, EnableScoring, Query as EngineQuery, Weight};
use tantivy::{DocId, Searcher, SegmentReader};

/// One state of the index; later commits do not change it.
#[derive(Clone)]
pub(crate) struct SearchView {
    searcher: Searcher,
    fields: Fields,
    rows: RowsOfSegments,
    expansions: Arc<Expansions>,
}

/// A query made ready to run against a view.
pub(crate) struct Prepared<'a> {
    view: &'a SearchView,
    /// Which samples match.
    matching: Box<dyn EngineQuery>,
    /// The same samples with their relevance.
    ranked: Box<dyn EngineQuery>,
    relevance: Relevance<'a>,
    /// Whether every match had better be looked at only once.
    looks_once: bool,
    accepts: Option<Accepts<'a>>,
    /// Facts that every sample has to pass, each with the answer it has to give.
    tests: Vec<(FactTest, bool)>,
}

/// Says whether a sample passes filters that the index knows nothing of.
pub(crate) type Accepts<'a> = &'a dyn Fn(Row) -> bool;

/// Says which samples a fact holds for.
pub(crate) type FactTest = Arc<dyn Fn(Row) -> bool + Send + Sync>;

/// Finds the test for a fact of the query.
pub(crate) type Facts<'a> = &'a dyn Fn(&Fact) -> FactTest;

/// Samples of a result per generation.
pub(crate) type Counts = BTreeMap<u32, u64>;

impl SearchView {
    pub(super) fn new(searcher: Searcher, fields: Fields, cache: &SegmentCache) -> tantivy::Result<Self> {
        let rows = cache.of(searcher.segment_readers())?;
        Ok(Self { searcher, fields, rows, expansions: Arc::default() })
    }

    /// Looks up the words that a query stands for.
    pub(crate) fn expand(&self, query: Query) -> Result<Expanded, IndexError> {
        Ok(self.expansions.expand(query, &self.searcher, &self.fields)?)
    }

    /// Makes a query ready, restricted to some generations if any are given, and to samples that `accepts` lets pass.
    pub(crate) fn prepare<'a>(
        &'a self,
        expanded: &Expanded,
        generations: Option<&[u32]>,
        accepts: Option<Accepts<'a>>,
        facts: Facts<'_>,
    ) -> Result<Prepared<'a>, IndexError> {
        let (mut parts, mut tests) = (Vec::new(), Vec::new());
        for part in expanded.query().parts() {
            match part.as_fact() {
                Some((fact, wanted)) => tests.push((facts(fact), wanted)),
                None => parts.push(part),
            }
        }
        let relevance = Relevance::new(&self.searcher, &self.fields, expanded);
        let planner = self.planner(expanded, facts);
        let wanted: Vec<&Clause> = expanded.query().wanted().collect();
        let (matching, ranked, looks_once): (Box<dyn EngineQuery>, _, _) = match parts.as_slice() {
            _ if expanded.query().is_void => (Box::new(EmptyQuery), Box::new(EmptyQuery) as _, false),
            [Node::Clause(clause)] => {
                let matching = planner.matching(&parts, generations)?;
                (matching, planner.ranked(clause, generations)?, !clause.is_word())
            }
            _ => {
                let matching = planner.matching(&parts, generations)?;
                let ranked = planner.ranked_by(matching.box_clone(), &wanted)?;
                (matching, ranked, true)
            }
        };
        Ok(Prepared { view: self, matching, ranked, relevance, looks_once, accepts, tests })
    }

    /// Samples that match a clause by itself.
    pub(crate) fn count_clause(&self, expanded: &Expanded, clause: &Clause) -> Result<u64, IndexError> {
        let no_facts = |_: &Fact| -> FactTest { Arc::new(|_| false) };
        let alone = Query { root: Some(Node::Clause(clause.clone())), ..Query::default() };
        let prepared = self.prepare(&expanded.with(alone), None, None, &no_facts)?;
        Ok(prepared.count_by_generation()?.values().sum())
    }

    /// The words that a clause stands for, and other ways to write those that do not occur.
    pub(crate) fn meaning(&self, expanded: &Expanded, clause: &Clause) -> Result<Meaning, IndexError> {
        Ok(meaning(expanded, clause, &self.searcher, &self.fields)?)
    }

    fn planner<'a>(&'a self, expanded: &'a Expanded, facts: Facts<'a>) -> Planner<'a> {
        Planner { searcher: &self.searcher, fields: self.fields, rows: &self.rows, expanded, facts }
    }
}

impl Node {
    /// A fact, and whether it has to hold.
    fn as_fact(&self) -> Option<(&Fact, bool)> {
        match self {
            Self::Fact(fact) => Some((fact, true)),
            Self::Not(node) => node.as_fact().map(|(fact, wanted)| (fact, !wanted)),
            _ => None,
        }
    }
}

impl Query {
    /// Whether a sample matches, for a query that asks for facts only.
    pub(crate) fn accepts_by_facts(&self, row: Row, tests: &[(Fact, FactTest)]) -> bool {
        self.root.as_ref().is_none_or(|root| root.accepts_by_facts(row, tests))
    }

    /// The facts it asks for.
    pub(crate) fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.leaves().into_iter().filter_map(|leaf| match leaf {
            (Leaf::Fact(fact), _) => Some(fact),
            _ => None,
        })
    }
}

impl Node {
    fn accepts_by_facts(&self, row: Row, tests: &[(Fact, FactTest)]) -> bool {
        match self {
            Self::Clause(_) => false,
            Self::Fact(fact) => tests.iter().any(|(own, test)| own == fact && test(row)),
            Self::Not(node) => !node.accepts_by_facts(row, tests),
            Self::And(nodes) => nodes.iter().all(|node| node.accepts_by_facts(row, tests)),
            Self::Or(nodes) => nodes.iter().any(|node| node.accepts_by_facts(row, tests)),
        }
    }
}

impl Clause {
    fn is_word(&self) -> bool {
        self.near.is_empty() && matches!(self.first, Atom::Word(_) | Atom::Exact(_))
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
    /// Words are quicker to count without scoring and to rank without looking at all of them; other clauses are not, so
    /// that looking at each match once is the quicker way.
    pub(crate) fn count_and_best(
        &self,
        count: usize,
        after: Option<Hit>,
    ) -> Result<(Counts, Vec<Hit>), IndexError> {
        if !self.looks_once {
            return Ok((self.count_by_generation()?, self.best(count, after)?));
        }
        let weight = self.ranked.weight(self.relevance.scoring())?;
        let mut totals = Counts::new();
        let mut best = Best::new(count, after);
        for (segment, rows) in self.segments() {
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
        Ok((totals, best.into_hits()))
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
        let weight = self.ranked.weight(self.relevance.scoring())?;
        let mut best = Best::new(count, after);
        for (segment, rows) in self.segments() {
            let alive = segment.alive_bitset();
            weight.for_each_pruning(best.threshold(), segment, &mut |doc, score| {
                if alive.is_none_or(|alive| alive.is_alive(doc)) && self.passes(rows, doc) {
                    best.offer(score, || rows.row(doc));
                }
                best.threshold()
            })?;
        }
        Ok(best.into_hits())
    }

    fn passes(&self, rows: &SegmentRows, doc: DocId) -> bool {
        if self.accepts.is_none() && self.tests.is_empty() {
            return true;
        }
        let row = rows.row(doc);
        self.accepts.is_none_or(|accepts| accepts(row))
            && self.tests.iter().all(|(test, wanted)| test(row) == *wanted)
    }

    fn segments(&self) -> impl Iterator<Item = (&SegmentReader, &SegmentRows)> {
        self.view.searcher.segment_readers().iter().zip(self.view.rows.iter())
    }

    fn for_each_segment(
        &self,
        mut visit: impl FnMut(&dyn Weight, &SegmentReader, &SegmentRows) -> tantivy::Result<()>,
    ) -> Result<(), IndexError> {
        let weight = self.matching.weight(EnableScoring::disabled_from_searcher(&self.view.searcher))?;
        for (segment, rows) in self.segments() {
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
