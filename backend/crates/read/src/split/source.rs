//! Where a text comes from that is cut into records or lines: a file, packed or not, or a member of an archive.

use super::{Feed, Limits, Output, Problem, Stop, read_at};
use crate::gzip::Checkpoints;
use crate::unpacked::{Unpacked, Unpacker};
use crate::{File, Packing};
use flate2::Crc;
use flate2::read::DeflateDecoder;
use memchr::memchr;
use std::io::{self, ErrorKind, Read};

/// A text, which can be read from its start any number of times.
#[derive(Clone, Copy)]
pub(crate) struct TextAt<'f> {
    file: &'f File,
    packing: Packing,
    checkpoints: Option<&'f Checkpoints>,
    part: Part,
}

/// Which bytes of a file, behind its packing, are the text.
#[derive(Clone, Copy)]
enum Part {
    Whole,
    Range { begin: u64, end: u64 },
    Deflated(Deflated),
}

/// Where a deflated member of a zip archive is, and what it says of its contents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deflated {
    /// Where its bytes begin.
    pub(crate) begin: u64,
    /// Number of its bytes in the archive.
    pub(crate) stored: u64,
    /// Number of its bytes when unpacked.
    pub(crate) size: u64,
    /// CRC-32 of its bytes when unpacked.
    pub(crate) crc: u32,
}

impl<'f> TextAt<'f> {
    /// All of a file.
    pub(crate) fn whole(file: &'f File, packing: Packing) -> Self {
        Self { file, packing, checkpoints: None, part: Part::Whole }
    }

    /// A member of an archive that may be packed as a whole, in its unpacked bytes.
    pub(crate) fn member(
        file: &'f File,
        packing: Packing,
        checkpoints: Option<&'f Checkpoints>,
        begin: u64,
        end: u64,
    ) -> Self {
        Self { file, packing, checkpoints, part: Part::Range { begin, end } }
    }

    /// A deflated member of a zip archive.
    pub(crate) fn deflated(file: &'f File, member: Deflated) -> Self {
        Self { file, packing: Packing::Plain, checkpoints: None, part: Part::Deflated(member) }
    }

    /// How the file is packed.
    pub(crate) fn packing(self) -> Packing {
        self.packing
    }

    /// Whether offsets in the text are places where its bytes can be read again, so that pictures in it have addresses.
    pub(crate) fn is_addressed(self) -> bool {
        !matches!(self.part, Part::Deflated(_))
    }

    /// Where the text begins in the unpacked bytes of the file.
    pub(crate) fn begin(self) -> u64 {
        match self.part {
            Part::Whole => 0,
            Part::Range { begin, .. } => begin,
            Part::Deflated(member) => member.begin,
        }
    }

    /// Begins to read it; a packed file gets a checkpoint about every `spacing` unpacked bytes.
    pub(crate) fn open(self, spacing: u64) -> io::Result<Source<'f>> {
        Ok(match self.part {
            Part::Whole => return Source::new(self.file, self.packing, spacing),
            Part::Range { begin, end } => {
                let bytes = Unpacked::new(self.file, self.packing, self.checkpoints);
                Source::Member { bytes, position: begin, end }
            }
            Part::Deflated(member) => Source::Deflated(Box::new(Inflating::new(self.file, member))),
        })
    }
}

/// A text as it is read.
pub(crate) enum Source<'f> {
    /// The file as it is, from a position on.
    Plain {
        /// The opened file.
        file: &'f File,
        /// Bytes read so far.
        position: u64,
    },
    /// The unpacked contents of a packed file.
    Packed(Unpacker<'f>),
    /// Some bytes of a file behind its packing.
    Member {
        /// All bytes.
        bytes: Unpacked<'f>,
        /// Where the next one is.
        position: u64,
        /// Where the text ends.
        end: u64,
    },
    /// A deflated member of a zip archive.
    Deflated(Box<Inflating<'f>>),
}

impl<'f> Source<'f> {
    /// A file's contents from the start, with a checkpoint about every `spacing` unpacked bytes.
    pub(crate) fn new(file: &'f File, packing: Packing, spacing: u64) -> io::Result<Self> {
        let packed = Unpacker::new(file, packing, spacing)?;
        Ok(packed.map_or(Self::Plain { file, position: 0 }, Self::Packed))
    }

    pub(crate) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain { file, position } => {
                let count = read_at(file, into, *position)?;
                *position += count as u64;
                Ok(count)
            }
            Self::Packed(reader) => reader.read(into),
            Self::Member { bytes, position, end } => {
                let left = usize::try_from(end.saturating_sub(*position)).unwrap_or(usize::MAX);
                let wanted = into.len().min(left);
                let count = bytes.read_at(&mut into[..wanted], *position)?;
                *position += count as u64;
                Ok(count)
            }
            Self::Deflated(reader) => reader.read(into),
        }
    }

    /// Where the next byte is that is read, in the unpacked bytes of the file; places in a deflated member are counted
    /// from where it begins.
    pub(crate) fn position(&self) -> u64 {
        match self {
            Self::Plain { position, .. } | Self::Member { position, .. } => *position,
            Self::Packed(reader) => reader.position(),
            Self::Deflated(reader) => reader.begin + reader.done,
        }
    }

    /// Bytes of the file on disk read so far.
    pub(crate) fn disk_done(&self) -> u64 {
        match self {
            Self::Plain { position, .. } => *position,
            Self::Packed(reader) => reader.disk_done(),
            Self::Member { bytes, position, .. } => bytes.disk_done(*position),
            Self::Deflated(reader) => reader.begin + reader.decoder.total_in(),
        }
    }

    /// What is wrong with the packed data, if anything was, and the checkpoints of a packed file.
    pub(crate) fn finish(self) -> (Option<String>, Option<Checkpoints>) {
        match self {
            Self::Plain { .. } | Self::Member { .. } => (None, None),
            Self::Packed(reader) => {
                let (damage, checkpoints) = reader.finish();
                (damage, Some(checkpoints))
            }
            Self::Deflated(reader) => (reader.damage, None),
        }
    }
}

/// Unpacks a deflated member of a zip archive.
pub(crate) struct Inflating<'f> {
    decoder: DeflateDecoder<Bytes<'f>>,
    begin: u64,
    /// Bytes unpacked so far.
    done: u64,
    size: u64,
    checksum: Crc,
    expected: u32,
    damage: Option<String>,
}

impl<'f> Inflating<'f> {
    fn new(file: &'f File, member: Deflated) -> Self {
        let Deflated { begin, stored, size, crc } = member;
        let bytes = Bytes { file, position: begin, end: begin.saturating_add(stored) };
        let decoder = DeflateDecoder::new(bytes);
        Self { decoder, begin, done: 0, size, checksum: Crc::new(), expected: crc, damage: None }
    }

    /// Unpacks the next bytes; 0 at the end, also at a damaged place.
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.damage.is_some() || into.is_empty() {
            return Ok(0);
        }
        let count = match self.decoder.read(into) {
            Ok(count) => count,
            Err(error) if is_of_bytes(&error) => {
                self.damage = Some(format!("its packed bytes are damaged behind byte {}", self.done));
                return Ok(0);
            }
            Err(error) => return Err(error),
        };
        self.checksum.update(&into[..count]);
        self.done += count as u64;
        let is_wrong = self.done > self.size || count == 0 && self.checksum.sum() != self.expected;
        if is_wrong {
            self.damage = Some("its checksum or size does not match: the archive is damaged".to_owned());
        }
        Ok(count)
    }
}

/// Whether an error of a decoder is about the bytes and not of the system.
fn is_of_bytes(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::UnexpectedEof)
}

/// Some bytes of a file.
struct Bytes<'f> {
    file: &'f File,
    position: u64,
    end: u64,
}

impl Read for Bytes<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.position)).unwrap_or(usize::MAX);
        let wanted = into.len().min(left);
        let count = read_at(self.file, &mut into[..wanted], self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

/// Cuts text into lines; each that is not blank is a record.
pub(crate) fn split_text_lines(
    feed: &mut Feed<'_>,
    limits: Limits,
    out: &mut Output<'_>,
) -> Result<Option<Problem>, Stop> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    while feed.bytes().len() < MARK.len() && feed.more()? {}
    if feed.bytes().starts_with(MARK) {
        feed.consume(MARK.len());
    }
    let mut searched = 0;
    loop {
        if let Some(found) = memchr(b'\n', &feed.bytes()[searched..]) {
            let length = searched + found;
            line(feed, length, out)?;
            feed.consume(length + 1);
            searched = 0;
            continue;
        }
        searched = feed.bytes().len();
        if searched >= limits.record {
            let message = format!("a line is longer than {} MB", limits.record >> 20);
            out.lost(feed.offset(), message)?;
            skip_line(feed)?;
            searched = 0;
        } else if !feed.more()? {
            line(feed, searched, out)?;
            return Ok(None);
        }
    }
}

fn line(feed: &Feed<'_>, length: usize, out: &mut Output<'_>) -> Result<(), Stop> {
    let line = &feed.bytes()[..length];
    let trimmed = line.trim_ascii();
    if trimmed.is_empty() {
        return Ok(());
    }
    let before = length - line.trim_ascii_start().len();
    out.record(feed.offset() + before as u64, trimmed, feed.disk_done())
}

fn skip_line(feed: &mut Feed<'_>) -> Result<(), Stop> {
    loop {
        if let Some(found) = memchr(b'\n', feed.bytes()) {
            feed.consume(found + 1);
            return Ok(());
        }
        feed.consume(feed.bytes().len());
        if !feed.more()? {
            return Ok(());
        }
    }
}
