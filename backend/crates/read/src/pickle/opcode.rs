//! The opcodes of pickle protocols 0 to 5: names, and how long each is.
//!
//! Source: the comments of `Lib/pickletools.py` and `Lib/pickle.py` in `CPython`, PEP 307, PEP 3154 and PEP 574.

use crate::pickle::halt::Halt;
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
        Shape::Fixed(width) => (Arg::Number(number(rest, width)?), behind + width as u64),
        Shape::Counted(width) => {
            let span = Span { at: behind + width as u64, len: number(rest, width)? };
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
fn number(bytes: &[u8], width: usize) -> Result<u64, Halt> {
    let mut whole = [0; 8];
    whole[..width].copy_from_slice(bytes.get(..width).ok_or(Halt::Cut)?);
    Ok(u64::from_le_bytes(whole))
}
