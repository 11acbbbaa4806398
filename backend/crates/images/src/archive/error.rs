//! Why an archive cannot be used.

use blendscope_read::ZipError;
use std::io;
use std::path::PathBuf;

/// Why an archive has no index.
#[derive(Debug, thiserror::Error)]
pub(super) enum ArchiveError {
    /// The system failed to read it.
    #[error("the archive cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Its first bytes are those of something else.
    #[error("neither a tar nor a zip archive by its first bytes")]
    NotAnArchive,
    /// Its directory or its first header makes no sense.
    #[error("{reason} (byte {offset})")]
    Damaged {
        /// Where it is.
        offset: u64,
        /// What is wrong.
        reason: &'static str,
    },
    /// The index cannot be written.
    #[error("the archive's index cannot be written to {}: {source}", path.display())]
    Cache {
        /// The cache folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The program ends.
    #[error("indexing the archive was stopped")]
    Stopped,
}

impl From<ZipError> for ArchiveError {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(error) => Self::Io(error),
            ZipError::Damaged { offset, reason } => Self::Damaged { offset, reason },
        }
    }
}
