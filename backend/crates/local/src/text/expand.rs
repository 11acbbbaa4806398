//! Looks up the words of the index that the words of a query stand for.

use super::Outcome;
use super::dictionary::{forms, similar};
use super::scan::Scan;
use blendscope_query::{Atom, Expanded, Form, FormsOf, Leaf, Query, Scope};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Forms of a word that are looked for; a note says when there are more.
const FORMS_MAX: usize = 1000;

/// Expansions that are kept per state of the index.
const KEPT_MAX: usize = 2048;

/// Expansions of one state of the index, made once and shared by all who search it.
#[derive(Default)]
pub(super) struct Expansions(Mutex<FormsOf>);

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
        Ok(Expanded::new(query, found))
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
