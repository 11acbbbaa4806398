//! Finds the end of a JSON value without parsing it (only quotes, escapes and brackets count), and goes through an
//! object's members.

use super::{Feed, Limits, Problem, Stop};
use memchr::memchr2;

/// Levels of nesting whose kind of bracket is remembered; the parser refuses records nested deeper.
const REMEMBERED: u32 = u128::BITS;

/// What a piece of text shows about the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scan {
    /// The value goes on behind the piece.
    More,
    /// The value ends before this byte, counted from its start.
    End(usize),
    /// A closing bracket of the wrong kind stands at this byte, counted from its start.
    Mismatch(usize),
}

/// The state of a scan; text may come in pieces of any size.
#[derive(Debug)]
pub(crate) struct ValueScan {
    position: usize,
    depth: u32,
    /// Bit n is set when the bracket at depth n + 1 is square.
    square: u128,
    inside: Inside,
    escaped: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    Structure,
    Text,
    Scalar,
}

impl ValueScan {
    /// A scan that begins at the first byte of a value.
    pub(crate) fn new() -> Self {
        Self { position: 0, depth: 0, square: 0, inside: Inside::Structure, escaped: false }
    }

    /// Scans on; `value` begins where the value does and is longer than the last time.
    pub(crate) fn advance(&mut self, value: &[u8]) -> Scan {
        while self.position < value.len() {
            let done = match self.inside {
                Inside::Structure => self.structure(value),
                Inside::Text => self.text(value),
                Inside::Scalar => self.scalar(value),
            };
            if let Some(done) = done {
                return done;
            }
        }
        Scan::More
    }

    /// Forgets the bytes scanned so far; the next piece begins behind them. Returns their number.
    pub(crate) fn forget(&mut self) -> usize {
        std::mem::take(&mut self.position)
    }

    /// Whether the value is one that ends with the text, such as a number.
    pub(crate) fn may_end(&self) -> bool {
        self.inside == Inside::Scalar
    }

    fn structure(&mut self, value: &[u8]) -> Option<Scan> {
        while let Some(&byte) = value.get(self.position) {
            self.position += 1;
            match byte {
                b'"' => {
                    self.inside = Inside::Text;
                    return None;
                }
                b'{' | b'[' => self.open(byte == b'['),
                b'}' | b']' => {
                    if !self.close(byte == b']') {
                        return Some(Scan::Mismatch(self.position - 1));
                    }
                    if self.depth == 0 {
                        return Some(Scan::End(self.position));
                    }
                }
                _ if self.depth == 0 => {
                    self.inside = Inside::Scalar;
                    return None;
                }
                _ => {}
            }
        }
        None
    }

    fn text(&mut self, value: &[u8]) -> Option<Scan> {
        if std::mem::take(&mut self.escaped) {
            self.position += 1;
        }
        while let Some(found) = memchr2(b'"', b'\\', value.get(self.position..)?) {
            let at = self.position + found;
            if value[at] == b'"' {
                self.position = at + 1;
                self.inside = Inside::Structure;
                return (self.depth == 0).then_some(Scan::End(self.position));
            }
            if at + 1 == value.len() {
                self.position = at + 1;
                self.escaped = true;
                return None;
            }
            self.position = at + 2;
        }
        self.position = value.len();
        None
    }

    fn scalar(&mut self, value: &[u8]) -> Option<Scan> {
        let ends =
            |byte: &u8| matches!(byte, b',' | b']' | b'}' | b'{' | b'[' | b'"') || byte.is_ascii_whitespace();
        let length = value[self.position..].iter().position(ends);
        self.position = length.map_or(value.len(), |length| self.position + length);
        length.map(|_| Scan::End(self.position))
    }

    fn open(&mut self, square: bool) {
        self.depth += 1;
        if self.depth <= REMEMBERED {
            let bit = 1 << (self.depth - 1);
            self.square = if square { self.square | bit } else { self.square & !bit };
        }
    }

    /// False for a bracket that closes nothing or the wrong kind.
    fn close(&mut self, square: bool) -> bool {
        let Some(depth) = self.depth.checked_sub(1) else { return false };
        self.depth = depth;
        depth >= REMEMBERED || (self.square >> depth & 1 == 1) == square
    }
}

/// Bytes of the longest key.
const LONGEST_KEY: usize = 64 << 10;

/// Where the parts of a member are, counted from its key.
pub(super) struct Start {
    /// Behind the key's closing quote.
    pub(super) key: usize,
    /// Where the value begins.
    pub(super) value: usize,
    /// The value's first byte.
    pub(super) first: u8,
}

/// Where the parts of the member that begins here are; none when it is cut or no member.
pub(super) fn member_start(feed: &mut Feed<'_>, limits: Limits) -> Result<Option<Start>, Stop> {
    loop {
        let bytes = feed.bytes();
        if let Scan::End(key) = ValueScan::new().advance(bytes) {
            let behind = key + blanks(&bytes[key..]);
            if bytes.get(behind).is_some_and(|byte| *byte != b':') {
                return Ok(None);
            }
            let value = (behind + 1 + blanks(bytes.get(behind + 1..).unwrap_or_default())).min(bytes.len());
            if let Some(&first) = bytes.get(value) {
                return Ok(Some(Start { key, value, first }));
            }
        }
        if bytes.len() > LONGEST_KEY + limits.chunk || !feed.more()? {
            return Ok(None);
        }
    }
}

/// Passes over the value that begins here; a problem ends reading.
pub(super) fn skip_value(feed: &mut Feed<'_>, limits: Limits) -> Result<Option<Problem>, Stop> {
    skip_rest(feed, ValueScan::new(), limits)
}

/// As [`skip_value`] for a value of which a scan has seen a part, all of it still in the feed.
pub(super) fn skip_rest(
    feed: &mut Feed<'_>,
    mut scan: ValueScan,
    limits: Limits,
) -> Result<Option<Problem>, Stop> {
    loop {
        match scan.advance(feed.bytes()) {
            Scan::End(length) => {
                feed.consume(length);
                return Ok(None);
            }
            Scan::Mismatch(_) => {
                let message = "brackets of this member do not match: the rest of the file is not read";
                return Ok(Some(ending(feed, message)));
            }
            Scan::More => feed.consume(scan.forget()),
        }
        if feed.consumed() > limits.unpacked {
            return Ok(Some(ending(feed, "not looked at any further")));
        }
        if !feed.more()? {
            return Ok(Some(ending(feed, "the file ends in the middle of a member: it may be cut short")));
        }
    }
}

pub(super) fn ending(feed: &Feed<'_>, message: impl Into<String>) -> Problem {
    Problem { number: None, offset: feed.offset(), message: message.into() }
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// The key and the value of a member's text, both as JSON; none when it is not one.
pub(crate) fn member_parts(raw: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut cut = MemberCut::new();
    let ended = match cut.advance(raw) {
        Cut::End(length) => length == raw.len(),
        Cut::More => cut.scan.may_end(),
        Cut::Broken(_) => false,
    };
    let Part::Value { key_end, value } = cut.part else { return None };
    ended.then_some((&raw[..key_end], &raw[value..]))
}

/// What a piece of text shows about the member.
pub(super) enum Cut {
    /// The member goes on behind the piece.
    More,
    /// The member ends before this byte, counted from its start.
    End(usize),
    /// What stands at this byte cannot be a part of a member.
    Broken(usize),
}

/// The state of a scan over one member; text may come in pieces of any size.
pub(super) struct MemberCut {
    pub(super) part: Part,
    /// Scans the key, then the value.
    pub(super) scan: ValueScan,
}

/// The part of a member that is scanned. Places are bytes from the member's start.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Key,
    Colon { key_end: usize },
    Value { key_end: usize, value: usize },
}

impl MemberCut {
    pub(super) fn new() -> Self {
        Self { part: Part::Key, scan: ValueScan::new() }
    }

    /// Scans on; `member` begins with the quote of the key and is longer than the last time.
    pub(super) fn advance(&mut self, member: &[u8]) -> Cut {
        loop {
            match self.part {
                Part::Key => match self.scan.advance(member) {
                    Scan::End(key_end) => self.part = Part::Colon { key_end },
                    Scan::Mismatch(at) => return Cut::Broken(at),
                    Scan::More => return Cut::More,
                },
                Part::Colon { key_end } => {
                    let colon = key_end + blanks(&member[key_end..]);
                    match member.get(colon) {
                        None => return Cut::More,
                        Some(b':') => {}
                        Some(_) => return Cut::Broken(colon),
                    }
                    let value = colon + 1 + blanks(&member[colon + 1..]);
                    if value == member.len() {
                        return Cut::More;
                    }
                    *self = Self { part: Part::Value { key_end, value }, scan: ValueScan::new() };
                }
                Part::Value { value, .. } => {
                    return match self.scan.advance(&member[value..]) {
                        Scan::End(length) => Cut::End(value + length),
                        Scan::Mismatch(at) => Cut::Broken(value + at),
                        Scan::More => Cut::More,
                    };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_end_however_they_are_cut() {
        let cases: [(&str, Scan); 12] = [
            ("{}", Scan::End(2)),
            ("{\"a\":[1,{\"b\":\"}]\"}]} ,", Scan::End(20)),
            (r#""a\"b" x"#, Scan::End(6)),
            (r#"{"a\\":1}"#, Scan::End(9)),
            (r#"{"a":"\\\""}"#, Scan::End(12)),
            ("17,", Scan::End(2)),
            ("null]", Scan::End(4)),
            ("12", Scan::More),
            ("{\"a\":[1}", Scan::Mismatch(7)),
            ("]", Scan::Mismatch(0)),
            ("{\"a\":\"", Scan::More),
            ("[[[", Scan::More),
        ];
        for (text, expected) in cases {
            for step in 1..=text.len() {
                let mut scan = ValueScan::new();
                let mut found = Scan::More;
                let mut end = 0;
                while found == Scan::More && end < text.len() {
                    end = (end + step).min(text.len());
                    found = scan.advance(&text.as_bytes()[..end]);
                }
                assert_eq!(found, expected, "{text} in steps of {step}");
            }
        }
    }

    #[test]
    fn a_million_levels_need_no_stack() {
        let deep = ["[".repeat(1_000_000), "]".repeat(1_000_000)].concat();
        assert_eq!(ValueScan::new().advance(deep.as_bytes()), Scan::End(2_000_000));
    }
}
