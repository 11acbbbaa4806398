//! The parts that say what the numbers of a column of sets mean: one per flush that brought something new.
//!
//! All numbers are little endian:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | rows so far whose set found no place |
//! | 4 | number of new values; each is its length (4 bytes) and its UTF-8 text |
//! | 4 | number of new sets; each is its size (4 bytes) and as many value numbers of 4 bytes, ascending |
//!
//! The empty set is number 0 and is not written.

use super::interned::Interned;
use crate::columns::ColumnError;
use crate::columns::parts::{Parts, PartsWriter};

/// Adds values and sets to a file.
pub(super) struct DictionaryWriter {
    name: &'static str,
    untold: u64,
}

impl DictionaryWriter {
    /// Begins a dictionary.
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, untold: 0 }
    }

    /// Writes what is new as a part of its own.
    pub(super) fn append(
        &mut self,
        interned: &mut Interned,
        file: &mut PartsWriter,
    ) -> Result<(), ColumnError> {
        let values = std::mem::take(&mut interned.new_values);
        let sets = std::mem::take(&mut interned.new_sets);
        if values.is_empty() && sets.is_empty() && interned.untold == self.untold {
            return Ok(());
        }
        self.untold = interned.untold;
        file.push(self.name, &encode(self.untold, &values, &sets)).map(drop)
    }
}

fn encode(untold: u64, values: &[String], sets: &[Vec<u32>]) -> Vec<u8> {
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
    body
}

/// What the numbers of a column of sets mean.
pub(super) struct Dictionary {
    /// Values by number.
    pub values: Vec<String>,
    /// Sets by number, the empty one first.
    pub sets: Vec<Vec<u32>>,
    /// Rows whose set found no place.
    pub untold: u64,
}

impl Dictionary {
    /// Reads all parts of a dictionary.
    pub(super) fn read(parts: &Parts, name: &str) -> Result<Self, ColumnError> {
        let mut all = Self { values: Vec::new(), sets: vec![Vec::new()], untold: 0 };
        for part in parts.all(name) {
            all.take(part?).ok_or_else(|| parts.damaged(0))?;
        }
        Ok(all)
    }

    /// Takes the values and sets of a part; `None` if it makes no sense.
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

/// What is left of a part.
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
