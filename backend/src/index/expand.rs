//! A query together with the words of the index that its words stand for.

use super::dictionary::{Form, beginning, forms, similar};
use super::query::{Atom, Clause, Leaf, Query, Scope};
use super::schema::Fields;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::Searcher;

/// Forms of a word that are looked for; a note says when there are more.
const FORMS_MAX: usize = 1000;

/// Expansions that are kept per state of the index.
const KEPT_MAX: usize = 2048;

/// A query made ready for one state of the index: searching and marking both go by it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expanded {
    query: Query,
    forms: FormsOf,
}

/// Expansions of one state of the index, made once and shared by all who search it.
#[derive(Default)]
pub(super) struct Expansions(Mutex<FormsOf>);

/// The words that a word stands for in a scope.
type FormsOf = HashMap<(Scope, Atom), Arc<[Form]>>;

impl Expanded {
    /// The query, with the notes that its expansion gave.
    pub(crate) fn query(&self) -> &Query {
        &self.query
    }

    /// Adds remarks to the query's own.
    pub(crate) fn note(&mut self, notes: Vec<String>) {
        self.query.notes.extend(notes);
    }

    /// The same words of the index for a part of the query.
    pub(crate) fn with(&self, query: Query) -> Self {
        Self { query, forms: self.forms.clone() }
    }

    /// The words that a word or similar words stand for; none for other kinds.
    pub(super) fn forms(&self, scope: Scope, atom: &Atom) -> &[Form] {
        let key = (scope, atom.clone());
        self.forms.get(&key).map(AsRef::as_ref).unwrap_or_default()
    }
}

impl Expansions {
    /// Looks up the words that a query stands for.
    pub(super) fn expand(
        &self,
        mut query: Query,
        searcher: &Searcher,
        fields: &Fields,
    ) -> tantivy::Result<Expanded> {
        let mut found = HashMap::new();
        let mut notes = Vec::new();
        for (leaf, _) in query.leaves() {
            let Leaf::Clause(clause) = leaf else { continue };
            for atom in clause.atoms() {
                let forms = self.of(clause.scope, atom, searcher, fields)?;
                if forms.len() >= FORMS_MAX {
                    notes.push(format!(
                        "`{}`: only its {FORMS_MAX} most frequent forms are looked for",
                        clause.text
                    ));
                }
                found.insert((clause.scope, atom.clone()), forms);
            }
        }
        query.notes.extend(notes);
        Ok(Expanded { query, forms: found })
    }

    fn of(
        &self,
        scope: Scope,
        atom: &Atom,
        searcher: &Searcher,
        fields: &Fields,
    ) -> tantivy::Result<Arc<[Form]>> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (scope, atom.clone());
        if let Some(known) = lock().get(&key) {
            return Ok(Arc::clone(known));
        }
        let fields = fields.of_scope(scope);
        let mut found = match atom {
            Atom::Word(term) => forms(searcher, fields, term)?,
            Atom::Fuzzy(term, edits) => similar(searcher, fields, term, *edits)?,
            Atom::Exact(_) | Atom::Prefix(_) | Atom::Phrase(_) => Vec::new(),
        };
        found.truncate(FORMS_MAX);
        let found: Arc<[Form]> = found.into();
        let mut kept = lock();
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&found));
        Ok(found)
    }
}

/// What a clause stands for, for people to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// Words looked for in its place, with their samples counted once for each field, the most frequent first.
    pub(crate) forms: Vec<(String, u64)>,
    /// How many there are.
    pub(crate) forms_count: usize,
    /// Words of the index that are written like one that does not occur.
    pub(crate) suggestions: Vec<String>,
}

/// Forms shown.
const SHOWN_MAX: usize = 12;

/// Suggestions per word.
const SUGGESTIONS_MAX: usize = 3;

/// Letters from which a suggestion may differ in two.
const FAR_LETTERS: usize = 6;

/// What a clause stands for.
pub(super) fn meaning(
    expanded: &Expanded,
    clause: &Clause,
    searcher: &Searcher,
    fields: &Fields,
) -> tantivy::Result<Meaning> {
    let fields = fields.of_scope(clause.scope);
    let mut meaning = Meaning::default();
    for atom in clause.atoms() {
        let (forms, count) = match atom {
            Atom::Prefix(prefix) => beginning(searcher, fields, prefix, SHOWN_MAX)?,
            Atom::Word(_) | Atom::Fuzzy(..) => {
                let forms = expanded.forms(clause.scope, atom);
                (forms.iter().take(SHOWN_MAX).cloned().collect(), forms.len())
            }
            Atom::Exact(_) | Atom::Phrase(_) => continue,
        };
        meaning.forms.extend(forms.into_iter().map(|form| (form.term, form.count)));
        meaning.forms_count += count;
    }
    for term in unknown_words(expanded, clause, searcher, fields)? {
        meaning.suggestions.extend(suggestions(searcher, fields, &term)?);
    }
    Ok(meaning)
}

/// The words of a clause that stand nowhere.
fn unknown_words(
    expanded: &Expanded,
    clause: &Clause,
    searcher: &Searcher,
    fields: &[tantivy::schema::Field],
) -> tantivy::Result<Vec<String>> {
    let mut unknown = Vec::new();
    for atom in clause.atoms() {
        let terms: Vec<&String> = match atom {
            Atom::Word(term) | Atom::Fuzzy(term, _) if expanded.forms(clause.scope, atom).is_empty() => {
                vec![term]
            }
            Atom::Exact(term) => vec![term],
            Atom::Phrase(phrase) if !phrase.goes_on => phrase.terms.iter().map(|(_, term)| term).collect(),
            _ => continue,
        };
        for term in terms {
            if !occurs(searcher, fields, term)? && unknown.len() < SUGGESTIONS_MAX {
                unknown.push(term.clone());
            }
        }
    }
    Ok(unknown)
}

fn occurs(searcher: &Searcher, fields: &[tantivy::schema::Field], term: &str) -> tantivy::Result<bool> {
    for field in fields {
        if searcher.doc_freq(&tantivy::Term::from_field_text(*field, term))? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Words written nearly so, nearer ones first, then the most frequent.
fn suggestions(
    searcher: &Searcher,
    fields: &[tantivy::schema::Field],
    term: &str,
) -> tantivy::Result<Vec<String>> {
    let letters = term.chars().count();
    if letters < 3 || !term.chars().all(char::is_alphabetic) || term.starts_with(super::tokens::is_cjk) {
        return Ok(Vec::new());
    }
    let mut found = similar(searcher, fields, term, 1)?;
    if found.is_empty() && letters >= FAR_LETTERS {
        found = similar(searcher, fields, term, 2)?;
    }
    Ok(found.into_iter().take(SUGGESTIONS_MAX).map(|form| form.term).collect())
}
