//! What a commit says about itself: the state of every annotation file.

use super::read_keys::ReadKeys;
use super::subsets::SubsetState;
use crate::columns::SetSums;
use blendscope_read::{Container, FolderStamp, list_pairs};
use serde::{Deserialize, Serialize};
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// Bytes at the head and at the tail of a file that its fingerprint looks at.
const FINGERPRINT_BYTES: usize = 64 << 10;

/// The payload of a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payload {
    /// Version of everything that is kept, see [`Payload::VERSION`].
    pub(super) version: u32,
    /// The number that the next generation gets.
    pub(super) next_generation: u32,
    /// One entry per generation in the index.
    pub(super) files: Vec<FileState>,
    /// Whether everything under the root had been read when this was committed.
    pub(super) is_final: bool,
}

impl Payload {
    /// Raised whenever what is indexed or counted changes, so that old indexes are made anew.
    pub(super) const VERSION: u32 = 9;

    /// Nothing indexed yet.
    pub(super) fn empty() -> Self {
        Self { version: Self::VERSION, next_generation: 1, files: Vec::new(), is_final: false }
    }

    /// Reads a payload; `None` if it is of another version or not one at all.
    pub(super) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|payload: &Self| payload.version == Self::VERSION)
    }

    /// The payload as text.
    pub(super) fn to_text(&self) -> String {
        serde_json::to_string(self).expect("a payload holds only strings and numbers")
    }
}

/// How far one generation of an annotation file has been read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileState {
    /// Number of the generation.
    pub(super) generation: u32,
    /// Slug of its dataset.
    pub(super) dataset: String,
    /// Relative to the root.
    pub(super) path: String,
    /// What kind of file it is.
    pub(super) container: Container,
    /// What the file was when reading it began.
    pub(super) stamp: Stamp,
    /// Samples in the index.
    pub(super) rows: u32,
    /// Bad records so far.
    pub(super) skipped: u64,
    /// Bytes read so far, as on disk.
    pub(super) bytes_done: u64,
    /// Whether it was read to its end.
    pub(super) complete: bool,
    /// Whether the system failed to read it, so that its end is missing and it is tried again.
    #[serde(default)]
    pub(super) failed: bool,
    /// Sums over its samples.
    pub(super) sums: SetSums,
    /// Which keys its records were read from.
    #[serde(default)]
    pub(super) read_keys: ReadKeys,
    /// By which rules its images got their keys, see [`Keys::stamp`](super::keys::Keys::stamp).
    pub(super) keys_stamp: u64,
    /// Image refs without a file, once the folders are listed.
    pub(super) missing: Option<u64>,
    /// State of the image folders when they were listed.
    pub(super) folders_stamp: u64,
    /// State of the image folders when the sizes of its pictures were looked up, once they were.
    #[serde(default)]
    pub(super) sized_at: Option<u64>,
    /// Image refs whose bytes are no picture, or not all of it, once they were looked at with the sizes.
    #[serde(default)]
    pub(super) broken: Option<u64>,
    /// What a list of ids says about its samples.
    #[serde(default)]
    pub(super) subset: Option<SubsetState>,
    /// Whether there is a column of the flags that are found when all samples of the dataset are read.
    #[serde(default)]
    pub(super) has_repeats: bool,
    /// Whether equal samples were looked for, and whether some are ranked.
    pub(super) ranks: Ranks,
}

/// Whether equal samples of a dataset have their ranks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ranks {
    /// Not looked for yet.
    #[default]
    Unknown,
    /// Every sample of the dataset is unique as far as this file goes.
    Unique,
    /// The rank column says which is which; the number changes with its values.
    Ranked(u64),
}

/// By what a changed file is noticed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    /// Size in bytes.
    pub(super) bytes: u64,
    /// Time of the last change, in nanoseconds since 1970.
    pub(super) modified_ns: i128,
    /// BLAKE3 of the first and the last 64 KiB, as hex.
    pub(super) fingerprint: String,
}

impl Stamp {
    /// Looks at a file, or at a folder of captions.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Self::of_folder(path, &metadata);
        }
        let bytes = metadata.len();
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; FINGERPRINT_BYTES.min(bytes as usize)];
        file.read_exact_at(&mut buffer, 0)?;
        hasher.update(&buffer);
        let tail = bytes - buffer.len() as u64;
        file.read_exact_at(&mut buffer, tail)?;
        hasher.update(&buffer);
        let fingerprint = hasher.finalize().to_hex()[..32].to_owned();
        Ok(Self { bytes, modified_ns: modified_ns(&metadata), fingerprint })
    }

    /// Looks at a folder of captions: its size is that of the captions, its fingerprint their names, sizes and times.
    fn of_folder(path: &Path, metadata: &Metadata) -> io::Result<Self> {
        let FolderStamp { bytes, hash } = FolderStamp::of(path, &list_pairs(path)?);
        let fingerprint = blake3::Hash::from_bytes(hash).to_hex()[..32].to_owned();
        Ok(Self { bytes, modified_ns: modified_ns(metadata), fingerprint })
    }

    /// Whether the file still has this size and time, the folder this time.
    pub(super) fn holds_for(&self, metadata: &Metadata) -> bool {
        let is_as_large = metadata.is_dir() || self.bytes == metadata.len();
        is_as_large && self.modified_ns == modified_ns(metadata)
    }

    /// Whether a file with this stamp has the same content, as far as can be told without reading it.
    pub(super) fn same_content(&self, other: &Self) -> bool {
        self.bytes == other.bytes
            && self.fingerprint == other.fingerprint
            && self.modified_ns == other.modified_ns
    }
}

fn modified_ns(metadata: &Metadata) -> i128 {
    let Ok(modified) = metadata.modified() else { return 0 };
    match modified.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos().cast_signed(),
        Err(before) => -before.duration().as_nanos().cast_signed(),
    }
}
