//! The index of one archive: a file in our cache that says where each member is, version 3.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `BSARC\0\0\x03` |
//! | 16 | the start of the BLAKE3 of all that follows |
//! | 16 | the archive's [`Stamp`] |
//! | 8 | number of members, `u64` |
//! | 4 + 4 | lengths of the two texts at the end, `u32` |
//! | 45 × members | folder hash, name hash, offset, bytes stored, bytes unpacked, each `u64`; CRC-32, `u32`; packing, 1 byte; sorted |
//! | | the folder that holds all members; what is wrong with the archive, empty if nothing |
//!
//! Numbers are big endian, so that entries are sorted as bytes. Of several members with one path the last is behind
//! the others and counts, as when unpacking.

mod build;

pub(super) use build::UNFINISHED;

use super::error::ArchiveError;
use super::scan::{Packing, Place};
use crate::name_hash;
use blendscope_read::File;
use blendscope_read::mapped::FileBytes;
use std::fs::Metadata;
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{SystemTime, UNIX_EPOCH};

const MAGIC: &[u8; 8] = b"BSARC\0\0\x03";
const HEADER: usize = 56;
const CHECKED_FROM: usize = 24;

/// Bytes of an entry.
const ENTRY: usize = 45;

/// An archive's state on disk: it changes with path, size and time of the archive.
pub(super) type Stamp = [u8; 16];

/// What is known of an archive's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileState {
    pub bytes: u64,
    pub modified: Option<SystemTime>,
}

impl FileState {
    pub fn of(metadata: &Metadata) -> Self {
        Self { bytes: metadata.len(), modified: metadata.modified().ok() }
    }

    /// Nanoseconds since 1970.
    pub fn time(self) -> u128 {
        let since = self.modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        since.map_or(0, |since| since.as_nanos())
    }

    fn stamp(self, archive: &Path) -> Stamp {
        let identity = format!("{}|{}|{}", archive.display(), self.bytes, self.time());
        start_of_hash(identity.as_bytes())
    }
}

/// The index of one archive, mapped into memory.
pub(super) struct Index {
    map: FileBytes,
    members: usize,
    common_bytes: usize,
    trouble_bytes: usize,
}

impl Index {
    /// The index of an archive out of the cache folder; made if it is not there, or of another state of the archive.
    pub(super) fn of(
        archive: &Path,
        file: &File,
        state: FileState,
        cache: &Path,
        stopping: &AtomicBool,
    ) -> Result<Self, ArchiveError> {
        let name = blake3::hash(archive.as_os_str().as_encoded_bytes()).to_hex();
        let path = cache.join(format!("{}.members", &name[..32]));
        let stamp = state.stamp(archive);
        if let Ok(Some(index)) = Self::open(&path, &stamp) {
            return Ok(index);
        }
        build::build(file, &stamp, &path, stopping)?;
        let broken = |source| ArchiveError::Cache { path: cache.to_owned(), source };
        let built = Self::open(&path, &stamp).map_err(broken)?;
        built.ok_or_else(|| broken(io::Error::other("it does not come back as written")))
    }

    /// Opens an index; none if it is damaged or of another state of the archive.
    fn open(path: &Path, stamp: &Stamp) -> io::Result<Option<Self>> {
        Ok(Self::check(FileBytes::open(path, None)?, stamp))
    }

    fn check(map: FileBytes, stamp: &Stamp) -> Option<Self> {
        let header = map.get(..HEADER)?;
        let is_ours = is_whole(&map) && header[24..40] == *stamp;
        let members = usize::try_from(number(&header[40..48])).ok()?;
        let (common_bytes, trouble_bytes) =
            (number(&header[48..52]) as usize, number(&header[52..]) as usize);
        let length = members.checked_mul(ENTRY)?.checked_add(HEADER + common_bytes + trouble_bytes)?;
        (is_ours && map.len() == length).then_some(Self { map, members, common_bytes, trouble_bytes })
    }

    /// Whether its file has to be opened again, see [`FileBytes::has_changed`].
    pub(super) fn has_changed(&self) -> bool {
        self.map.has_changed()
    }

    /// Where a member is.
    pub(super) fn find(&self, folder: &str, name: &str) -> Option<Place> {
        let mut wanted = [0; 16];
        wanted[..8].copy_from_slice(&name_hash(folder).to_be_bytes());
        wanted[8..].copy_from_slice(&name_hash(name).to_be_bytes());
        let entries = self.entries();
        let behind = entries.partition_point(|entry| entry[..16] <= wanted[..]);
        let entry = entries[..behind].last().filter(|entry| entry[..16] == wanted)?;
        Some(Place {
            offset: number(&entry[16..24]),
            stored: number(&entry[24..32]),
            size: number(&entry[32..40]),
            crc: number(&entry[40..44]) as u32,
            packing: packing(entry[44])?,
        })
    }

    /// The hashes of the names in a folder, sorted.
    pub(super) fn names(&self, folder: &str) -> impl Iterator<Item = u64> + '_ {
        let wanted = name_hash(folder).to_be_bytes();
        let entries = self.entries();
        let begin = entries.partition_point(|entry| entry[..8] < wanted[..]);
        let in_folder = entries[begin..].iter().take_while(move |entry| entry[..8] == wanted);
        in_folder.map(|entry| number(&entry[8..16]))
    }

    /// The longest folder that all members lie in; empty if there is none.
    pub(super) fn common_folder(&self) -> &str {
        self.text(self.map.len() - self.common_bytes - self.trouble_bytes, self.common_bytes)
    }

    /// What is wrong with the archive, although it has an index.
    pub(super) fn trouble(&self) -> Option<&str> {
        let trouble = self.text(self.map.len() - self.trouble_bytes, self.trouble_bytes);
        (!trouble.is_empty()).then_some(trouble)
    }

    fn text(&self, begin: usize, length: usize) -> &str {
        std::str::from_utf8(&self.map[begin..begin + length]).unwrap_or_default()
    }

    fn entries(&self) -> &[[u8; ENTRY]] {
        self.map[HEADER..HEADER + self.members * ENTRY].as_chunks().0
    }
}

/// Whether a file is an index as it was written, of whatever archive.
pub fn is_whole(bytes: &[u8]) -> bool {
    let sum = bytes.strip_prefix(MAGIC).and_then(|rest| rest.get(..CHECKED_FROM - MAGIC.len()));
    sum.is_some_and(|sum| *sum == start_of_hash(&bytes[CHECKED_FROM..]))
}

fn start_of_hash(bytes: &[u8]) -> [u8; 16] {
    let mut start = [0; 16];
    blake3::Hasher::new().update(bytes).finalize_xof().fill(&mut start);
    start
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, &byte| value << 8 | u64::from(byte))
}

/// Zip's own numbers of its methods, and one that it does not have.
const PACKINGS: [(u8, Packing); 3] =
    [(0, Packing::ZipStored), (8, Packing::ZipDeflated), (255, Packing::Raw)];

fn packing(code: u8) -> Option<Packing> {
    PACKINGS.into_iter().find(|(number, _)| *number == code).map(|(_, packing)| packing)
}
