//! From a query to what the engine runs.

use super::common::with_pairs;
use super::documents::Documents;
use super::expand::Expanded;
use super::positional::{Positional, Sequence, Source};
use super::query::{Atom, Clause, Fact, Node, Scope};
use super::ranked::Ranked;
use super::schema::Fields;
use super::segments::RowsOfSegments;
use super::view::FactTest;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery,
    Query as EngineQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

/// Forms of a word up to which each is scored; more than these are scored alike.
const SCORED_FORMS_MAX: usize = 48;

/// Relevance of another form, against one for the word as it was typed.
const FORM_WEIGHT: f32 = 0.9;

/// Relevance of the very word among words that begin so.
const EXACT_WEIGHT: f32 = 4.0;

/// A word so many times as frequent as the rarest of a query is looked up in the samples of the others, instead of
/// collecting its own.
const SOUGHT_FROM: u64 = 8;

/// Plans queries against one state of the index.
pub(super) struct Planner<'a> {
    /// The state.
    pub(super) searcher: &'a Searcher,
    /// Its fields.
    pub(super) fields: Fields,
    /// Its rows.
    pub(super) rows: &'a RowsOfSegments,
    /// What is looked for, with the words it stands for.
    pub(super) expanded: &'a Expanded,
    /// Which rows a fact holds for.
    pub(super) facts: &'a dyn Fn(&Fact) -> FactTest,
}

/// A query of the engine.
pub(super) type Planned = Box<dyn EngineQuery>;

impl Planner<'_> {
    /// Samples that match all of the parts, restricted to some generations if any are given. Relevance is left aside.
    pub(super) fn matching(&self, parts: &[&Node], generations: Option<&[u32]>) -> tantivy::Result<Planned> {
        let rarest = parts.iter().filter_map(|part| self.estimate(part)).min().unwrap_or(0);
        let mut planned = Vec::new();
        for part in parts {
            planned.push(match part {
                Node::Not(node) => (Occur::MustNot, self.node(node, true)?),
                node => {
                    let is_sought = self.estimate(node).is_some_and(|count| count / SOUGHT_FROM > rarest);
                    (Occur::Must, self.node(node, is_sought)?)
                }
            });
        }
        if let Some(generations) = generations {
            planned.push((Occur::Must, self.generations(generations)));
        }
        Ok(conjunction(planned))
    }

    /// Samples that match a single clause, with their relevance.
    pub(super) fn ranked(&self, clause: &Clause, generations: Option<&[u32]>) -> tantivy::Result<Planned> {
        let mut parts = vec![(Occur::Must, any_of(self.scored(clause)?))];
        parts.extend(generations.map(|generations| (Occur::Must, self.generations(generations))));
        Ok(conjunction(parts))
    }

    /// The samples of a query with the relevance that its clauses give them.
    pub(super) fn ranked_by(&self, matching: Planned, clauses: &[&Clause]) -> tantivy::Result<Planned> {
        let mut words = Vec::new();
        for clause in clauses {
            words.extend(self.scored(clause)?);
        }
        Ok(Box::new(Ranked::new(matching, words)))
    }

    fn node(&self, node: &Node, is_sought: bool) -> tantivy::Result<Planned> {
        match node {
            Node::Clause(clause) => match self.sources(clause) {
                Some(sources) => Ok(Box::new(Documents::with_words(sources, is_sought))),
                None => Ok(any_of(self.scored(clause)?)),
            },
            Node::Fact(fact) => Ok(Box::new(Documents::of_fact((self.facts)(fact), self.rows.clone()))),
            Node::Not(_) => self.matching(&[node], None),
            Node::And(nodes) => self.matching(&nodes.iter().collect::<Vec<_>>(), None),
            Node::Or(nodes) => {
                let alternatives: tantivy::Result<Vec<_>> =
                    nodes.iter().map(|node| self.node(node, is_sought)).collect();
                Ok(any_of(alternatives?))
            }
        }
    }

    /// The words of which a sample must have one, for a clause that does not look at positions.
    fn sources(&self, clause: &Clause) -> Option<Vec<(Source, Field)>> {
        if !clause.near.is_empty() || matches!(clause.first, Atom::Phrase(_)) {
            return None;
        }
        let fields = self.fields.of_scope(clause.scope).iter();
        Some(fields.map(|field| (self.source(clause.scope, &clause.first, *field), *field)).collect())
    }

    /// About how many samples have a word; none for what cannot be said quickly.
    fn estimate(&self, node: &Node) -> Option<u64> {
        let Node::Clause(clause) = node else { return None };
        match &clause.first {
            _ if !clause.near.is_empty() => None,
            Atom::Word(_) | Atom::Fuzzy(..) => {
                Some(self.expanded.forms(clause.scope, &clause.first).iter().map(|form| form.count).sum())
            }
            Atom::Exact(term) => {
                let fields = self.fields.of_scope(clause.scope).iter();
                let count = |field: &Field| self.searcher.doc_freq(&Term::from_field_text(*field, term));
                Some(fields.map(|field| count(field).unwrap_or(0)).sum())
            }
            Atom::Prefix(_) | Atom::Phrase(_) => None,
        }
    }

    /// What gives samples their relevance for a clause: one query for each field and form.
    fn scored(&self, clause: &Clause) -> tantivy::Result<Vec<Planned>> {
        let mut scored = Vec::new();
        for field in self.fields.of_scope(clause.scope) {
            if clause.near.is_empty() {
                scored.extend(self.atom_in(clause.scope, &clause.first, *field)?);
            } else {
                scored.extend(self.near_in(clause, *field));
            }
        }
        Ok(scored)
    }

    /// A word or phrase in one field; nothing where it cannot occur.
    fn atom_in(&self, scope: Scope, atom: &Atom, field: Field) -> tantivy::Result<Vec<Planned>> {
        Ok(match atom {
            Atom::Exact(term) => self.phrase_in(&[(0, term.clone())], field)?.into_iter().collect(),
            Atom::Word(term) | Atom::Fuzzy(term, _) => self.forms_in(scope, atom, term, field),
            Atom::Prefix(prefix) => {
                let words = Documents::with_words(vec![(self.source(scope, atom, field), field)], false);
                vec![exact_first(words, prefix, field)]
            }
            Atom::Phrase(phrase) if phrase.goes_on => {
                vec![Box::new(Positional::new(vec![self.sequence(scope, atom, field)], Vec::new(), field))]
            }
            Atom::Phrase(phrase) => self.phrase_in(&with_pairs(&phrase.terms), field)?.into_iter().collect(),
        })
    }

    fn phrase_in(&self, terms: &[(u32, String)], field: Field) -> tantivy::Result<Option<Planned>> {
        let mut found = Vec::with_capacity(terms.len());
        for (position, text) in terms {
            let term = Term::from_field_text(field, text);
            if self.searcher.doc_freq(&term)? == 0 {
                return Ok(None);
            }
            found.push((*position as usize, term));
        }
        if found.len() > 1 {
            return Ok(Some(Box::new(PhraseQuery::new_with_offset(found))));
        }
        Ok(found.pop().map(|(_, term)| word(term)))
    }

    /// The forms of a word in one field, the word as it was typed a little above the others.
    fn forms_in(&self, scope: Scope, atom: &Atom, typed: &str, field: Field) -> Vec<Planned> {
        let Source::Terms(terms) = self.source(scope, atom, field) else { return Vec::new() };
        if terms.len() > SCORED_FORMS_MAX {
            let words = Documents::with_words(vec![(Source::Terms(terms), field)], false);
            return vec![exact_first(words, typed, field)];
        }
        let scored = terms.iter().map(|text| -> Planned {
            let query = word(Term::from_field_text(field, text));
            if text == typed { query } else { Box::new(BoostQuery::new(query, FORM_WEIGHT)) }
        });
        scored.collect()
    }

    fn near_in(&self, clause: &Clause, field: Field) -> Option<Planned> {
        let sequences: Vec<Sequence> =
            clause.atoms().map(|atom| self.sequence(clause.scope, atom, field)).collect();
        let reach = clause.near.iter().map(|(within, _)| *within).collect();
        let is_possible = sequences.iter().all(Sequence::is_possible);
        is_possible.then(|| Box::new(Positional::new(sequences, reach, field)) as Planned)
    }

    fn sequence(&self, scope: Scope, atom: &Atom, field: Field) -> Sequence {
        let Atom::Phrase(phrase) = atom else {
            return Sequence::new(vec![(0, self.source(scope, atom, field))]);
        };
        let last = phrase.terms.len() - 1;
        let source = |index, term: &String| {
            if phrase.goes_on && index == last {
                Source::Prefix(term.clone())
            } else {
                Source::Terms(vec![term.clone()])
            }
        };
        let slots = phrase.terms.iter().enumerate();
        Sequence::new(slots.map(|(index, (offset, term))| (*offset, source(index, term))).collect())
    }

    /// The terms that a word stands for in a field.
    fn source(&self, scope: Scope, atom: &Atom, field: Field) -> Source {
        match atom {
            Atom::Exact(term) => Source::Terms(vec![term.clone()]),
            Atom::Prefix(prefix) => Source::Prefix(prefix.clone()),
            Atom::Word(_) | Atom::Fuzzy(..) => {
                let forms = self.expanded.forms(scope, atom).iter();
                let here = forms.filter(|form| form.fields.contains(&field));
                Source::Terms(here.map(|form| form.term.clone()).collect())
            }
            // A phrase is looked for term by term.
            Atom::Phrase(_) => Source::Terms(Vec::new()),
        }
    }

    fn generations(&self, generations: &[u32]) -> Planned {
        let one = |generation: &u32| {
            let term = Term::from_field_u64(self.fields.generation, u64::from(*generation));
            Box::new(TermQuery::new(term, IndexRecordOption::Basic)) as Planned
        };
        Box::new(ConstScoreQuery::new(any_of(generations.iter().map(one).collect()), 0.0))
    }
}

/// Samples that all matter the same, but for those with the very word.
fn exact_first(samples: Documents, typed: &str, field: Field) -> Planned {
    let exact = BoostQuery::new(word(Term::from_field_text(field, typed)), EXACT_WEIGHT);
    let samples = ConstScoreQuery::new(Box::new(samples), 1.0);
    let parts: Vec<(Occur, Planned)> =
        vec![(Occur::Must, Box::new(samples)), (Occur::Should, Box::new(exact))];
    Box::new(BooleanQuery::new(parts))
}

fn word(term: Term) -> Planned {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

fn conjunction(mut parts: Vec<(Occur, Planned)>) -> Planned {
    if !parts.iter().any(|(occur, _)| *occur == Occur::Must) {
        parts.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))));
    }
    match parts.len() {
        1 => parts.swap_remove(0).1,
        _ => Box::new(BooleanQuery::new(parts)),
    }
}

fn any_of(mut queries: Vec<Planned>) -> Planned {
    match queries.len() {
        0 => Box::new(EmptyQuery),
        1 => queries.swap_remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}
