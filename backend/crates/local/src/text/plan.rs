//! How each word and phrase of a query is looked for in the index, field by field.

use crate::text::positional::{Positional, Sequence, Slot};
use crate::text::schema::{Fields, is_common, with_pairs};
use crate::text::source::Source;
use blendscope_query::{Atom, Clause, Expanded, Phrase, Scope, TextField};
use tantivy::schema::Field;

/// Forms of a word up to which each is scored; more than these are scored alike.
const SCORED_FORMS_MAX: usize = 48;

/// Relevance of another form, against one for the word as it was typed.
const FORM_WEIGHT: f32 = 0.9;

/// Relevance of the very word among words that begin so.
pub(crate) const EXACT_WEIGHT: f32 = 4.0;

/// How a clause is looked for in one field.
#[derive(Clone, Debug)]
pub(crate) enum Look {
    /// Words, each with its weight.
    Words(Vec<(String, f32)>),
    /// Words that all matter alike, but for the one that was typed.
    Alike(Source, String),
    /// Words in a row or near each other.
    Places(Positional),
}

impl Look {
    /// What its words take of memory, in bytes: thousands of forms may be meant by one.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Words(words) => words.iter().map(|(word, _)| size_of::<(String, f32)>() + word.len()).sum(),
            Self::Alike(source, typed) => source.size() + typed.len(),
            Self::Places(positional) => positional.size(),
        }
    }
}

/// How a clause is looked for in each of its fields.
pub(crate) fn plan(expanded: &Expanded, fields: &Fields, clause: &Clause) -> Vec<(Field, Look)> {
    let in_field = |text: &TextField| {
        let planner = Planner { expanded, scope: clause.scope, text: *text, field: fields.of(*text) };
        Some((planner.field, planner.look(clause)?))
    };
    clause.scope.fields().iter().filter_map(in_field).collect()
}

/// Plans how a clause is looked for in one of its fields.
struct Planner<'a> {
    expanded: &'a Expanded,
    scope: Scope,
    text: TextField,
    field: Field,
}

impl Planner<'_> {
    /// How a clause is looked for; none where it cannot occur.
    fn look(&self, clause: &Clause) -> Option<Look> {
        if !clause.near.is_empty() {
            let sequences = clause.atoms().map(|atom| self.sequence(atom));
            let reach = clause.near.iter().map(|(within, _)| *within).collect();
            return self.places(sequences.collect(), reach);
        }
        match &clause.first {
            Atom::Exact(term) => Some(Look::Words(vec![(term.clone(), 1.0)])),
            Atom::Prefix(prefix) => Some(Look::Alike(Source::Prefix(prefix.clone()), prefix.clone())),
            Atom::Word(typed) | Atom::Fuzzy(typed, _) => {
                let forms = self.forms(&clause.first);
                if forms.len() > SCORED_FORMS_MAX {
                    return Some(Look::Alike(Source::Terms(forms), typed.clone()));
                }
                let weighed = |form: String| {
                    let weight = if form == *typed { 1.0 } else { FORM_WEIGHT };
                    (form, weight)
                };
                let words: Vec<_> = forms.into_iter().map(weighed).collect();
                (!words.is_empty()).then_some(Look::Words(words))
            }
            Atom::Phrase(phrase) => {
                let paired = with_pairs(&phrase.terms);
                match paired.as_slice() {
                    [(_, term)] if !phrase.goes_on => Some(Look::Words(vec![(term.clone(), 1.0)])),
                    _ => self.places(vec![self.sequence(&clause.first)], Vec::new()),
                }
            }
        }
    }

    fn places(&self, sequences: Vec<Sequence>, reach: Vec<u32>) -> Option<Look> {
        let is_possible = sequences.iter().all(Sequence::is_possible);
        is_possible.then_some(Look::Places(Positional { sequences, reach, field: self.field }))
    }

    fn sequence(&self, atom: &Atom) -> Sequence {
        let source = match atom {
            Atom::Phrase(phrase) => return phrase_sequence(phrase),
            Atom::Exact(term) => Source::Terms(vec![term.clone()]),
            Atom::Prefix(prefix) => Source::Prefix(prefix.clone()),
            Atom::Word(_) | Atom::Fuzzy(..) => Source::Terms(self.forms(atom)),
        };
        Sequence { slots: vec![Slot::at(0, source)], length: 1 }
    }

    /// The forms of a word that the field has.
    fn forms(&self, atom: &Atom) -> Vec<String> {
        let forms = self.expanded.forms(self.scope, atom).iter();
        forms.filter(|form| form.fields.contains(&self.text)).map(|form| form.term.clone()).collect()
    }
}

fn phrase_sequence(phrase: &Phrase) -> Sequence {
    let length = phrase.terms.last().map_or(1, |(offset, _)| offset + 1);
    let (last, fixed) = match phrase.terms.split_last() {
        Some((last, fixed)) if phrase.goes_on => (Some(last), fixed),
        _ => (None, phrase.terms.as_slice()),
    };
    let term = |(offset, term)| Slot::at(offset, Source::Terms(vec![term]));
    let mut slots: Vec<Slot> = with_pairs(fixed).into_iter().map(term).collect();
    if let Some((offset, beginning)) = last {
        let before = fixed.last().filter(|(before, term)| before + 1 == *offset && is_common(term));
        slots.push(match before {
            // Very frequent words that begin so are found as pairs with the one before, without their positions.
            Some((before, word)) => Slot(vec![
                (*offset, Source::UncommonPrefix(beginning.clone())),
                (*before, Source::PairPrefix(format!("{word} {beginning}"))),
            ]),
            None => Slot::at(*offset, Source::Prefix(beginning.clone())),
        });
    }
    Sequence { slots, length }
}
