//! Cutting a stream of text into records, each with its exact byte range, in constant memory.

mod array;
mod between;
mod feed;
mod lines;
mod members;
mod object;
mod scan;
mod source;
mod text_lines;
mod walk;

pub(crate) use array::split_array;
pub(crate) use between::{is_list_of_records, take_value};
pub(crate) use feed::{Feed, read_at};
pub(crate) use lines::split_lines;
pub(crate) use members::{member_parts, split_members};
pub(crate) use object::split_object;
pub(crate) use scan::{Scan, ValueScan};
pub(crate) use source::{Deflated, Source, TextAt};
pub(crate) use text_lines::split_text_lines;
pub(crate) use walk::walk_list;

use std::io;
use std::ops::ControlFlow;

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

#[cfg(test)]
mod tests;
