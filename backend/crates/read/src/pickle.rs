//! Reader of pickles, as data: opcode by opcode, and nothing that a pickle names is ever called.
//!
//! A list gives a record per item, a dict one per entry, as soon as the next one begins; several pickles in a file are
//! read one after another. Images are hashed where they lie and never held.

mod call;
mod input;
mod machine;
mod memo;
mod opcode;
mod payload;
mod value;

use crate::split::{Output, Stop};
use crate::unpacked::Unpacked;
use machine::Machine;
use opcode::{Shape, describe};
use std::io;

/// Sizes that tests make small.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Bytes asked for by one read.
    chunk: usize,
    /// Estimated bytes of memory of one record, and bytes of its JSON text.
    record: u64,
    /// Estimated bytes of containers that are kept because they may be asked for again.
    memo: u64,
    /// Bytes of all records together: values that are shared can make a small file endless.
    total: u64,
}

impl Limits {
    /// Limits for a file of so many bytes. A small file needs little, and must not be able to take much.
    fn of(size: u64) -> Self {
        const MB: u64 = 1 << 20;
        Self {
            chunk: 512 << 10,
            record: size.saturating_mul(3).clamp(3 * MB, 64 * MB),
            memo: size.clamp(MB, 32 * MB),
            total: size.saturating_mul(100).saturating_add(64 * MB),
        }
    }
}

/// Streams the records of a file of pickles, in constant memory.
///
/// The JSON text of a record of a list is its dict; of an entry of a dict it is `{"key": …, "value": …}`, or
/// `{"key": …, "images": …}` where the value is a dict of nothing but images. What cannot be read as data ends
/// reading with a problem that names the opcode and its place.
pub(crate) fn read_pickle(bytes: Unpacked<'_>, size: u64, out: &mut Output<'_>) -> Result<(), Stop> {
    read_within(bytes, size, Limits::of(size), out)
}

fn read_within(bytes: Unpacked<'_>, size: u64, limits: Limits, out: &mut Output<'_>) -> Result<(), Stop> {
    if size == 0 {
        return out.trouble(0, "the file is empty: it holds no pickle");
    }
    let mut machine = Machine::new(bytes, size, limits, out);
    let mut at = 0;
    while at < size {
        match machine.pickle(at) {
            Ok(next) => at = next,
            Err(halt) => return machine.give_up(halt),
        }
    }
    Ok(())
}

/// Why reading a pickle stops before its end.
#[derive(Debug)]
enum Halt {
    /// The visitor wants no more, or the system failed to read.
    Stop(Stop),
    /// The file ends in the middle of the pickle.
    Cut,
    /// Something that cannot be read as data; nothing behind it can be trusted.
    Bad {
        /// The opcode's place.
        at: u64,
        /// What is wrong, with the place.
        message: String,
    },
}

impl Halt {
    fn bad(at: u64, message: impl Into<String>) -> Self {
        Self::Bad { at, message: message.into() }
    }
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Stop(Stop::Failed(error))
    }
}

/// Opcodes that are looked at where no protocol is named.
const LOOKED_AT: usize = 8;

/// Whether a file that begins like this is a pickle.
///
/// Protocols 2 to 5 say so; 0 and 1 begin with a list or dict, which text and JSON could too, so the opcodes that
/// follow must make sense.
pub(crate) fn looks_like_pickle(head: &[u8]) -> bool {
    match head {
        [0x80, 2..=5] => true,
        [0x80, 2..=5, code, ..] => describe(*code).is_some(),
        [b'(', b'l' | b'd', rest @ ..] | [b']' | b'}', rest @ ..] => follows(rest),
        _ => false,
    }
}

/// Whether the opcodes behind an empty container are those of data.
fn follows(mut rest: &[u8]) -> bool {
    // A list is remembered or filled first of all, or else it is all.
    if !matches!(rest, [b'p' | b'q' | b'r' | b'(' | b'.', ..]) {
        return false;
    }
    for _ in 0..LOOKED_AT {
        if matches!(rest, [] | [b'.', ..]) {
            return true;
        }
        match behind(rest) {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    true
}

/// What follows the first opcode; nothing where the head ends in it, none when it makes no sense.
fn behind(head: &[u8]) -> Option<&[u8]> {
    let (&code, rest) = head.split_first()?;
    let used = match describe(code)?.1 {
        Shape::Plain => 0,
        Shape::Fixed(width) => width,
        Shape::Counted(width) => {
            let Some(digits) = rest.get(..width) else { return Some(&[]) };
            let length = digits.iter().rev().fold(0_u64, |length, digit| length << 8 | u64::from(*digit));
            usize::try_from(length).ok()?.saturating_add(width)
        }
        Shape::Lines(_) => {
            let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let is_number = line.iter().all(|byte| byte.is_ascii_digit() || b"-+.eLinfa\r".contains(byte));
            let is_text = matches!(code, b'V' | b'S');
            if !is_text && (!is_number || line.is_empty()) {
                return None;
            }
            line.len() + 1
        }
    };
    Some(rest.get(used..).unwrap_or_default())
}

#[cfg(test)]
mod tests;
