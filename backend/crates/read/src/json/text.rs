//! Parser of a JSON string: its characters, and whether they are a picture in base64.

use super::{Malformed, Origin, Parser};
use crate::value::Value;
use crate::{EmbeddedImage, Format, ImageAt, ImageEncoding, PictureScan};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine as _, alphabet};
use std::borrow::Cow;
use std::ops::Range;

/// Characters of the shortest base64 that is taken for a picture; less holds no header.
const SHORTEST: usize = 64;

/// Characters of base64 that are decoded at once; a multiple of 4.
const PIECE: usize = 48 << 10;

/// Bytes of a text that are looked at one by one: nearly all keys end within them, and a search takes time to begin.
const SHORT: usize = 16;

/// The usual alphabet, whether the end is padded or not.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A text as it was read.
pub(super) struct Text<'a> {
    /// Its characters.
    pub(super) decoded: Cow<'a, str>,
    /// Where it stands, quotes included.
    pub(super) range: Range<usize>,
}

/// What texts are read from.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'a> {
    pub(super) raw: &'a [u8],
    /// The same, if all of it is characters and needs no repair.
    clean: Option<&'a str>,
}

impl<'a> Bytes<'a> {
    pub(super) fn new(raw: &'a [u8]) -> Self {
        // Without a way out in between, so that it is done many bytes at once.
        let has_control = raw.iter().fold(false, |any, byte| any | is_control(*byte));
        Self { raw, clean: std::str::from_utf8(raw).ok().filter(|_| !has_control) }
    }

    /// Characters between escapes. What is none becomes U+FFFD: broken UTF-8, and controls other than blank space.
    fn characters(self, range: Range<usize>) -> Cow<'a, str> {
        match self.clean.and_then(|text| text.get(range.clone())) {
            Some(text) => Cow::Borrowed(text),
            None => repaired(&self.raw[range]),
        }
    }

    fn push(self, range: Range<usize>, into: &mut String) {
        if !range.is_empty() {
            into.push_str(&self.characters(range));
        }
    }
}

fn is_control(byte: u8) -> bool {
    byte < b' ' && !matches!(byte, b'\n' | b'\r' | b'\t')
}

fn repaired(raw: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(raw);
    if !raw.iter().any(|byte| is_control(*byte)) {
        return text;
    }
    let replaced =
        |c: char| if u8::try_from(c).is_ok_and(is_control) { char::REPLACEMENT_CHARACTER } else { c };
    Cow::Owned(text.chars().map(replaced).collect())
}

/// Reads the text whose opening quote is at a place.
pub(super) fn read(
    bytes: Bytes<'_>,
    begin: usize,
    quote: u8,
    is_python: bool,
) -> Result<Text<'_>, Box<Malformed>> {
    let raw = bytes.raw;
    let (mut at, mut from) = (begin + 1, begin + 1);
    let head = &raw[at..raw.len().min(at + SHORT)];
    match head.iter().position(|byte| *byte == quote || *byte == b'\\') {
        Some(end) if head[end] == quote => {
            let range = begin..at + end + 1;
            return Ok(Text { decoded: bytes.characters(at..at + end), range });
        }
        Some(escape) => at += escape,
        None => at += head.len(),
    }
    let mut decoded: Option<String> = None;
    loop {
        let Some(found) = memchr::memchr2(quote, b'\\', &raw[at..]) else {
            return Err(Malformed::at(raw.len(), "a text is cut short (EOF)"));
        };
        at += found;
        if raw[at] == quote {
            break;
        }
        let into = decoded.get_or_insert_with(|| String::with_capacity(at - begin + 64));
        bytes.push(from..at, into);
        // Escapes of a script come one behind the other.
        while raw.get(at) == Some(&b'\\') {
            at = escape(raw, at, into, is_python)?;
        }
        from = at;
    }
    let decoded = match decoded {
        None => bytes.characters(from..at),
        Some(mut text) => {
            bytes.push(from..at, &mut text);
            Cow::Owned(text)
        }
    };
    Ok(Text { decoded, range: begin..at + 1 })
}

/// Reads the escape at a place; gives the place behind it.
fn escape(raw: &[u8], at: usize, into: &mut String, is_python: bool) -> Result<usize, Box<Malformed>> {
    let character = match raw.get(at + 1) {
        Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return code_point(raw, at, into),
        Some(b'\'') if is_python => '\'',
        Some(b'x') if is_python && hex(raw, at + 2, 2).is_some() => {
            into.extend(hex(raw, at + 2, 2).and_then(|code| char::from_u32(u32::from(code))));
            return Ok(at + 4);
        }
        Some(_) if is_python => {
            into.push('\\');
            return Ok(at + 1);
        }
        Some(_) => return Err(Malformed::at(at, "an unknown escape in a text")),
        None => return Err(Malformed::at(at, "a text is cut short (EOF)")),
    };
    into.push(character);
    Ok(at + 2)
}

/// Reads `\ud83d` and the like, both halves of a pair; a lone half is no character.
fn code_point(raw: &[u8], at: usize, into: &mut String) -> Result<usize, Box<Malformed>> {
    let unit = hex(raw, at + 2, 4).ok_or_else(|| Malformed::at(at, "expected four digits behind `\\u`"))?;
    let second = raw[at + 6..].starts_with(b"\\u").then(|| hex(raw, at + 8, 4)).flatten();
    if let (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) = (unit, second) {
        let code = 0x10000 + ((u32::from(unit) - 0xd800) << 10) + (u32::from(low) - 0xdc00);
        into.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        return Ok(at + 12);
    }
    into.push(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
    Ok(at + 6)
}

fn hex(raw: &[u8], at: usize, digits: usize) -> Option<u16> {
    let digits = raw.get(at..at + digits)?;
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    };
    digits.iter().try_fold(0, |code, byte| Some(code << 4 | u16::from(digit(*byte)?)))
}

impl<'a> Text<'a> {
    /// The text, or the picture that it is.
    pub(super) fn into_value(self, parser: &mut Parser<'a>) -> Value<'a> {
        let Origin::File(offset) = parser.origin else { return Value::Text(self.decoded) };
        let Some(image) = self.picture(parser.bytes.raw, offset) else { return Value::Text(self.decoded) };
        if let Some(found) = &mut parser.found {
            found.push((self.range, image));
        }
        Value::Picture(Box::new(image))
    }

    fn picture(&self, raw: &[u8], offset: u64) -> Option<EmbeddedImage> {
        let start = start_of_base64(&self.decoded)?;
        let stored = &raw[self.range.start + 1..self.range.end - 1];
        // Nothing before the comma of a `data:` address is escaped but slashes.
        let start_stored = if start == 0 { 0 } else { memchr::memchr(b',', stored)? + 1 };
        let stored = &stored[start_stored..];
        let is_plain =
            matches!(self.decoded, Cow::Borrowed(_)) && !stored.iter().any(u8::is_ascii_whitespace);
        let at = ImageAt::Range {
            offset: offset + (self.range.start + 1 + start_stored) as u64,
            length: stored.len() as u64,
            encoding: if is_plain { ImageEncoding::Base64 } else { ImageEncoding::JsonBase64 },
        };
        scan(&self.decoded.as_bytes()[start..])?.finish_if_complete(at)
    }
}

/// Where the base64 of a picture begins in a text: behind `data:image/…;base64,`, or at its start.
pub(crate) fn start_of_base64(text: &str) -> Option<usize> {
    if text.len() < SHORTEST {
        return None;
    }
    let bytes = text.as_bytes();
    if bytes[..5].eq_ignore_ascii_case(b"data:") {
        let head = &bytes[..bytes.len().min(128)];
        let comma = memchr::memchr(b',', head)?;
        return head[..comma].to_ascii_lowercase().ends_with(b";base64").then_some(comma + 1);
    }
    // The first letters of JPEG, PNG, GIF, WebP, BMP and TIFF; what they lead to is looked at by `scan`.
    let is_likely = matches!(bytes[0], b'/' | b'i' | b'R' | b'U' | b'Q' | b'S' | b'T')
        && bytes[..24].iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    is_likely.then_some(0)
}

/// A picture out of its base64.
struct Scanned(PictureScan);

impl Scanned {
    fn finish_if_complete(self, at: ImageAt) -> Option<EmbeddedImage> {
        let image = self.0.finish(at);
        image.facts.format.map(|_| image)
    }
}

/// Decodes base64 and looks at what it is; none when it is no base64, or its first bytes are no picture's.
fn scan(text: &[u8]) -> Option<Scanned> {
    let mut head = [0; 24];
    let count = BASE64.decode_slice(text.get(..24)?, &mut head).ok()?;
    Format::of(&head[..count])?;
    let text = without_blanks(text);
    let mut scan = PictureScan::new();
    let mut decoded = vec![0; PIECE / 4 * 3 + 3];
    let mut pieces = text.chunks(PIECE).peekable();
    while let Some(piece) = pieces.next() {
        let some = BASE64.decode_slice(piece, &mut decoded).ok()?;
        // Only the end may be padded.
        if pieces.peek().is_some() && some != PIECE / 4 * 3 {
            return None;
        }
        scan.push(&decoded[..some]);
    }
    Some(Scanned(scan))
}

/// Base64 without the line breaks that some writers put into it.
pub(crate) fn without_blanks(text: &[u8]) -> Cow<'_, [u8]> {
    if text.iter().any(u8::is_ascii_whitespace) {
        Cow::Owned(text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// The bytes of base64 as it stands inside a JSON text, its escapes included.
pub(crate) fn decode_json_base64(stored: &[u8]) -> Option<Vec<u8>> {
    let quoted = [b"\"", stored, b"\""].concat();
    let text = read(Bytes::new(&quoted), 0, b'"', false).ok()?;
    BASE64.decode(without_blanks(text.decoded.as_bytes())).ok()
}
