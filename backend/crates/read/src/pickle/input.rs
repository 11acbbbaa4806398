//! The bytes of a pickle at any place, through a window on the file that moves along.

use crate::unpacked::Unpacked;
use std::io;

/// A window on a file.
pub(super) struct Input<'f> {
    file: Unpacked<'f>,
    /// Bytes of the file when reading began.
    size: u64,
    window: Vec<u8>,
    filled: usize,
    /// Place of the window's first byte.
    base: u64,
    /// End of what was read so far.
    done: u64,
}

impl<'f> Input<'f> {
    /// A window of at most `chunk` bytes.
    pub(super) fn new(file: Unpacked<'f>, size: u64, chunk: usize) -> Self {
        let chunk = size.clamp(1, chunk as u64) as usize;
        Self { file, size, window: vec![0; chunk], filled: 0, base: 0, done: 0 }
    }

    /// Bytes of the file.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The most bytes that are seen at once.
    pub(super) fn width(&self) -> usize {
        self.window.len()
    }

    /// Bytes of the file on disk read so far, for progress.
    pub(super) fn done(&self) -> u64 {
        self.file.disk_done(self.done)
    }

    /// Up to `count` bytes at a place, which must fit into the window; fewer only where the file ends.
    pub(super) fn bytes(&mut self, at: u64, count: usize) -> io::Result<&[u8]> {
        let count = count.min(self.window.len());
        if at < self.base || at + count as u64 > self.base + self.filled as u64 {
            self.fill(at, count)?;
        }
        let start = (at - self.base) as usize;
        Ok(&self.window[start..self.filled.min(start + count)])
    }

    /// Moves the window to a place, with at least `count` bytes in it unless the file ends.
    fn fill(&mut self, at: u64, count: usize) -> io::Result<()> {
        self.base = at;
        self.filled = 0;
        while self.filled < count {
            match self.file.read_at(&mut self.window[self.filled..], at + self.filled as u64)? {
                0 => break,
                more => self.filled += more,
            }
        }
        self.done = self.done.max(at + self.filled as u64);
        Ok(())
    }

    /// Fills `into` with the bytes at a place, past the window where it is longer; false when the file ends before.
    pub(super) fn copy(&mut self, mut at: u64, mut into: &mut [u8]) -> io::Result<bool> {
        if into.len() <= self.window.len() {
            let bytes = self.bytes(at, into.len())?;
            if bytes.len() == into.len() {
                into.copy_from_slice(bytes);
                return Ok(true);
            }
        }
        while !into.is_empty() {
            let count = self.file.read_at(into, at)?;
            if count == 0 {
                return Ok(false);
            }
            at += count as u64;
            into = &mut into[count..];
        }
        self.done = self.done.max(at);
        Ok(true)
    }

    /// Where the line that begins at a place ends; none when the file ends before its line break.
    pub(super) fn line_end(&mut self, mut at: u64) -> io::Result<Option<u64>> {
        let mut look = 128;
        loop {
            let bytes = self.bytes(at, look)?;
            if let Some(end) = memchr::memchr(b'\n', bytes) {
                return Ok(Some(at + end as u64));
            }
            if bytes.is_empty() {
                return Ok(None);
            }
            at += bytes.len() as u64;
            // Most lines are short, and the window should not move for them.
            look = (64 << 10).min(self.window.len());
        }
    }
}
