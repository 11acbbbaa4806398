//! Snappy and LZ4 blocks: bytes as they are, and copies of bytes that came before.
//!
//! Formats: <https://github.com/google/snappy/blob/main/format_description.txt>,
//! <https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md>. Both are unpacked as they are read, with a window
//! of 64 KiB: LZ4 cannot reach further back, and no writer of snappy does.

use crate::parquet::error::{bad, ended};
use std::io::{self, BufRead, Read};

/// How far back a copy may reach.
const WINDOW: usize = 64 << 10;
/// Bytes unpacked at once.
const CHUNK: usize = 64 << 10;
/// Memory that unpacking takes at most.
pub(super) const MEMORY: u64 = (WINDOW + CHUNK) as u64;

/// How the blocks are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Snappy,
    Lz4,
}

/// What is to be done next.
enum Step {
    /// The length of the unpacked block comes, for snappy.
    Preamble,
    /// Bytes as they are.
    Literal { left: usize },
    /// Bytes that came before.
    Copy { back: usize, left: usize },
}

/// The unpacked bytes of a block.
pub(super) struct Copies<R> {
    source: R,
    format: Format,
    step: Step,
    /// For LZ4, the length bits of the copy that follows the literal being read.
    copy_bits: Option<u8>,
    /// The last bytes unpacked, of which those before `read` have been read.
    window: Vec<u8>,
    read: usize,
}

impl<R: BufRead> Copies<R> {
    pub(super) fn new(source: R, format: Format) -> Self {
        let step = match format {
            Format::Snappy => Step::Preamble,
            Format::Lz4 => Step::Literal { left: 0 },
        };
        Self { source, format, step, copy_bits: None, window: Vec::new(), read: 0 }
    }

    /// Unpacks up to a chunk more; nothing at the end of the block.
    fn fill(&mut self) -> io::Result<()> {
        let old = self.window.len().saturating_sub(WINDOW);
        self.window.drain(..old);
        self.read = self.window.len();
        while self.window.len() < self.read + CHUNK {
            match self.step {
                Step::Literal { left } if left > 0 => self.literal(left)?,
                Step::Copy { back, left } if left > 0 => self.copy(back, left)?,
                _ => {
                    if !self.next_step()? {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    fn literal(&mut self, left: usize) -> io::Result<()> {
        let room = self.read + CHUNK - self.window.len();
        let bytes = self.source.fill_buf()?;
        if bytes.is_empty() {
            return Err(ended("the packed bytes end too early"));
        }
        let count = left.min(room).min(bytes.len());
        self.window.extend_from_slice(&bytes[..count]);
        self.source.consume(count);
        self.step = Step::Literal { left: left - count };
        Ok(())
    }

    fn copy(&mut self, back: usize, left: usize) -> io::Result<()> {
        let len = self.window.len();
        if back == 0 || back > len {
            return Err(bad(format!("a copy reaches {back} bytes back, where nothing is kept")));
        }
        let (from, end) = (len - back, len + left.min(self.read + CHUNK - len));
        // A copy may reach into what it writes itself: then the bytes from there on repeat, and each turn doubles them.
        while self.window.len() < end {
            let count = (end - self.window.len()).min(self.window.len() - from);
            self.window.extend_from_within(from..from + count);
        }
        self.step = Step::Copy { back, left: left - (end - len) };
        Ok(())
    }

    /// Reads what comes next; false at the end of the block.
    fn next_step(&mut self) -> io::Result<bool> {
        if let Step::Preamble = self.step {
            self.varint()?;
        }
        if self.source.fill_buf()?.is_empty() {
            return Ok(false);
        }
        self.step = match self.format {
            Format::Snappy => self.snappy_step()?,
            Format::Lz4 => self.lz4_step()?,
        };
        Ok(true)
    }

    fn snappy_step(&mut self) -> io::Result<Step> {
        let tag = self.byte()?;
        let high = usize::from(tag >> 2);
        Ok(match tag & 3 {
            0 if high < 60 => Step::Literal { left: high + 1 },
            0 => Step::Literal { left: self.number(high - 59)? + 1 },
            1 => Step::Copy { back: (high >> 3 << 8) + self.number(1)?, left: (high & 7) + 4 },
            2 => Step::Copy { back: self.number(2)?, left: high + 1 },
            _ => Step::Copy { back: self.number(4)?, left: high + 1 },
        })
    }

    fn lz4_step(&mut self) -> io::Result<Step> {
        if let Some(bits) = self.copy_bits.take() {
            let back = self.number(2)?;
            let left = self.lz4_length(bits)? + 4;
            return Ok(Step::Copy { back, left });
        }
        let token = self.byte()?;
        self.copy_bits = Some(token & 15);
        Ok(Step::Literal { left: self.lz4_length(token >> 4)? })
    }

    fn lz4_length(&mut self, bits: u8) -> io::Result<usize> {
        let mut length = usize::from(bits);
        let mut last = if bits == 15 { 255 } else { 0 };
        while last == 255 {
            last = self.byte()?;
            length += usize::from(last);
        }
        Ok(length)
    }

    fn varint(&mut self) -> io::Result<()> {
        for _ in 0..5 {
            if self.byte()? < 128 {
                return Ok(());
            }
        }
        Err(bad("the packed bytes begin with a length of more than five bytes"))
    }

    /// A number of up to four bytes, the lowest first.
    fn number(&mut self, bytes: usize) -> io::Result<usize> {
        let mut number = 0;
        for shift in 0..bytes {
            number |= usize::from(self.byte()?) << (8 * shift);
        }
        Ok(number)
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.source.read_exact(&mut byte)?;
        Ok(byte[0])
    }
}

impl<R: BufRead> Read for Copies<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.read == self.window.len() {
            self.fill()?;
        }
        let ready = &self.window[self.read..];
        let count = ready.len().min(into.len());
        into[..count].copy_from_slice(&ready[..count]);
        self.read += count;
        Ok(count)
    }
}
