//! Parsers of the headers of picture formats, one after the other: BMP, GIF, JPEG, PNG, TIFF with EXIF, WebP.
//!
//! - BMP: a header that says where the pixels are (BITMAPCOREHEADER and BITMAPINFOHEADER with its successors).
//! - GIF: blocks up to the trailer (`GIF89a` specification, 18 to 27).
//! - JPEG: marker segments up to the first scan, then the mark at the end. Markers are those of ITU-T T.81, annex B; the
//!   EXIF block is in the first APP1 segment that says so (CIPA DC-008, 4.7.2).
//! - PNG: chunk after chunk up to the pixels, then the chunk at the end (PNG specification, third edition, 5.3).
//! - TIFF: the first directory, wherever it lies (TIFF 6.0, section 2). An EXIF block, which says how a picture is to be
//!   turned, is a TIFF file in small (CIPA DC-008, 4.5).
//! - WebP: a RIFF file that says how long it is (RFC 9649, 2.3 to 2.7).

use super::{Found, Next, Nonsense, ReadAt};
use flate2::Crc;
use std::io;

/// Bytes of the file header and of the shortest header behind it.
const BMP_HEAD: usize = 14 + 12;

/// Bytes of the longest part of a header that is looked at.
const BMP_INFO: usize = 14 + 20;

/// The parser of a bitmap: everything is in the first bytes.
pub(super) struct Bmp;

impl Bmp {
    #[expect(clippy::unused_self, reason = "a parser like the others")]
    pub(super) fn step(&mut self, bytes: &[u8], found: &mut Found) -> Result<Next, Nonsense> {
        if bytes.is_empty() {
            return Ok(Next::Take(0, BMP_INFO));
        }
        let short = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let long = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let is_core = long(14) as usize == BMP_HEAD - 14;
        let (width, height, bits, packing) = if is_core {
            (u32::from(short(18)), u32::from(short(20)), short(24), 0)
        } else {
            let (width, height) = (long(18).cast_signed(), long(22).cast_signed());
            // A negative height says that rows go from top to bottom.
            (u32::try_from(width).map_err(|_| Nonsense)?, height.unsigned_abs(), short(28), long(30))
        };
        if width == 0 || height == 0 {
            return Err(Nonsense);
        }
        found.size = Some((width, height));
        let row = (u64::from(width) * u64::from(bits)).div_ceil(32) * 4;
        // 0 and 3 are pixels as they are; how many bytes run lengths take is not stated.
        let pixels = if matches!(packing, 0 | 3) { row.saturating_mul(u64::from(height)) } else { 1 };
        found.least_bytes = Some(u64::from(long(10)).saturating_add(pixels));
        Ok(Next::Done)
    }
}

/// Where a GIF's parser is.
#[derive(Default)]
pub(super) enum Gif {
    /// Before the first byte.
    #[default]
    Start,
    /// Before the size of the logical screen.
    Screen,
    /// Before a block.
    Block,
    /// Before the rest of an image descriptor.
    Image,
    /// Before a sub-block's length.
    SubBlock,
}

impl Gif {
    pub(super) fn step(&mut self, bytes: &[u8], found: &mut Found) -> Result<Next, Nonsense> {
        match *self {
            Self::Start => {
                *self = Self::Screen;
                Ok(Next::Take(6, 7))
            }
            Self::Screen => {
                let side = |at: usize| u32::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
                let (width, height) = (side(0), side(2));
                if width == 0 || height == 0 {
                    return Err(Nonsense);
                }
                found.size = Some((width, height));
                *self = Self::Block;
                Ok(Next::Take(gif_colours(bytes[4]), 1))
            }
            Self::Block => Ok(self.block(bytes[0], found)),
            Self::Image => {
                // Behind the colours stands the size of codes.
                *self = Self::SubBlock;
                Ok(Next::Take(gif_colours(bytes[8]) + 1, 1))
            }
            Self::SubBlock if bytes == [0] => {
                *self = Self::Block;
                Ok(Next::Take(0, 1))
            }
            Self::SubBlock => Ok(Next::Take(bytes[0].into(), 1)),
        }
    }

    fn block(&mut self, kind: u8, found: &mut Found) -> Next {
        match kind {
            0x21 => {
                *self = Self::SubBlock;
                Next::Take(1, 1)
            }
            0x2C => {
                *self = Self::Image;
                Next::Take(0, 9)
            }
            // The trailer, or what no decoder reads on in.
            _ => {
                found.is_complete = kind == 0x3B;
                Next::Done
            }
        }
    }
}

/// Bytes of the table of colours that packed fields announce.
fn gif_colours(packed: u8) -> u64 {
    if packed & 0x80 == 0 { 0 } else { 3 << ((packed & 7) + 1) }
}

/// The mark at the end of a picture.
const JPEG_END: &[u8] = &[0xFF, 0xD9];

/// Where a JPEG's parser is.
#[derive(Default)]
pub(super) enum Jpeg {
    /// Before the first byte.
    #[default]
    Start,
    /// Before a marker's first byte, which is FF; others are passed over, as every decoder does.
    Marker,
    /// Behind FF.
    Code,
    /// Before a segment's length.
    Length(u8),
    /// Within a frame header of this kind, of which so many bytes are left behind the first six.
    Frame(u8, u64),
    /// Within the header of the first scan.
    Scan,
    /// Within an APP1 segment.
    App1,
}

impl Jpeg {
    pub(super) fn step(&mut self, bytes: &[u8], found: &mut Found) -> Result<Next, Nonsense> {
        match *self {
            Self::Start => {
                *self = Self::Marker;
                Ok(Next::Take(2, 1))
            }
            Self::Marker => {
                *self = if bytes == [0xFF] { Self::Code } else { Self::Marker };
                Ok(Next::Take(0, 1))
            }
            Self::Code => self.code(bytes[0], found),
            Self::Length(marker) => {
                let length = u16::from_be_bytes([bytes[0], bytes[1]]).checked_sub(2).ok_or(Nonsense)?;
                self.segment(marker, length, found)
            }
            Self::Frame(marker, rest) => self.frame(marker, rest, bytes, found),
            Self::Scan => {
                // Behind its length stands how many of the components it has; others come in scans of their own.
                found.has_scans |= bytes[2] < found.components;
                Ok(Next::Find(JPEG_END))
            }
            Self::App1 => {
                if let Some(block) = bytes.strip_prefix(b"Exif\0\0") {
                    found.orientation = orientation(block);
                }
                Ok(self.next_marker(0))
            }
        }
    }

    fn next_marker(&mut self, skip: u64) -> Next {
        *self = Self::Marker;
        Next::Take(skip, 1)
    }

    fn code(&mut self, code: u8, found: &Found) -> Result<Next, Nonsense> {
        match code {
            0xFF => Ok(Next::Take(0, 1)),
            0x00 | 0x01 | 0xD0..=0xD8 => Ok(self.next_marker(0)),
            0xDA if found.size.is_some() => {
                *self = Self::Scan;
                Ok(Next::Take(0, 3))
            }
            // The pixels begin, or the picture ends, before its size was given.
            0xD9 | 0xDA => Err(Nonsense),
            _ => {
                *self = Self::Length(code);
                Ok(Next::Take(0, 2))
            }
        }
    }

    fn segment(&mut self, marker: u8, length: u16, found: &Found) -> Result<Next, Nonsense> {
        match marker {
            // C4, C8 and CC lie in the range of frame headers and are none.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                *self = Self::Frame(marker, u64::from(length).checked_sub(6).ok_or(Nonsense)?);
                Ok(Next::Take(0, 6))
            }
            0xE1 if found.orientation == 0 && length > 0 => {
                *self = Self::App1;
                Ok(Next::Take(0, usize::from(length)))
            }
            _ => Ok(self.next_marker(length.into())),
        }
    }

    fn frame(&mut self, marker: u8, rest: u64, bytes: &[u8], found: &mut Found) -> Result<Next, Nonsense> {
        let [_precision, height_high, height_low, width_high, width_low, components] = *bytes else {
            return Err(Nonsense);
        };
        let (width, height) =
            (u16::from_be_bytes([width_high, width_low]), u16::from_be_bytes([height_high, height_low]));
        if width == 0 || height == 0 {
            return Err(Nonsense);
        }
        found.size = Some((width.into(), height.into()));
        found.components = components;
        // Baseline and extended sequential frames are the only ones that need not be kept until the last scan.
        found.has_scans = !matches!(marker, 0xC0 | 0xC1);
        Ok(self.next_marker(rest))
    }
}

/// The last chunk, which is the same in every picture.
pub(super) const PNG_END: &[u8] = b"\0\0\0\0IEND\xAE\x42\x60\x82";

/// Bytes of the longest EXIF block that is looked at.
const EXIF_MAX: u32 = 1 << 20;

/// Bytes of a chunk before and behind its contents.
const CHUNK_HEADER: usize = 8;
const CHECKSUM: u64 = 4;

/// Where a PNG's parser is.
#[derive(Default)]
pub(super) enum Png {
    /// Before the first byte.
    #[default]
    Start,
    /// Before the first chunk, which has the size.
    Head,
    /// Before a chunk.
    Chunk,
    /// Within an EXIF block.
    Exif,
}

impl Png {
    pub(super) fn step(&mut self, bytes: &[u8], found: &mut Found) -> Result<Next, Nonsense> {
        match *self {
            Self::Start => {
                *self = Self::Head;
                Ok(Next::Take(8, CHUNK_HEADER + 13 + 4))
            }
            Self::Head => self.head(bytes, found),
            Self::Chunk => Ok(self.chunk(bytes)),
            Self::Exif => {
                found.orientation = orientation(bytes);
                *self = Self::Chunk;
                Ok(Next::Take(CHECKSUM, CHUNK_HEADER))
            }
        }
    }

    fn head(&mut self, bytes: &[u8], found: &mut Found) -> Result<Next, Nonsense> {
        let mut sum = Crc::new();
        sum.update(&bytes[4..21]);
        let (width, height) = (big_endian(&bytes[8..]), big_endian(&bytes[12..]));
        let is_right = bytes[4..].starts_with(b"IHDR") && sum.sum() == big_endian(&bytes[21..]);
        if !is_right || [width, height].iter().any(|side| *side == 0 || *side > i32::MAX as u32) {
            return Err(Nonsense);
        }
        found.size = Some((width, height));
        *self = Self::Chunk;
        Ok(Next::Take(0, CHUNK_HEADER))
    }

    fn chunk(&mut self, bytes: &[u8]) -> Next {
        let length = big_endian(bytes);
        match &bytes[4..] {
            b"IDAT" => Next::Find(PNG_END),
            b"eXIf" if (1..=EXIF_MAX).contains(&length) => {
                *self = Self::Exif;
                Next::Take(0, length as usize)
            }
            _ => Next::Take(u64::from(length) + CHECKSUM, CHUNK_HEADER),
        }
    }
}

fn big_endian(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// Entries of the longest directory that is read, and numbers of the longest list.
const ENTRIES_MAX: usize = 4096;
const NUMBERS_MAX: usize = 1 << 16;

/// What the first directory says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Directory {
    pub(super) width: u32,
    pub(super) height: u32,
    /// 1 to 8; 0 where it says none.
    pub(super) orientation: u8,
    /// Where the last strip or tile of pixels ends.
    pub(super) end: u64,
}

/// Reads the first directory; none where there is no such.
pub(super) fn first_directory(read: &mut ReadAt<'_>) -> io::Result<Option<Directory>> {
    let mut head = [0; 8];
    if !read_all(read, 0, &mut head)? {
        return Ok(None);
    }
    let is_big = match &head[..4] {
        [b'I', b'I', 42, 0] => false,
        [b'M', b'M', 0, 42] => true,
        _ => return Ok(None),
    };
    let mut tiff = Tiff { read, is_big };
    let at = u64::from(tiff.number(&head[4..]));
    tiff.directory(at)
}

/// Copies from a place of some bytes; the answer is how many were there.
pub(super) fn copy(bytes: &[u8], at: u64, buffer: &mut [u8]) -> usize {
    let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
    let filled = rest.len().min(buffer.len());
    buffer[..filled].copy_from_slice(&rest[..filled]);
    filled
}

/// Fills the buffer; false when there is less.
fn read_all(read: &mut ReadAt<'_>, at: u64, buffer: &mut [u8]) -> io::Result<bool> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read(at.saturating_add(filled as u64), &mut buffer[filled..])? {
            0 => return Ok(false),
            some => filled += some,
        }
    }
    Ok(true)
}

struct Tiff<'r, 'd> {
    read: &'r mut ReadAt<'d>,
    is_big: bool,
}

impl Tiff<'_, '_> {
    fn directory(&mut self, at: u64) -> io::Result<Option<Directory>> {
        let mut count = [0; 2];
        if !read_all(self.read, at, &mut count)? {
            return Ok(None);
        }
        // Behind them stands where the next directory is.
        let mut entries = vec![0; usize::from(self.short(&count)).min(ENTRIES_MAX) * 12 + 4];
        if !read_all(self.read, at + 2, &mut entries)? {
            return Ok(None);
        }
        let mut directory = Directory::default();
        let (mut begins, mut lengths) = (Vec::new(), Vec::new());
        for entry in entries.as_chunks::<12>().0 {
            let first = |numbers: Vec<u32>| numbers.first().copied().unwrap_or(0);
            match self.short(entry) {
                256 => directory.width = first(self.numbers(entry)?),
                257 => directory.height = first(self.numbers(entry)?),
                274 => {
                    let orientation = first(self.numbers(entry)?);
                    directory.orientation = if matches!(orientation, 1..=8) { orientation as u8 } else { 0 };
                }
                273 | 324 => begins = self.numbers(entry)?,
                279 | 325 => lengths = self.numbers(entry)?,
                _ => {}
            }
        }
        let ends = begins.iter().zip(&lengths).map(|(begin, length)| u64::from(*begin) + u64::from(*length));
        directory.end = ends.max().unwrap_or(0);
        Ok(Some(directory))
    }

    /// The numbers of an entry: in it when they fit, else where it says.
    fn numbers(&mut self, entry: &[u8; 12]) -> io::Result<Vec<u32>> {
        let size = match self.short(&entry[2..]) {
            3 => 2,
            4 => 4,
            _ => return Ok(Vec::new()),
        };
        let length = (self.number(&entry[4..]) as usize).min(NUMBERS_MAX) * size;
        let mut bytes = entry[8..8 + length.min(4)].to_vec();
        if length > 4 {
            bytes.resize(length, 0);
            let at = self.number(&entry[8..]).into();
            if !read_all(self.read, at, &mut bytes)? {
                return Ok(Vec::new());
            }
        }
        let value = |piece: &[u8]| if size == 2 { self.short(piece).into() } else { self.number(piece) };
        Ok(bytes.chunks_exact(size).map(value).collect())
    }

    fn short(&self, bytes: &[u8]) -> u16 {
        let bytes = [bytes[0], bytes[1]];
        if self.is_big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    fn number(&self, bytes: &[u8]) -> u32 {
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        if self.is_big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }
}

/// The orientation of an EXIF block, 1 to 8; 0 where it says none.
fn orientation(block: &[u8]) -> u8 {
    // Some writers of PNG and WebP copy the mark of JPEG's segment, too.
    let block = block.strip_prefix(b"Exif\0\0").unwrap_or(block);
    let mut read = |at: u64, buffer: &mut [u8]| Ok(copy(block, at, buffer));
    let directory = first_directory(&mut read);
    directory.ok().flatten().map_or(0, |directory| directory.orientation)
}

/// In an extended header: a block of EXIF comes later.
const HAS_EXIF: u8 = 1 << 3;

/// Where a WebP's parser is.
#[derive(Default)]
pub(super) enum WebP {
    /// Before the first byte.
    #[default]
    Start,
    /// Before the file's header.
    Riff,
    /// Before a chunk.
    Chunk,
    /// Within the first bytes of a simple chunk.
    Lossy,
    Lossless,
    /// Within the extended header, so many bytes of which are left behind the first ten.
    Extended(u64),
    /// Within the EXIF block.
    Exif,
}

impl WebP {
    pub(super) fn step(&mut self, bytes: &[u8], found: &mut Found) -> Result<Next, Nonsense> {
        match *self {
            Self::Start => {
                *self = Self::Riff;
                Ok(Next::Take(0, 12))
            }
            Self::Riff => {
                found.least_bytes = Some(u64::from(little_endian(&bytes[4..])) + 8);
                *self = Self::Chunk;
                Ok(Next::Take(0, 8))
            }
            Self::Chunk => self.chunk(bytes, found),
            Self::Lossy => {
                let side = |at: usize| u32::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]) & 0x3FFF);
                let is_key_frame = bytes[3..6] == [0x9D, 0x01, 0x2A];
                finish_webp(is_key_frame.then(|| (side(6), side(8))), found)
            }
            Self::Lossless => {
                let bits = little_endian(&bytes[1..]);
                let size = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
                finish_webp((bytes[0] == 0x2F).then_some(size), found)
            }
            Self::Extended(rest) => {
                let side = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], 0]) + 1;
                let done = finish_webp(Some((side(4), side(7))), found)?;
                *self = Self::Chunk;
                Ok(if bytes[0] & HAS_EXIF == 0 { done } else { Next::Take(rest, 8) })
            }
            Self::Exif => {
                found.orientation = orientation(bytes);
                Ok(Next::Done)
            }
        }
    }

    fn chunk(&mut self, bytes: &[u8], found: &Found) -> Result<Next, Nonsense> {
        let length = u64::from(little_endian(&bytes[4..]));
        let padded = length + length % 2;
        let (state, need) = match &bytes[..4] {
            b"EXIF" if (1..=u64::from(EXIF_MAX)).contains(&length) => (Self::Exif, length as usize),
            _ if found.size.is_some() => return Ok(Next::Take(padded, 8)),
            b"VP8 " => (Self::Lossy, 10),
            b"VP8L" => (Self::Lossless, 5),
            b"VP8X" => (Self::Extended(padded.checked_sub(10).ok_or(Nonsense)?), 10),
            _ => return Err(Nonsense),
        };
        *self = state;
        Ok(Next::Take(0, need))
    }
}

fn finish_webp(size: Option<(u32, u32)>, found: &mut Found) -> Result<Next, Nonsense> {
    found.size = size.filter(|(width, height)| *width > 0 && *height > 0);
    if found.size.is_some() { Ok(Next::Done) } else { Err(Nonsense) }
}

fn little_endian(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
