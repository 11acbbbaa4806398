//! Splits a stream of text into records, each with its exact byte range, in constant memory.
//!
//! A file is read piece by piece into one buffer that moves along with the record being cut.

mod array;
mod lines;
mod object;
mod scan;
mod source;

pub(crate) use array::{split_array, walk_list};
pub(crate) use lines::{is_list_of_records, split_lines, take_value};
pub(crate) use object::{split_members, split_object};
pub(crate) use scan::{Scan, ValueScan, member_parts};
pub(crate) use source::{Deflated, Source, TextAt, split_text_lines};

use crate::File;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a reader hands to its visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A record, not yet parsed.
    Record(RawRecord<'a>),
    /// Something in the file that is not a record that can be read.
    Problem(Problem),
}

/// The text of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawRecord<'a> {
    /// Number of the record in the file, from 0; bad ones are counted.
    pub number: u64,
    /// Where it begins, in bytes of the unpacked text.
    pub offset: u64,
    /// Its bytes, without blank space around them.
    pub raw: &'a [u8],
    /// Bytes of the file on disk read so far, for progress.
    pub disk_done: u64,
}

/// Something wrong in a file, found while cutting it into records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The record that is lost by it, if it is one; such a record counts as skipped.
    pub number: Option<u64>,
    /// Where it is, in bytes of the unpacked text.
    pub offset: u64,
    /// What is wrong.
    pub message: String,
}

/// Sizes that tests make small.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes asked for by one read.
    pub chunk: usize,
    /// Bytes of the longest record that is kept in memory.
    pub record: usize,
    /// Unpacked bytes between two checkpoints of a gzip file.
    pub spacing: u64,
    /// The most that is unpacked of a packed archive or pickle.
    pub unpacked: u64,
}

impl Limits {
    /// As files are read.
    pub const DEFAULT: Self =
        Self { chunk: 1 << 20, record: 64 << 20, spacing: 512 << 10, unpacked: u64::MAX };
}

/// Why cutting stopped before the end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The visitor wants no more.
    Asked,
    /// The system failed to read.
    Failed(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// Hands records and problems to a visitor and numbers them.
pub(crate) struct Output<'v> {
    visit: &'v mut dyn FnMut(Item<'_>) -> ControlFlow<()>,
    /// Records seen so far, the lost ones included.
    seen: u64,
}

impl<'v> Output<'v> {
    pub(crate) fn new(visit: &'v mut dyn FnMut(Item<'_>) -> ControlFlow<()>) -> Self {
        Self { visit, seen: 0 }
    }

    /// Records seen so far, the lost ones included: the number of the next one.
    pub(crate) fn seen(&self) -> u64 {
        self.seen
    }

    pub(crate) fn record(&mut self, offset: u64, raw: &[u8], disk_done: u64) -> Result<(), Stop> {
        let number = self.seen;
        self.seen += 1;
        self.send(Item::Record(RawRecord { number, offset, raw, disk_done }))
    }

    /// Reports a record that is lost.
    pub(crate) fn lost(&mut self, offset: u64, message: impl Into<String>) -> Result<(), Stop> {
        let problem = self.losing(offset, message);
        self.problem(problem)
    }

    /// Counts a record that is lost, to be reported later.
    pub(crate) fn losing(&mut self, offset: u64, message: impl Into<String>) -> Problem {
        let number = Some(self.seen);
        self.seen += 1;
        Problem { number, offset, message: message.into() }
    }

    /// Reports trouble between records.
    pub(crate) fn trouble(&mut self, offset: u64, message: impl Into<String>) -> Result<(), Stop> {
        self.problem(Problem { number: None, offset, message: message.into() })
    }

    pub(crate) fn problem(&mut self, problem: Problem) -> Result<(), Stop> {
        self.send(Item::Problem(problem))
    }

    /// Reports a problem that another output numbered.
    pub(crate) fn pass_on(&mut self, problem: Problem) -> Result<(), Stop> {
        match problem.number {
            Some(_) => self.lost(problem.offset, problem.message),
            None => self.problem(problem),
        }
    }

    fn send(&mut self, item: Item<'_>) -> Result<(), Stop> {
        match (self.visit)(item) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Stop::Asked),
        }
    }
}

/// One read at a position, begun anew when a signal comes in between.
pub(crate) fn read_at(file: &File, into: &mut [u8], position: u64) -> io::Result<usize> {
    loop {
        match file.read_at(into, position) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// A window on the text: what has been read and not yet consumed.
pub(crate) struct Feed<'f> {
    source: Source<'f>,
    buffer: Vec<u8>,
    start: usize,
    filled: usize,
    /// Place of the buffer's first byte in the text.
    base: u64,
    /// Where the text begins.
    begin: u64,
    chunk: usize,
    stop: Option<&'f AtomicBool>,
}

impl<'f> Feed<'f> {
    pub(crate) fn new(source: Source<'f>, chunk: usize) -> Self {
        let base = source.position();
        Self { source, buffer: Vec::new(), start: 0, filled: 0, base, begin: base, chunk, stop: None }
    }

    /// The same, failing once `stop` is set, however little of the text is worth to be handed out.
    pub(crate) fn until(self, stop: &'f AtomicBool) -> Self {
        Self { stop: Some(stop), ..self }
    }

    /// The bytes read and not consumed.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.filled]
    }

    /// Place of the first of [`bytes`](Self::bytes) in the text.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.start as u64
    }

    /// Bytes of the text consumed so far.
    pub(crate) fn consumed(&self) -> u64 {
        self.offset() - self.begin
    }

    /// Bytes of the file on disk read so far.
    pub(crate) fn disk_done(&self) -> u64 {
        self.source.disk_done()
    }

    pub(crate) fn consume(&mut self, count: usize) {
        self.start += count;
    }

    /// Reads on behind what is there; false at the end of the text.
    pub(crate) fn more(&mut self) -> io::Result<bool> {
        if self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
            return Err(io::Error::other("reading was stopped"));
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.filled, 0);
            self.base += self.start as u64;
            self.filled -= self.start;
            self.start = 0;
        }
        if self.buffer.len() < self.filled + self.chunk {
            self.buffer.resize(self.filled + self.chunk, 0);
        }
        let count = self.source.read(&mut self.buffer[self.filled..self.filled + self.chunk])?;
        self.filled += count;
        Ok(count > 0)
    }

    /// Gives the source back, for what it has learnt on the way.
    pub(crate) fn into_source(self) -> Source<'f> {
        self.source
    }
}

#[cfg(test)]
mod tests;
