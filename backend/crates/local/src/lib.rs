//! The engine of one machine: a text index in tantivy, and columns of values addressed by row.
//!
//! [`LocalView`] answers questions as of a commit; [`TextIndex`], [`TextWriter`] and the files of columns are what it
//! is made of and filled by.

mod ask;
pub mod columns;
#[cfg(test)]
mod conformance;
mod generation;
mod text;

pub use columns::*;
pub use generation::{Contents, GenerationColumns};
pub use text::*;

use ask::PredicateCache;
use blendscope_engine::{EngineError, Live};
use std::sync::Arc;

/// One state of the index: what is live as of a commit. Later commits do not change it.
pub struct LocalView {
    text: SearchView,
    live: Arc<Live>,
    /// In the order of `live`.
    generations: Vec<Arc<GenerationColumns>>,
    /// Whether the text index may find samples that are not shown: their files changed or went, or their generation is
    /// damaged, which the next commit tells.
    hides_rows: bool,
    facts: PredicateCache,
}

impl LocalView {
    /// The state of a text index in which these generations are live, in the order of `live`.
    pub fn new(text: SearchView, live: Arc<Live>, generations: Vec<Arc<GenerationColumns>>) -> Self {
        let is_hidden = |number: &u32| live.at(*number).is_none();
        let hides_rows = live.generations().iter().any(|of| !of.is_whole())
            || text.samples_by_generation().keys().any(is_hidden);
        Self { text, live, generations, hides_rows, facts: PredicateCache::default() }
    }

    /// How many samples of each generation the text index finds.
    pub fn samples_by_generation(&self) -> blendscope_engine::Counts {
        self.text.samples_by_generation()
    }
}

impl From<IndexError> for EngineError {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Spent(spent) => Self::Spent(spent),
            error => Self::Failed(Box::new(error)),
        }
    }
}

/// An error of the engine.
fn failed(error: ColumnError) -> EngineError {
    EngineError::Failed(Box::new(error))
}
