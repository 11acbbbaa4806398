//! Pictures inside tar and zip archives, found and read without unpacking.
//!
//! Each archive gets an index of its members, made once and kept in the cache. [`Archives`] holds those of a root and
//! answers as if the archives had been unpacked where they lie.

mod error;
mod folders;
mod index;
mod member;
mod mounts;
mod names;
mod scan;

pub use index::is_whole as is_archive_index;
pub use member::Member;
pub use mounts::Archives;
pub use names::first_names;

use blendscope_read::File;
use std::io;

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

#[cfg(test)]
mod tests;
