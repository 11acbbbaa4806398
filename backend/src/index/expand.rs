//! A query together with the words of the index that its words stand for.

use super::Outcome;
use super::dictionary::{Form, forms, similar};
use super::query::{Atom, Leaf, Query, Scope};
use super::scan::Scan;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

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
    pub(super) fn expand(&self, mut query: Query, scan: &Scan<'_>) -> Outcome<Expanded> {
        let mut found = HashMap::new();
        let mut notes = Vec::new();
        for (leaf, _) in query.leaves() {
            let Leaf::Clause(clause) = leaf else { continue };
            for atom in clause.atoms() {
                let forms = self.of(clause.scope, atom, scan)?;
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

    /// The words that a word or similar words stand for; none for other kinds.
    pub(super) fn of(&self, scope: Scope, atom: &Atom, scan: &Scan<'_>) -> Outcome<Arc<[Form]>> {
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (scope, atom.clone());
        if let Some(known) = lock().get(&key) {
            return Ok(Arc::clone(known));
        }
        let fields = scan.fields.of_scope(scope);
        let mut found = match atom {
            Atom::Word(term) => forms(scan, fields, term)?,
            Atom::Fuzzy(term, edits) => similar(scan, fields, term, *edits)?,
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
