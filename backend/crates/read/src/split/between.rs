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

/// Bytes of a list's first value that are looked at.
const LOOKED_AT: usize = 4 << 10;

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

/// Whether the list that begins here is one of records, as its first object shows; else it is a list of turns, which is
/// a record itself, or of something else. Texts, numbers and nulls before that object are odd records of the list.
pub(crate) fn is_list_of_records(feed: &mut Feed<'_>) -> Result<bool, Stop> {
    loop {
        let list = feed.bytes()[1..].trim_ascii_start();
        let first = behind_odd(list);
        let is_first = first.len() == list.len();
        match first.first() {
            Some(b'{') if first.len() >= LOOKED_AT || take_value(first).is_some() => {
                return Ok(!is_turn(&first[..first.len().min(LOOKED_AT)]));
            }
            Some(b'{') => {}
            // Nothing, another list, or a comment before the first record.
            Some(b']' | b'[' | b'/' | b'#') => return Ok(is_first),
            // A text or number that goes on for too long, or is none.
            Some(_) if list.len() > LOOKED_AT => return Ok(false),
            _ => {}
        }
        if !feed.more()? {
            let list = feed.bytes()[1..].trim_ascii_start();
            let first = behind_odd(list);
            return Ok(matches!(first.first(), None | Some(b'{')) && !is_turn(first));
        }
    }
}

/// What follows the texts, numbers, booleans and nulls that a list begins with, as far as they are looked at.
fn behind_odd(list: &[u8]) -> &[u8] {
    let mut rest = list;
    while list.len() - rest.len() < LOOKED_AT
        && matches!(rest.first(), Some(byte) if !b"{[]/#".contains(byte))
        && let Some((_, behind)) = take_value(rest)
    {
        let behind = behind.trim_ascii_start();
        rest = behind.strip_prefix(b",").unwrap_or(behind).trim_ascii_start();
    }
    rest
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
