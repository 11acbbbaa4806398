//! Which words of an index a word stands for: inflected and accented forms, words written alike, words that begin so, and
//! what may have been meant by one that occurs nowhere.
//!
//! Every engine has words in an order of its own making; it shows them as a [`Dictionary`]. The indexed terms are exact,
//! and all of this happens when a query is asked.

mod expansions;
mod forms;
mod meaning;

pub use expansions::{Expansions, FORMS_MAX};
pub use forms::{Beginning, Words};
pub use meaning::{meaning, suggestions};

use blendscope_query::TextField;
use tantivy_fst::Automaton;

/// Takes a word, a field that it stands in, and the samples with it there.
pub type Visit<'v> = dyn FnMut(&[u8], TextField, u64) + 'v;

/// The words of an index.
pub trait Dictionary {
    /// What goes wrong when it is asked.
    type Error;

    /// Calls `visit` with all words of some fields that an automaton recognizes and that stand before a word in the order of
    /// their bytes, where that is not empty. A word may come several times; its samples are then to be added up.
    fn search<A: Automaton>(
        &self,
        fields: &[TextField],
        automaton: &dyn Fn() -> A,
        before: &str,
        visit: &mut Visit<'_>,
    ) -> Result<(), Self::Error>
    where
        A::State: Clone;

    /// Samples with a word in a field.
    fn samples_with(&self, field: TextField, term: &str) -> Result<u64, Self::Error>;
}
