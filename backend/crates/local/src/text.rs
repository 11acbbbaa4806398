//! The text index: everything that knows tantivy.
//!
//! Its face speaks only domain types (samples, rows, generations, queries), so that another engine can stand behind it
//! one day. Indexing, queries and highlighting share one definition of a term: [`tokens`].

mod dictionary;
mod directory;
mod docs;
mod evaluate;
mod evaluated;
mod explain;
mod living;
mod plan;
mod positional;
mod prepared;
mod schema;
mod scoring;
mod segments;
mod source;
#[cfg(test)]
mod tests;
mod view;
mod writer;

pub(crate) use directory::examine_files;
pub(crate) use prepared::Prepared;
pub(crate) use view::Accepts;
pub(crate) use view::SearchView;
pub(crate) use view::rows_by_predicates;
pub(crate) use writer::TextWriter;

use blendscope_engine::{MayWrite, Spent};
use directory::{IndexDirectory, is_damage, opening};
use living::LivingCache;
use schema::Fields;
use segments::SegmentCache;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tantivy::directory::error::OpenReadError;
use tantivy::{Index, IndexReader, ReloadPolicy, TantivyError};

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
    pub fn is_io(&self) -> bool {
        let Self::Engine { source, .. } = self else { return false };
        match source {
            TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. }) => !is_damage(io_error),
            TantivyError::IoError(_)
            | TantivyError::OpenDirectoryError(_)
            | TantivyError::LockFailure(..) => true,
            _ => false,
        }
    }

    /// Whether the list of segments is gone or not as it was written.
    pub fn is_damage(&self) -> bool {
        let Self::Engine { source, .. } = self else { return false };
        match source {
            TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. }) => is_damage(io_error),
            TantivyError::OpenReadError(_) | TantivyError::DataCorruption(_) => true,
            _ => false,
        }
    }
}

/// An opened text index.
pub(crate) struct TextIndex {
    index: Index,
    directory: IndexDirectory,
    fields: Fields,
    reader: IndexReader,
    segments: Arc<SegmentCache>,
    living: Arc<LivingCache>,
    path: String,
}

impl TextIndex {
    /// Opens the index in `dir`, which exists; makes a new one if there is none. Before it writes, `may_write` is asked.
    pub(crate) fn open_or_create(dir: &Path, may_write: MayWrite) -> Result<Self, IndexError> {
        let path = dir.display().to_string();
        Self::open(dir, &path, may_write).map_err(|source| IndexError::Engine { path: path.clone(), source })
    }

    /// Whether there is one in `dir`.
    pub(crate) fn exists(dir: &Path) -> bool {
        dir.join(directory::SEGMENTS).exists()
    }

    /// Opens the index in `dir` without ever writing there.
    pub(crate) fn open_to_read(dir: &Path) -> Result<Self, IndexError> {
        Self::open_or_create(dir, Arc::new(|| Err(std::io::ErrorKind::PermissionDenied.into())))
    }

    fn open(dir: &Path, path: &str, may_write: MayWrite) -> tantivy::Result<Self> {
        let (schema, fields) = Fields::build();
        let directory = IndexDirectory::open(dir, may_write)?;
        let index = Index::open_or_create(directory.clone(), schema)?;
        schema::register_analyzer(&index);
        let reader =
            opening(&directory, || index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into())?;
        Ok(Self {
            index,
            directory,
            fields,
            reader,
            segments: Arc::default(),
            living: Arc::default(),
            path: path.to_owned(),
        })
    }

    /// The files that were found damaged. What they belong to is left out, and is gone with the next commit.
    pub(crate) fn damaged_files(&self) -> Vec<PathBuf> {
        self.directory.aside().files()
    }

    /// Whether the last commit has something that was found damaged.
    pub(crate) fn has_damage(&self) -> bool {
        self.directory.lists_aside()
    }

    /// Whether all files in use were read as a whole and held against their checksums.
    pub(crate) fn is_checked(&self) -> bool {
        self.directory.is_checked()
    }

    /// Whether files in use changed on disk, so that all of them should be checked again.
    pub(crate) fn has_changed(&self) -> bool {
        self.directory.has_changed()
    }

    /// Checks the files in use that were not checked when they were opened, or all of them `again`.
    pub(crate) fn check(&self, again: bool, is_stopping: &dyn Fn() -> bool) {
        self.directory.check(again, is_stopping);
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
        let view = opening(&self.directory, || {
            self.reader.reload()?;
            SearchView::new(self.reader.searcher(), self.fields, &self.segments, &self.living)
        });
        view.map_err(|source| self.engine_error(source))
    }

    fn engine_error(&self, source: tantivy::TantivyError) -> IndexError {
        IndexError::Engine { path: self.path.clone(), source }
    }
}
