//! The boxes of a root's box files by id: where in which file the item of an id stands.
//!
//! The items stay in the box files. The table of them is one file of the index home:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `BSBOX\0\0\x02` |
//! | 8 | checksum of all that follows: the first bytes of its BLAKE3 hash |
//! | 8 | length of the next part, `u64` little endian |
//! | … | the box files as JSON, with what they were when they were read |
//! | 24 each | the items, sorted: hash of the id (`u64`), number of the file (`u32`), first byte (`u64`), bytes (`u32`), all little endian |
//!
//! It is replaced as a whole when a box file comes, goes or changes.

use crate::LibraryError;
use crate::store::state::Stamp;
use blendscope_read::mapped::FileBytes;
use blendscope_read::{
    Container, Problem, id_hash, index_boxes, look_at, open_file, parse_boxes, read_back, reads,
};
use blendscope_shared::sample::LabelledBox;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::fs::File;
use std::io;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

const MAGIC: &[u8; 8] = b"BSBOX\0\0\x02";

/// Bytes before what the checksum is of.
const CHECKED_FROM: usize = MAGIC.len() + size_of::<u64>();

/// Bytes before the list of box files.
const HEAD: usize = CHECKED_FROM + size_of::<u64>();

/// Bytes of an item.
const ENTRY: usize = 24;

/// Where an item is; the order is the one of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    /// Hash of the id.
    hash: u64,
    /// Number of the box file.
    file: u32,
    /// Its first byte.
    offset: u64,
    /// Its bytes.
    length: u32,
}

/// A box file, and what reading it showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BoxFile {
    /// Its path, for people: what is not UTF-8 in it is replaced.
    pub path: String,
    /// What it was when it was read; none when it cannot be read.
    stamp: Option<Stamp>,
    /// Items with boxes of a picture.
    pub items: u64,
    /// Items with boxes of a video, which are not shown.
    pub videos: u64,
    /// Number of what is wrong in it.
    pub problems: u64,
    /// The first of what is wrong in it, each a sentence.
    pub first_problems: Vec<String>,
}

/// The boxes of all box files by id.
pub(crate) struct BoxIndex {
    map: FileBytes,
    /// Where the items begin.
    entries: usize,
    paths: Vec<PathBuf>,
    files: Vec<BoxFile>,
}

impl BoxIndex {
    /// Opens the table in `dir`, after reading the box files anew if one came, went or changed.
    ///
    /// None when there are no box files, or when `stopping` was set while they were read.
    pub(crate) fn open_or_build(
        dir: &Path,
        paths: &[PathBuf],
        stopping: &AtomicBool,
    ) -> Result<Option<Self>, LibraryError> {
        if paths.is_empty() {
            return Ok(None);
        }
        let table = dir.join("boxes.1.idx");
        if let Some(index) = Self::open(&table, paths).filter(Self::is_current) {
            return Ok(Some(index));
        }
        let failed = |source| LibraryError::IndexDir { path: table.clone(), source };
        std::fs::create_dir_all(dir).map_err(failed)?;
        if !build(&table, paths, stopping).map_err(failed)? {
            return Ok(None);
        }
        let damaged = || failed(std::io::Error::other("what was just written cannot be read"));
        Self::open(&table, paths).ok_or_else(damaged).map(Some)
    }

    /// Opens a table; none when it is not there, damaged or of other files.
    fn open(table: &Path, paths: &[PathBuf]) -> Option<Self> {
        let map = FileBytes::open(table, None).ok()?;
        let checked = checked_part(&map)?;
        let length = u64::from_le_bytes(checked.first_chunk().copied()?);
        let entries = HEAD.checked_add(usize::try_from(length).ok()?)?;
        let files: Vec<BoxFile> = serde_json::from_slice(map.get(HEAD..entries)?).ok()?;
        let items: u64 = files.iter().map(|file| file.items).sum();
        let (whole, rest) = map[entries..].as_chunks::<ENTRY>();
        let is_whole = whole.len() as u64 == items && rest.is_empty();
        let is_of_these = files.iter().map(|file| file.path.clone()).eq(paths.iter().map(|path| shown(path)));
        (is_whole && is_of_these).then(|| Self { map, entries, paths: paths.to_vec(), files })
    }

    /// Whether its file has to be opened again, see [`FileBytes::has_changed`].
    pub(crate) fn has_changed(&self) -> bool {
        self.map.has_changed()
    }

    /// Whether every box file is what it was.
    fn is_current(&self) -> bool {
        let mut pairs = self.paths.iter().zip(&self.files);
        pairs.all(|(path, file)| Stamp::of(path).ok() == file.stamp)
    }

    /// The box files, with what reading them showed.
    pub(crate) fn files(&self) -> &[BoxFile] {
        &self.files
    }

    /// The boxes of an id, given as text without quotes; none when its box file has changed since it was read.
    ///
    /// Of several items of one id the last one of the first file counts: within a file later items replace earlier
    /// ones, as they do for the trainer.
    pub(crate) fn boxes_of(&self, id_text: &str) -> Vec<LabelledBox> {
        let mut places = self.places(id_hash(id_text));
        places.sort_by_key(|place| (place.file, Reverse(place.offset)));
        places.into_iter().find_map(|place| self.read(place, id_text)).unwrap_or_default()
    }

    /// The items whose id has this hash.
    fn places(&self, hash: u64) -> Vec<Entry> {
        let (entries, _) = self.map[self.entries..].as_chunks::<ENTRY>();
        let from = entries.partition_point(|entry| Entry::from_bytes(entry).hash < hash);
        entries[from..].iter().map(Entry::from_bytes).take_while(|entry| entry.hash == hash).collect()
    }

    fn read(&self, place: Entry, id_text: &str) -> Option<Vec<LabelledBox>> {
        let (path, about) = self.paths.get(place.file as usize).zip(self.files.get(place.file as usize))?;
        let _reading = reads::begin(path).ok()?;
        let file = open_file(path).ok()?;
        let is_same = about.stamp.as_ref()?.holds_for(&file.metadata().ok()?);
        if !is_same {
            return None;
        }
        let raw =
            read_back(&file, Container::JSON_ARRAY, None, place.offset, u64::from(place.length)).ok()?;
        // Another id may have the same hash.
        if look_at(&raw).ok()?.id != id_text {
            return None;
        }
        parse_boxes(&raw).ok()
    }
}

impl Entry {
    fn to_bytes(self) -> [u8; ENTRY] {
        let mut bytes = [0; ENTRY];
        bytes[..8].copy_from_slice(&self.hash.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.file.to_le_bytes());
        bytes[12..20].copy_from_slice(&self.offset.to_le_bytes());
        bytes[20..].copy_from_slice(&self.length.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8; ENTRY]) -> Self {
        let number = |at: usize, length: usize| {
            bytes[at..at + length].iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
        };
        Self {
            hash: number(0, 8),
            file: number(8, 4) as u32,
            offset: number(12, 8),
            length: number(20, 4) as u32,
        }
    }
}

/// The first bytes of the BLAKE3 hash of some bytes.
fn checksum(bytes: &[u8]) -> [u8; 8] {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(bytes).as_bytes()[..8]);
    first
}

/// What the checksum is of; none when that is not right.
fn checked_part(bytes: &[u8]) -> Option<&[u8]> {
    let (sum, checked) = bytes.strip_prefix(MAGIC)?.split_first_chunk()?;
    (checksum(checked) == *sum).then_some(checked)
}

/// Whether a file is one of boxes as it was written.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    checked_part(bytes).is_some()
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests;

/// Reads all box files and replaces the table of them; false when `stopping` was set before the end.
///
/// 24 bytes of memory per item, up to twice that while the list grows, and as much again while it is written.
pub(crate) fn build(table: &Path, paths: &[PathBuf], stopping: &AtomicBool) -> io::Result<bool> {
    let mut entries = Vec::new();
    let mut files = Vec::new();
    for (path, number) in paths.iter().zip(0..) {
        let Some(file) = read(path, number, &mut entries, stopping) else { return Ok(false) };
        files.push(file);
    }
    entries.sort_unstable();
    // Others may be making the same table, here or on another machine.
    let mut temporary = tempfile::NamedTempFile::new_in(table.parent().unwrap_or(Path::new(".")))?;
    write(temporary.as_file_mut(), &files, &entries)?;
    temporary.persist(table)?;
    Ok(true)
}

/// Reads one file. One that cannot be read is said to be so, and nothing else suffers.
fn read(path: &Path, number: u32, entries: &mut Vec<Entry>, stopping: &AtomicBool) -> Option<BoxFile> {
    let before = entries.len();
    // Taken first: what changes while it is read is noticed the next time.
    let stamp = Stamp::of(path);
    let end = index_boxes(path, &mut |id, offset, length| {
        if stopping.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        // An item fits into memory, so its length fits too.
        entries.push(Entry { hash: id_hash(id), file: number, offset, length: length as u32 });
        ControlFlow::Continue(())
    });
    match (stamp, end) {
        (Ok(_), Ok(end)) if end.stopped => None,
        (Ok(stamp), Ok(end)) => Some(BoxFile {
            path: shown(path),
            stamp: Some(stamp),
            items: end.items,
            videos: end.videos,
            problems: end.problems,
            first_problems: end.first_problems.iter().map(sentence).collect(),
        }),
        (Err(error), _) => Some(unreadable(path, format!("cannot open {}: {error}", path.display()))),
        (_, Err(error)) => {
            entries.truncate(before);
            Some(unreadable(path, error.to_string()))
        }
    }
}

fn sentence(problem: &Problem) -> String {
    format!("{}, at byte {}", problem.message, problem.offset)
}

fn unreadable(path: &Path, message: String) -> BoxFile {
    let path = shown(path);
    BoxFile { path, stamp: None, items: 0, videos: 0, problems: 1, first_problems: vec![message] }
}

fn write(out: &mut File, files: &[BoxFile], entries: &[Entry]) -> io::Result<()> {
    let about = serde_json::to_vec(files)?;
    let mut checked = (about.len() as u64).to_le_bytes().to_vec();
    checked.extend_from_slice(&about);
    checked.extend(entries.iter().flat_map(|entry| entry.to_bytes()));
    out.write_all(&[MAGIC.as_slice(), &checksum(&checked)].concat())?;
    out.write_all(&checked)?;
    out.sync_data()
}
