//! Where a query matches in the turns of a sample.

use super::tokens::{Token, tokens};
use crate::expanded::Expanded;
use crate::{Atom, Clause, Phrase, Scope};
use blendscope_shared::role::Role;
use blendscope_shared::sample::Turn;
use std::collections::HashSet;
use std::ops::Range;

/// All matches in some turns: the number of each turn that has any, with spans `[begin, end)` in Unicode scalar values,
/// ascending, never overlapping.
pub fn marks(turns: &[Turn], expanded: &Expanded) -> Vec<(usize, Vec<[usize; 2]>)> {
    let marker = Marker::new(expanded);
    let mut marks = Vec::new();
    for (index, turn) in turns.iter().enumerate() {
        let (spans, _) = marker.marks(turn);
        if !spans.is_empty() {
            marks.push((index, spans.into_iter().map(|span| [span.start, span.end]).collect()));
        }
    }
    marks
}

/// Finds what is looked for; what is left out is never marked.
pub(crate) struct Marker<'q> {
    wanted: Vec<(&'q Clause, Vec<Matcher<'q>>)>,
}

/// Recognizes a word or phrase.
enum Matcher<'q> {
    /// One of some terms.
    Terms(HashSet<&'q str>),
    /// A term that begins so.
    Prefix(&'q str),
    /// Terms in a row.
    Phrase(&'q Phrase),
}

/// A match: position and number of its terms, and its characters.
#[derive(Clone, Debug)]
struct Occurrence {
    begin: u32,
    end: u32,
    chars: Range<usize>,
}

impl<'q> Marker<'q> {
    /// What to find.
    pub(crate) fn new(expanded: &'q Expanded) -> Self {
        let matchers = |clause: &'q Clause| {
            clause.atoms().map(|atom| Matcher::new(expanded, clause.scope, atom)).collect()
        };
        Self { wanted: expanded.query().wanted().map(|clause| (clause, matchers(clause))).collect() }
    }

    /// Character spans of all matches in a turn, ascending and joined, and how many clauses match.
    pub(crate) fn marks(&self, turn: &Turn) -> (Vec<Range<usize>>, usize) {
        let mut wanted = self.wanted.iter().filter(|(clause, _)| clause.scope.has(&turn.role)).peekable();
        if wanted.peek().is_none() {
            return (Vec::new(), 0);
        }
        let tokens = tokens(&turn.text);
        let mut spans = Vec::new();
        let mut variety = 0;
        for (clause, matchers) in wanted {
            let found = clause_matches(clause, matchers, &tokens);
            variety += usize::from(!found.is_empty());
            spans.extend(found.into_iter().map(|occurrence| occurrence.chars));
        }
        (join(spans), variety)
    }
}

impl Scope {
    /// Whether turns of a role belong to it.
    fn has(self, role: &Role) -> bool {
        match self {
            Self::Turns => true,
            Self::Human => *role == Role::Human,
            Self::Gpt => *role == Role::Gpt,
            Self::System => *role == Role::System,
            Self::Extra => false,
        }
    }
}

impl<'q> Matcher<'q> {
    fn new(expanded: &'q Expanded, scope: Scope, atom: &'q Atom) -> Self {
        match atom {
            Atom::Exact(term) => Self::Terms(HashSet::from([term.as_str()])),
            Atom::Word(term) | Atom::Fuzzy(term, _) => {
                let forms = expanded.forms(scope, atom).iter().map(|form| form.term.as_str());
                Self::Terms(forms.chain([term.as_str()]).collect())
            }
            Atom::Prefix(prefix) => Self::Prefix(prefix),
            Atom::Phrase(phrase) => Self::Phrase(phrase),
        }
    }

    /// The match that begins with a token.
    fn at(&self, first: &Token, tokens: &[Token]) -> Option<Occurrence> {
        let one = |is_match: bool| {
            let (begin, chars) = (first.position, first.chars.clone());
            is_match.then_some(Occurrence { begin, end: begin + 1, chars })
        };
        match self {
            Self::Terms(terms) => one(terms.contains(first.term.as_str())),
            Self::Prefix(prefix) => one(first.term.starts_with(prefix)),
            Self::Phrase(phrase) => phrase_at(phrase, first, tokens),
        }
    }
}

fn phrase_at(phrase: &Phrase, first: &Token, tokens: &[Token]) -> Option<Occurrence> {
    let (_, first_term) = phrase.terms.first()?;
    if first.term != *first_term {
        return None;
    }
    let last = phrase.terms.len() - 1;
    let mut occurrence =
        Occurrence { begin: first.position, end: first.position + 1, chars: first.chars.clone() };
    for (index, (offset, term)) in phrase.terms.iter().enumerate().skip(1) {
        let position = first.position + offset;
        let from = tokens.partition_point(|token| token.position < position);
        let mut there = tokens[from..].iter().take_while(|token| token.position == position);
        let goes_on = phrase.goes_on && index == last;
        let found =
            there.find(|token| if goes_on { token.term.starts_with(term) } else { token.term == *term })?;
        occurrence.end = position + 1;
        occurrence.chars.end = occurrence.chars.end.max(found.chars.end);
    }
    Some(occurrence)
}

/// The matches of a clause; of words near each other those that are.
fn clause_matches(clause: &Clause, matchers: &[Matcher<'_>], tokens: &[Token]) -> Vec<Occurrence> {
    let found = |matcher: &Matcher<'_>| -> Vec<Occurrence> {
        tokens.iter().filter_map(|token| matcher.at(token, tokens)).collect()
    };
    let mut all: Vec<Vec<Occurrence>> = matchers.iter().map(found).collect();
    for (index, (within, _)) in clause.near.iter().enumerate() {
        all[index + 1] = keep_near(&all[index + 1], &all[index], *within);
    }
    for (index, (within, _)) in clause.near.iter().enumerate().rev() {
        all[index] = keep_near(&all[index], &all[index + 1], *within);
    }
    all.into_iter().flatten().collect()
}

/// The occurrences that have one of `others` near them, as the index reckons it. All of one list are equally long.
fn keep_near(kept: &[Occurrence], others: &[Occurrence], within: u32) -> Vec<Occurrence> {
    let begins_between = |from: u32, to: u32| {
        let first = others.partition_point(|other| other.begin < from);
        others.get(first).is_some_and(|other| other.begin <= to)
    };
    let ends_between = |from: u32, to: u32| {
        let first = others.partition_point(|other| other.end < from);
        others.get(first).is_some_and(|other| other.end <= to)
    };
    let is_near = |one: &&Occurrence| {
        ends_between(one.begin.saturating_sub(within), one.begin) || begins_between(one.end, one.end + within)
    };
    kept.iter().filter(is_near).cloned().collect()
}

/// Overlapping spans are one.
fn join(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_by_key(|span| span.start);
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}
