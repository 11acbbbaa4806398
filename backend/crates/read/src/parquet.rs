//! Parquet files: rows as JSON text, images by the address of their cell.
//!
//! Made for files from anywhere: what a file claims is checked against what is there before anything is done about
//! it, and what comes out of a file is measured against its size (`meter`). Pages are unpacked as their values
//! are needed, column beside column, so that memory depends neither on row groups nor on pages.
//!
//! Format: <https://parquet.apache.org/docs/file-format/>.

mod cell;
mod column;
mod delta;
mod dictionary;
mod entries;
mod error;
mod footer;
mod group;
mod hybrid;
mod meter;
mod page;
mod rows;
mod scalar;
mod schema;
mod stream;
mod thrift;
mod time;
mod values;

pub(crate) use cell::read_cell;
pub(crate) use error::ParquetError;

use crate::split::{Output, Stop};
use footer::Footer;
use group::RowGroup;
use meter::Meter;
use rows::Rows;
use std::fs::File;
use stream::Input;

/// What a parquet file begins and ends with.
pub(crate) const MAGIC: &[u8] = b"PAR1";

/// What a lost row costs, in place of its text.
const LOST_WORK: u64 = 1024;

/// Streams the rows of a file in order, each as a JSON object of its columns.
///
/// A record's offset is that of its row group. Columns that cannot be read at all are reported once and left out;
/// where a page is damaged, the rest of its row group is lost.
pub(crate) fn read_parquet(file: &File, out: &mut Output<'_>) -> Result<(), Stop> {
    let len = file.metadata()?.len();
    let footer = match Footer::read(file, len) {
        Ok(footer) => footer,
        Err(error) => return report(error, out),
    };
    let meter = Meter::for_file(len);
    let told = vec![false; footer.schema.leaves.len()];
    let mut reader = Reader { input: Input { file, meter: &meter }, footer: &footer, told, done: 0, out };
    for (number, group) in (0..).zip(footer.groups()) {
        match group.and_then(|group| reader.check(number, group)) {
            Ok(group) => reader.group(number, &group)?,
            Err(error) => return report(error, reader.out),
        }
        if meter.is_spent() {
            let message = "reading stops here: far more comes out of this file than its size allows";
            return reader.out.trouble(footer.offset, message);
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
struct Reader<'f, 'o, 'v> {
    input: Input<'f>,
    footer: &'f Footer,
    /// For each leaf, whether it has been reported as one that cannot be read.
    told: Vec<bool>,
    /// Bytes of the column chunks so far.
    done: u64,
    out: &'o mut Output<'v>,
}

impl Reader<'_, '_, '_> {
    /// Makes sure that chunks are where pages can be, and that they do not share them.
    fn check(&self, number: u32, group: RowGroup) -> Result<RowGroup, ParquetError> {
        let pages = self.footer.offset;
        for (leaf, chunk) in group.chunks.iter().enumerate() {
            chunk.end(pages).map_err(|error| {
                let what = format!("column {} of row group {number}", self.footer.schema.path(leaf));
                ParquetError::of(error, chunk.start, &what)
            })?;
        }
        if self.done.saturating_add(group.length()) > pages {
            let message = format!("the columns up to row group {number} claim more bytes than the file has");
            return Err(ParquetError::damaged(pages, message));
        }
        Ok(group)
    }

    fn group(&mut self, number: u32, group: &RowGroup) -> Result<(), Stop> {
        let (mut rows, unreadable) = Rows::open(self.input, &self.footer.schema, number, group);
        for column in unreadable {
            if !std::mem::replace(&mut self.told[column.leaf], true) {
                self.out.trouble(column.offset, column.message)?;
            }
        }
        if !rows.any() {
            let message = format!("no column of row group {number} can be read");
            return self.lose(group, 0, &message);
        }
        let mut record = Vec::new();
        for row in 0..group.rows {
            record.clear();
            match rows.next(&mut record) {
                Ok(()) => self.out.record(group.start(), &record, self.disk_done(group, row))?,
                Err(ParquetError::Failed { source, .. }) => return Err(Stop::Failed(source)),
                Err(ParquetError::Damaged { message, .. }) => return self.lose(group, row, &message),
            }
        }
        self.done += group.length();
        Ok(())
    }

    /// Reports the rows of a group from one on as lost.
    fn lose(&mut self, group: &RowGroup, from: u64, message: &str) -> Result<(), Stop> {
        self.done += group.length();
        for row in from..group.rows {
            if self.input.meter.spend(LOST_WORK).is_err() {
                self.input.meter.exhaust();
                return Ok(());
            }
            self.out.lost(group.start(), format!("row {row} of its row group is lost: {message}"))?;
        }
        Ok(())
    }

    fn disk_done(&self, group: &RowGroup, row: u64) -> u64 {
        let share = u128::from(group.length()) * u128::from(row + 1) / u128::from(group.rows.max(1));
        self.done + share as u64
    }
}

#[cfg(test)]
mod tests;
