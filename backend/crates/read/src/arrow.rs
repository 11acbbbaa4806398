//! Arrow files and streams (IPC): rows as JSON text, images by their byte range, or by their cell where a batch is packed.
//!
//! `save_to_disk` of the datasets library and its cache write streams, other writers files; a file is a stream between
//! two marks, with a table of contents that is not needed. So both are read from front to back, one record batch at a
//! time, and a file whose end is missing is read as far as it goes.
//!
//! Format: <https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc>.

mod batch;
mod cell;
mod messages;

pub(crate) use cell::read_arrow_cell;
pub(crate) use messages::looks_like_arrow;

use crate::File;
use crate::split::{Limits, Output, Stop};
use crate::tables::{Body, Meaning, Place, columns_of, write_row};
use batch::{Decoder, Step};
use messages::{ArrowError, Messages};

/// JSON text per byte of the file that is read at most, and the least that is allowed.
const TEXT_RATIO: u64 = 128;
const LEAST_TEXT: u64 = 128 << 20;
/// What a lost row costs, in place of its text.
const LOST_ROW: u64 = 1024;

/// Streams the rows of a file in order, each as a JSON object of its columns; a record's offset is that of its batch.
///
/// A batch that cannot be read is lost as a whole, and all others are read.
pub(crate) fn read_arrow(file: &File, out: &mut Output<'_>) -> Result<(), Stop> {
    let mut messages = Messages::new(file)?;
    let left = messages.len().saturating_mul(TEXT_RATIO).max(LEAST_TEXT);
    let mut reader = Reader { left, groups: 0, out };
    let mut decoder = match Decoder::open(&mut messages) {
        Ok(decoder) => decoder,
        Err(error) => return reader.trouble(error),
    };
    let columns = columns_of(decoder.schema().fields(), &|leaf| (leaf, Meaning::Plain));
    while reader.left > 0 {
        let step = match decoder.step(&mut messages) {
            Ok(Some(step)) => step,
            Ok(None) => return Ok(()),
            Err(error) => return reader.trouble(error),
        };
        match step {
            Step::Lost { offset, rows, message } => reader.lose(offset, rows, &message)?,
            Step::Batch(read) => {
                let body = Body { bytes: &read.body, offset: read.body_offset };
                let rows = read.batch.num_rows() as u64;
                let mut record = Vec::new();
                for row in 0..rows {
                    record.clear();
                    let place = Place {
                        group: reader.groups,
                        row: row as u32,
                        index: row as usize,
                        body: Some(body),
                    };
                    let done = read.body_offset + (read.body.len() as u64) * (row + 1) / rows;
                    match write_row(
                        &columns,
                        read.batch.columns(),
                        &place,
                        Limits::DEFAULT.record,
                        &mut record,
                    ) {
                        Ok(()) => reader.out.record(read.offset, &record, done)?,
                        Err(error) => reader
                            .out
                            .lost(read.offset, format!("row {row} of its batch is lost: {error}"))?,
                    }
                    if !reader.spend(record.len() as u64 + 1) {
                        break;
                    }
                }
            }
        }
        reader.groups += 1;
    }
    let message = "reading stops here: far more comes out of this file than its size allows";
    reader.out.trouble(messages.position(), message)
}

/// What is left to be handed out, and to whom.
struct Reader<'o, 'v> {
    /// Bytes of text that may still come.
    left: u64,
    /// Record batches so far.
    groups: u32,
    out: &'o mut Output<'v>,
}

impl Reader<'_, '_> {
    fn trouble(&mut self, error: ArrowError) -> Result<(), Stop> {
        match error {
            ArrowError::Failed(error) => Err(Stop::Failed(error)),
            ArrowError::Damaged { offset, message } => self.out.trouble(offset, message),
        }
    }

    /// Takes from what may come out of the file; false when nothing is left.
    fn spend(&mut self, bytes: u64) -> bool {
        self.left = self.left.saturating_sub(bytes);
        self.left > 0
    }

    fn lose(&mut self, offset: u64, rows: u64, message: &str) -> Result<(), Stop> {
        if rows == 0 {
            return self.out.trouble(offset, message);
        }
        for row in 0..rows {
            if !self.spend(LOST_ROW) {
                return Ok(());
            }
            self.out.lost(offset, format!("row {row} of its batch is lost: {message}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
