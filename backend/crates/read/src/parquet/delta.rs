//! Integers as differences to the one before.
//!
//! Format: <https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC>.

use crate::parquet::error::{bad, ended};
use crate::parquet::hybrid::{GROUP, read_group, read_varint};
use std::io::{self, Read};

/// Most values in a block, and most parts of one; writers use 128 and 4.
const LARGEST_BLOCK: u64 = 1 << 20;
const MOST_PARTS: u64 = 1 << 10;

/// A decoder of differences, over bytes that are handed in.
pub(super) struct Deltas {
    /// Values that have not been read.
    pub(super) left: u64,
    /// The value that comes next, when there is one left.
    value: i64,
    parts: usize,
    groups_a_part: u64,
    least: i64,
    /// Bits of a difference, for each part of the block that has not begun; the last one first.
    widths: Vec<u8>,
    width: u8,
    groups_left: u64,
    group: [u64; GROUP],
    at: usize,
}

impl Deltas {
    pub(super) fn begin(input: &mut impl Read) -> io::Result<Self> {
        let block = read_varint(input)?;
        let parts = read_varint(input)?;
        let left = read_varint(input)?;
        let value = read_zigzag(input)?;
        let whole = parts > 0 && block % parts == 0 && (block / parts).is_multiple_of(GROUP as u64);
        if !whole || block == 0 || block > LARGEST_BLOCK || parts > MOST_PARTS {
            return Err(bad(format!("blocks of {block} differences in {parts} parts")));
        }
        Ok(Self {
            left,
            value,
            parts: parts as usize,
            groups_a_part: block / parts / GROUP as u64,
            least: 0,
            widths: Vec::new(),
            width: 0,
            groups_left: 0,
            group: [0; GROUP],
            at: GROUP,
        })
    }

    pub(super) fn next(&mut self, input: &mut impl Read) -> io::Result<i64> {
        self.left =
            self.left.checked_sub(1).ok_or_else(|| ended("there are fewer values than the page claims"))?;
        let value = self.value;
        if self.left > 0 {
            let difference = self.next_difference(input)?;
            self.value = value.wrapping_add(difference);
        }
        Ok(value)
    }

    /// Reads what pads the last part, so that what follows can be read.
    pub(super) fn finish(&mut self, input: &mut impl Read) -> io::Result<()> {
        for _ in 0..self.groups_left {
            read_group(input, self.width)?;
        }
        self.groups_left = 0;
        Ok(())
    }

    fn next_difference(&mut self, input: &mut impl Read) -> io::Result<i64> {
        if self.at == GROUP {
            while self.groups_left == 0 {
                self.next_part(input)?;
            }
            self.group = read_group(input, self.width)?;
            self.groups_left -= 1;
            self.at = 0;
        }
        let difference = self.group[self.at].cast_signed();
        self.at += 1;
        Ok(self.least.wrapping_add(difference))
    }

    fn next_part(&mut self, input: &mut impl Read) -> io::Result<()> {
        if self.widths.is_empty() {
            self.least = read_zigzag(input)?;
            self.widths.resize(self.parts, 0);
            input.read_exact(&mut self.widths)?;
            self.widths.reverse();
        }
        self.width = self.widths.pop().unwrap_or(0);
        if self.width > 64 {
            return Err(bad(format!("differences of {} bits, more than 64", self.width)));
        }
        self.groups_left = self.groups_a_part;
        Ok(())
    }
}

fn read_zigzag(input: &mut impl Read) -> io::Result<i64> {
    let coded = read_varint(input)?;
    Ok((coded >> 1).cast_signed() ^ -(coded & 1).cast_signed())
}
