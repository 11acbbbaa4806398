//! The bytes of one page, unpacked as they are read.
//!
//! A page may have hundreds of megabytes, so it is never held as a whole unless it is small.

mod copies;
mod window;

use crate::parquet::error::bad;
use crate::parquet::meter::{Held, Meter};
use crate::split::read_at;
use copies::{Copies, Format};
use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use window::brotli_window;

/// Bytes asked of the file at once.
const CHUNK: u64 = 64 << 10;
/// Pages of the codecs with a large state are unpacked at once up to this size, so that the state can go.
const SMALL_PAGE: u64 = 1 << 20;
/// Bytes that such a state has, apart from its window.
const STATE: u64 = 512 << 10;
/// Bytes of the largest window that such a codec may use.
const WINDOW: u64 = 16 << 20;
/// Buffer of a page that is unpacked on the way, for the small reads of values.
const SMALL_READS: usize = 8 << 10;

/// How pages are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Codec {
    Uncompressed,
    Snappy,
    Gzip,
    Brotli,
    Zstd,
    Lz4,
}

impl Codec {
    /// The codec of a number of the format; otherwise the name of one that is not read.
    pub(super) fn from_number(number: i64) -> Result<Self, String> {
        match number {
            0 => Ok(Self::Uncompressed),
            1 => Ok(Self::Snappy),
            2 => Ok(Self::Gzip),
            4 => Ok(Self::Brotli),
            6 => Ok(Self::Zstd),
            7 => Ok(Self::Lz4),
            3 => Err("LZO".to_owned()),
            5 => Err("LZ4 in Hadoop's framing".to_owned()),
            other => Err(format!("number {other}")),
        }
    }
}

/// A file that is being read, and what that may cost.
#[derive(Clone, Copy)]
pub(super) struct Input<'f> {
    pub(super) file: &'f File,
    pub(super) meter: &'f Meter,
}

/// Where a page's bytes are in the file, and how many they are unpacked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packed {
    pub(super) offset: u64,
    pub(super) length: u64,
    pub(super) unpacked: u64,
    pub(super) codec: Codec,
}

/// The bytes of one page.
pub(super) struct Stream<'f> {
    bytes: Bytes<'f>,
    /// Bytes that the page still has by its header.
    left: u64,
    held: Held<'f>,
}

enum Bytes<'f> {
    AsTheyAre(BufReader<Section<'f>>),
    Unpacked(Box<dyn Read + 'f>),
}

impl<'f> Stream<'f> {
    pub(super) fn open(input: Input<'f>, packed: Packed) -> io::Result<Self> {
        input.meter.spend(packed.unpacked)?;
        let capacity = packed.length.min(CHUNK);
        let mut held = input.meter.hold(capacity)?;
        let section = Section { file: input.file, at: packed.offset, left: packed.length };
        let source = BufReader::with_capacity(capacity as usize, section);
        // A page without values may have no bytes at all, not even those of an empty packing.
        let bytes = if packed.length == 0 || packed.codec == Codec::Uncompressed {
            Bytes::AsTheyAre(source)
        } else {
            Bytes::Unpacked(unpack(source, packed, &mut held)?)
        };
        Ok(Self { bytes, left: packed.unpacked, held })
    }

    /// Moves on without looking at the bytes.
    pub(super) fn skip(&mut self, count: u64) -> io::Result<()> {
        if count > self.left {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= count;
        match &mut self.bytes {
            Bytes::AsTheyAre(source) => {
                let count = i64::try_from(count).map_err(|_| bad("the page is too long"))?;
                source.seek_relative(count)
            }
            Bytes::Unpacked(source) => {
                let skipped = io::copy(&mut source.take(count), &mut io::sink())?;
                if skipped == count { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
            }
        }
    }

    /// The next bytes, in memory for as long as the page is open.
    pub(super) fn keep(&mut self, count: u64) -> io::Result<Vec<u8>> {
        if count > self.left {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.hold(count)?;
        let mut bytes = vec![0; count as usize];
        self.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// All bytes that are left, in memory for as long as the page is open.
    pub(super) fn keep_rest(&mut self) -> io::Result<Vec<u8>> {
        self.keep(self.left)
    }

    /// Takes memory for as long as the page is open.
    pub(super) fn hold(&mut self, bytes: u64) -> io::Result<()> {
        self.held.grow(bytes)
    }

    /// Bytes that are left, by what the page's header says.
    pub(super) fn left(&self) -> u64 {
        self.left
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = (into.len() as u64).min(self.left) as usize;
        let count = match &mut self.bytes {
            Bytes::AsTheyAre(source) => source.read(&mut into[..most])?,
            Bytes::Unpacked(source) => source.read(&mut into[..most])?,
        };
        self.left -= count as u64;
        Ok(count)
    }
}

fn unpack<'f>(
    source: BufReader<Section<'f>>,
    packed: Packed,
    held: &mut Held<'_>,
) -> io::Result<Box<dyn Read + 'f>> {
    let format = match packed.codec {
        Codec::Snappy => Format::Snappy,
        Codec::Lz4 => Format::Lz4,
        other => return unpack_with_state(source, other, packed.unpacked, held),
    };
    held.grow(packed.unpacked.min(copies::MEMORY))?;
    Ok(Box::new(Copies::new(source, format)))
}

fn unpack_with_state<'f>(
    mut source: BufReader<Section<'f>>,
    codec: Codec,
    unpacked: u64,
    held: &mut Held<'_>,
) -> io::Result<Box<dyn Read + 'f>> {
    if codec == Codec::Brotli {
        // Taken as a whole at the start, whatever the page needs of it.
        let window = source.fill_buf()?.first().map_or(Ok(0), |first| brotli_window(*first))?;
        held.afford(window)?;
    }
    let decoder: Box<dyn Read + 'f> = match codec {
        Codec::Gzip => Box::new(MultiGzDecoder::new(source)),
        Codec::Brotli => Box::new(brotli::Decompressor::new(source, SMALL_READS)),
        _ => {
            let decoder = StreamingDecoder::new_with_max_window_size(source, WINDOW);
            Box::new(decoder.map_err(|error| bad(error.to_string()))?)
        }
    };
    if unpacked > SMALL_PAGE {
        held.grow(STATE + unpacked.min(WINDOW))?;
        return Ok(Box::new(BufReader::with_capacity(SMALL_READS, decoder)));
    }
    held.grow(unpacked)?;
    let mut bytes = Vec::with_capacity(unpacked as usize);
    decoder.take(unpacked).read_to_end(&mut bytes)?;
    Ok(Box::new(io::Cursor::new(bytes)))
}

/// A byte range of the file.
pub(super) struct Section<'f> {
    file: &'f File,
    at: u64,
    left: u64,
}

impl Read for Section<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = (into.len() as u64).min(self.left) as usize;
        let count = read_at(self.file, &mut into[..most], self.at)?;
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

impl io::Seek for Section<'_> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        let io::SeekFrom::Current(step) = to else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        let end = self.at + self.left;
        let at = self.at.checked_add_signed(step).filter(|&at| at <= end);
        self.at = at.ok_or(io::ErrorKind::UnexpectedEof)?;
        self.left = end - self.at;
        Ok(self.at)
    }
}
