//! A JSON parser for records as people have them: one pass, texts borrowed, and the place of every picture known.
//!
//! It takes what JSON takes (RFC 8259), and repairs on the way what Python writes or reads although JSON forbids it:
//! half a surrogate pair and broken UTF-8 become U+FFFD, control characters stand as they are, `NaN` and infinities
//! are read. A text that is a picture in base64, bare or as a `data:` address, becomes the address of its characters,
//! which no other reader of JSON can tell.

mod text;

pub(crate) use text::{BASE64, decode_json_base64, without_blanks};

use crate::EmbeddedImage;
use crate::embedded::PLACEHOLDER;
use crate::json::text::{Bytes, Text};
use crate::value::{Object, Value};
use std::borrow::Cow;
use std::ops::Range;

/// Levels of nesting that are read.
const DEEPEST: usize = 127;

/// Weight of values that any record may have.
const ALWAYS_FINE: usize = 40_000;

/// Bytes of text per weight from which on a record may have any. A value in memory takes 40 bytes, and twice that while
/// its list grows. Numbers as Python writes them are long enough.
const BYTES_PER_WEIGHT: usize = 16;

/// What a list or an object weighs: it has room for so many values from the first on.
const LIST: usize = 4;

/// Members of an object that are compared with all before them; of more the keys are sorted.
const FEW: usize = 32;

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// Bytes from the start of the text.
    pub(crate) offset: usize,
    pub(crate) message: String,
}

impl Malformed {
    #[cold]
    #[expect(clippy::unnecessary_box_returns, reason = "a boxed error keeps results small")]
    fn at(offset: usize, message: &str) -> Box<Self> {
        Box::new(Self { offset, message: message.to_owned() })
    }
}

/// Where a text is from, which says what pictures in it are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It stands in the annotation file, beginning at this byte of the unpacked text: a picture is characters of it.
    File(u64),
    /// A reader of a container wrote it: a picture is an address, marked as such.
    Stored,
    /// It stood inside another text: pictures in it have no address of their own.
    Nested,
    /// As [`Nested`](Self::Nested), and as Python prints its values: single quotes, `None`, `True`.
    Python,
}

/// Reads one value and nothing behind it.
pub(crate) fn parse(raw: &[u8], origin: Origin) -> Result<Value<'_>, Box<Malformed>> {
    Parser::new(raw, origin).document()
}

/// The ranges of a text that are pictures in base64, quotes included, and what they are.
pub(crate) fn pictures(raw: &[u8], offset: u64) -> Vec<(Range<usize>, EmbeddedImage)> {
    let mut parser = Parser::new(raw, Origin::File(offset));
    parser.found = Some(Vec::new());
    drop(parser.document());
    parser.found.unwrap_or_default()
}

struct Parser<'a> {
    bytes: Bytes<'a>,
    at: usize,
    depth: usize,
    weight: usize,
    origin: Origin,
    /// Pictures in base64, where they are asked for.
    found: Option<Vec<(Range<usize>, EmbeddedImage)>>,
}

impl<'a> Parser<'a> {
    fn new(raw: &'a [u8], origin: Origin) -> Self {
        Self { bytes: Bytes::new(raw), at: 0, depth: 0, weight: 0, origin, found: None }
    }

    fn document(&mut self) -> Result<Value<'a>, Box<Malformed>> {
        let value = self.value()?;
        self.blank();
        if self.at < self.bytes.raw.len() {
            Err(self.wrong("expected the end behind the record"))
        } else {
            Ok(value)
        }
    }

    fn value(&mut self) -> Result<Value<'a>, Box<Malformed>> {
        self.blank();
        match self.peek() {
            Some(b'"') => Ok(self.text(b'"')?.into_value(self)),
            Some(b'\'') if self.origin == Origin::Python => Ok(self.text(b'\'')?.into_value(self)),
            Some(b'{') => self.object(),
            Some(b'[') => self.list(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => self.word(),
            None => Err(self.ended()),
        }
    }

    fn list(&mut self) -> Result<Value<'a>, Box<Malformed>> {
        self.open()?;
        let mut items = Vec::new();
        if !self.closes(b']') {
            loop {
                items.push(self.value()?);
                if self.ends_or_goes_on(b']')? {
                    break;
                }
            }
        }
        self.depth -= 1;
        Ok(Value::List(items))
    }

    fn object(&mut self) -> Result<Value<'a>, Box<Malformed>> {
        let is_marked = self.is_marked();
        self.open()?;
        let mut members: Vec<(Cow<'a, str>, Value<'a>)> = Vec::new();
        if !self.closes(b'}') {
            loop {
                let key = self.key()?;
                let value = self.value()?;
                // Of a key that stands twice the last value counts, as in Python.
                match members.iter_mut().take(FEW).find(|(name, _)| *name == key) {
                    Some((_, before)) => *before = value,
                    None => members.push((key, value)),
                }
                if self.ends_or_goes_on(b'}')? {
                    break;
                }
            }
        }
        self.depth -= 1;
        if members.len() > FEW {
            members = last_of_each(members);
        }
        let object = Object(members);
        let picture = is_marked.then(|| EmbeddedImage::from_address(object.get(PLACEHOLDER)?)).flatten();
        Ok(picture.map_or(Value::Object(object), |image| Value::Picture(Box::new(image))))
    }

    /// Whether the object that begins here is a picture's address, see [`EmbeddedImage::to_json`].
    fn is_marked(&self) -> bool {
        self.origin == Origin::Stored && self.bytes.raw[self.at + 1..].starts_with(b" \"embedded_image\":")
    }

    fn key(&mut self) -> Result<Cow<'a, str>, Box<Malformed>> {
        self.blank();
        let quote = match self.peek() {
            Some(b'"') => b'"',
            Some(b'\'') if self.origin == Origin::Python => b'\'',
            Some(_) => return Err(self.wrong("expected a key in quotes")),
            None => return Err(self.ended()),
        };
        let key = self.text(quote)?.decoded;
        self.blank();
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(_) => return Err(self.wrong("expected `:` behind a key")),
            None => return Err(self.ended()),
        }
        Ok(key)
    }

    fn open(&mut self) -> Result<(), Box<Malformed>> {
        if self.depth == DEEPEST {
            return Err(self.wrong("nested too deep"));
        }
        self.depth += 1;
        self.at += 1;
        self.weigh(LIST)
    }

    /// Counts values, so that a record of nothing but tiny ones is refused before it takes many times its memory.
    fn weigh(&mut self, weight: usize) -> Result<(), Box<Malformed>> {
        self.weight += weight;
        if self.weight > ALWAYS_FINE && self.weight > self.bytes.raw.len() / BYTES_PER_WEIGHT {
            let message = "so many tiny values that reading them would take too much memory".to_owned();
            return Err(Box::new(Malformed { offset: 0, message }));
        }
        Ok(())
    }

    fn closes(&mut self, bracket: u8) -> bool {
        self.blank();
        let closes = self.peek() == Some(bracket);
        self.at += usize::from(closes);
        closes
    }

    /// Passes a comma, or the closing bracket, which it says.
    fn ends_or_goes_on(&mut self, bracket: u8) -> Result<bool, Box<Malformed>> {
        self.weigh(1)?;
        self.blank();
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Ok(false)
            }
            Some(byte) if byte == bracket => {
                self.at += 1;
                Ok(true)
            }
            Some(_) => Err(self.wrong(&format!("expected `,` or `{}`", char::from(bracket)))),
            None => Err(self.ended()),
        }
    }

    fn number(&mut self) -> Result<Value<'a>, Box<Malformed>> {
        let begin = self.at;
        if self.bytes.raw[begin..].starts_with(b"-Infinity") {
            self.at += 9;
            return Ok(Value::Text(Cow::Borrowed("-Infinity")));
        }
        self.at += usize::from(self.peek() == Some(b'-'));
        let whole = self.digits();
        let leads_with_zero = whole > 1 && self.bytes.raw[self.at - whole] == b'0';
        let mut is_number = whole > 0 && !leads_with_zero;
        if self.peek() == Some(b'.') {
            self.at += 1;
            is_number &= self.digits() > 0;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            is_number &= self.digits() > 0;
        }
        let text = std::str::from_utf8(&self.bytes.raw[begin..self.at]).unwrap_or_default();
        if is_number { Ok(Value::Number(Cow::Borrowed(text))) } else { Err(self.wrong("expected a number")) }
    }

    fn digits(&mut self) -> usize {
        let count = self.bytes.raw[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count
    }

    fn word(&mut self) -> Result<Value<'a>, Box<Malformed>> {
        let words: [(&[u8], Value<'a>); 5] = [
            (b"null", Value::Null),
            (b"true", Value::Bool(true)),
            (b"false", Value::Bool(false)),
            (b"NaN", Value::Text(Cow::Borrowed("NaN"))),
            (b"Infinity", Value::Text(Cow::Borrowed("Infinity"))),
        ];
        let python: [(&[u8], Value<'a>); 4] = [
            (b"None", Value::Null),
            (b"True", Value::Bool(true)),
            (b"False", Value::Bool(false)),
            (b"nan", Value::Null),
        ];
        let of_python = python.into_iter().filter(|_| self.origin == Origin::Python);
        let rest = &self.bytes.raw[self.at..];
        let Some((word, value)) = words.into_iter().chain(of_python).find(|(word, _)| rest.starts_with(word))
        else {
            return Err(self.wrong("expected a value"));
        };
        self.at += word.len();
        Ok(value)
    }

    fn text(&mut self, quote: u8) -> Result<Text<'a>, Box<Malformed>> {
        let text = text::read(self.bytes, self.at, quote, self.origin == Origin::Python)?;
        self.at = text.range.end;
        Ok(text)
    }

    fn blank(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.raw.get(self.at).copied()
    }

    #[expect(clippy::unnecessary_box_returns, reason = "a boxed error keeps results small")]
    fn wrong(&self, message: &str) -> Box<Malformed> {
        Malformed::at(self.at, message)
    }

    #[expect(clippy::unnecessary_box_returns, reason = "a boxed error keeps results small")]
    fn ended(&self) -> Box<Malformed> {
        self.wrong("expected more: the JSON is cut short (EOF)")
    }
}

/// Of members whose keys are many the last of each key, at the place of the first.
fn last_of_each<'a>(members: Vec<(Cow<'a, str>, Value<'a>)>) -> Vec<(Cow<'a, str>, Value<'a>)> {
    let mut places = std::collections::HashMap::with_capacity(members.len());
    let mut unique: Vec<(Cow<'a, str>, Value<'a>)> = Vec::with_capacity(members.len());
    for (key, value) in members {
        if let Some(place) = places.get(&key) {
            let (_, before): &mut (Cow<'a, str>, Value<'a>) = &mut unique[*place];
            *before = value;
        } else {
            places.insert(key.clone(), unique.len());
            unique.push((key, value));
        }
    }
    unique
}

#[cfg(test)]
mod tests;
