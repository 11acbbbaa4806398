//! A column of sets: of every row, which of a few values it has (its image sources, its templates).
//!
//! Rows repeat the same few sets, so a row holds only the number of its set. Two files make such a column:
//!
//! - `{name}.1.col`, a column of set numbers in the format of [`super::format`];
//! - `{name}.1.sets`, what the numbers mean; see [`dictionary`].
//!
//! Set 0 is the empty set. Both files only grow, the second one first, so that what a commit counts can be read while
//! more is added. Distinct sets are bounded: rows whose set found no place have set 0, and are counted.

mod dictionary;
mod interned;

use super::{ColumnError, ColumnReader, ColumnWriter};
use dictionary::{Dictionary, DictionaryWriter};
use interned::Interned;
use std::path::{Path, PathBuf};

/// Fills a column of sets.
pub(crate) struct SetColumnWriter {
    numbers: ColumnWriter,
    dictionary: DictionaryWriter,
    interned: Interned,
    /// Value numbers of the row at hand; kept for its memory.
    row: Vec<u32>,
}

impl SetColumnWriter {
    /// Begins the column `name` in `dir`, replacing one that is there.
    pub(crate) fn create(dir: &Path, name: &str) -> Result<Self, ColumnError> {
        Ok(Self {
            numbers: ColumnWriter::create(numbers_file(dir, name))?,
            dictionary: DictionaryWriter::create(sets_file(dir, name))?,
            interned: Interned::default(),
            row: Vec::new(),
        })
    }

    /// Adds the next row with its values, in any order; a value given twice counts once.
    pub(crate) fn push<'a>(&mut self, values: impl IntoIterator<Item = &'a str>) -> Result<(), ColumnError> {
        self.row.clear();
        self.row.extend(values.into_iter().map(|value| self.interned.value(value)));
        self.row.sort_unstable();
        self.row.dedup();
        let set = self.interned.set(&self.row);
        self.numbers.push(u64::from(set))
    }

    /// Hands everything to the operating system, so that readers see it.
    pub(crate) fn flush(&mut self) -> Result<(), ColumnError> {
        self.dictionary.append(&mut self.interned)?;
        self.numbers.flush()
    }

    /// Writes the rest and makes sure that everything survives a power cut.
    pub(crate) fn finish(mut self) -> Result<(), ColumnError> {
        self.dictionary.append(&mut self.interned)?;
        self.dictionary.sync()?;
        self.numbers.sync()
    }
}

/// Reads a column of sets.
pub(crate) struct SetColumn {
    numbers: ColumnReader,
    dictionary: Dictionary,
}

impl SetColumn {
    /// Opens the first `rows` rows of the column `name` in `dir`. Looks at every row: a millisecond per million.
    pub(crate) fn open(dir: &Path, name: &str, rows: usize) -> Result<Self, ColumnError> {
        let numbers = ColumnReader::open(&numbers_file(dir, name), rows)?;
        let path = sets_file(dir, name);
        let dictionary = Dictionary::read(&path)?;
        let last = numbers.iter().max().unwrap_or(0);
        if last >= dictionary.sets.len() as u64 {
            return Err(ColumnError::Damaged { path, offset: dictionary.bytes });
        }
        Ok(Self { numbers, dictionary })
    }

    /// Every value that occurs, by its number.
    pub(crate) fn values(&self) -> &[String] {
        &self.dictionary.values
    }

    /// Every set that occurs, by its number: ascending numbers of values. The first one is empty.
    pub(crate) fn sets(&self) -> &[Vec<u32>] {
        &self.dictionary.sets
    }

    /// Rows whose set found no place, among all that were written: their values are not told.
    pub(crate) fn untold(&self) -> u64 {
        self.dictionary.untold
    }

    /// The number of a row's set; the empty one past the end.
    pub(crate) fn set_of(&self, ordinal: u32) -> u32 {
        self.numbers.get(ordinal as usize).unwrap_or(0) as u32
    }

    /// The values of a set; none for numbers that are no set's.
    pub(crate) fn set(&self, number: u64) -> Vec<String> {
        let set = usize::try_from(number).ok().and_then(|number| self.sets().get(number));
        let values = set.into_iter().flatten().map(|value| self.values()[*value as usize].clone());
        values.collect()
    }

    /// The column of the rows' set numbers.
    pub(crate) fn numbers(&self) -> &ColumnReader {
        &self.numbers
    }
}

fn numbers_file(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.1.col"))
}

fn sets_file(dir: &Path, name: &str) -> PathBuf {
    dir.join(format!("{name}.1.sets"))
}

#[cfg(test)]
mod tests;
