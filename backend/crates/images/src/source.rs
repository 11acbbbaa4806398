//! The bytes of a picture, read where they are wanted: a part of a file stays on disk, and only what has to be unpacked or
//! decoded first is held in memory.

use super::error::ImageError;
use super::probe::Probe;
use crate::memory::{PictureMemory, Reserved};
use blendscope_read::{File, PictureLook, look_at_picture, places, reads};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How many bytes a decoder gets between two looks at the clock.
const BYTES_PER_LOOK: usize = 16 * 1024;

/// Decoding that takes longer lets others begin beside it.
const QUICK: Duration = Duration::from_millis(500);

/// The bytes of one picture.
#[derive(Debug)]
pub struct Source {
    /// Where they are.
    pub content: Content,
    /// The memory that they take.
    pub held: Option<Reserved>,
}

/// Where the bytes of a picture are.
#[derive(Debug)]
pub enum Content {
    /// A part of a file.
    Part {
        /// Absolute.
        path: PathBuf,
        /// Opened.
        file: File,
        /// Its first byte.
        from: u64,
        /// Number of its bytes.
        length: u64,
    },
    /// In memory.
    Memory(Vec<u8>),
}

impl Source {
    /// A whole file; an error if it is anything else than a regular one.
    pub fn file(path: &Path) -> io::Result<Self> {
        let _reading = reads::begin(path)?;
        let file = blendscope_read::open_file(path)?;
        let length = file.metadata()?.len();
        Ok(Self::part(path, file, 0, length))
    }

    /// A part of a file, which is at `path`.
    pub fn part(path: &Path, file: File, from: u64, length: u64) -> Self {
        let content = Content::Part { path: path.to_owned(), file, from, length };
        Self { content, held: None }
    }

    /// Bytes in memory that `held` was reserved for.
    pub fn memory(bytes: Vec<u8>, held: Option<Reserved>) -> Self {
        Self { content: Content::Memory(bytes), held }
    }

    /// Says that it will not be decoded, so that others may be meanwhile.
    #[must_use]
    pub fn settled(self) -> Self {
        let length = self.content.len();
        Self { held: self.held.map(|held| held.settled_at(length)), ..self }
    }
}

impl AsRef<[u8]> for Source {
    /// The bytes that are in memory.
    fn as_ref(&self) -> &[u8] {
        match &self.content {
            Content::Memory(bytes) => bytes,
            Content::Part { .. } => &[],
        }
    }
}

impl Content {
    /// Number of bytes.
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> u64 {
        match self {
            Self::Part { length, .. } => *length,
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// Reads from a place, perhaps less than the buffer holds, and nothing only at the end.
    pub fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.len().saturating_sub(at);
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        match self {
            Self::Part { path, file, from, .. } => {
                let _reading = reads::begin(path)?;
                file.read_at(&mut buffer[..wanted], from + at)
            }
            Self::Memory(bytes) => {
                // Nothing is wanted from behind the end.
                let at = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
                buffer[..wanted].copy_from_slice(&bytes[at..at + wanted]);
                Ok(wanted)
            }
        }
    }

    /// Fills a buffer from a place; false when there is less.
    pub fn fill(&self, at: u64, buffer: &mut [u8]) -> io::Result<bool> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read_at(at.saturating_add(filled as u64), &mut buffer[filled..])? {
                0 => return Ok(false),
                some => filled += some,
            }
        }
        Ok(true)
    }

    /// What header and end say.
    pub fn look(&self) -> io::Result<PictureLook> {
        look_at_picture(self.len(), &mut |at, buffer| self.read_at(at, buffer))
    }

    /// The first bytes, at most so many.
    pub fn head(&self, most: usize) -> io::Result<Vec<u8>> {
        let mut head = vec![0; most];
        let filled = self.read_at(0, &mut head)?;
        head.truncate(filled);
        Ok(head)
    }

    /// What the header says; an error if there is no picture.
    pub fn probe(&self) -> Result<Probe, ImageError> {
        Probe::of(&self.look()?, &self.head(super::probe::HEAD_BYTES)?)
    }

    /// The first `most` bytes, readable until a moment and not after it: the way to stop a decoder that has no stop
    /// button.
    pub fn reader(&self, most: u64, until: Instant) -> BufReader<Reader<'_>> {
        let (end, began) = (self.len().min(most), Instant::now());
        let reader = Reader { content: self, at: 0, end, began, until };
        BufReader::with_capacity(BYTES_PER_LOOK, reader)
    }
}

/// A reader of the bytes of a picture.
pub struct Reader<'c> {
    content: &'c Content,
    at: u64,
    end: u64,
    began: Instant,
    until: Instant,
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let now = Instant::now();
        if now >= self.until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if now >= self.began + QUICK {
            places::works_for_long();
        }
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        let filled = self.content.read_at(self.at, &mut buffer[..wanted])?;
        self.at += filled as u64;
        Ok(filled)
    }
}

impl Seek for Reader<'_> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        let at = match position {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// What decoding one picture takes of the memory of all.
pub(crate) struct Budget<'m> {
    memory: &'m Arc<PictureMemory>,
    held: Option<Reserved>,
    /// Bytes of the picture itself that are in memory.
    read: u64,
}

impl<'m> Budget<'m> {
    /// The budget of a picture whose own bytes take what is `held`.
    pub(crate) fn new(memory: &'m Arc<PictureMemory>, held: Option<Reserved>) -> Self {
        let read = held.as_ref().map_or(0, Reserved::bytes);
        Self { memory, held, read }
    }

    /// Waits until a decoder may take so many bytes; what an earlier one took is given back.
    pub(crate) fn take(&mut self, bytes: u64) -> Result<(), ImageError> {
        let held = match self.held.take() {
            Some(held) if self.read > 0 => held.grown_to(self.read.saturating_add(bytes))?,
            earlier => {
                drop(earlier);
                self.memory.reserve(bytes, false)?
            }
        };
        self.held = Some(held);
        Ok(())
    }
}
