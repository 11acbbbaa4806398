//! Pictures inside tar and zip archives, found and read without unpacking.
//!
//! Each archive gets an index of its members, made once and stored in the cache folder. [`Archives`] holds those of a
//! root and answers as if the archives had been unpacked where they lie.

mod index;
mod member;
mod mounts;

pub use index::is_intact as is_archive_index;
pub use member::Member;
pub use mounts::Archives;

use blendscope_read::{File, ZipError, open_file};
use index::scan;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Bytes at the start of a file by which an archive is recognized.
const HEAD: usize = 262;

/// The kinds of archives that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ArchiveKind {
    /// A tar archive, not packed.
    Tar,
    /// A zip archive.
    Zip,
}

impl ArchiveKind {
    /// The kind of a file that begins with `head` (262 bytes are enough), by its signature.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            return Some(Self::Zip);
        }
        head.get(257..).is_some_and(|rest| rest.starts_with(b"ustar")).then_some(Self::Tar)
    }

    fn of_file(file: &File) -> io::Result<Option<Self>> {
        let mut head = [0; HEAD];
        let filled = file.read_at(&mut head, 0)?;
        Ok(Self::of(&head[..filled]))
    }
}

/// Why an archive has no index.
#[derive(Debug, thiserror::Error)]
enum ArchiveError {
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

/// The paths of the first `at_most` files in an archive, as its members would be unpacked.
///
/// An archive that is damaged behind some of them still gives these.
pub fn first_names(path: &Path, at_most: usize) -> io::Result<Vec<String>> {
    let file = open_file(path)?;
    let mut names = Vec::new();
    let scanned = scan(&file, &mut |entry| {
        if names.len() < at_most {
            names.push(entry.path.to_owned());
        }
        if names.len() < at_most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    match scanned {
        Err(error) if names.is_empty() => Err(io::Error::other(error)),
        _ => Ok(names),
    }
}

#[cfg(test)]
mod tests;
