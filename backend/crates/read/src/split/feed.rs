//! The text of a file, read piece by piece into one buffer that moves along with the record being cut.

use super::source::Source;
use crate::File;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

/// One read at a position, begun anew when a signal comes in between.
pub(crate) fn read_at(file: &File, into: &mut [u8], position: u64) -> io::Result<usize> {
    loop {
        match file.read_at(into, position) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// A window on the text: what has been read and not yet consumed.
pub(crate) struct Feed<'f> {
    source: Source<'f>,
    buffer: Vec<u8>,
    start: usize,
    filled: usize,
    /// Place of the buffer's first byte in the text.
    base: u64,
    /// Where the text begins.
    begin: u64,
    chunk: usize,
    stop: Option<&'f AtomicBool>,
}

impl<'f> Feed<'f> {
    pub(crate) fn new(source: Source<'f>, chunk: usize) -> Self {
        let base = source.position();
        Self { source, buffer: Vec::new(), start: 0, filled: 0, base, begin: base, chunk, stop: None }
    }

    /// The same, failing once `stop` is set, however little of the text is worth to be handed out.
    pub(crate) fn until(self, stop: &'f AtomicBool) -> Self {
        Self { stop: Some(stop), ..self }
    }

    /// The bytes read and not consumed.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.filled]
    }

    /// Place of the first of [`bytes`](Self::bytes) in the text.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.start as u64
    }

    /// Bytes of the text consumed so far.
    pub(crate) fn consumed(&self) -> u64 {
        self.offset() - self.begin
    }

    /// Bytes of the file on disk read so far.
    pub(crate) fn disk_done(&self) -> u64 {
        self.source.disk_done()
    }

    pub(crate) fn consume(&mut self, count: usize) {
        self.start += count;
    }

    /// Reads on behind what is there; false at the end of the text.
    pub(crate) fn more(&mut self) -> io::Result<bool> {
        if self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
            return Err(io::Error::other("reading was stopped"));
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.filled, 0);
            self.base += self.start as u64;
            self.filled -= self.start;
            self.start = 0;
        }
        if self.buffer.len() < self.filled + self.chunk {
            self.buffer.resize(self.filled + self.chunk, 0);
        }
        let count = self.source.read(&mut self.buffer[self.filled..self.filled + self.chunk])?;
        self.filled += count;
        Ok(count > 0)
    }

    /// Gives the source back, for what it has learnt on the way.
    pub(crate) fn into_source(self) -> Source<'f> {
        self.source
    }
}
