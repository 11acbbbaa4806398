//! Which documents of a segment match a query: sets put together, the smallest first.

use crate::rows::{Gathered, RowSet};
use crate::text::Outcome;
use crate::text::docs::Docs;
use crate::text::evaluated::EvaluatedClause;
use crate::text::segments::SegmentRows;
use blendscope_engine::Budget;
use blendscope_query::{Clause, Node, Predicate};
use roaring::RoaringBitmap;
use std::sync::Arc;
use tantivy::SegmentReader;

/// Says which samples a predicate of the query holds for.
pub(crate) type RowsOfPredicate<'a> = &'a dyn Fn(&Predicate) -> Arc<RowSet>;

/// A query with what its words find.
pub(crate) enum Tree {
    /// A clause.
    EvaluatedClause(Arc<EvaluatedClause>),
    /// The samples that a predicate holds for.
    Predicate(Arc<RowSet>),
    /// Samples that do not match.
    Not(Box<Tree>),
    /// Samples that match all, in the order in which they are best asked.
    And(Vec<Tree>),
    /// Samples that match one or more.
    Or(Vec<Tree>),
}

/// A segment, as the tree looks into it.
pub(crate) struct InSegment<'a> {
    /// Its number among the searcher's.
    pub number: usize,
    /// The segment.
    pub segment: &'a SegmentReader,
    /// Its rows.
    pub rows: &'a SegmentRows,
    /// What the request may cost.
    pub budget: &'a Budget,
}

impl InSegment<'_> {
    /// Those of some rows.
    fn of_rows(&self, rows: &RowSet) -> Docs {
        let generations = self.rows.generations().iter();
        let ordinals: Vec<Option<&RoaringBitmap>> =
            generations.map(|generation| rows.of(*generation)).collect();
        let mut found = Gathered::default();
        self.rows.for_each(|doc, row| {
            if ordinals[self.rows.slot(doc)].is_some_and(|own| own.contains(row.ordinal())) {
                found.push(doc);
            }
        });
        let mut found = Docs::gathered(found);
        found.keep_alive(self.segment.alive_bitset());
        found
    }

    /// Every sample.
    pub(crate) fn all(&self) -> Docs {
        let mut docs = Docs::all(self.segment.max_doc());
        docs.keep_alive(self.segment.alive_bitset());
        docs
    }
}

impl Tree {
    /// Looks up what the clauses of a query find, and the samples of its predicates.
    pub(crate) fn of(
        node: &Node,
        evaluated: &impl Fn(&Clause) -> Arc<EvaluatedClause>,
        predicate: RowsOfPredicate<'_>,
    ) -> Self {
        let all = |nodes: &[Node]| -> Vec<Self> {
            // What is said twice is asked once.
            let said = nodes.iter().enumerate().filter(|(index, node)| !nodes[..*index].contains(node));
            said.map(|(_, node)| Self::of(node, evaluated, predicate)).collect()
        };
        match node {
            Node::Clause(clause) => Self::EvaluatedClause(evaluated(clause)),
            Node::Predicate(asked) => Self::Predicate(predicate(asked)),
            Node::Not(node) => Self::Not(Box::new(Self::of(node, evaluated, predicate))),
            Node::And(nodes) => {
                let mut trees = all(nodes);
                trees.sort_by_key(Self::turn);
                Self::And(trees)
            }
            Node::Or(nodes) => Self::Or(all(nodes)),
        }
    }

    /// When it is asked among others that must match too: what leaves the fewest for the least work goes first.
    fn turn(&self) -> (u8, u64) {
        match self {
            Self::EvaluatedClause(evaluated) => (0, evaluated.count),
            Self::And(trees) => trees.first().map_or((1, 0), Self::turn),
            Self::Or(_) => (1, 0),
            Self::Predicate(_) => (2, 0),
            Self::Not(_) => (3, 0),
        }
    }

    /// The documents that match.
    pub(crate) fn find(&self, place: &InSegment<'_>) -> Outcome<Docs> {
        place.budget.check()?;
        Ok(match self {
            Self::EvaluatedClause(evaluated) => evaluated.segments[place.number].docs.clone(),
            Self::Predicate(rows) => place.of_rows(rows),
            Self::Or(trees) => any_of(trees.iter().map(|tree| tree.find(place)))?,
            Self::And(trees) if !matches!(trees[0], Self::Not(_)) => {
                let mut docs = trees[0].find(place)?;
                trees[1..].iter().try_for_each(|tree| tree.narrow(&mut docs, place))?;
                docs
            }
            Self::And(_) | Self::Not(_) => {
                let mut docs = place.all();
                self.narrow(&mut docs, place)?;
                docs
            }
        })
    }

    /// Keeps those of some documents that match.
    fn narrow(&self, docs: &mut Docs, place: &InSegment<'_>) -> Outcome<()> {
        place.budget.check()?;
        if docs.is_empty() {
            return Ok(());
        }
        match self {
            Self::EvaluatedClause(evaluated) => docs.intersect(&evaluated.segments[place.number].docs),
            Self::Predicate(rows) => docs.retain(|doc| rows.contains(place.rows.row(doc))),
            Self::And(trees) => trees.iter().try_for_each(|tree| tree.narrow(docs, place))?,
            Self::Or(trees) => {
                let narrowed = trees.iter().map(|tree| {
                    let mut own = docs.clone();
                    tree.narrow(&mut own, place)?;
                    Ok(own)
                });
                *docs = any_of(narrowed)?;
            }
            Self::Not(tree) => match tree.as_ref() {
                Self::EvaluatedClause(evaluated) => docs.subtract(&evaluated.segments[place.number].docs),
                Self::Predicate(rows) => docs.retain(|doc| !rows.contains(place.rows.row(doc))),
                tree => {
                    let mut without = docs.clone();
                    tree.narrow(&mut without, place)?;
                    docs.subtract(&without);
                }
            },
        }
        Ok(())
    }
}

fn any_of(mut sets: impl Iterator<Item = Outcome<Docs>>) -> Outcome<Docs> {
    let first = sets.next().unwrap_or_else(|| Ok(Docs::none()))?;
    sets.try_fold(first, |mut all, docs| {
        all.unite(&docs?);
        Ok(all)
    })
}
