//! A column of sets: of every row, which of a few values it has (its image sources, its templates).
//!
//! Rows repeat the same few sets, so a row holds only the number of its set: a column as in [`super::format`]. What the
//! numbers mean is said by parts of their own, see [`dictionary`]; they are written first, so that what a commit counts
//! can be read while more is added. Set 0 is the empty set. Distinct sets are bounded: rows whose set found no place have
//! set 0, and are counted.

mod dictionary;
mod interned;

use super::parts::{Parts, PartsWriter};
use super::{ColumnError, ColumnReader, ColumnWriter};
use dictionary::{Dictionary, DictionaryWriter};
use interned::Interned;
use std::sync::Arc;

/// The names of the parts that make a column of sets.
#[derive(Clone, Copy, Debug)]
pub struct SetNames {
    /// The column of set numbers.
    pub numbers: &'static str,
    /// What the numbers mean.
    pub sets: &'static str,
}

/// Fills a column of sets.
pub struct SetColumnWriter {
    numbers: ColumnWriter,
    dictionary: DictionaryWriter,
    interned: Interned,
    /// Value numbers of the row at hand; kept for its memory.
    row: Vec<u32>,
}

impl SetColumnWriter {
    /// Begins a column.
    pub fn new(names: SetNames) -> Self {
        Self {
            numbers: ColumnWriter::new(names.numbers),
            dictionary: DictionaryWriter::new(names.sets),
            interned: Interned::default(),
            row: Vec::new(),
        }
    }

    /// Adds the next row with its values, in any order; a value given twice counts once.
    pub fn push<'a>(
        &mut self,
        values: impl IntoIterator<Item = &'a str>,
        file: &mut PartsWriter,
    ) -> Result<(), ColumnError> {
        self.row.clear();
        self.row.extend(values.into_iter().map(|value| self.interned.value(value)));
        self.row.sort_unstable();
        self.row.dedup();
        let set = self.interned.set(&self.row);
        self.numbers.push(u64::from(set), file)
    }

    /// Writes what is pending.
    pub fn flush(&mut self, file: &mut PartsWriter) -> Result<(), ColumnError> {
        self.dictionary.append(&mut self.interned, file)?;
        self.numbers.flush(file)
    }
}

/// Reads a column of sets.
pub struct SetColumn {
    numbers: ColumnReader,
    dictionary: Dictionary,
}

impl SetColumn {
    /// Opens the first `rows` rows of a column. Looks at every row: a millisecond per million.
    pub fn open(parts: &Arc<Parts>, names: SetNames, rows: usize) -> Result<Self, ColumnError> {
        let numbers = ColumnReader::open(parts, names.numbers, rows)?;
        let dictionary = Dictionary::read(parts, names.sets)?;
        let last = numbers.iter().max().unwrap_or(0);
        if last >= dictionary.sets.len() as u64 {
            return Err(parts.damaged(parts.bytes().len()));
        }
        Ok(Self { numbers, dictionary })
    }

    /// Every value that occurs, by its number.
    pub fn values(&self) -> &[String] {
        &self.dictionary.values
    }

    /// Every set that occurs, by its number: ascending numbers of values. The first one is empty.
    pub fn sets(&self) -> &[Vec<u32>] {
        &self.dictionary.sets
    }

    /// Rows whose set found no place, among all that were written: their values are not told.
    pub fn untold(&self) -> u64 {
        self.dictionary.untold
    }

    /// The number of a row's set; the empty one past the end.
    pub fn set_of(&self, ordinal: u32) -> u32 {
        self.numbers.get(ordinal as usize).unwrap_or(0) as u32
    }

    /// The values of a set; none for numbers that are no set's.
    pub fn set(&self, number: u64) -> Vec<String> {
        let set = usize::try_from(number).ok().and_then(|number| self.sets().get(number));
        let values = set.into_iter().flatten().map(|value| self.values()[*value as usize].clone());
        values.collect()
    }

    /// The column of the rows' set numbers.
    pub fn numbers(&self) -> &ColumnReader {
        &self.numbers
    }
}

#[cfg(test)]
mod tests;
