//! Writing lines in any other order: some thousand records at a time are read in file order, then leave in the order
//! asked for.

use super::source::{RecordReader, open};
use super::writing::{Halt, Writing};
use crate::LibraryError;
use crate::snapshot::{OpenFile, Snapshot};
use blendscope_engine::{Field, Row};
use std::ops::{ControlFlow, Range};

/// Records of a batch in bytes, a longer record aside. A packed file is unpacked once per batch.
const BATCH_BYTES: u64 = 32 << 20;

/// Records of a batch.
const BATCH_SAMPLES: usize = 1 << 17;

/// Samples that the engine is asked about at once.
const LOOKED_UP: usize = 4096;

/// The lines of a batch, one behind the other.
#[derive(Default)]
struct Batch {
    text: Vec<u8>,
    /// For each position of the batch where its line is in the text; empty where it could not be read back.
    places: Vec<Range<usize>>,
}

impl Writing<'_> {
    /// Writes the lines of samples, given as positions over all datasets, in this order.
    pub(super) fn ordered(&mut self, positions: &[u64]) -> ControlFlow<()> {
        let written = if self.lines.needs_records() {
            self.in_batches(positions)
        } else {
            self.without_records(positions)
        };
        // What cannot be read back is counted file by file.
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    fn without_records(&mut self, positions: &[u64]) -> Result<(), Halt> {
        for positions in positions.chunks(LOOKED_UP) {
            let located = self.snapshot.locate_all(&rows_of(positions, self.snapshot))?;
            for (file, located) in located.into_iter().flatten() {
                self.push(file, (&located, &[]))?;
                self.leave_if_full()?;
            }
        }
        self.leave()
    }

    fn in_batches(&mut self, positions: &[u64]) -> Result<(), Halt> {
        let (mut rest, mut batch) = (positions, Batch::default());
        while !rest.is_empty() {
            let (positions, behind) = rest.split_at(batch_length(rest, self.snapshot)?);
            self.budget.check()?;
            self.gather(positions, &mut batch);
            for place in &batch.places {
                self.add_line(&batch.text[place.clone()]);
                self.leave_if_full()?;
            }
            rest = behind;
        }
        self.leave()
    }

    /// Reads the lines of a batch, file by file.
    fn gather(&mut self, positions: &[u64], batch: &mut Batch) {
        batch.text.clear();
        batch.places.clear();
        batch.places.resize(positions.len(), 0..0);
        let mut in_file_order: Vec<usize> = (0..positions.len()).collect();
        in_file_order.sort_unstable_by_key(|at| positions[*at]);
        let mut rest = in_file_order.as_slice();
        while let Some(first) = rest.first() {
            let file = self.snapshot.file_at(positions[*first]);
            let count = rest.partition_point(|at| positions[*at] < file.positions().end);
            let (of_file, behind) = rest.split_at(count);
            let begin = batch.text.len();
            if let Err(cause) = self.gather_from(file, of_file, positions, batch) {
                batch.text.truncate(begin);
                for at in of_file {
                    batch.places[*at] = 0..0;
                }
                self.miss(count as u64, cause);
            }
            rest = behind;
        }
    }

    /// Reads the lines of one file's samples, given as places in the batch in file order.
    fn gather_from(
        &self,
        file: &OpenFile,
        of_file: &[usize],
        positions: &[u64],
        batch: &mut Batch,
    ) -> Result<(), LibraryError> {
        let opened = open(file)?;
        let ordinals = of_file.iter().map(|at| file.ordinal_at(positions[*at]));
        let mut records = RecordReader::new(file, &opened, Box::new(ordinals));
        for at in of_file {
            let Some((located, record)) = records.next()? else { break };
            let begin = batch.text.len();
            self.lines.push(self.snapshot, file, (&located, record), &mut batch.text)?;
            batch.places[*at] = begin..batch.text.len();
        }
        records.check()
    }
}

/// How many of these samples make a batch: one at least.
fn batch_length(positions: &[u64], snapshot: &Snapshot) -> Result<usize, LibraryError> {
    let (mut bytes, mut samples) = (0, 0);
    for some in positions[..positions.len().min(BATCH_SAMPLES)].chunks(LOOKED_UP) {
        let lengths = snapshot.view.numbers(&rows_of(some, snapshot), &[Field::Length])?;
        for length in lengths.into_iter().flatten() {
            bytes += length;
            if bytes > BATCH_BYTES {
                return Ok(samples.max(1));
            }
            samples += 1;
        }
    }
    Ok(samples.max(1))
}

fn rows_of(positions: &[u64], snapshot: &Snapshot) -> Vec<Row> {
    positions.iter().filter_map(|position| snapshot.live.row_at(*position)).collect()
}
