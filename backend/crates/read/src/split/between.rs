//! What stands between records and is none: blanks, byte order marks, record separators, comments, brackets of lists.

use crate::record_keys;
use crate::split::{Feed, Scan, Stop, ValueScan};
use memchr::{memchr2, memmem};
use std::io;

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
    record_keys::is_turn(&keys(object))
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
