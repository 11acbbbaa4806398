//! What can go wrong with a whole annotation file.

use crate::disk::is_unanswered;
use std::io;
use std::path::PathBuf;

/// Why an annotation file, or a range of it, could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The system failed to read.
    #[error("cannot read {} at byte {offset}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Where reading stopped, in bytes of the file on disk.
        offset: u64,
        /// What the system says.
        source: io::Error,
    },
    /// A record's range is no longer there.
    #[error(
        "{len} bytes at byte {offset} of the text are not there any more: the file has changed, index it again"
    )]
    Gone {
        /// Where the range begins, in bytes of the unpacked text.
        offset: u64,
        /// Length of the range in bytes.
        len: u64,
    },
    /// A record's range cannot be fetched.
    #[error("cannot read {len} bytes at byte {offset} of the text: {source}")]
    Back {
        /// Where the range begins, in bytes of the unpacked text.
        offset: u64,
        /// Length of the range in bytes.
        len: u64,
        /// What the system says.
        source: io::Error,
    },
}

impl ReadError {
    /// Whether the system failed to read, as a disk or a network does for a while, whatever the file holds; or did not
    /// answer.
    pub fn is_of_system(&self) -> bool {
        match self {
            Self::Open { source, .. } | Self::Io { source, .. } | Self::Back { source, .. } => {
                source.raw_os_error().is_some() || is_unanswered(source)
            }
            Self::Gone { .. } => false,
        }
    }
}
