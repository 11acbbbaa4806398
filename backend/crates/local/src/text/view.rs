//! Running queries against one state of the index.

use crate::rows::RowSet;
use crate::text::Outcome;
use crate::text::evaluate::RowsOfPredicate;
use crate::text::evaluated::ClauseCache;
use crate::text::living::{Living, LivingCache};
use crate::text::schema::Fields;
use crate::text::segments::{RowsOfSegments, SegmentCache, SegmentRows};
use crate::text::source::Scan;
use blendscope_dictionary::{Expansions, meaning, suggestions};
use blendscope_engine::{Budget, Counts, Meaning, Row};
use blendscope_query::{Atom, Clause, Expanded, Node, Query};
use std::sync::Arc;
use tantivy::{Searcher, SegmentReader};

/// One state of the index; later commits do not change it.
#[derive(Clone)]
pub(crate) struct SearchView {
    pub(crate) searcher: Searcher,
    pub(crate) fields: Fields,
    rows: RowsOfSegments,
    living: Living,
    expansions: Arc<Expansions>,
    pub(crate) clauses: Arc<ClauseCache>,
}

/// Says whether a sample passes filters that the index knows nothing of.
pub(crate) type Accepts<'a> = &'a dyn Fn(Row) -> bool;

impl SearchView {
    pub(crate) fn new(
        searcher: Searcher,
        fields: Fields,
        rows: &SegmentCache,
        living: &LivingCache,
    ) -> tantivy::Result<Self> {
        let rows = rows.of(searcher.segment_readers())?;
        let living = living.of(searcher.segment_readers());
        Ok(Self { searcher, fields, rows, living, expansions: Arc::default(), clauses: Arc::default() })
    }

    /// Looks up the words that a query stands for.
    pub(crate) fn expand(&self, query: Query, budget: &Budget) -> Outcome<Expanded> {
        self.expansions.expand(query, &self.scan(budget))
    }

    /// What a clause finds by itself, and the words that it stands for.
    pub(crate) fn meaning(&self, expanded: &Expanded, clause: &Clause, budget: &Budget) -> Outcome<Meaning> {
        let scan = self.scan(budget);
        let count = self.clauses.of(clause, expanded, &scan)?.count;
        meaning(expanded, clause, count, |atom: &Atom| {
            let alone = Clause { first: atom.clone(), near: Vec::new(), ..clause.clone() };
            Ok(self.clauses.of(&alone, expanded, &scan)?.beginning.clone())
        })
    }

    /// Words of the index written like those of a clause that occur nowhere; at most `most` words are looked up, and
    /// taken off it.
    pub(crate) fn suggestions(
        &self,
        expanded: &Expanded,
        clause: &Clause,
        most: &mut usize,
        budget: &Budget,
    ) -> Outcome<Vec<String>> {
        suggestions(expanded, clause, &self.scan(budget), &self.expansions, most)
    }

    /// The rows of a segment, the `number`-th.
    pub(crate) fn rows(&self, number: usize) -> &SegmentRows {
        self.rows.at(number)
    }

    /// How many samples of each generation can be found.
    pub(crate) fn samples_by_generation(&self) -> Counts {
        let mut samples = Counts::new();
        for (segment, rows) in self.segments() {
            rows.add_samples(segment.alive_bitset(), &mut samples);
        }
        samples
    }

    /// The segments with their rows.
    pub(crate) fn segments(&self) -> impl Iterator<Item = (&SegmentReader, &SegmentRows)> {
        self.searcher.segment_readers().iter().zip(self.rows.iter())
    }

    pub(crate) fn scan<'a>(&'a self, budget: &'a Budget) -> Scan<'a> {
        Scan { searcher: &self.searcher, fields: &self.fields, living: &self.living, budget }
    }
}

/// The samples of a query that asks for predicates only; `all` are those that are shown.
pub(crate) fn rows_by_predicates(query: &Query, all: &RowSet, predicates: RowsOfPredicate<'_>) -> RowSet {
    query.root.as_ref().map_or_else(|| all.clone(), |root| rows_of_node(root, all, predicates))
}

fn rows_of_node(node: &Node, all: &RowSet, predicates: RowsOfPredicate<'_>) -> RowSet {
    let mut rows = RowSet::default();
    match node {
        Node::Clause(_) => {}
        Node::Predicate(predicate) => rows.unite(&predicates(predicate)),
        Node::Not(node) => {
            rows.unite(all);
            rows.subtract(&rows_of_node(node, all, predicates));
        }
        Node::And(nodes) => {
            rows.unite(all);
            for node in nodes {
                rows.intersect(&rows_of_node(node, all, predicates));
            }
        }
        Node::Or(nodes) => nodes.iter().for_each(|node| rows.unite(&rows_of_node(node, all, predicates))),
    }
    rows
}
