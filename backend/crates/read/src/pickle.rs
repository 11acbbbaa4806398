//! Records of pickles, read as data: opcode by opcode, and nothing that a pickle names is ever called.
//!
//! A list gives a record per item, a dict one per entry, as soon as the next one begins; several pickles in a file
//! are read one after another. Images are hashed where they lie and never kept.

mod array;
mod call;
mod halt;
mod input;
mod json;
mod line;
mod machine;
mod magic;
mod memo;
mod moment;
mod opcode;
mod payload;
mod sniff;
mod value;

pub(crate) use sniff::looks_like_pickle;

use crate::split::{Output, Stop};
use crate::unpacked::Unpacked;
use machine::Machine;

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

#[cfg(test)]
mod tests;
