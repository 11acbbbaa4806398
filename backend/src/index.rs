//! The text index: everything that knows tantivy.
//!
//! Its face speaks only domain types (samples, rows, generations, queries), so that another engine can stand behind it
//! one day. Indexing, queries and highlighting share one definition of a term: [`tokens`].

mod analyzer;
mod best;
mod common;
mod dictionary;
mod directory;
mod docs;
mod evaluate;
mod expand;
mod explain;
mod inflect;
mod leaf;
mod living;
mod marks;
mod meaning;
mod merge;
mod plan;
mod positional;
mod prepared;
mod pruning;
mod query;
mod relevance;
mod scan;
mod schema;
mod scoring;
mod segments;
mod snippet;
mod source;
#[cfg(test)]
mod tests;
mod tokens;
mod view;
mod writer;

pub(crate) use best::Hit;
pub(crate) use directory::is_without_locks;
pub(crate) use expand::Expanded;
pub(crate) use marks::marks;
pub(crate) use meaning::Meaning;
pub(crate) use prepared::Prepared;
pub(crate) use query::{Clause, Condition, Fact, FactField, Leaf, Query, Scope};
pub(crate) use snippet::snippets;
pub(crate) use view::{Accepts, Counts, SearchView};
pub(crate) use writer::TextWriter;

use crate::budget::Spent;
use directory::IndexDirectory;
use living::LivingCache;
use schema::Fields;
use segments::SegmentCache;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use tantivy::directory::error::OpenReadError;
use tantivy::{Index, IndexReader, ReloadPolicy, TantivyError};

/// How often opening the files of a commit is tried again, and the time between.
const RELOADS: usize = 10;
const RELOAD_PAUSE: Duration = Duration::from_millis(50);

/// What goes wrong in the index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The engine said no.
    #[error("the index in {path}: {source}")]
    Engine {
        /// Folder of the index.
        path: String,
        /// What it said.
        source: tantivy::TantivyError,
    },
    /// A query could not be run.
    #[error("the search failed: {0}")]
    Search(#[from] tantivy::TantivyError),
    /// The request may cost no more.
    #[error(transparent)]
    Spent(#[from] Spent),
}

impl From<io::Error> for IndexError {
    fn from(error: io::Error) -> Self {
        Self::Search(error.into())
    }
}

/// What looking into the index comes to.
type Outcome<T> = Result<T, IndexError>;

impl IndexError {
    /// Whether the file system is to blame, so that the index itself may be sound.
    pub(crate) fn is_io(&self) -> bool {
        let Self::Engine { source, .. } = self else { return false };
        matches!(
            source,
            TantivyError::IoError(_) | TantivyError::OpenDirectoryError(_) | TantivyError::LockFailure(..)
        )
    }
}

/// An opened text index.
pub(crate) struct TextIndex {
    index: Index,
    fields: Fields,
    reader: IndexReader,
    segments: Arc<SegmentCache>,
    living: Arc<LivingCache>,
    path: String,
}

impl TextIndex {
    /// Opens the index in `dir`, which exists; makes a new one if there is none.
    pub(crate) fn open_or_create(dir: &Path) -> Result<Self, IndexError> {
        let path = dir.display().to_string();
        Self::open(dir, &path).map_err(|source| IndexError::Engine { path: path.clone(), source })
    }

    fn open(dir: &Path, path: &str) -> tantivy::Result<Self> {
        let (schema, fields) = Fields::build();
        let directory = IndexDirectory::open(dir)?;
        let index = Index::open_or_create(directory, schema)?;
        schema::register_analyzer(&index);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self {
            index,
            fields,
            reader,
            segments: Arc::default(),
            living: Arc::default(),
            path: path.to_owned(),
        })
    }

    /// What the last commit says about itself.
    pub(crate) fn payload(&self) -> Result<Option<String>, IndexError> {
        let metas = self.index.load_metas();
        metas.map(|metas| metas.payload).map_err(|source| self.engine_error(source))
    }

    /// The one writer of this index.
    pub(crate) fn writer(&self) -> Result<TextWriter, IndexError> {
        TextWriter::new(&self.index, self.fields, self.path.clone())
    }

    /// What can be searched as of the last commit.
    pub(crate) fn view(&self) -> Result<SearchView, IndexError> {
        let view = self.reload().and_then(|()| {
            SearchView::new(self.reader.searcher(), self.fields, &self.segments, &self.living)
        });
        view.map_err(|source| self.engine_error(source))
    }

    /// Opens the files of the last commit. Where the file system has no locks, another process may remove one of them
    /// at that moment, after it has committed others.
    fn reload(&self) -> tantivy::Result<()> {
        let mut outcome = self.reader.reload();
        for _ in 0..RELOADS {
            if !matches!(outcome, Err(TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(_)))) {
                break;
            }
            thread::sleep(RELOAD_PAUSE);
            outcome = self.reader.reload();
        }
        outcome
    }

    fn engine_error(&self, source: tantivy::TantivyError) -> IndexError {
        IndexError::Engine { path: self.path.clone(), source }
    }
}
