//! Cutting a text into rows and values, in bounded memory.
//!
//! A line whose parts between separators are as many as the table has columns is a row as it stands. Every other one is
//! read by the rules of quotes (`csv-core`), and by these it may go on over line breaks.

use crate::split::{Limits, Source};
use csv_core::{ReadRecordResult, ReaderBuilder};
use memchr::memchr;
use std::borrow::Cow;
use std::io;
use std::ops::Range;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A row of the table.
pub(super) enum Row<'a> {
    /// As many values as there are columns.
    Values {
        /// Where it begins in the text.
        offset: u64,
        /// Its bytes, from there on.
        bytes: &'a [u8],
        values: Vec<Value<'a>>,
        /// Bytes of the file on disk read so far.
        disk_done: u64,
    },
    Lost {
        offset: u64,
        message: String,
    },
}

/// A value, without its quotes.
pub(super) type Value<'a> = Cow<'a, [u8]>;

/// The rows of a text, in order.
pub(super) struct Rows<'s, 'f> {
    source: &'s mut Source<'f>,
    limits: Limits,
    /// Bytes of the text that are in memory.
    window: Vec<u8>,
    /// Where the window begins in the text.
    start: u64,
    /// Where the next row begins in the window.
    at: usize,
    is_ended: bool,
    separator: u8,
    line_end: u8,
    columns: usize,
}

impl<'s, 'f> Rows<'s, 'f> {
    pub(super) fn new(source: &'s mut Source<'f>, limits: Limits) -> Self {
        let (window, at, start) = (Vec::new(), 0, source.position());
        Self { source, limits, window, start, at, is_ended: false, separator: 0, line_end: b'\n', columns: 0 }
    }

    /// The first bytes of the text, and whether they are all of it.
    pub(super) fn head(&mut self, most: usize) -> io::Result<(&[u8], bool)> {
        while self.window.len() < most && !self.is_ended {
            self.more()?;
        }
        Ok((&self.window[..self.window.len().min(most)], self.is_ended && self.window.len() <= most))
    }

    /// Sets how the text is written; rows come from its start on.
    pub(super) fn begin(&mut self, dialect: &Dialect) {
        self.separator = dialect.separator;
        self.line_end = dialect.line_end;
        self.columns = dialect.names.len();
        if self.window.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
        }
    }

    /// Where the next row begins in the text.
    pub(super) fn position(&self) -> u64 {
        self.start + self.at as u64
    }

    /// The next row; none after the last. Blank lines are none.
    pub(super) fn next(&mut self) -> io::Result<Option<Row<'_>>> {
        self.skip_blank()?;
        if self.at >= self.window.len() {
            return Ok(None);
        }
        let Some(line) = self.line(self.at)? else { return self.too_long().map(Some) };
        if let Some(values) = plain(&self.window[line.clone()], self.separator, self.columns) {
            let values = values.into_iter().map(|range| shift(range, line.start)).collect();
            return Ok(Some(self.take(line, values)));
        }
        self.quoted(line).map(Some)
    }

    /// Reads a row that is not one line of the right number of values as it stands.
    fn quoted(&mut self, line: Range<usize>) -> io::Result<Row<'_>> {
        let Some(read) = self.by_quotes()? else { return self.too_long() };
        let is_plain = count(&self.window[line.clone()], self.separator) == self.columns;
        let goes_on = self.at + read.text_length > line.end;
        if read.ends.len() == self.columns && (goes_on || !is_plain) {
            let end = self.at + read.length;
            let offset = self.position();
            let range = self.at..end;
            self.at = end;
            let disk_done = self.source_done();
            let mut begin = 0;
            let mut values = Vec::with_capacity(read.ends.len());
            for end in read.ends {
                values.push(Cow::Owned(read.text[begin..end].to_vec()));
                begin = end;
            }
            return Ok(Row::Values { offset, bytes: &self.window[range], values, disk_done });
        }
        // A quote that is a letter opens what is never closed: then what follows are rows of their own.
        let (columns, separator) = (self.columns, self.separator);
        let found = read.ends.len();
        let rest = &self.window[line.end..self.at + read.length];
        let mut following = rest.split(|&byte| byte == self.line_end);
        let is_stray = following.any(|line| count(trim(line), separator) == columns);
        let length = if is_stray { line.len() } else { read.length };
        let values = if is_stray { count(&self.window[line.clone()], separator) } else { found };
        if is_plain {
            let values = split(&self.window[line.clone()], separator);
            let values = values.into_iter().map(|range| shift(range, line.start)).collect();
            return Ok(self.take(line, values));
        }
        let offset = self.position();
        self.at += length.max(1);
        Ok(Row::Lost { offset, message: format!("a row of {values} values, where the table has {columns}") })
    }

    fn take(&mut self, line: Range<usize>, values: Vec<Range<usize>>) -> Row<'_> {
        let offset = self.start + line.start as u64;
        self.at = line.end;
        let disk_done = self.source_done();
        let window = &self.window;
        let values = values.into_iter().map(|range| unquoted(&window[range])).collect();
        Row::Values { offset, bytes: &window[line], values, disk_done }
    }

    /// A row by the rules of quotes; none if it is longer than allowed.
    fn by_quotes(&mut self) -> io::Result<Option<Quoted>> {
        let mut reader = ReaderBuilder::new().delimiter(self.separator).build();
        let (mut text, mut ends) = (vec![0; 1 << 10], vec![0; self.columns + 1]);
        let (mut length, mut filled, mut ended) = (0, 0, 0);
        loop {
            let input = &self.window[self.at + length..];
            let (result, read, written, found) =
                reader.read_record(input, &mut text[filled..], &mut ends[ended..]);
            length += read;
            filled += written;
            ended += found;
            match result {
                ReadRecordResult::OutputFull => text.resize(text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                ReadRecordResult::InputEmpty if self.window.len() - self.at > self.limits.record => {
                    return Ok(None);
                }
                ReadRecordResult::InputEmpty if !self.is_ended => self.more()?,
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::Record | ReadRecordResult::End => {
                    ends.truncate(ended);
                    let row = &self.window[self.at..self.at + length];
                    let text_length = row.trim_ascii_end().len();
                    return Ok(Some(Quoted { length, text_length, text, ends }));
                }
            }
        }
    }

    /// The line that begins at a place of the window, without its end; none if it is longer than allowed.
    fn line(&mut self, from: usize) -> io::Result<Option<Range<usize>>> {
        let mut looked = from;
        loop {
            if let Some(end) = memchr(self.line_end, &self.window[looked..]) {
                let end = looked + end;
                if end - from > self.limits.record {
                    return Ok(None);
                }
                let end = if end > from && self.window[end - 1] == b'\r' { end - 1 } else { end };
                return Ok(Some(from..end));
            }
            looked = self.window.len();
            if self.is_ended {
                return Ok(Some(from..looked));
            }
            if looked - from > self.limits.record {
                return Ok(None);
            }
            self.more()?;
        }
    }

    /// Moves over a row that is too long, up to the end of its line.
    fn too_long(&mut self) -> io::Result<Row<'_>> {
        let offset = self.position();
        loop {
            if let Some(end) = memchr(self.line_end, &self.window[self.at..]) {
                self.at += end + 1;
                break;
            }
            self.at = self.window.len();
            if self.is_ended {
                break;
            }
            self.more()?;
        }
        let limit = self.limits.record >> 20;
        Ok(Row::Lost { offset, message: format!("a row of more than {limit} MB") })
    }

    fn skip_blank(&mut self) -> io::Result<()> {
        loop {
            while self.window.get(self.at).is_some_and(|byte| matches!(byte, b'\r' | b'\n')) {
                self.at += 1;
            }
            if self.at < self.window.len() || self.is_ended {
                break;
            }
            self.more()?;
        }
        // What has been read is let go of in large steps.
        if self.at > self.limits.chunk {
            self.window.drain(..self.at);
            self.start += self.at as u64;
            self.at = 0;
        }
        Ok(())
    }

    fn more(&mut self) -> io::Result<()> {
        let filled = self.window.len();
        self.window.resize(filled + self.limits.chunk, 0);
        let count = self.source.read(&mut self.window[filled..])?;
        self.window.truncate(filled + count);
        self.is_ended = count == 0;
        Ok(())
    }

    fn source_done(&self) -> u64 {
        self.source.disk_done()
    }
}

/// A row by the rules of quotes.
struct Quoted {
    /// Its bytes in the text, with the end of the line.
    length: usize,
    /// Those before the end of the line.
    text_length: usize,
    /// Its values, one behind the other.
    text: Vec<u8>,
    ends: Vec<usize>,
}

fn shift(range: Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

fn trim(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Parts of a line between separators.
fn count(line: &[u8], separator: u8) -> usize {
    memchr::memchr_iter(separator, line).count() + 1
}

fn split(line: &[u8], separator: u8) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut begin = 0;
    for end in memchr::memchr_iter(separator, line).chain([line.len()]) {
        parts.push(begin..end);
        begin = end + 1;
    }
    parts
}

/// The parts of a line, if they are as many as wanted and no quote stands in the way.
fn plain(line: &[u8], separator: u8, wanted: usize) -> Option<Vec<Range<usize>>> {
    let parts = split(line, separator);
    let is_complete = |part: &Range<usize>| {
        let part = &line[part.clone()];
        !part.starts_with(b"\"") || is_quoted(part)
    };
    (parts.len() == wanted && parts.iter().all(is_complete)).then_some(parts)
}

/// Whether a value stands in quotes as a whole, quotes inside it doubled.
fn is_quoted(value: &[u8]) -> bool {
    let Some(inner) = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return false;
    };
    let mut rest = inner;
    while let Some(at) = memchr(b'"', rest) {
        match rest.get(at + 1) {
            Some(b'"') => rest = &rest[at + 2..],
            _ => return false,
        }
    }
    true
}

fn unquoted(value: &[u8]) -> Value<'_> {
    if !is_quoted(value) {
        return Cow::Borrowed(value);
    }
    let inner = &value[1..value.len() - 1];
    if memchr(b'"', inner).is_none() {
        return Cow::Borrowed(inner);
    }
    let mut text = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr(b'"', rest) {
        text.extend_from_slice(&rest[..=at]);
        rest = &rest[at + 2..];
    }
    text.extend_from_slice(rest);
    Cow::Owned(text)
}

/// The complete rows of a text by the rules of quotes, and the values of the last one if it is cut short.
pub(super) fn rows_of(text: &[u8], separator: u8, most: usize) -> (Vec<Vec<Vec<u8>>>, Vec<Vec<u8>>) {
    let mut reader = ReaderBuilder::new().delimiter(separator).build();
    let (mut values, mut ends) = (vec![0; text.len() + 1], vec![0; text.len() + 1]);
    let mut rows = Vec::new();
    let mut rest = text;
    while rows.len() < most {
        let (result, read, written, found) = reader.read_record(rest, &mut values, &mut ends);
        rest = &rest[read..];
        let is_cut = result != ReadRecordResult::Record;
        let ends = ends[..found].iter().copied().chain(is_cut.then_some(written));
        let mut begin = 0;
        let row: Vec<Vec<u8>> =
            ends.map(|end| values[std::mem::replace(&mut begin, end)..end].to_vec()).collect();
        if is_cut {
            return (rows, row);
        }
        rows.push(row);
    }
    (rows, Vec::new())
}

/// How a table is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) separator: u8,
    pub(crate) line_end: u8,
    /// Whether the first row holds the names.
    pub(crate) has_head: bool,
    pub(crate) names: Vec<String>,
    /// For each column, whether its values are numbers.
    pub(crate) numbers: Vec<bool>,
}

impl Dialect {
    /// Whether values stand between tabs.
    pub(crate) fn has_tabs(&self) -> bool {
        self.separator == b'\t'
    }
}
