//! Small numbers as runs: levels, dictionary indices, and booleans that come in runs.
//!
//! Format: <https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE>.

use crate::parquet::error::{bad, ended};
use std::io::{self, Read};

/// Numbers are packed in groups of eight.
pub(super) const GROUP: usize = 8;

/// A decoder of runs, over bytes that are handed in.
pub(super) struct Hybrid {
    /// Bits of a number.
    width: u8,
    run: Run,
}

enum Run {
    Repeated { value: u32, left: u64 },
    Packed { group: [u64; GROUP], at: usize, groups_left: u64 },
}

impl Hybrid {
    pub(super) fn new(width: u8) -> io::Result<Self> {
        if width > 32 {
            return Err(bad(format!("numbers of {width} bits, more than 32")));
        }
        Ok(Self { width, run: Run::Repeated { value: 0, left: 0 } })
    }

    pub(super) fn next(&mut self, input: &mut impl Read) -> io::Result<u32> {
        loop {
            match &mut self.run {
                Run::Repeated { value, left } if *left > 0 => {
                    *left -= 1;
                    return Ok(*value);
                }
                Run::Packed { group, at, .. } if *at < GROUP => {
                    *at += 1;
                    return Ok(group[*at - 1] as u32);
                }
                Run::Packed { group, at, groups_left } if *groups_left > 0 => {
                    *group = read_group(input, self.width)?;
                    *at = 0;
                    *groups_left -= 1;
                }
                _ => self.next_run(input)?,
            }
        }
    }

    fn next_run(&mut self, input: &mut impl Read) -> io::Result<()> {
        let head = read_varint(input)?;
        if head & 1 == 1 {
            self.run = Run::Packed { group: [0; GROUP], at: GROUP, groups_left: head >> 1 };
            return Ok(());
        }
        let mut value = [0; 4];
        input.read_exact(&mut value[..usize::from(self.width.div_ceil(8))])?;
        self.run = Run::Repeated { value: u32::from_le_bytes(value), left: head >> 1 };
        Ok(())
    }
}

/// A number in seven bits a byte, the lowest first.
pub(super) fn read_varint(input: &mut impl Read) -> io::Result<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let mut byte = [0];
        input.read_exact(&mut byte)?;
        value |= u64::from(byte[0] & 127) << shift;
        if byte[0] < 128 {
            return Ok(value);
        }
    }
    Err(bad("a number of more than ten bytes"))
}

/// Eight numbers of `width` bits, at most 64. Some writers leave out the end of the last group.
pub(super) fn read_group(input: &mut impl Read, width: u8) -> io::Result<[u64; GROUP]> {
    let mut bytes = [0; 64];
    let wanted = usize::from(width);
    let mut filled = 0;
    while filled < wanted {
        match input.read(&mut bytes[filled..wanted])? {
            0 if filled == 0 => return Err(ended("the packed numbers end too early")),
            0 => break,
            count => filled += count,
        }
    }
    Ok(unpack(&bytes[..wanted], width))
}

fn unpack(bytes: &[u8], width: u8) -> [u64; GROUP] {
    let mut numbers = [0; GROUP];
    if width == 0 {
        return numbers;
    }
    let mask = u64::MAX >> (64 - u32::from(width));
    let (mut bits, mut count, mut at) = (0_u128, 0, 0);
    for &byte in bytes {
        bits |= u128::from(byte) << count;
        count += 8;
        while count >= width && at < GROUP {
            numbers[at] = bits as u64 & mask;
            bits >>= width;
            count -= width;
            at += 1;
        }
    }
    numbers
}
