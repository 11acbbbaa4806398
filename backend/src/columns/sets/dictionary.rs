//! The file that says what the numbers of a column of sets mean, version 1.
//!
//! A file is the eight bytes `BSSETS\0\x01` and then blocks, one per flush that brought something new. All numbers are
//! little endian:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | bytes of the rest of the block after the checksum |
//! | 4 | checksum: the first bytes of the BLAKE3 hash of that rest |
//! | 8 | rows so far whose set found no place |
//! | 4 | number of new values; each is its length (4 bytes) and its UTF-8 text |
//! | 4 | number of new sets; each is its size (4 bytes) and as many value numbers of 4 bytes, ascending |
//!
//! A last block that is not all there belongs to a flush under way and is not read. The empty set is number 0 and is
//! not written.

use super::ColumnError;
use super::interned::Interned;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"BSSETS\0\x01";
const HEADER: usize = 8;

/// Appends values and sets to a dictionary file.
pub(super) struct DictionaryWriter {
    path: PathBuf,
    file: File,
    untold: u64,
}

impl DictionaryWriter {
    /// Begins a new file, replacing one that is there.
    pub(super) fn create(path: PathBuf) -> Result<Self, ColumnError> {
        let written = File::create(&path).and_then(|mut file| file.write_all(MAGIC).map(|()| file));
        match written {
            Ok(file) => Ok(Self { path, file, untold: 0 }),
            Err(source) => Err(ColumnError::Io { path, source }),
        }
    }

    /// Writes what is new as a block.
    pub(super) fn append(&mut self, interned: &mut Interned) -> Result<(), ColumnError> {
        let values = std::mem::take(&mut interned.new_values);
        let sets = std::mem::take(&mut interned.new_sets);
        if values.is_empty() && sets.is_empty() && interned.untold == self.untold {
            return Ok(());
        }
        self.untold = interned.untold;
        let block = encode_block(self.untold, &values, &sets);
        self.file.write_all(&block).map_err(|source| self.error(source))
    }

    /// Makes sure that what was written survives a power cut.
    pub(super) fn sync(&self) -> Result<(), ColumnError> {
        self.file.sync_data().map_err(|source| self.error(source))
    }

    fn error(&self, source: std::io::Error) -> ColumnError {
        ColumnError::Io { path: self.path.clone(), source }
    }
}

fn encode_block(untold: u64, values: &[String], sets: &[Vec<u32>]) -> Vec<u8> {
    let mut body = untold.to_le_bytes().to_vec();
    let number = |bytes: &mut Vec<u8>, value: usize| bytes.extend_from_slice(&(value as u32).to_le_bytes());
    number(&mut body, values.len());
    for value in values {
        number(&mut body, value.len());
        body.extend_from_slice(value.as_bytes());
    }
    number(&mut body, sets.len());
    for set in sets {
        number(&mut body, set.len());
        for value in set {
            number(&mut body, *value as usize);
        }
    }
    let mut block = Vec::with_capacity(HEADER + body.len());
    number(&mut block, body.len());
    block.extend_from_slice(&checksum(&body));
    block.extend_from_slice(&body);
    block
}

fn checksum(body: &[u8]) -> [u8; 4] {
    let hash = blake3::hash(body);
    std::array::from_fn(|place| hash.as_bytes()[place])
}

/// What the numbers of a column of sets mean.
pub(super) struct Dictionary {
    /// Values by number.
    pub(super) values: Vec<String>,
    /// Sets by number, the empty one first.
    pub(super) sets: Vec<Vec<u32>>,
    /// Rows whose set found no place.
    pub(super) untold: u64,
    /// Bytes of the file that were read.
    pub(super) bytes: usize,
}

impl Dictionary {
    /// Reads a dictionary file as far as whole blocks go.
    pub(super) fn read(path: &Path) -> Result<Self, ColumnError> {
        let file = std::fs::read(path).map_err(|source| ColumnError::Io { path: path.to_owned(), source })?;
        let mut all = Self { values: Vec::new(), sets: vec![Vec::new()], untold: 0, bytes: MAGIC.len() };
        let damaged = |offset| ColumnError::Damaged { path: path.to_owned(), offset };
        if !file.starts_with(MAGIC) {
            return Err(damaged(0));
        }
        while let Some((header, rest)) = file[all.bytes..].split_at_checked(HEADER) {
            let (length, sum) = header.split_at(4);
            let mut length = Cursor(length);
            let Some(body) = length.number().and_then(|length| rest.get(..length)) else { break };
            if sum != checksum(body) || all.take(body).is_none() {
                return Err(damaged(all.bytes));
            }
            all.bytes += HEADER + body.len();
        }
        Ok(all)
    }

    /// Takes the values and sets of a block; `None` if it makes no sense.
    fn take(&mut self, body: &[u8]) -> Option<()> {
        let (untold, rest) = body.split_first_chunk()?;
        self.untold = u64::from_le_bytes(*untold);
        let mut cursor = Cursor(rest);
        for _ in 0..cursor.number()? {
            let length = cursor.number()?;
            self.values.push(String::from_utf8(cursor.bytes(length)?.to_vec()).ok()?);
        }
        for _ in 0..cursor.number()? {
            let size = cursor.number()?;
            let set: Option<Vec<u32>> =
                (0..size).map(|_| cursor.number().map(|value| value as u32)).collect();
            let set = set?;
            if set.iter().any(|value| *value as usize >= self.values.len()) {
                return None;
            }
            self.sets.push(set);
        }
        cursor.0.is_empty().then_some(())
    }
}

/// What is left of a block.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn number(&mut self) -> Option<usize> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*number) as usize)
    }

    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }
}
