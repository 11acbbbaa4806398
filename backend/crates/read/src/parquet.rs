//! Parquet files: rows as JSON text, images by the address of their cell. The `parquet` crate decodes them.
//!
//! Made for files from anywhere: what a file claims is checked before a page is decoded (`footer`, `pages`), a panic
//! of the decoder is an error, and each row group is read by a decoder of its own, so that damage costs one group.
//!
//! Format: <https://parquet.apache.org/docs/file-format/>.

mod cell;
mod error;
mod footer;
mod group;
mod pages;
mod schema;
mod source;
mod table;
mod thrift;

pub(crate) use cell::read_cell;
pub(crate) use error::ParquetError;

use crate::File;
use crate::split::{Output, Stop};
use group::Group;
use std::collections::HashSet;
use table::Table;

/// What a parquet file begins and ends with.
pub(crate) const MAGIC: &[u8] = b"PAR1";

/// JSON text per byte of the file that is read at most, and the least that is allowed: a few bytes can stand for
/// billions of values.
const TEXT_RATIO: u64 = 128;
const LEAST_TEXT: u64 = 128 << 20;
/// What a lost row costs, in place of its text.
const LOST_ROW: u64 = 1024;

/// Streams the rows of a file in order, each as a JSON object of its columns.
///
/// A record's offset is that of its row group. Columns that cannot be read at all are reported once and left out;
/// where a page is damaged, the rest of its row group is lost.
pub(crate) fn read_parquet(file: &File, out: &mut Output<'_>) -> Result<(), Stop> {
    let table = match Table::open(file) {
        Ok(table) => table,
        Err(error) => return report(error, out),
    };
    let left = table.source.len().saturating_mul(TEXT_RATIO).max(LEAST_TEXT);
    let mut reader = Reader { table: &table, told: HashSet::new(), done: 0, left, out };
    for number in 0..table.metadata.metadata().num_row_groups() {
        reader.group(number)?;
        if reader.left == 0 {
            let message = "reading stops here: far more comes out of this file than its size allows";
            return reader.out.trouble(table.footer, message);
        }
    }
    Ok(())
}

fn report(error: ParquetError, out: &mut Output<'_>) -> Result<(), Stop> {
    match error {
        ParquetError::Failed { source, .. } => Err(Stop::Failed(source)),
        ParquetError::Damaged { offset, message } => out.trouble(offset, message),
    }
}

/// A file that is being read.
struct Reader<'t, 'o, 'v> {
    table: &'t Table,
    /// Leaf columns that were reported as ones that cannot be read.
    told: HashSet<usize>,
    /// Bytes of the row groups so far.
    done: u64,
    /// Bytes of text that may still come.
    left: u64,
    out: &'o mut Output<'v>,
}

impl Reader<'_, '_, '_> {
    fn group(&mut self, number: usize) -> Result<(), Stop> {
        let group = match Group::open(self.table, number) {
            Ok(group) => group,
            Err(error) => return self.lose(number, 0, error),
        };
        for (leaf, message) in &group.left_out {
            if self.told.insert(*leaf) {
                self.out.trouble(group.offset, message.clone())?;
            }
        }
        let mut row = 0;
        let mut record = Vec::new();
        let mut batches = match group.batches() {
            Ok(batches) => batches,
            Err(error) => return self.lose(number, 0, error),
        };
        while row < group.rows {
            let batch = match batches.next() {
                Ok(Some(batch)) => batch,
                Ok(None) => {
                    let message = format!("it has {} rows, and only {row} are there", group.rows);
                    return self.lose(number, row, ParquetError::damaged(group.offset, message));
                }
                Err(error) => {
                    let error = group.blame(error);
                    return self.lose(number, row, error);
                }
            };
            for index in 0..batch.num_rows() {
                record.clear();
                let disk_done = self.done + group.share(row + 1);
                match group.write(&batch, index, row, &mut record) {
                    Ok(()) => self.out.record(group.offset, &record, disk_done)?,
                    Err(error) => {
                        let message = format!("row {row} of row group {number} is lost: {error}");
                        self.out.lost(group.offset, message)?;
                    }
                }
                row += 1;
                if !self.spend(record.len() as u64) {
                    return Ok(());
                }
            }
        }
        self.done += group.length;
        Ok(())
    }

    /// Takes from what may come out of the file; false when nothing is left.
    fn spend(&mut self, bytes: u64) -> bool {
        self.left = self.left.saturating_sub(bytes);
        self.left > 0
    }

    /// Reports the rows of a group from one on as lost.
    fn lose(&mut self, number: usize, from: u64, error: ParquetError) -> Result<(), Stop> {
        let (offset, message) = match error {
            ParquetError::Failed { source, .. } => return Err(Stop::Failed(source)),
            ParquetError::Damaged { offset, message } => (offset, message),
        };
        let rows = self.table.rows(number);
        if rows <= from {
            return self.out.trouble(offset, format!("row group {number}: {message}"));
        }
        for row in from..rows {
            if !self.spend(LOST_ROW) {
                return Ok(());
            }
            self.out.lost(offset, format!("row {row} of row group {number} is lost: {message}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
