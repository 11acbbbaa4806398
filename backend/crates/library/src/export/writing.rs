//! Writing lines in file order: each file once, from front to back.

use super::Outlet;
use super::lines::LineWriter;
use super::source::{Locations, Ordinals, RecordReader, open};
use crate::LibraryError;
use crate::positions::within;
use crate::snapshot::{Located, OpenFile, Snapshot};
use blendscope_engine::{Budget, Spent};
use blendscope_read::mapped::lost_pages;
use roaring::RoaringTreemap;
use std::ops::ControlFlow;

/// Bytes of lines that leave together, one long line aside.
const CHUNK: usize = 256 << 10;

/// An export under way.
pub(super) struct Writing<'a> {
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
pub(super) enum Halt {
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
    pub(super) fn new(
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
    pub(super) fn finish(self) -> Result<(), LibraryError> {
        let Self { missing, cause, .. } = self;
        cause.map_or(Ok(()), |cause| Err(LibraryError::Incomplete { missing, cause: Box::new(cause) }))
    }

    /// Writes the lines of the first `count` of a set.
    pub(super) fn in_files(&mut self, positions: &RoaringTreemap, count: u64) -> ControlFlow<()> {
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
    pub(super) fn push(&mut self, file: &OpenFile, sample: (&Located, &[u8])) -> Result<(), Halt> {
        self.budget.check()?;
        self.lines.push(self.snapshot, file, sample, &mut self.chunk)?;
        self.waiting += 1;
        Ok(())
    }

    /// Adds a line that was made before; an empty one stands for none.
    pub(super) fn add_line(&mut self, line: &[u8]) {
        self.chunk.extend_from_slice(line);
        self.waiting += u64::from(!line.is_empty());
    }

    /// Lets the lines leave that are there, if it is worth it.
    pub(super) fn leave_if_full(&mut self) -> Result<(), Halt> {
        if self.is_full() { self.leave() } else { Ok(()) }
    }

    fn is_full(&self) -> bool {
        self.chunk.len() >= CHUNK
    }

    /// Lets the lines leave that are there.
    pub(super) fn leave(&mut self) -> Result<(), Halt> {
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
    pub(super) fn miss(&mut self, samples: u64, cause: LibraryError) {
        self.missing += samples;
        self.cause.get_or_insert(cause);
    }
}
