//! A plain scan: every live sample is looked at, one after the other.

use super::corpus::{Asked, Corpus, Sample};
use crate::{Counts, Live, Order, OrderedBy, Question, Row, Tallied};
use blendscope_query::tokens::{Token, tokens};
use blendscope_query::{Atom, Clause, Condition, Node, Predicate, Scope};
use blendscope_shared::role::Role;
use std::collections::BTreeMap;

/// What a scan says of a question.
pub(super) struct Scan {
    /// Live samples in file order.
    samples: Vec<Scanned>,
    /// Rows that are not live.
    others: Vec<Row>,
}

struct Scanned {
    row: Row,
    sample: Sample,
    /// Whether the query matches.
    is_match: bool,
    /// By the number of a restriction: whether it lets it pass.
    passes: Vec<bool>,
}

impl Scan {
    /// Scans a corpus for a question.
    pub(super) fn of(corpus: &Corpus, live: &Live, question: &Question, asked: &Asked) -> Self {
        let query = question.expanded.query();
        let mut scan = Self { samples: Vec::new(), others: Vec::new() };
        for (row, sample) in corpus.samples() {
            let Some((of, _)) = live.locate(row) else {
                scan.others.push(row);
                continue;
            };
            let is_match = !query.is_void && query.root.as_ref().is_none_or(|root| matches(root, sample));
            let passes = asked.restrictions.iter().map(|own| own.passes(of.dataset, sample)).collect();
            scan.samples.push(Scanned { row, sample: sample.clone(), is_match, passes });
        }
        scan.samples.sort_by_key(|scanned| live.position(scanned.row));
        scan
    }

    fn found(&self) -> impl Iterator<Item = &Scanned> {
        self.samples.iter().filter(|scanned| scanned.is_match && scanned.passes.iter().all(|passes| *passes))
    }

    /// Every sample, live or not.
    pub(super) fn all(&self) -> impl Iterator<Item = Row> {
        self.samples.iter().map(|scanned| scanned.row).chain(self.others.iter().copied())
    }

    /// Whether a sample is in the result.
    pub(super) fn has(&self, row: Row) -> bool {
        self.found().any(|scanned| scanned.row == row)
    }

    /// Samples of the result by generation.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::new();
        self.found().for_each(|scanned| *counts.entry(scanned.row.generation()).or_default() += 1);
        counts
    }

    /// How often the codes of a field occur, by generation and code.
    pub(super) fn tally(&self, wanted: Tallied) -> BTreeMap<(u32, u64), u64> {
        let mut tally = BTreeMap::new();
        for scanned in self.samples.iter().filter(|scanned| scanned.is_match) {
            let mut others =
                scanned.passes.iter().enumerate().filter(|(number, _)| Some(*number) != wanted.aside);
            if !others.all(|(_, passes)| *passes) {
                continue;
            }
            let code = wanted.field.map_or(Some(0), |field| scanned.sample.value(field)).unwrap_or_default();
            *tally.entry((scanned.row.generation(), code)).or_default() += 1;
        }
        tally
    }

    /// The result in an order that is not by relevance.
    pub(super) fn in_order(&self, order: Order) -> Vec<Row> {
        let value = |position: usize, sample: &Sample| match order.by() {
            Some(OrderedBy::Number(field)) => sample.value(field).unwrap_or_default(),
            Some(OrderedBy::Position) | None => position as u64,
        };
        let mut keyed: Vec<(u64, usize, Row)> = self
            .found()
            .enumerate()
            .map(|(position, scanned)| (order.key(value(position, &scanned.sample)), position, scanned.row))
            .collect();
        keyed.sort_unstable();
        keyed.into_iter().map(|(_, _, row)| row).collect()
    }
}

fn matches(node: &Node, sample: &Sample) -> bool {
    match node {
        Node::Clause(clause) => sample.turns.iter().any(|(role, text)| says(clause, role, text)),
        Node::Predicate(predicate) => holds(predicate, sample),
        Node::Not(node) => !matches(node, sample),
        Node::And(nodes) => nodes.iter().all(|node| matches(node, sample)),
        Node::Or(nodes) => nodes.iter().any(|node| matches(node, sample)),
    }
}

fn holds(predicate: &Predicate, sample: &Sample) -> bool {
    let Condition::Range(from, to) = predicate.condition else { return false };
    let field = if predicate.field.name == "turns" { crate::Field::Turns } else { crate::Field::Words };
    sample.value(field).is_some_and(|value| (from..=to).contains(&value))
}

/// Whether a turn has a word or phrase; the suite asks for nothing near something else.
fn says(clause: &Clause, role: &Role, text: &str) -> bool {
    let is_asked = match clause.scope {
        Scope::Turns => true,
        Scope::Human => *role == Role::Human,
        Scope::Gpt => *role == Role::Gpt,
        Scope::System => *role == Role::System,
        Scope::Extra => false,
    };
    is_asked && has(&clause.first, &tokens(text))
}

fn has(atom: &Atom, tokens: &[Token]) -> bool {
    match atom {
        Atom::Word(term) | Atom::Exact(term) => tokens.iter().any(|token| token.term == *term),
        Atom::Prefix(prefix) => tokens.iter().any(|token| token.term.starts_with(prefix)),
        Atom::Phrase(phrase) => tokens.iter().any(|first| {
            let at = |offset: u32, term: &str| {
                tokens.iter().any(|token| token.position == first.position + offset && token.term == term)
            };
            phrase.terms.iter().all(|(offset, term)| at(*offset, term))
        }),
        Atom::Fuzzy(..) => false,
    }
}
