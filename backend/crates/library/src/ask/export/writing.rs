//! Writing lines: in file order each file once, from front to back; in any other order some thousand records at a time,
//! which are read in file order and leave in the order asked for.

use crate::LibraryError;
use crate::ask::export::Outlet;
use crate::ask::export::lines::LineWriter;
use crate::store::records::{Locations, Ordinals, RecordReader, open};
use crate::store::snapshot::{Located, OpenFile, Snapshot, within};
use blendscope_engine::{Budget, Field, Row, Spent};
use blendscope_read::mapped::lost_pages;
use roaring::RoaringTreemap;
use std::ops::{ControlFlow, Range};

/// Bytes of lines that leave together, one long line aside.
const CHUNK: usize = 256 << 10;

/// An export under way.
pub(crate) struct Writing<'a> {
    pub snapshot: &'a Snapshot,
    pub lines: &'a LineWriter,
    pub budget: &'a Budget,
    outlet: Outlet<'a>,
    /// Lines that have not left yet, and their number.
    chunk: Vec<u8>,
    waiting: u64,
    /// Lines that have left.
    sent: u64,
    /// Samples that could not be read back, and why the first of them.
    missing: u64,
    cause: Option<LibraryError>,
    /// Pages of the index that were lost before.
    lost_pages: u64,
}

/// Why a file was not read to its end.
pub(crate) enum Halt {
    /// Who takes the lines wants no more, or nobody waits for them.
    Stopped,
    /// A record could not be read back.
    Failed(LibraryError),
}

impl From<LibraryError> for Halt {
    fn from(error: LibraryError) -> Self {
        Self::Failed(error)
    }
}

impl From<Spent> for Halt {
    fn from(_: Spent) -> Self {
        Self::Stopped
    }
}

impl<'a> Writing<'a> {
    pub(crate) fn new(
        snapshot: &'a Snapshot,
        lines: &'a LineWriter,
        budget: &'a Budget,
        outlet: Outlet<'a>,
    ) -> Self {
        let (chunk, lost_pages) = (Vec::new(), lost_pages());
        Self {
            snapshot,
            lines,
            budget,
            outlet,
            chunk,
            waiting: 0,
            sent: 0,
            missing: 0,
            cause: None,
            lost_pages,
        }
    }

    /// An error when samples are missing.
    pub(crate) fn finish(self) -> Result<(), LibraryError> {
        let Self { missing, cause, .. } = self;
        cause.map_or(Ok(()), |cause| Err(LibraryError::Incomplete { missing, cause: Box::new(cause) }))
    }

    /// Writes the lines of the first `count` of a set.
    pub(crate) fn in_files(&mut self, positions: &RoaringTreemap, count: u64) -> ControlFlow<()> {
        let mut left = count;
        let snapshot = self.snapshot;
        for file in &snapshot.files {
            let ordinals = || within(positions, file.positions()).map(|position| file.ordinal_at(position));
            let wanted = ordinals().take(left as usize).count();
            if wanted == 0 {
                continue;
            }
            left -= wanted as u64;
            let sent = self.sent;
            match self.file(file, Box::new(ordinals().take(wanted))) {
                Ok(()) => {}
                Err(Halt::Stopped) => return ControlFlow::Break(()),
                Err(Halt::Failed(cause)) => {
                    self.chunk.clear();
                    self.waiting = 0;
                    self.miss(wanted as u64 - (self.sent - sent), cause);
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Writes the lines of samples of one file.
    fn file(&mut self, file: &OpenFile, ordinals: Ordinals<'_>) -> Result<(), Halt> {
        if !self.lines.needs_records() {
            let mut locations = Locations::new(file, ordinals);
            while let Some(located) = locations.next()? {
                self.push(file, (&located, &[]))?;
                self.leave_if_full()?;
            }
            return self.leave();
        }
        let opened = open(file)?;
        let mut records = RecordReader::new(file, &opened, ordinals);
        while let Some((located, record)) = records.next()? {
            self.push(file, (&located, record))?;
            if self.is_full() {
                records.check()?;
                self.leave()?;
            }
        }
        records.check()?;
        self.leave()
    }

    /// Adds the line of a sample.
    pub(crate) fn push(&mut self, file: &OpenFile, sample: (&Located, &[u8])) -> Result<(), Halt> {
        self.budget.check()?;
        self.lines.push(self.snapshot, file, sample, &mut self.chunk)?;
        self.waiting += 1;
        Ok(())
    }

    /// Adds a line that was made before; an empty one stands for none.
    pub(crate) fn add_line(&mut self, line: &[u8]) {
        self.chunk.extend_from_slice(line);
        self.waiting += u64::from(!line.is_empty());
    }

    /// Lets the lines leave that are there, if it is worth it.
    pub(crate) fn leave_if_full(&mut self) -> Result<(), Halt> {
        if self.is_full() { self.leave() } else { Ok(()) }
    }

    fn is_full(&self) -> bool {
        self.chunk.len() >= CHUNK
    }

    /// Lets the lines leave that are there.
    pub(crate) fn leave(&mut self) -> Result<(), Halt> {
        if self.chunk.is_empty() {
            return Ok(());
        }
        if lost_pages() != self.lost_pages {
            return Err(Halt::Failed(LibraryError::DamagedIndex));
        }
        let next = Vec::with_capacity(CHUNK + CHUNK / 8);
        self.sent += std::mem::take(&mut self.waiting);
        match (self.outlet)(std::mem::replace(&mut self.chunk, next)) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Halt::Stopped),
        }
    }

    /// Counts samples that cannot be read back.
    pub(crate) fn miss(&mut self, samples: u64, cause: LibraryError) {
        self.missing += samples;
        self.cause.get_or_insert(cause);
    }
}

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
    pub(crate) fn ordered(&mut self, positions: &[u64]) -> ControlFlow<()> {
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
        // A sample that is taken more than once is read once.
        let same: Vec<&[usize]> =
            of_file.chunk_by(|one, other| positions[*one] == positions[*other]).collect();
        let ordinals = same.iter().map(|places| file.ordinal_at(positions[places[0]]));
        let mut records = RecordReader::new(file, &opened, Box::new(ordinals));
        for places in &same {
            let Some((located, record)) = records.next()? else { break };
            let begin = batch.text.len();
            self.lines.push(self.snapshot, file, (&located, record), &mut batch.text)?;
            for at in *places {
                batch.places[*at] = begin..batch.text.len();
            }
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
