//! Splits records one behind the other: JSON lines, and what people make of them.
//!
//! Records need not stand on lines of their own: several on a line, records printed over many lines, commas at line
//! ends, byte order marks and record separators (RFC 7464) between records, comments, lists behind one another, and a
//! list on each line are all read. Brackets and commas between records only separate them.

use super::Feed;
use crate::dialect::table;
use crate::split::array::signature;
use crate::split::scan::{Scan, ValueScan};
use crate::split::{Limits, Output, Problem, Stop};
use memchr::memmem::Finder;
use memchr::{memchr, memchr2, memmem};
use serde::de::IgnoredAny;
use std::io;

/// Values that may turn out not to end within the file, whatever it costs to find out.
const SPARED: u32 = 32;

/// Records in a row that had lines of their own, after which the next lines are taken for the same.
const TRUSTED: u32 = 64;

/// Bytes within which the first line end is looked for.
const LONGEST_FIRST_LINE: usize = 1 << 20;

/// Cuts text into records; what is none is handed out line by line, for the parser to say what is wrong with it.
pub(crate) fn split_lines(
    feed: &mut Feed<'_>,
    limits: Limits,
    out: &mut Output<'_>,
) -> Result<Option<Problem>, Stop> {
    let line_end = line_end(feed)?;
    let trust = Trust::default();
    let style = Style::Unknown;
    LineSplitter { feed, limits, out, line_end, style, trust, is_in_list: false, unended: 0, wasted: 0 }.run()
}

/// The byte that ends lines: a carriage return where no line feed follows the first one.
fn line_end(feed: &mut Feed<'_>) -> Result<u8, Stop> {
    loop {
        let bytes = feed.bytes();
        match memchr2(b'\n', b'\r', bytes) {
            Some(found) if bytes[found] == b'\n' => return Ok(b'\n'),
            Some(found) if bytes.len() > found + 1 => {
                return Ok(if bytes[found + 1] == b'\n' { b'\n' } else { b'\r' });
            }
            None if bytes.len() > LONGEST_FIRST_LINE => return Ok(b'\n'),
            Some(_) | None => {}
        }
        if !feed.more()? {
            return Ok(b'\n');
        }
    }
}

/// How the records stand, as the first whole one shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Unknown,
    /// A record ends on the line on which it begins.
    Lines,
    /// A record goes over several lines.
    Spread,
}

/// Whether lines may be taken for records without looking at every byte of them.
struct Trust {
    /// Records in a row of which each had a line of its own.
    in_a_row: u32,
    /// How records begin: what would be a second one on a line.
    beginning: Option<Finder<'static>>,
    /// Ends of records with another one behind them.
    borders: [Finder<'static>; 2],
}

impl Default for Trust {
    fn default() -> Self {
        Self { in_a_row: 0, beginning: None, borders: [Finder::new(b"}{"), Finder::new(b"} {")] }
    }
}

impl Trust {
    /// Notes a record, and whether it has its line for itself.
    fn note(&mut self, record: &[u8], is_alone: bool) {
        if self.beginning.is_none() {
            self.beginning = signature(record).map(|bytes| Finder::new(&bytes).into_owned());
        }
        self.in_a_row = if is_alone { self.in_a_row.saturating_add(1) } else { 0 };
    }

    /// Whether a line is one record, as all before it were.
    fn is_record(&self, line: &[u8]) -> bool {
        let Some(beginning) = self.beginning.as_ref().filter(|_| self.in_a_row >= TRUSTED) else {
            return false;
        };
        line.len() > 1
            && line.ends_with(b"}")
            && beginning.find(&line[1..]).is_none()
            && self.borders.iter().all(|border| border.find(line).is_none())
    }
}

struct LineSplitter<'s, 'f, 'v> {
    feed: &'s mut Feed<'f>,
    limits: Limits,
    out: &'s mut Output<'v>,
    line_end: u8,
    style: Style,
    trust: Trust,
    /// Whether a list of records is open.
    is_in_list: bool,
    /// Values that turned out not to end.
    unended: u32,
    /// Bytes scanned for them.
    wasted: u64,
}

impl LineSplitter<'_, '_, '_> {
    fn run(mut self) -> Result<Option<Problem>, Stop> {
        while let Some(byte) = self.feed.next_token()? {
            match byte {
                b',' => self.feed.consume(1),
                b']' => self.bracket(false),
                b'[' if is_list_of_records(self.feed)? => self.bracket(true),
                b'{' | b'[' => self.value()?,
                b'"' | b'-' | b'N' | b'0'..=b'9' | b'a'..=b'z' if self.is_in_list => self.single_value()?,
                _ => self.line()?,
            }
        }
        Ok(None)
    }

    fn bracket(&mut self, opens: bool) {
        self.is_in_list = opens;
        self.feed.consume(1);
    }

    /// Hands out a text, a number or the like that stands among the records of a list, for the parser to refuse it.
    fn single_value(&mut self) -> Result<(), Stop> {
        let mut scan = ValueScan::new();
        loop {
            let bytes = self.feed.bytes();
            let line_end = memchr(self.line_end, bytes);
            if let Scan::End(length) = scan.advance(&bytes[..line_end.unwrap_or(bytes.len())]) {
                self.out.record(self.feed.offset(), &bytes[..length], self.feed.disk_done())?;
                self.feed.consume(length);
                return Ok(());
            }
            if line_end.is_some() || bytes.len() >= self.limits.record || !self.feed.more()? {
                return self.line();
            }
        }
    }

    /// Cuts out the value that begins here and ends, as nearly all do, on its line.
    fn value(&mut self) -> Result<(), Stop> {
        let mut scan = ValueScan::new();
        let mut searched = 0;
        loop {
            let bytes = self.feed.bytes();
            let line_end = memchr(self.line_end, &bytes[searched..]).map(|found| searched + found);
            searched = bytes.len();
            if let Some(line) = line_end.map(|line_end| bytes[..line_end].trim_ascii_end())
                && self.trust.is_record(line)
            {
                let length = line.len();
                return self.record(length, Style::Lines);
            }
            match scan.advance(&bytes[..line_end.unwrap_or(searched)]) {
                Scan::End(length) => {
                    let behind = line_end.map(|line_end| bytes[length..line_end].trim_ascii_end());
                    self.trust.note(&bytes[..length], behind.is_some_and(<[u8]>::is_empty));
                    return self.record(length, Style::Lines);
                }
                Scan::Mismatch(_) => return self.line(),
                Scan::More => {}
            }
            if let Some(line_end) = line_end {
                return self.behind_line(scan, line_end);
            }
            if searched >= self.limits.record {
                return self.too_long(scan);
            }
            if !self.feed.more()? {
                return self.line();
            }
        }
    }

    fn record(&mut self, length: usize, style: Style) -> Result<(), Stop> {
        let raw = &self.feed.bytes()[..length];
        if self.style == Style::Unknown && raw.len() > 2 {
            self.style = style;
        }
        self.out.record(self.feed.offset(), raw, self.feed.disk_done())?;
        self.feed.consume(length);
        Ok(())
    }

    /// The value does not end on its line: it goes over several, or its line is damaged.
    fn behind_line(&mut self, mut scan: ValueScan, line_end: usize) -> Result<(), Stop> {
        while self.feed.bytes().len() <= line_end + 1 && self.feed.more()? {}
        let begins_anew = match self.feed.bytes().get(line_end + 1) {
            None | Some(b'{' | b'\x1e' | b'\xef' | b'\n' | b'\r') => true,
            Some(_) => false,
        };
        let is_hasty = self.unended > SPARED && self.wasted > 4 * self.feed.offset();
        if self.style == Style::Lines && begins_anew || is_hasty {
            return self.line();
        }
        loop {
            let bytes = self.feed.bytes();
            match scan.advance(bytes) {
                Scan::End(length)
                    if begins_anew && self.style == Style::Unknown && !is_json(&bytes[..length]) =>
                {
                    return self.not_ended(length);
                }
                Scan::End(length) => return self.record(length, Style::Spread),
                Scan::Mismatch(at) => return self.not_ended(at),
                Scan::More => {}
            }
            let length = bytes.len();
            if length >= self.limits.record {
                return if self.style == Style::Spread {
                    self.too_long(scan)
                } else {
                    self.not_ended(length)
                };
            }
            if !self.feed.more()? {
                return self.not_ended(length);
            }
        }
    }

    /// The value that begins here goes over several lines and has no end, as `scanned` bytes show.
    fn not_ended(&mut self, scanned: usize) -> Result<(), Stop> {
        self.unended = self.unended.saturating_add(1);
        self.wasted += scanned as u64;
        if self.style != Style::Spread {
            return self.line();
        }
        let message =
            format!("its brackets do not match, or it does not end, at byte {scanned} of the record");
        self.out.lost(self.feed.offset(), message)?;
        self.go_to_next_start()
    }

    /// Goes to the next line that begins with a record, as none does inside a record that is printed over several.
    fn go_to_next_start(&mut self) -> Result<(), Stop> {
        let offset = self.feed.offset();
        loop {
            let start = [self.line_end, b'{'];
            if let Some(found) = memmem::find(self.feed.bytes(), &start) {
                self.feed.consume(found + 1);
                return Ok(());
            }
            self.feed.consume(self.feed.bytes().len().saturating_sub(1));
            if !self.feed.more()? {
                self.feed.consume(self.feed.bytes().len());
                let skipped = self.feed.offset() - offset;
                let message = format!(
                    "no record is found behind the damage: {skipped} bytes up to the end are skipped"
                );
                return self.out.trouble(offset, message);
            }
        }
    }

    /// Hands out the rest of the line, which is no record.
    fn line(&mut self) -> Result<(), Stop> {
        let mut searched = 0;
        loop {
            let bytes = self.feed.bytes();
            if let Some(found) = memchr(self.line_end, &bytes[searched..]) {
                return self.hand_out_line(searched + found);
            }
            searched = bytes.len();
            if searched >= self.limits.record {
                let message = format!("a line is longer than {} MB", self.limits.record >> 20);
                self.out.lost(self.feed.offset(), message)?;
                return self.skip_line();
            }
            if !self.feed.more()? {
                return self.hand_out_line(searched);
            }
        }
    }

    fn hand_out_line(&mut self, length: usize) -> Result<(), Stop> {
        let line = self.feed.bytes()[..length].trim_ascii_end();
        self.out.record(self.feed.offset(), line, self.feed.disk_done())?;
        self.feed.consume(length);
        Ok(())
    }

    /// The value does not fit into memory: passes over it.
    fn too_long(&mut self, mut scan: ValueScan) -> Result<(), Stop> {
        let message = format!("it does not end within {} MB", self.limits.record >> 20);
        self.out.lost(self.feed.offset(), message)?;
        if self.style == Style::Spread && memmem::find(self.feed.bytes(), &[self.line_end, b'{']).is_some() {
            return self.go_to_next_start();
        }
        loop {
            self.feed.consume(scan.forget());
            if !self.feed.more()? {
                return Ok(());
            }
            let bytes = self.feed.bytes();
            let line_end = memchr(self.line_end, bytes).filter(|_| self.style != Style::Spread);
            match scan.advance(&bytes[..line_end.unwrap_or(bytes.len())]) {
                Scan::End(length) => {
                    self.feed.consume(length);
                    return Ok(());
                }
                Scan::Mismatch(_) => return self.skip_line(),
                Scan::More if line_end.is_some() => return self.skip_line(),
                Scan::More => {}
            }
        }
    }

    fn skip_line(&mut self) -> Result<(), Stop> {
        loop {
            if let Some(found) = memchr(self.line_end, self.feed.bytes()) {
                self.feed.consume(found + 1);
                return Ok(());
            }
            self.feed.consume(self.feed.bytes().len());
            if !self.feed.more()? {
                return Ok(());
            }
        }
    }
}

/// Whether a value that seems to hold the line behind its first one is as it should be.
fn is_json(value: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(value).is_ok()
}

/// A byte order mark, which also stands in the middle of files that were joined.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The record separator of RFC 7464.
const SEPARATOR: u8 = 0x1e;

/// Bytes within which a comment ends; what goes on for longer is no comment.
const LONGEST_COMMENT: usize = 4 << 10;

/// Bytes of a list's first object that are looked at.
const LOOKED_AT: usize = 4 << 10;

/// Bytes of a list within which its first object is looked for.
const LONGEST_HEADER: usize = 256 << 10;

impl Feed<'_> {
    /// The next byte that is neither blank nor part of a byte order mark, separator or comment; not consumed itself.
    /// None at the end of the text.
    pub(crate) fn next_token(&mut self) -> io::Result<Option<u8>> {
        loop {
            let is_blank = |byte: &&u8| byte.is_ascii_whitespace() || **byte == SEPARATOR;
            let blank = self.bytes().iter().take_while(is_blank).count();
            self.consume(blank);
            let Some(&byte) = self.bytes().first() else {
                if self.more()? {
                    continue;
                }
                return Ok(None);
            };
            let passed = match byte {
                b'\xef' => self.mark()?,
                b'/' | b'#' => self.comment(byte)?,
                _ => None,
            };
            match passed {
                Some(length) => self.consume(length),
                None => return Ok(Some(byte)),
            }
        }
    }

    fn mark(&mut self) -> io::Result<Option<usize>> {
        while self.bytes().len() < MARK.len() && self.more()? {}
        Ok(self.bytes().starts_with(MARK).then_some(MARK.len()))
    }

    /// The length of the comment that begins here, if one does: `# …` and `// …` up to the end of the line, `/* … */`.
    fn comment(&mut self, first: u8) -> io::Result<Option<usize>> {
        while self.bytes().len() < 2 && self.more()? {}
        let is_block = match (first, self.bytes().get(1)) {
            (b'#', _) | (_, Some(b'/')) => false,
            (_, Some(b'*')) => true,
            _ => return Ok(None),
        };
        loop {
            let rest = &self.bytes()[2.min(self.bytes().len())..];
            let end = if is_block {
                memmem::find(rest, b"*/").map(|found| found + 2)
            } else {
                memchr2(b'\n', b'\r', rest)
            };
            if let Some(end) = end.filter(|end| *end <= LONGEST_COMMENT) {
                return Ok(Some(2 + end));
            }
            if rest.len() > LONGEST_COMMENT || !self.more()? {
                return Ok(None);
            }
        }
    }
}

/// Whether the list that begins here is one of records, as its first object shows, whatever single values stand before
/// it; else it is a list of turns, which is a record itself, or of something else.
pub(crate) fn is_list_of_records(feed: &mut Feed<'_>) -> Result<bool, Stop> {
    let mut at = 1;
    loop {
        at = behind_single_values(feed.bytes(), at);
        if at > LONGEST_HEADER {
            return Ok(false);
        }
        let first = feed.bytes()[at..].trim_ascii_start();
        match first.first() {
            Some(b'{') if first.len() >= LOOKED_AT || take_value(first).is_some() => {
                return Ok(!is_turn(&first[..first.len().min(LOOKED_AT)]));
            }
            Some(b'{') | None => {}
            // A list of nothing but texts or numbers is no list of records.
            Some(b']') => return Ok(!has_values(feed.bytes(), at)),
            // Another list, or a comment before the first record.
            Some(b'[' | b'/' | b'#') => return Ok(true),
            // A single value that goes on, or what is no value.
            Some(_) if feed.bytes().len() > 2 * LONGEST_HEADER => return Ok(false),
            Some(_) => {}
        }
        if !feed.more()? {
            let first = feed.bytes()[at..].trim_ascii_start();
            return Ok(first.first().is_none_or(|byte| *byte == b'{') && !is_turn(first));
        }
    }
}

/// The place behind texts, numbers, truth values and nulls of a list with the commas behind them, from a place on.
fn behind_single_values(bytes: &[u8], mut at: usize) -> usize {
    loop {
        let next = bytes[at..].trim_ascii_start();
        if let Some(behind) = next.strip_prefix(b",") {
            at = bytes.len() - behind.len();
            continue;
        }
        if !next.first().is_some_and(|byte| matches!(byte, b'"' | b'-' | b'N' | b'0'..=b'9' | b'a'..=b'z')) {
            return at;
        }
        let Some((_, behind)) = take_value(next) else { return at };
        at = bytes.len() - behind.len();
    }
}

/// Whether anything stands in a list up to a place in it.
fn has_values(bytes: &[u8], at: usize) -> bool {
    !bytes[1..at].trim_ascii().is_empty()
}

/// Whether an object, maybe cut, is one turn of a conversation.
pub(super) fn is_turn(object: &[u8]) -> bool {
    table::is_turn(&keys(object))
}

/// The keys of an object without their quotes, as far as the text goes.
fn keys(object: &[u8]) -> Vec<&str> {
    let mut keys = Vec::new();
    let mut rest = object.get(1..).unwrap_or_default();
    while let Some((key, behind)) = take_value(rest) {
        let Some(behind) = behind.trim_ascii_start().strip_prefix(b":") else { break };
        keys.push(std::str::from_utf8(key).unwrap_or_default().trim_matches('"'));
        let Some((_, behind)) = take_value(behind) else { break };
        let Some(behind) = behind.trim_ascii_start().strip_prefix(b",") else { break };
        rest = behind;
    }
    keys
}

/// The value that a text begins with, and what follows it.
pub(crate) fn take_value(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii_start();
    match ValueScan::new().advance(text) {
        Scan::End(length) => Some(text.split_at(length)),
        Scan::More | Scan::Mismatch(_) => None,
    }
}
