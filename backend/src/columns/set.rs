//! All columns of one generation.

use super::format::{ColumnReader, ColumnWriter};
use super::table::COLUMNS;
use super::{Column, ColumnError, Facts, Place};
use std::path::{Path, PathBuf};

/// The folder that holds the columns of a generation, below the folder for all columns.
pub(crate) fn generation_dir(columns: &Path, generation: u32) -> PathBuf {
    columns.join(format!("{generation:06}"))
}

/// Fills the columns of a generation.
pub(crate) struct ColumnSetWriter {
    columns: Vec<ColumnWriter>,
    rows: u32,
}

impl ColumnSetWriter {
    /// Begins the columns of a generation in `dir`.
    pub(crate) fn create(dir: &Path) -> Result<Self, ColumnError> {
        std::fs::create_dir_all(dir).map_err(|source| ColumnError::Io { path: dir.to_owned(), source })?;
        let columns = COLUMNS.iter().map(|spec| ColumnWriter::create(dir.join(spec.file)));
        Ok(Self { columns: columns.collect::<Result<_, _>>()?, rows: 0 })
    }

    /// Adds the next sample.
    pub(crate) fn push(&mut self, facts: &Facts) -> Result<(), ColumnError> {
        for (column, spec) in self.columns.iter_mut().zip(&COLUMNS) {
            column.push((spec.value)(facts))?;
        }
        self.rows += 1;
        Ok(())
    }

    /// Samples added so far.
    pub(crate) fn rows(&self) -> u32 {
        self.rows
    }

    /// Hands everything to the operating system, so that readers see it.
    pub(crate) fn flush(&mut self) -> Result<(), ColumnError> {
        self.columns.iter_mut().try_for_each(ColumnWriter::flush)
    }

    /// Makes sure that everything survives a power cut.
    pub(crate) fn sync(&mut self) -> Result<(), ColumnError> {
        self.columns.iter_mut().try_for_each(ColumnWriter::sync)
    }
}

/// Reads the columns of a generation.
pub(crate) struct ColumnSet {
    columns: Vec<ColumnReader>,
    rows: usize,
}

impl ColumnSet {
    /// Opens the first `rows` rows of the columns in `dir`.
    pub(crate) fn open(dir: &Path, rows: usize) -> Result<Self, ColumnError> {
        let columns = COLUMNS.iter().map(|spec| ColumnReader::open(&dir.join(spec.file), rows));
        Ok(Self { columns: columns.collect::<Result<_, _>>()?, rows })
    }

    /// Number of samples.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// One column.
    pub(crate) fn column(&self, column: Column) -> &ColumnReader {
        debug_assert!(COLUMNS[column as usize].column == column, "COLUMNS is in the order of Column");
        &self.columns[column as usize]
    }

    /// One value; zero past the end.
    pub(crate) fn value(&self, column: Column, ordinal: u32) -> u64 {
        self.column(column).get(ordinal as usize).unwrap_or(0)
    }

    /// Where a sample's record lies.
    pub(crate) fn place(&self, ordinal: u32) -> Place {
        Place {
            offset: self.value(Column::Offset, ordinal),
            length: self.value(Column::Length, ordinal) as u32,
            kept: self.value(Column::Kept, ordinal),
            record: self.value(Column::Skipped, ordinal) + u64::from(ordinal),
        }
    }
}
