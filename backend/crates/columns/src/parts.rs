//! The file of a generation: named parts, each written once, with directories and checksums.
//!
//! A file is the eight bytes `BSGEN\0\0\x01`, then parts, one behind the other, and behind each batch of parts a directory
//! of them. All numbers are little endian. A directory:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | end of the directory before it, zero for the first one |
//! | 4 | number of parts; each is: |
//! | 1, … | length of its name, its name |
//! | 8, 8 | its first byte in the file, its bytes |
//! | 8 | its checksum: the first bytes of its BLAKE3 hash |
//! | 4 | bytes of the directory up to here |
//! | 8 | checksum of the directory up to here |
//!
//! Files only grow. A commit says where the last directory that counts ends, and its checksum ([`PartsEnd`]): so each file
//! can be told from all others. What stands behind it is left from a process that was killed, or belongs to a batch under
//! way, and is not read. Several parts may have one name: a column has one
//! for each stretch of rows.

use crate::ColumnError;
use blendscope_engine::{EngineError, Outcome, Parts};
use blendscope_read::mapped::FileBytes;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::io::{BufWriter, ErrorKind, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"BSGEN\0\0\x01";

/// Bytes of length and checksum at the end of a directory.
const TRAILER: usize = 12;

/// Bytes that are gathered before they go to the file.
const BUFFER: usize = 256 << 10;

/// Writes the file of a generation.
pub struct PartsWriter {
    path: PathBuf,
    file: BufWriter<File>,
    /// Bytes written so far.
    at: u64,
    /// Parts that no directory lists yet.
    unlisted: Vec<(String, Place)>,
    /// The end of the last directory.
    end: PartsEnd,
}

/// The end of the last directory of a file that counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PartsEnd {
    /// Bytes before it.
    pub at: u64,
    /// Checksum of the directory, as a little-endian number.
    sum: u64,
}

/// Where a part is.
#[derive(Clone, Debug)]
struct Place {
    range: Range<u64>,
    checksum: [u8; 8],
}

impl PartsWriter {
    /// Begins a new file, replacing one that is there.
    pub fn create(path: PathBuf) -> Result<Self, ColumnError> {
        let created = File::create(&path).and_then(|file| {
            let mut file = BufWriter::with_capacity(BUFFER, file);
            file.write_all(MAGIC).map(|()| file)
        });
        match created {
            Ok(file) => {
                let at = MAGIC.len() as u64;
                Ok(Self { path, file, at, unlisted: Vec::new(), end: PartsEnd::default() })
            }
            Err(source) => Err(ColumnError::Io { path, source }),
        }
    }

    /// Adds a part; the name has at most 255 bytes. Gives its first byte in the file.
    pub fn push(&mut self, name: &str, bytes: &[u8]) -> Result<u64, ColumnError> {
        let begin = self.write(bytes)?;
        let place = Place { range: begin..self.at, checksum: checksum(bytes) };
        self.unlisted.push((name.to_owned(), place));
        Ok(begin)
    }

    /// Adds bytes that other parts point to; no directory lists them. Gives the first one's place in the file.
    pub fn write(&mut self, bytes: &[u8]) -> Result<u64, ColumnError> {
        let begin = self.at;
        self.file.write_all(bytes).map_err(|source| self.error(source))?;
        self.at += bytes.len() as u64;
        Ok(begin)
    }

    /// Lists what was added and hands everything to the operating system, so that readers see it. Gives the end of the
    /// directory, which [`PartsFile::open`] wants to know.
    pub fn flush(&mut self) -> Result<PartsEnd, ColumnError> {
        if !self.unlisted.is_empty() || self.end.at == 0 {
            let directory = encode(self.end.at, &std::mem::take(&mut self.unlisted));
            self.write(&directory)?;
            let sum = number(&directory[directory.len() - size_of::<u64>()..]);
            self.end = PartsEnd { at: self.at, sum };
        }
        self.file.flush().map_err(|source| self.error(source))?;
        Ok(self.end)
    }

    /// As [`Self::flush`], and makes sure that everything survives a power cut.
    pub fn sync(&mut self) -> Result<PartsEnd, ColumnError> {
        let end = self.flush()?;
        self.file.get_ref().sync_data().map_err(|source| self.error(source))?;
        Ok(end)
    }

    fn error(&self, source: io::Error) -> ColumnError {
        ColumnError::Io { path: self.path.clone(), source }
    }
}

/// The first bytes of the BLAKE3 hash of some bytes.
fn checksum(bytes: &[u8]) -> [u8; 8] {
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(bytes).as_bytes()[..8]);
    first
}

fn encode(before: u64, parts: &[(String, Place)]) -> Vec<u8> {
    let mut directory = before.to_le_bytes().to_vec();
    directory.extend_from_slice(&(parts.len() as u32).to_le_bytes());
    for (name, place) in parts {
        directory.push(name.len() as u8);
        directory.extend_from_slice(&name.as_bytes()[..usize::from(name.len() as u8)]);
        directory.extend_from_slice(&place.range.start.to_le_bytes());
        directory.extend_from_slice(&(place.range.end - place.range.start).to_le_bytes());
        directory.extend_from_slice(&place.checksum);
    }
    let sum = checksum(&directory);
    directory.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    directory.extend_from_slice(&sum);
    directory
}

/// The parts of a generation's file as of one commit.
pub struct PartsFile {
    path: PathBuf,
    file: FileBytes,
    /// By name, in the order in which they were written.
    places: BTreeMap<String, Vec<Place>>,
}

impl PartsFile {
    /// Opens the file as of the commit that says that its last directory ends so.
    pub fn open(path: &Path, end: PartsEnd) -> Result<Self, ColumnError> {
        let damaged = |offset| ColumnError::Damaged { path: path.to_owned(), offset };
        let file = FileBytes::open(path, Some(end.at)).map_err(|source| match source.kind() {
            ErrorKind::UnexpectedEof => damaged(end.at as usize),
            _ => ColumnError::Io { path: path.to_owned(), source },
        })?;
        let places = read_directories(&file, end.sum).map_err(damaged)?;
        Ok(Self { path: path.to_owned(), file, places })
    }

    /// All bytes of the file up to the last directory.
    pub fn bytes(&self) -> &[u8] {
        &self.file
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file has to be checked again, see [`FileBytes::has_changed`].
    pub fn has_changed(&self) -> bool {
        self.file.has_changed()
    }

    /// Says that the file was checked again and is whole.
    pub fn accept_change(&self) {
        self.file.accept_change();
    }

    /// Whether zeros stand in the place of something that could not be read, see [`FileBytes::has_lost_pages`].
    pub fn has_lost_pages(&self) -> bool {
        self.file.has_lost_pages()
    }

    /// Where the parts with a name are, in the order in which they were written.
    pub fn ranges(&self, name: &str) -> impl Iterator<Item = Range<usize>> + '_ {
        let places = self.places.get(name).into_iter().flatten();
        places.map(|place| place.range.start as usize..place.range.end as usize)
    }

    /// All parts with a name, their checksums looked at.
    pub fn all(&self, name: &str) -> impl Iterator<Item = Result<&[u8], ColumnError>> {
        self.places.get(name).into_iter().flatten().map(|place| self.checked(place))
    }

    /// Looks at the checksums of all parts: reads all of them, as they are on disk now.
    pub fn check(&self) -> Result<(), ColumnError> {
        let io = |source| ColumnError::Io { path: self.path.clone(), source };
        let file = File::open(&self.path).map_err(io)?;
        let mut buffer = Vec::new();
        for place in self.places.values().flatten() {
            let begin = place.range.start;
            buffer.resize((place.range.end - begin) as usize, 0);
            file.read_exact_at(&mut buffer, begin).map_err(|source| match source.kind() {
                ErrorKind::UnexpectedEof => self.damaged(begin as usize),
                _ => io(source),
            })?;
            if checksum(&buffer) != place.checksum {
                return Err(self.damaged(begin as usize));
            }
        }
        Ok(())
    }

    /// The names of all parts.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// The error of a file that stops making sense at a place.
    pub fn damaged(&self, offset: usize) -> ColumnError {
        ColumnError::Damaged { path: self.path.clone(), offset }
    }

    fn checked(&self, place: &Place) -> Result<&[u8], ColumnError> {
        let begin = place.range.start as usize;
        let bytes = &self.file[begin..place.range.end as usize];
        if checksum(bytes) == place.checksum { Ok(bytes) } else { Err(self.damaged(begin)) }
    }
}

impl Parts for PartsFile {
    fn count(&self, name: &str) -> usize {
        self.places.get(name).map_or(0, Vec::len)
    }

    fn get(&self, name: &str, number: usize) -> Outcome<Cow<'_, [u8]>> {
        let place = self.places.get(name).and_then(|places| places.get(number));
        let part = place.map_or_else(|| Err(self.damaged(0)), |place| self.checked(place));
        Ok(Cow::Borrowed(part?))
    }

    fn damaged(&self, name: &str) -> EngineError {
        self.damaged(self.ranges(name).next().map_or(0, |range| range.start)).into()
    }
}

/// Reads all directories, from the last one back, whose checksum is given; the error is where the file stops making sense.
fn read_directories(file: &[u8], sum: u64) -> Result<BTreeMap<String, Vec<Place>>, usize> {
    let sum_at = file.len().saturating_sub(size_of::<u64>());
    if number(&file[sum_at..]) != sum {
        return Err(sum_at);
    }
    if !file.starts_with(MAGIC) {
        return Err(0);
    }
    let mut places: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    let mut end = file.len();
    while end > 0 {
        let trailer = end.checked_sub(TRAILER).filter(|at| *at >= MAGIC.len()).ok_or(0_usize)?;
        let length = number(&file[trailer..trailer + 4]) as usize;
        let begin = trailer.checked_sub(length).ok_or(trailer)?;
        let directory = &file[begin..trailer];
        if checksum(directory) != file[trailer + 4..end] {
            return Err(trailer);
        }
        let (before, parts) = decode(directory, begin as u64).ok_or(begin)?;
        for (name, place) in parts.into_iter().rev() {
            places.entry(name).or_default().push(place);
        }
        // Every directory lies before the next one, so this ends.
        end = before.filter(|before| *before <= begin).ok_or(begin)?;
    }
    for places in places.values_mut() {
        places.reverse();
    }
    Ok(places)
}

/// Directory before this one, and the parts of this one, which all lie before `limit`.
type Decoded = (Option<usize>, Vec<(String, Place)>);

fn decode(directory: &[u8], limit: u64) -> Option<Decoded> {
    let mut rest = directory;
    let mut take = |count: usize| {
        let (taken, behind) = rest.split_at_checked(count)?;
        rest = behind;
        Some(taken)
    };
    let before = usize::try_from(number(take(8)?)).ok();
    let count = number(take(4)?);
    let mut parts = Vec::new();
    for _ in 0..count {
        let length = number(take(1)?) as usize;
        let name = String::from_utf8(take(length)?.to_vec()).ok()?;
        let (begin, bytes) = (number(take(8)?), number(take(8)?));
        let end = begin.checked_add(bytes).filter(|end| *end <= limit)?;
        let checksum = take(8)?.try_into().ok()?;
        parts.push((name, Place { range: begin..end, checksum }));
    }
    Some((before, parts))
}

/// A number of up to eight bytes, little endian.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_part_is_read_back_as_of_its_flush(
            batches in prop::collection::vec(prop::collection::vec(("[a-c]{1,2}", prop::collection::vec(any::<u8>(), 0..50)), 0..6), 1..5),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("1.gen");
            let mut writer = PartsWriter::create(path.clone()).unwrap();
            let mut ends = Vec::new();
            for batch in &batches {
                for (name, bytes) in batch {
                    writer.push(name, bytes).unwrap();
                }
                ends.push(writer.flush().unwrap());
            }
            for (number, end) in ends.iter().enumerate() {
                let parts = PartsFile::open(&path, *end).unwrap();
                parts.check().unwrap();
                let mut expected: BTreeMap<&str, Vec<&[u8]>> = BTreeMap::new();
                for (name, bytes) in batches[..=number].iter().flatten() {
                    expected.entry(name).or_default().push(bytes);
                }
                prop_assert!(parts.names().eq(expected.keys().copied()));
                for (name, all) in expected {
                    prop_assert_eq!(parts.all(name).map(Result::unwrap).collect::<Vec<_>>(), all.clone());
                    prop_assert_eq!(parts.count(name), all.len());
                    prop_assert_eq!(&*parts.get(name, all.len() - 1).unwrap(), *all.last().unwrap());
                }
            }
        }

        #[test]
        fn a_changed_byte_is_noticed(at: prop::sample::Index, change in 1u8..) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("1.gen");
            let mut writer = PartsWriter::create(path.clone()).unwrap();
            writer.push("one", b"some bytes").unwrap();
            writer.flush().unwrap();
            writer.push("two", b"and others").unwrap();
            let end = writer.sync().unwrap();
            let mut bytes = std::fs::read(&path).unwrap();
            *at.get_mut(&mut bytes) ^= change;
            std::fs::write(&path, bytes).unwrap();
            let checked = PartsFile::open(&path, end).and_then(|parts| parts.check());
            prop_assert!(checked.is_err());
        }
    }
}
