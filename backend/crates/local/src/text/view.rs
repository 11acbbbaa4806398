//! Running queries against one state of the index.

use crate::rows::RowSet;
use crate::text::Outcome;
use crate::text::evaluate::Docs;
use crate::text::evaluate::{InSegment, Tree};
use crate::text::evaluated::ClauseCache;
use crate::text::living::{Living, LivingCache};
use crate::text::prepared::Prepared;
use crate::text::schema::Fields;
use crate::text::scoring::Relevance;
use crate::text::segments::{RowsOfSegments, SegmentCache, SegmentRows};
use crate::text::source::Scan;
use blendscope_dictionary::{Expansions, meaning, suggestions};
use blendscope_engine::{Budget, Counts, Meaning, Row};
use blendscope_query::{Atom, Clause, Expanded, Leaf as QueryLeaf, Node, Predicate, Query};
use std::collections::HashSet;
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
    clauses: Arc<ClauseCache>,
}

/// Says whether a sample passes filters that the index knows nothing of.
pub(crate) type Accepts<'a> = &'a dyn Fn(Row) -> bool;

/// Says which samples a predicate of the query holds for.
pub(crate) type RowsOfPredicate<'a> = &'a dyn Fn(&Predicate) -> Arc<RowSet>;

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

    fn scan<'a>(&'a self, budget: &'a Budget) -> Scan<'a> {
        Scan { searcher: &self.searcher, fields: &self.fields, living: &self.living, budget }
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
