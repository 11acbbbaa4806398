//! The opcodes of pickle protocols 0 to 5: names, how long each is, and the lines of protocol 0 (texts with escapes,
//! numbers).
//!
//! Source: the comments of `Lib/pickletools.py` and `Lib/pickle.py` in `CPython`, PEP 307, PEP 3154 and PEP 574.

use super::Halt;
use super::value::Value;
use crate::pickle::input::Input;

/// One opcode of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Op {
    /// Its place.
    pub(super) at: u64,
    /// Its first byte.
    pub(super) code: u8,
    /// What follows the first byte.
    pub(super) arg: Arg,
    /// Place of the next opcode.
    pub(super) next: u64,
}

/// What follows an opcode's first byte.
#[derive(Clone, Copy, Debug)]
pub(super) enum Arg {
    /// Nothing.
    Nothing,
    /// A number of fixed length, little-endian unless it is a float.
    Number(u64),
    /// Bytes by place.
    Span(Span),
}

/// A byte range of the file, which is known to be there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) at: u64,
    pub(super) len: u64,
}

/// How an opcode's argument is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// There is none.
    Plain,
    /// So many bytes.
    Fixed(usize),
    /// A length of so many bytes, little-endian, and as many bytes as it says.
    Counted(usize),
    /// So many lines, each with its line break.
    Lines(usize),
}

/// Name and shape of an opcode.
pub(super) fn describe(code: u8) -> Option<(&'static str, Shape)> {
    use Shape::{Counted, Fixed, Lines, Plain};
    Some(match code {
        b'(' => ("MARK", Plain),
        b'.' => ("STOP", Plain),
        b'0' => ("POP", Plain),
        b'1' => ("POP_MARK", Plain),
        b'2' => ("DUP", Plain),
        b'F' => ("FLOAT", Lines(1)),
        b'I' => ("INT", Lines(1)),
        b'J' => ("BININT", Fixed(4)),
        b'K' => ("BININT1", Fixed(1)),
        b'L' => ("LONG", Lines(1)),
        b'M' => ("BININT2", Fixed(2)),
        b'N' => ("NONE", Plain),
        b'P' => ("PERSID", Lines(1)),
        b'Q' => ("BINPERSID", Plain),
        b'R' => ("REDUCE", Plain),
        b'S' => ("STRING", Lines(1)),
        b'T' => ("BINSTRING", Counted(4)),
        b'U' => ("SHORT_BINSTRING", Counted(1)),
        b'V' => ("UNICODE", Lines(1)),
        b'X' => ("BINUNICODE", Counted(4)),
        b'a' => ("APPEND", Plain),
        b'b' => ("BUILD", Plain),
        b'c' => ("GLOBAL", Lines(2)),
        b'd' => ("DICT", Plain),
        b'}' => ("EMPTY_DICT", Plain),
        b'e' => ("APPENDS", Plain),
        b'g' => ("GET", Lines(1)),
        b'h' => ("BINGET", Fixed(1)),
        b'i' => ("INST", Lines(2)),
        b'j' => ("LONG_BINGET", Fixed(4)),
        b'l' => ("LIST", Plain),
        b']' => ("EMPTY_LIST", Plain),
        b'o' => ("OBJ", Plain),
        b'p' => ("PUT", Lines(1)),
        b'q' => ("BINPUT", Fixed(1)),
        b'r' => ("LONG_BINPUT", Fixed(4)),
        b's' => ("SETITEM", Plain),
        b't' => ("TUPLE", Plain),
        b')' => ("EMPTY_TUPLE", Plain),
        b'u' => ("SETITEMS", Plain),
        b'G' => ("BINFLOAT", Fixed(8)),
        b'B' => ("BINBYTES", Counted(4)),
        b'C' => ("SHORT_BINBYTES", Counted(1)),
        _ => return describe_late(code),
    })
}

/// As [`describe`], of the opcodes that protocols 2 to 5 brought.
fn describe_late(code: u8) -> Option<(&'static str, Shape)> {
    use Shape::{Counted, Fixed, Plain};
    Some(match code {
        0x80 => ("PROTO", Fixed(1)),
        0x81 => ("NEWOBJ", Plain),
        0x82 => ("EXT1", Fixed(1)),
        0x83 => ("EXT2", Fixed(2)),
        0x84 => ("EXT4", Fixed(4)),
        0x85 => ("TUPLE1", Plain),
        0x86 => ("TUPLE2", Plain),
        0x87 => ("TUPLE3", Plain),
        0x88 => ("NEWTRUE", Plain),
        0x89 => ("NEWFALSE", Plain),
        0x8a => ("LONG1", Counted(1)),
        0x8b => ("LONG4", Counted(4)),
        0x8c => ("SHORT_BINUNICODE", Counted(1)),
        0x8d => ("BINUNICODE8", Counted(8)),
        0x8e => ("BINBYTES8", Counted(8)),
        0x8f => ("EMPTY_SET", Plain),
        0x90 => ("ADDITEMS", Plain),
        0x91 => ("FROZENSET", Plain),
        0x92 => ("NEWOBJ_EX", Plain),
        0x93 => ("STACK_GLOBAL", Plain),
        0x94 => ("MEMOIZE", Plain),
        0x95 => ("FRAME", Fixed(8)),
        0x96 => ("BYTEARRAY8", Counted(8)),
        0x97 => ("NEXT_BUFFER", Plain),
        0x98 => ("READONLY_BUFFER", Plain),
        _ => return None,
    })
}

/// The name of an opcode that [`decode`] has let through.
pub(super) fn name(code: u8) -> &'static str {
    describe(code).map_or("an unknown opcode", |(name, _)| name)
}

/// Reads the opcode at a place. What it counts or ends by a line break is there, but not read yet.
pub(super) fn decode(input: &mut Input<'_>, at: u64) -> Result<Op, Halt> {
    let head = input.bytes(at, 9)?;
    let (&code, rest) = head.split_first().ok_or(Halt::Cut)?;
    let Some((_, shape)) = describe(code) else {
        return Err(Halt::bad(at, format!("the byte 0x{code:02x} at byte {at} is no opcode of a pickle")));
    };
    let behind = at + 1;
    let (arg, next) = match shape {
        Shape::Plain => (Arg::Nothing, behind),
        Shape::Fixed(width) => (Arg::Number(little_endian(rest, width)?), behind + width as u64),
        Shape::Counted(width) => {
            let span = Span { at: behind + width as u64, len: little_endian(rest, width)? };
            let next = span.at.checked_add(span.len).filter(|next| *next <= input.size());
            (Arg::Span(span), next.ok_or(Halt::Cut)?)
        }
        Shape::Lines(count) => {
            let mut end = input.line_end(behind)?.ok_or(Halt::Cut)?;
            if count > 1 {
                end = input.line_end(end + 1)?.ok_or(Halt::Cut)?;
            }
            (Arg::Span(Span { at: behind, len: end - behind }), end + 1)
        }
    };
    Ok(Op { at, code, arg, next })
}

/// The little-endian number in the first `width` bytes, at most 8.
fn little_endian(bytes: &[u8], width: usize) -> Result<u64, Halt> {
    let mut whole = [0; 8];
    whole[..width].copy_from_slice(bytes.get(..width).ok_or(Halt::Cut)?);
    Ok(u64::from_le_bytes(whole))
}

/// Longest line of a number or a name; longer ones are no work of Python.
const LONGEST: u64 = 4096;

/// The short line of an opcode at `at`, as text.
pub(super) fn short_line(input: &mut Input<'_>, at: u64, span: Span) -> Result<String, Halt> {
    let wrong = || Halt::bad(at, format!("the line of the opcode at byte {at} is no short text"));
    if span.len > LONGEST {
        return Err(wrong());
    }
    let mut line = vec![0; span.len as usize];
    if !input.copy(span.at, &mut line)? {
        return Err(Halt::Cut);
    }
    String::from_utf8(line).map_err(|_| wrong())
}

/// The number of an `INT`, `LONG` or `FLOAT` line; none when it is no number.
pub(super) fn number_of_line(code: u8, line: &str) -> Option<Value> {
    let line = line.trim_end_matches('\r');
    match (code, line) {
        (b'I', "00") => Some(Value::Bool(false)),
        (b'I', "01") => Some(Value::Bool(true)),
        (b'F', _) => line.parse().ok().map(Value::Float),
        (b'L', _) => integer(line.strip_suffix('L').unwrap_or(line)),
        _ => integer(line),
    }
}

/// A whole number of any length; beyond 64 bits it is a text.
fn integer(digits: &str) -> Option<Value> {
    if let Ok(number) = digits.parse() {
        return Some(Value::Int(number));
    }
    if let Ok(number) = digits.parse() {
        return Some(Value::Unsigned(number));
    }
    let plain = digits.strip_prefix('-').unwrap_or(digits);
    let is_number = !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Value::Text(digits.into()))
}

/// The text between the quotes of a `STRING` line.
pub(super) fn unquote(input: &mut Input<'_>, span: Span) -> Result<Span, Halt> {
    let wrong = || Halt::bad(span.at - 1, format!("the text at byte {} has no quotes around it", span.at));
    if span.len < 2 {
        return Err(wrong());
    }
    let first = input.bytes(span.at, 1)?.first().copied();
    let last = input.bytes(span.at + span.len - 1, 1)?.first().copied();
    if first != last || !matches!(first, Some(b'\'' | b'"')) {
        return Err(wrong());
    }
    Ok(Span { at: span.at + 1, len: span.len - 2 })
}

/// The text of a `UNICODE` line: Latin-1 with `\uXXXX` and `\UXXXXXXXX`.
pub(super) fn unescape_unicode(line: &[u8]) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        let digits = match (byte, behind.first()) {
            (b'\\', Some(b'u')) => 4,
            (b'\\', Some(b'U')) => 8,
            _ => {
                text.push(char::from(byte));
                continue;
            }
        };
        let code = behind.get(1..=digits).and_then(hexadecimal);
        if let Some(code) = code {
            rest = &behind[1 + digits..];
            text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        } else {
            text.push('\\');
        }
    }
    text
}

/// The bytes of a `STRING` line without its quotes: as in Python's source text.
pub(super) fn unescape_quoted(line: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        let (b'\\', Some((&escaped, behind))) = (byte, behind.split_first()) else {
            bytes.push(byte);
            continue;
        };
        rest = behind;
        match escaped {
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'\\' | b'\'' | b'"' => bytes.push(escaped),
            b'x' => match behind.get(..2).and_then(hexadecimal) {
                Some(code) => {
                    bytes.push(code as u8);
                    rest = &behind[2..];
                }
                None => bytes.extend(b"\\x"),
            },
            other => bytes.extend([b'\\', other]),
        }
    }
    bytes
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0, |code: u32, digit| Some(code.wrapping_shl(4) | char::from(*digit).to_digit(16)?))
}

/// A whole number out of the little-endian two's complement of `LONG1` and `LONG4`; beyond 64 bits it is a text.
pub(super) fn long_of_bytes(bytes: &[u8]) -> Value {
    let is_negative = bytes.last().is_some_and(|last| *last >= 0x80);
    let fill = if is_negative { 0xff } else { 0 };
    let used = bytes.iter().rposition(|byte| *byte != fill).map_or(0, |last| last + 1);
    let mut low = [fill; 8];
    low[..used.min(8)].copy_from_slice(&bytes[..used.min(8)]);
    let number = i64::from_le_bytes(low);
    if used <= 8 && (number < 0) == is_negative {
        return Value::Int(number);
    }
    if used == 8 && !is_negative {
        return Value::Unsigned(u64::from_le_bytes(low));
    }
    Value::Text(decimal(bytes, is_negative).into())
}

/// The decimal digits of a number, by dividing again and again.
fn decimal(bytes: &[u8], is_negative: bool) -> String {
    const BASE: u64 = 1_000_000_000;
    let mut limbs = magnitude(bytes, is_negative);
    let mut groups = Vec::new();
    while !limbs.is_empty() {
        let mut rest = 0;
        for limb in limbs.iter_mut().rev() {
            let whole = (rest << 32) | u64::from(*limb);
            *limb = (whole / BASE) as u32;
            rest = whole % BASE;
        }
        groups.push(rest);
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
    }
    let mut text = if is_negative { "-".to_owned() } else { String::new() };
    text.push_str(&groups.pop().unwrap_or_default().to_string());
    text.extend(groups.iter().rev().map(|group| format!("{group:09}")));
    text
}

/// The number without its sign, the lowest 32 bits first.
fn magnitude(bytes: &[u8], is_negative: bool) -> Vec<u32> {
    let mut carry = u64::from(is_negative);
    let mut limbs = Vec::with_capacity(bytes.len() / 4 + 1);
    for chunk in bytes.chunks(4) {
        let mut limb = [if is_negative { 0xff } else { 0 }; 4];
        limb[..chunk.len()].copy_from_slice(chunk);
        let word = u32::from_le_bytes(limb);
        let whole = u64::from(if is_negative { !word } else { word }) + carry;
        limbs.push(whole as u32);
        carry = whole >> 32;
    }
    if carry > 0 {
        limbs.push(carry as u32);
    }
    limbs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &Value) -> String {
        match value {
            Value::Int(number) => number.to_string(),
            Value::Unsigned(number) => format!("{number}u"),
            Value::Text(text) => format!("\"{text}\""),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn long_numbers_are_read_whatever_their_length() {
        let rows: [(&[u8], &str); 12] = [
            (b"", "0"),
            (b"\0\0", "0"),
            (b"\xff", "-1"),
            (b"\xff\0", "255"),
            (b"\0\xff", "-256"),
            (b"\xff\xff\xff\xff\xff\xff\xff\x7f", "9223372036854775807"),
            (b"\0\0\0\0\0\0\0\x80", "-9223372036854775808"),
            (b"\0\0\0\0\0\0\0\x80\0", "9223372036854775808u"),
            (b"\xff\xff\xff\xff\xff\xff\xff\x7f\xff", "\"-9223372036854775809\""),
            (b"\0\0\0\0\0\0\0\0\x01", "\"18446744073709551616\""),
            (b"\0\0\0\0\0\0\0\0\xff", "\"-18446744073709551616\""),
            (b"\0\0\0\0\x10\x63\x2d\x5e\xc7\x6b\x05", "\"6553600000000000000000000\""),
        ];
        for (bytes, expected) in rows {
            assert_eq!(shown(&long_of_bytes(bytes)), expected, "{bytes:?}");
        }
    }

    #[test]
    fn lines_of_numbers_are_read() {
        let rows = [
            (b'I', "01", "Bool(true)"),
            (b'I', "1", "1"),
            (b'I', "-7\r", "-7"),
            (b'L', "12345678901234567890L", "12345678901234567890u"),
            (b'L', "-123456789012345678901234567890L", "\"-123456789012345678901234567890\""),
            (b'F', "1e-3", "Float(0.001)"),
            (b'F', "-inf", "Float(-inf)"),
        ];
        for (code, text, expected) in rows {
            assert_eq!(shown(&number_of_line(code, text).unwrap()), expected, "{text}");
        }
        assert!(
            number_of_line(b'I', "").is_none()
                && number_of_line(b'L', "1_0L").is_none()
                && number_of_line(b'F', "x").is_none()
        );
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(unescape_unicode(b"caf\xe9 \\u732b\\U0001f408\\u005c \\x \\u12"), "café 猫🐈\\ \\x \\u12");
        assert_eq!(unescape_unicode(b"\\ud800"), "\u{fffd}");
        assert_eq!(unescape_quoted(b"a\\'b\\n\\xe7\\x8c\\xab\\q\\"), "a'b\n猫\\q\\".as_bytes());
    }
}
