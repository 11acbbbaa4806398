//! A JSON text as a tree (RFC 8259).

use crate::format;
use std::borrow::Cow;

/// Lists and objects may lie so deep in each other. The server's own limit is lower.
const MAX_DEPTH: u32 = 256;

/// A value and the text it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Json<'a> {
    /// The value as it stands in the text.
    pub source: &'a str,
    /// What it is.
    pub kind: Kind<'a>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number; its digits are in [`Json::source`], as no type of ours holds all that can be written.
    Number,
    /// A string without its quotes and escapes.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Json<'a>>),
    /// An object, its keys in the order of the text.
    Map(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// A text that is not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{wanted} expected at byte {offset}")]
pub struct ParseError {
    /// What should stand there.
    pub wanted: &'static str,
    /// Where, in bytes.
    pub offset: usize,
}

/// Reads a text that holds one value.
pub fn parse(text: &str) -> Result<Json<'_>, ParseError> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.skip_blanks();
    if reader.at < text.len() { Err(reader.error("the end")) } else { Ok(value) }
}

impl<'a> Json<'a> {
    /// The value of a key; nothing when this is no object or has no such key.
    pub fn get(&self, name: &str) -> Option<&Json<'a>> {
        let Kind::Map(entries) = &self.kind else { return None };
        entries.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// A string without its quotes, everything else as it stands.
    pub fn plain(&self) -> &str {
        match &self.kind {
            Kind::Text(text) => text,
            _ => self.source,
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: u32) -> Result<Json<'a>, ParseError> {
        self.skip_blanks();
        let start = self.at;
        let kind = match self.peek() {
            b'{' if depth < MAX_DEPTH => Kind::Map(self.entries(depth)?),
            b'[' if depth < MAX_DEPTH => Kind::List(self.items(depth)?),
            b'"' => Kind::Text(self.string()?),
            b'-' | b'0'..=b'9' => self.number()?,
            _ if self.take("null") => Kind::Null,
            _ if self.take("true") => Kind::Bool(true),
            _ if self.take("false") => Kind::Bool(false),
            _ => return Err(self.error("a value")),
        };
        Ok(Json { source: &self.text[start..self.at], kind })
    }

    fn items(&mut self, depth: u32) -> Result<Vec<Json<'a>>, ParseError> {
        let mut items = Vec::new();
        self.at += 1;
        if self.closes("]") {
            return Ok(items);
        }
        loop {
            items.push(self.value(depth + 1)?);
            if !self.goes_on("]", "`,` or `]`")? {
                return Ok(items);
            }
        }
    }

    fn entries(&mut self, depth: u32) -> Result<Vec<(Cow<'a, str>, Json<'a>)>, ParseError> {
        let mut entries = Vec::new();
        self.at += 1;
        if self.closes("}") {
            return Ok(entries);
        }
        loop {
            self.skip_blanks();
            if self.peek() != b'"' {
                return Err(self.error("a key"));
            }
            let key = self.string()?;
            self.skip_blanks();
            if !self.take(":") {
                return Err(self.error("`:`"));
            }
            entries.push((key, self.value(depth + 1)?));
            if !self.goes_on("}", "`,` or `}`")? {
                return Ok(entries);
            }
        }
    }

    /// Whether a comma follows rather than the end of the list.
    fn goes_on(&mut self, end: &str, wanted: &'static str) -> Result<bool, ParseError> {
        if self.closes(end) {
            return Ok(false);
        }
        if self.take(",") { Ok(true) } else { Err(self.error(wanted)) }
    }

    fn closes(&mut self, end: &str) -> bool {
        self.skip_blanks();
        self.take(end)
    }

    fn number(&mut self) -> Result<Kind<'a>, ParseError> {
        let start = self.at;
        while matches!(self.peek(), b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') {
            self.at += 1;
        }
        let is_number = format::parse_decimal(&self.text[start..self.at]).is_some();
        if is_number { Ok(Kind::Number) } else { Err(self.error("a number")) }
    }

    /// A string, from its opening quote on.
    fn string(&mut self) -> Result<Cow<'a, str>, ParseError> {
        let mut unescaped = String::new();
        self.at += 1;
        let mut start = self.at;
        loop {
            let piece = &self.text[start..];
            let Some(length) = piece.find(['"', '\\']) else { return Err(self.error("the end of a string")) };
            let piece = &piece[..length];
            self.at = start + length + 1;
            if self.text.as_bytes()[self.at - 1] == b'"' {
                if unescaped.is_empty() {
                    return Ok(Cow::Borrowed(piece));
                }
                unescaped.push_str(piece);
                return Ok(Cow::Owned(unescaped));
            }
            unescaped.push_str(piece);
            unescaped.push(self.escaped()?);
            start = self.at;
        }
    }

    /// What an escape stands for, from the letter after the backslash on.
    fn escaped(&mut self) -> Result<char, ParseError> {
        let letter = match self.peek() {
            quoted @ (b'"' | b'\\' | b'/') => char::from(quoted),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err(self.error("an escape")),
        };
        self.at += 1;
        Ok(letter)
    }

    /// `uXXXX`, and the second half of a surrogate pair. A half by itself becomes the replacement character.
    fn unicode(&mut self) -> Result<char, ParseError> {
        let unit = self.hexadecimal()?;
        if !(0xd800..0xdc00).contains(&unit) || !self.take("\\") {
            return Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let second = self.hexadecimal()?;
        let pair = 0x1_0000 + ((unit - 0xd800) << 10) + (second.wrapping_sub(0xdc00) & 0x3ff);
        Ok(char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hexadecimal(&mut self) -> Result<u32, ParseError> {
        let digits = self.text.get(self.at + 1..self.at + 5).filter(|_| self.peek() == b'u');
        let unit = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let unit = unit.ok_or_else(|| self.error("`u` and four hexadecimal digits"))?;
        self.at += 5;
        Ok(unit)
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// The next byte; zero, which nothing in JSON begins with, at the end.
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn take(&mut self, expected: &str) -> bool {
        let is_there = self.text[self.at..].starts_with(expected);
        if is_there {
            self.at += expected.len();
        }
        is_there
    }

    fn error(&self, wanted: &'static str) -> ParseError {
        ParseError { wanted, offset: self.at }
    }
}
