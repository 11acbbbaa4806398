//! Fetching many records of one file in file order: by large reads, and with one decoder going forward.

use crate::gzip::{Checkpoints, GzipReader};
use crate::split::read_at;
use crate::{Container, ReadError};
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::iter::Peekable;
use std::ops::Range;

/// Records this near to each other are fetched by one read: bytes between them are cheaper to read than to leave out.
const BRIDGED: u64 = 16 << 10;

/// Text fetched by one read, a longer record aside.
const SPAN: u64 = 1 << 20;

/// Text that a decoder had better unpack than begin anew at a checkpoint.
const UNPACKED: u64 = 256 << 10;

/// What to fetch: numbers that mean something to the caller, each with a byte range of the unpacked text, ascending.
pub type Ranges<'a> = Box<dyn Iterator<Item = (u32, Range<u64>)> + 'a>;

/// Reads ranges of a file's text in ascending order; not for binary containers, whose records are no ranges.
pub struct RangeReader<'a> {
    text: Text<'a>,
    ranges: Peekable<Ranges<'a>>,
    /// Ranges that are in the buffer and not handed out yet.
    fetched: VecDeque<(u32, Range<u64>)>,
    buffer: Vec<u8>,
    /// Place of the buffer's first byte in the text.
    base: u64,
}

enum Text<'a> {
    Plain(&'a File),
    Gzip { file: &'a File, checkpoints: Option<&'a Checkpoints>, reader: Option<GzipReader<'a>> },
}

impl<'a> RangeReader<'a> {
    /// A reader of these ranges. Without checkpoints a gzip file is unpacked from its start.
    pub fn new(
        file: &'a File,
        container: Container,
        checkpoints: Option<&'a Checkpoints>,
        ranges: Ranges<'a>,
    ) -> Self {
        let text = if container.is_packed() {
            Text::Gzip { file, checkpoints, reader: None }
        } else {
            Text::Plain(file)
        };
        Self { text, ranges: ranges.peekable(), fetched: VecDeque::new(), buffer: Vec::new(), base: 0 }
    }

    /// The next range, with its number; none behind the last.
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
        let read = self.text.read(&mut self.buffer[..len as usize], start);
        let is_there = read.map_err(|source| ReadError::Back { offset: start, len, source })?;
        if is_there { Ok(()) } else { Err(ReadError::Gone { offset: start, len }) }
    }
}

impl Text<'_> {
    /// Fills `into` from a place of the text on; false when the text ends before.
    fn read(&mut self, into: &mut [u8], start: u64) -> io::Result<bool> {
        match self {
            Self::Plain(file) => fill(into, |rest, done| read_at(file, rest, start + done as u64)),
            Self::Gzip { file, checkpoints, reader } => {
                let nearest = checkpoints.and_then(|checkpoints| checkpoints.before(start));
                let goes_on = |reader: &GzipReader<'_>| {
                    let at = reader.position();
                    at <= start && nearest.is_none_or(|nearest| nearest.text <= at + UNPACKED)
                };
                let reader = match reader.take().filter(goes_on) {
                    Some(going_on) => reader.insert(going_on),
                    None => match nearest {
                        None => reader.insert(GzipReader::new(file, u64::MAX)),
                        Some(nearest) => {
                            let Some(resumed) = GzipReader::resume(file, nearest) else { return Ok(false) };
                            reader.insert(resumed)
                        }
                    },
                };
                Ok(reader.skip_to(start)? && fill(into, |rest, _| reader.read(rest))?)
            }
        }
    }
}

/// Reads until `into` is full; false when the bytes end before.
pub(super) fn fill(
    into: &mut [u8],
    mut read: impl FnMut(&mut [u8], usize) -> io::Result<usize>,
) -> io::Result<bool> {
    let mut done = 0;
    while done < into.len() {
        match read(&mut into[done..], done)? {
            0 => return Ok(false),
            count => done += count,
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests;
