//! Finding the end of a JSON value without parsing it: only quotes, escapes and brackets count.

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
