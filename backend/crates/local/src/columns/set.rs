//! All columns of one generation.

use super::format::{ColumnReader, ColumnWriter};
use super::parts::{Parts, PartsWriter};
use super::table::COLUMNS;
use super::{Column, ColumnError, Place, SampleValues};
use std::sync::Arc;

/// Fills the columns of a generation.
pub struct ColumnSetWriter {
    columns: Vec<ColumnWriter>,
    rows: u32,
}

impl Default for ColumnSetWriter {
    fn default() -> Self {
        Self { columns: COLUMNS.iter().map(|spec| ColumnWriter::new(spec.name)).collect(), rows: 0 }
    }
}

impl ColumnSetWriter {
    /// Adds the next sample.
    pub fn push(&mut self, facts: &SampleValues, file: &mut PartsWriter) -> Result<(), ColumnError> {
        for (column, spec) in self.columns.iter_mut().zip(&COLUMNS) {
            column.push((spec.value)(facts), file)?;
        }
        self.rows += 1;
        Ok(())
    }

    /// Samples added so far.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Writes what is pending.
    pub fn flush(&mut self, file: &mut PartsWriter) -> Result<(), ColumnError> {
        self.columns.iter_mut().try_for_each(|column| column.flush(file))
    }
}

/// Reads the columns of a generation.
pub struct ColumnSet {
    columns: Vec<ColumnReader>,
    rows: usize,
}

impl ColumnSet {
    /// Opens the first `rows` rows of the columns of a generation.
    pub fn open(parts: &Arc<Parts>, rows: usize) -> Result<Self, ColumnError> {
        let columns = COLUMNS.iter().map(|spec| ColumnReader::open(parts, spec.name, rows));
        Ok(Self { columns: columns.collect::<Result<_, _>>()?, rows })
    }

    /// Number of samples.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// One column.
    pub fn column(&self, column: Column) -> &ColumnReader {
        debug_assert!(COLUMNS[column as usize].column == column, "COLUMNS is in the order of Column");
        &self.columns[column as usize]
    }

    /// One value; zero past the end.
    pub fn value(&self, column: Column, ordinal: u32) -> u64 {
        self.column(column).get(ordinal as usize).unwrap_or(0)
    }

    /// Where a sample's record lies; its file's first sample has the row `first_row`.
    pub fn place(&self, row: u32, first_row: u32) -> Place {
        Place {
            offset: self.value(Column::Offset, row),
            length: self.value(Column::Length, row) as u32,
            kept: self.value(Column::Kept, row),
            record: self.value(Column::Skipped, row) + u64::from(row - first_row),
        }
    }
}
