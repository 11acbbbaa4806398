//! Fetching many records of one file in file order: by large reads, and with one decoder going forward.

use crate::File;
use crate::unpacked::Unpacked;
use crate::{Checkpoints, Container, ReadError};
use std::collections::VecDeque;
use std::iter::Peekable;
use std::ops::Range;

/// Records this near to each other are fetched by one read: bytes between them are cheaper to read than to leave out.
const BRIDGED: u64 = 16 << 10;

/// Text fetched by one read, a longer record aside.
const SPAN: u64 = 1 << 20;

/// What to fetch: numbers that mean something to the caller, each with a byte range of the unpacked text, ascending.
pub type Ranges<'a> = Box<dyn Iterator<Item = (u32, Range<u64>)> + 'a>;

/// Reads ranges of a file's text in ascending order; not for binary containers, whose records are no ranges.
pub struct RangeReader<'a> {
    text: Unpacked<'a>,
    ranges: Peekable<Ranges<'a>>,
    /// Ranges that are in the buffer and not handed out yet.
    fetched: VecDeque<(u32, Range<u64>)>,
    buffer: Vec<u8>,
    /// Place of the buffer's first byte in the text.
    base: u64,
}

impl<'a> RangeReader<'a> {
    /// A reader of these ranges. Without checkpoints a gzip file is unpacked from its start.
    pub fn new(
        file: &'a File,
        container: Container,
        checkpoints: Option<&'a Checkpoints>,
        ranges: Ranges<'a>,
    ) -> Self {
        let text = Unpacked::new(file, container.packing, checkpoints);
        Self { text, ranges: ranges.peekable(), fetched: VecDeque::new(), buffer: Vec::new(), base: 0 }
    }

    /// The next range, with its number; none behind the last.
    #[expect(clippy::should_implement_trait, reason = "it lends its buffer, which an iterator cannot")]
    pub fn next(&mut self) -> Result<Option<(u32, &[u8])>, ReadError> {
        if self.fetched.is_empty() {
            self.fetch()?;
        }
        let Some((number, range)) = self.fetched.pop_front() else { return Ok(None) };
        let (begin, end) = (range.start - self.base, range.end - self.base);
        Ok(Some((number, &self.buffer[begin as usize..end as usize])))
    }

    /// Reads the next range and those near behind it; nothing when there is none.
    fn fetch(&mut self) -> Result<(), ReadError> {
        let Some((number, first)) = self.ranges.next() else { return Ok(()) };
        let (start, mut end) = (first.start, first.end);
        self.fetched.push_back((number, first));
        let is_near = |next: &Range<u64>, end: u64| {
            (end..=end + BRIDGED).contains(&next.start) && next.end - start <= SPAN
        };
        while let Some((number, next)) = self.ranges.next_if(|(_, next)| is_near(next, end)) {
            end = next.end;
            self.fetched.push_back((number, next));
        }
        let len = end - start;
        self.base = start;
        if self.buffer.len() < len as usize {
            self.buffer.resize(len as usize, 0);
        }
        let read = self.text.fill(&mut self.buffer[..len as usize], start);
        let is_there = read.map_err(|source| ReadError::Back { offset: start, len, source })?;
        if is_there { Ok(()) } else { Err(ReadError::Gone { offset: start, len }) }
    }
}

#[cfg(test)]
mod tests;
