//! The cache of the words that the words of queries stand for.

use crate::Dictionary;
use crate::forms::{forms, similar};
use blendscope_query::{Atom, Expanded, Form, Leaf, Query, Scope};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::collections::HashMap;
use std::sync::Arc;

/// Forms of a word that are looked for; a note says when there are more.
pub const FORMS_MAX: usize = 1000;

/// Bytes that all expansions in the cache of a state of the index take at most, about.
const CACHE_BYTES: u64 = 4 << 20;

/// Expansions that are expected, to begin with.
const EXPECTED: usize = 256;

/// Bytes of a form, about.
const FORM_BYTES: u64 = 64;

/// Cache of the expansions of one state of the index, made once and shared by all who search it.
pub struct Expansions(Cache<(Scope, Atom), Arc<[Form]>, Bytes>);

#[derive(Clone)]
struct Bytes;

impl Weighter<(Scope, Atom), Arc<[Form]>> for Bytes {
    fn weight(&self, _: &(Scope, Atom), forms: &Arc<[Form]>) -> u64 {
        (forms.len() as u64 + 1) * FORM_BYTES
    }
}

impl Default for Expansions {
    fn default() -> Self {
        Self(Cache::with_weighter(EXPECTED, CACHE_BYTES, Bytes))
    }
}

impl Expansions {
    /// Looks up the words that a query stands for.
    pub fn expand<D: Dictionary>(&self, mut query: Query, words: &D) -> Result<Expanded, D::Error> {
        let mut found = HashMap::new();
        let mut notes = Vec::new();
        for (leaf, _) in query.leaves() {
            let Leaf::Clause(clause) = leaf else { continue };
            for atom in clause.atoms() {
                let forms = self.of(clause.scope, atom, words)?;
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
    pub fn of<D: Dictionary>(&self, scope: Scope, atom: &Atom, words: &D) -> Result<Arc<[Form]>, D::Error> {
        let key = (scope, atom.clone());
        if let Some(known) = self.0.get(&key) {
            return Ok(known);
        }
        let fields = scope.fields();
        let mut found = match atom {
            Atom::Word(term) => forms(words, fields, term)?,
            Atom::Fuzzy(term, edits) => similar(words, fields, term, *edits)?,
            Atom::Exact(_) | Atom::Prefix(_) | Atom::Phrase(_) => Vec::new(),
        };
        found.truncate(FORMS_MAX);
        let found: Arc<[Form]> = found.into();
        self.0.insert(key, Arc::clone(&found));
        Ok(found)
    }
}
