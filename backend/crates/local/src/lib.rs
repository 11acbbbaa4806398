//! The engine of one machine: a text index in tantivy, and the files of generations beside it.
//!
//! [`LocalDriver`] opens it. It is filled by `writer`, answers by `ask`, and notices by `engine/integrity` when its files are not
//! as they were written.

mod ask;
#[cfg(test)]
mod conformance;
mod engine;
mod manifest;
mod rows;
mod text;
mod writer;

pub use engine::LocalDriver;

use ask::PredicateCache;
use blendscope_columns::GenerationColumns;
use blendscope_engine::Live;
use std::sync::Arc;
use text::SearchView;

/// One state of the index: what is live as of a commit. Later commits do not change it.
pub(crate) struct LocalView {
    text: SearchView,
    live: Arc<Live>,
    /// In the order of `live`.
    generations: Vec<Arc<GenerationColumns>>,
    /// Whether the text index may find samples that are not shown: their files changed or went, or their generation is
    /// damaged, which the next commit tells.
    hides_rows: bool,
    predicates: PredicateCache,
}

impl LocalView {
    /// The state of a text index in which these generations are live, in the order of `live`.
    pub(crate) fn new(text: SearchView, live: Arc<Live>, generations: Vec<Arc<GenerationColumns>>) -> Self {
        let is_hidden = |number: &u32| live.at(*number).is_none();
        let hides_rows = live.generations().iter().any(|of| !of.is_whole())
            || text.samples_by_generation().keys().any(is_hidden);
        Self { text, live, generations, hides_rows, predicates: PredicateCache::default() }
    }
}
