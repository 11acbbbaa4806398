//! Why a parquet file, or a part of it, could not be read.

use std::io;

/// Why a parquet file, or a part of it, could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ParquetError {
    /// The system failed to read.
    #[error("cannot read at byte {offset}: {source}")]
    Failed {
        /// The byte of the file where the part in question begins.
        offset: u64,
        /// What the system says.
        source: io::Error,
    },
    /// The file does not hold what was looked for.
    #[error("{message} (at byte {offset})")]
    Damaged {
        /// The byte of the file where the part in question begins.
        offset: u64,
        /// What is wrong there.
        message: String,
    },
}

impl ParquetError {
    pub(super) fn damaged(offset: u64, message: impl Into<String>) -> Self {
        Self::Damaged { offset, message: message.into() }
    }

    /// Tells what the system says from what [`bad`] says; `what` names the part of the file.
    pub(super) fn of(error: io::Error, offset: u64, what: &str) -> Self {
        if error.raw_os_error().is_some() {
            return Self::Failed { offset, source: error };
        }
        Self::Damaged { offset, message: format!("{what}: {error}") }
    }
}

impl From<ParquetError> for io::Error {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::Failed { source, .. } => source,
            ParquetError::Damaged { .. } => bad(error.to_string()),
        }
    }
}

/// The error of a decoder whose input is not what the format allows; its place is added further up.
pub(super) fn bad(message: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.into())
}

/// The error of a decoder whose input ends too early.
pub(super) fn ended(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, message)
}
