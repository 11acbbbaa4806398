//! A query together with the words of the index that its words stand for.

use crate::{Atom, Query, Scope};
use blendscope_shared::role::Role;
use std::collections::HashMap;
use std::sync::Arc;

/// A text that an index keeps of each sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextField {
    /// Instructions.
    Human,
    /// Responses.
    Gpt,
    /// System prompts.
    System,
    /// Turns of any other role.
    Other,
    /// Texts of all other keys of a record.
    Extra,
}

impl TextField {
    /// The field for turns of a role.
    pub fn of_role(role: &Role) -> Self {
        match role {
            Role::Human => Self::Human,
            Role::Gpt => Self::Gpt,
            Role::System => Self::System,
            Role::Other(_) => Self::Other,
        }
    }
}

impl Scope {
    /// The fields in which a clause is looked for.
    pub fn fields(self) -> &'static [TextField] {
        match self {
            Self::Turns => &[TextField::Human, TextField::Gpt, TextField::System, TextField::Other],
            Self::Human => &[TextField::Human],
            Self::Gpt => &[TextField::Gpt],
            Self::System => &[TextField::System],
            Self::Extra => &[TextField::Extra],
        }
    }
}

/// A word of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The term.
    pub term: String,
    /// Samples with it, counted once for each field.
    pub count: u64,
    /// The fields it stands in.
    pub fields: Vec<TextField>,
}

/// The words that a word stands for in a scope.
pub type FormsOf = HashMap<(Scope, Atom), Arc<[Form]>>;

/// A query made ready for one state of the index: searching and marking both go by it.
#[derive(Clone, Debug, Default)]
pub struct Expanded {
    query: Query,
    forms: FormsOf,
}

impl Expanded {
    /// A query with the words that each of its words stands for.
    pub fn new(query: Query, forms: FormsOf) -> Self {
        Self { query, forms }
    }

    /// The query, with the notes that its expansion gave.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// Adds remarks to the query's own.
    pub fn note(&mut self, notes: Vec<String>) {
        self.query.notes.extend(notes);
    }

    /// The same words of the index for a part of the query.
    #[must_use]
    pub fn with(&self, query: Query) -> Self {
        Self { query, forms: self.forms.clone() }
    }

    /// The words that a word or similar words stand for; none for other kinds.
    pub fn forms(&self, scope: Scope, atom: &Atom) -> &[Form] {
        let key = (scope, atom.clone());
        self.forms.get(&key).map(AsRef::as_ref).unwrap_or_default()
    }
}
