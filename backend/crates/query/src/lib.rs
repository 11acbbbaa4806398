//! Search queries: the parser of what the user typed, the one definition of a term, inflection, and highlighting.
//!
//! [`Query::parse`] reads a query, never failing; [`tokens`] cuts texts into terms, for the index, for queries and for
//! highlighting alike; [`snippets`] and [`marks`] show where a query matches. Nothing here knows an index: which of its
//! words a word stands for comes in as an [`Expanded`] query.

mod expanded;
pub mod inflect;
mod marks;
mod parsed;
mod snippet;
pub mod tokens;

pub use expanded::{Expanded, Form, FormsOf, TextField};
pub use marks::marks;
pub use parsed::{
    Atom, Clause, Condition, Leaf, Node, Phrase, Predicate, PredicateField, Query, SIMILAR_LETTERS_MAX, Scope,
};
pub use snippet::snippets;
pub use tokens::is_cjk;
