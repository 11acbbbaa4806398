//! What is known of each generation and of each annotation file.

use crate::store::read_keys::ReadKeys;
use crate::store::values::Sums;
use blendscope_engine::{Filled, Receipt};
use blendscope_read::{Container, File, FolderStamp, disk, list_pairs, open_file};
use serde::{Deserialize, Serialize};
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// Bytes at the head and at the tail of a file that its fingerprint looks at.
const FINGERPRINT_BYTES: usize = 64 << 10;

/// Into so many parts a file is divided; a block at the beginning of each is looked at too.
const FINGERPRINT_BLOCKS: u64 = 16;
const FINGERPRINT_BLOCK: usize = 4 << 10;

/// One reading of an annotation file, or of a group of small ones of one dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GenerationState {
    /// Its number.
    pub generation: u32,
    /// Slug of the dataset.
    pub dataset: String,
    /// The annotation files with their blocks of rows, in the order of these. Rows of files that changed or went since
    /// are in no block.
    pub files: Vec<FileState>,
    /// Its rows, those of files that changed or went too.
    pub rows: u32,
    /// What the engine has to know of it.
    pub receipt: Receipt,
    /// Whether all of it was read.
    pub complete: bool,
    /// By which rules its images got their keys, see [`Keys::stamp`](crate::store::keys::Keys::stamp).
    pub keys_stamp: u64,
    /// State of the image folders when they were listed, once they were.
    pub folders_stamp: Option<u64>,
    /// State of the image folders when the sizes of its pictures were looked up, once they were.
    pub sized_at: Option<u64>,
    /// What a list of ids says about its samples.
    pub subset: Option<SubsetState>,
    /// Whether equal samples were looked for, and whether some are ranked.
    pub ranks: Ranks,
}

impl GenerationState {
    /// Samples of its files.
    pub fn samples(&self) -> u64 {
        self.files.iter().map(|file| u64::from(file.rows)).sum()
    }

    /// Image refs of its files without a picture; none before the folders are listed.
    pub fn missing(&self) -> Option<u64> {
        self.folders_stamp?;
        Some(self.files.iter().filter_map(|file| file.missing).sum())
    }

    /// The generation as the engine knows it.
    pub fn filled(&self) -> Filled {
        Filled { generation: self.generation, receipt: self.receipt.clone(), samples: self.samples() }
    }

    /// The file with this path.
    pub fn file(&self, path: &str) -> Option<&FileState> {
        self.files.iter().find(|file| file.path == path)
    }
}

/// What a list says about the samples of one generation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubsetState {
    /// Slug of the list.
    pub list: String,
    /// Size and time of the list when it was read.
    pub stamp: (u64, u128),
    /// Different entries of the list.
    pub listed: u64,
    /// Why the list is not whole, if it is not.
    pub trouble: Option<String>,
    /// Whether it can be decided which samples are in the list; the sums are zero where it cannot.
    pub is_decided: bool,
    /// Samples that are in the list.
    pub found: u64,
    /// Sums over these, those of remote images left out.
    pub sums: Sums,
}

/// How far an annotation file has been read, and what was found in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileState {
    /// Relative to the root.
    pub path: String,
    /// What kind of file it is.
    pub container: Container,
    /// What the file was when reading it began.
    pub stamp: Stamp,
    /// BLAKE3 of all its bytes, as hex; empty until it was read to its end.
    pub content: String,
    /// Row of its first sample in the generation; those of the others follow.
    pub first_row: u32,
    /// Samples in the index.
    pub rows: u32,
    /// Bad records so far.
    pub skipped: u64,
    /// Bytes read so far, as on disk.
    pub bytes_done: u64,
    /// Whether it was read to its end.
    pub complete: bool,
    /// Whether the system failed to read it, so that its end is missing and it is tried again.
    #[serde(default)]
    pub failed: bool,
    /// Sums over its samples.
    pub sums: Sums,
    /// Which keys its records were read from.
    pub read_keys: ReadKeys,
    /// Image refs without a picture, once the folders are listed.
    pub missing: Option<u64>,
    /// Image refs whose bytes are no picture, or not all of it, once they were looked at with the sizes.
    pub broken: Option<u64>,
}

impl FileState {
    /// A file of which nothing is read yet.
    pub fn new(path: String, container: Container, stamp: Stamp) -> Self {
        Self {
            path,
            container,
            stamp,
            content: String::new(),
            read_keys: ReadKeys::default(),
            first_row: 0,
            rows: 0,
            skipped: 0,
            bytes_done: 0,
            complete: false,
            failed: false,
            sums: Sums::default(),
            missing: None,
            broken: None,
        }
    }
}

/// Whether equal samples of a dataset have their ranks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ranks {
    /// Not looked for yet.
    #[default]
    Unknown,
    /// Every sample of the dataset is unique as far as this file goes.
    Unique,
    /// The ranks say which is which; the number changes with its values.
    Ranked(u64),
}

/// By what a changed file is noticed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Size in bytes.
    pub bytes: u64,
    /// Time of the last change, in nanoseconds since 1970.
    pub modified_ns: i128,
    /// Time of the last change of anything about the file, its name and its rights included, in nanoseconds since 1970;
    /// no program can set it back.
    pub changed_ns: i128,
    /// BLAKE3 of the first and the last 64 KiB and of some blocks between, as hex.
    pub fingerprint: String,
    /// Number of the device that it was on; it may have another one after the next start of the machine.
    #[serde(default)]
    pub device: u64,
}

/// How a file compares with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compared {
    /// It is the same.
    Same,
    /// Only its times are others; this is what it is now.
    Touched(Stamp),
    /// It has another content; this is what it is now.
    Changed(Stamp),
}

impl Stamp {
    /// Looks at a file, or at a folder of captions.
    pub fn of(path: &Path) -> io::Result<Self> {
        let metadata = disk::metadata(path)?;
        if metadata.is_dir() {
            return Self::of_folder(path, &metadata);
        }
        let file = open_file(path)?;
        let metadata = file.metadata()?;
        let bytes = metadata.len();
        let fingerprint = fingerprint(&file, bytes)?;
        let (modified_ns, changed_ns) = (modified_ns(&metadata), changed_ns(&metadata));
        Ok(Self { bytes, modified_ns, changed_ns, fingerprint, device: metadata.dev() })
    }

    /// Compares a file with what it was, by reading as little of it as tells:
    ///
    /// 1. Size and all times are the same: so is the content, as far as can be told without reading it.
    /// 2. Size and fingerprint are the same, but not all times: all of it is read once and hashed.
    /// 3. Anything else is another content.
    ///
    /// Of a folder of captions the names, sizes and times of these decide.
    pub fn compare(&self, content: &str, path: &Path) -> io::Result<Compared> {
        let metadata = disk::metadata(path)?;
        let is_folder = metadata.is_dir();
        if !is_folder && self.is_untouched(&metadata) {
            return Ok(Compared::Same);
        }
        let now = Self::of(path)?;
        let looks_alike = self.bytes == now.bytes && self.fingerprint == now.fingerprint;
        if looks_alike && self.same_times(&now) {
            return Ok(Compared::Same);
        }
        let is_same = looks_alike && (is_folder || content_hash(path)? == content);
        Ok(if is_same { Compared::Touched(now) } else { Compared::Changed(now) })
    }

    /// Looks at a folder of captions: its size is that of the captions, its fingerprint their names, sizes and times.
    fn of_folder(path: &Path, metadata: &Metadata) -> io::Result<Self> {
        let FolderStamp { bytes, hash } = FolderStamp::of(path, &list_pairs(path)?);
        let fingerprint = blake3::Hash::from_bytes(hash).to_hex()[..32].to_owned();
        let (modified_ns, changed_ns) = (modified_ns(metadata), changed_ns(metadata));
        Ok(Self { bytes, modified_ns, changed_ns, fingerprint, device: metadata.dev() })
    }

    /// Whether a file with this size and these times also has this content: by its fingerprint, and by all of it if
    /// that is wanted and `content` is known. What changed since is for [`compare`](Self::compare).
    pub fn is_true(&self, content: &str, path: &Path, all_of_it: bool) -> io::Result<bool> {
        let now = Self::of(path)?;
        let is_comparable = self.same_times(&now) && self.bytes == now.bytes;
        let is_whole = !all_of_it || content.is_empty() || content_hash(path)? == content;
        Ok(!is_comparable || self.fingerprint == now.fingerprint && is_whole)
    }

    fn same_times(&self, other: &Self) -> bool {
        self.modified_ns == other.modified_ns && self.changed_ns == other.changed_ns
    }

    /// Whether nothing about the file has changed, its times included.
    pub fn is_untouched(&self, metadata: &Metadata) -> bool {
        self.holds_for(metadata) && self.changed_ns == changed_ns(metadata)
    }

    /// Whether a file with this stamp has the same content, as far as can be told without reading it.
    pub fn same_content(&self, other: &Self) -> bool {
        self.bytes == other.bytes
            && self.fingerprint == other.fingerprint
            && self.modified_ns == other.modified_ns
    }

    /// Whether the file still has this size and time, the folder this time.
    pub fn holds_for(&self, metadata: &Metadata) -> bool {
        let is_as_large = metadata.is_dir() || self.bytes == metadata.len();
        is_as_large && self.modified_ns == modified_ns(metadata)
    }
}

/// Reads the first and the last 64 KiB of a file, and some blocks at even distances between, as far as they can be read.
fn fingerprint(file: &File, bytes: u64) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; FINGERPRINT_BYTES.min(bytes as usize)];
    let tail = bytes - buffer.len() as u64;
    for offset in [0, tail] {
        file.read_exact_at(&mut buffer, offset)?;
        hasher.update(&buffer);
    }
    if tail > FINGERPRINT_BYTES as u64 {
        let block = &mut buffer[..FINGERPRINT_BLOCK];
        for number in 1..FINGERPRINT_BLOCKS {
            let read = file.read_exact_at(block, bytes / FINGERPRINT_BLOCKS * number);
            hasher.update(if read.is_ok() { block } else { b"unreadable" });
        }
    }
    Ok(hasher.finalize().to_hex()[..32].to_owned())
}

/// BLAKE3 of all bytes of a file, as hex.
fn content_hash(path: &Path) -> io::Result<String> {
    let mut hash = ContentHash::of(open_file(path)?);
    hash.advance(u64::MAX)?;
    Ok(hash.finish())
}

/// Hashes a file while it is read by somebody else, shortly behind: what was just read is still in memory.
pub(crate) struct ContentHash {
    file: File,
    hasher: blake3::Hasher,
    done: u64,
    buffer: Vec<u8>,
}

/// Bytes that are hashed at once.
const HASHED_BYTES: usize = 256 << 10;

impl ContentHash {
    /// Begins with a file.
    pub(crate) fn of(file: File) -> Self {
        Self { file, hasher: blake3::Hasher::new(), done: 0, buffer: Vec::new() }
    }

    /// Hashes the bytes before a place, in whole steps; all bytes for a place behind the end.
    pub(crate) fn advance(&mut self, place: u64) -> io::Result<()> {
        self.buffer.resize(HASHED_BYTES, 0);
        while place.saturating_sub(self.done) >= HASHED_BYTES as u64 {
            let read = match self.file.read_at(&mut self.buffer, self.done) {
                Ok(0) => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            self.hasher.update(&self.buffer[..read]);
            self.done += read as u64;
        }
        Ok(())
    }

    /// The hash as hex.
    pub(crate) fn finish(&self) -> String {
        self.hasher.finalize().to_hex()[..32].to_owned()
    }
}

fn changed_ns(metadata: &Metadata) -> i128 {
    i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec())
}

fn modified_ns(metadata: &Metadata) -> i128 {
    let Ok(modified) = metadata.modified() else { return 0 };
    match modified.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos().cast_signed(),
        Err(before) => -before.duration().as_nanos().cast_signed(),
    }
}
