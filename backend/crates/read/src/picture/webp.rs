//! WebP: a RIFF file that says how long it is (RFC 9649, 2.3 to 2.7).

use super::exif;
use super::walk::{Found, Next, Nonsense};

/// Bytes of the longest EXIF block that is looked at.
const EXIF_MAX: u64 = 1 << 20;

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
                found.least_bytes = Some(u64::from(number(&bytes[4..])) + 8);
                *self = Self::Chunk;
                Ok(Next::Take(0, 8))
            }
            Self::Chunk => self.chunk(bytes, found),
            Self::Lossy => {
                let side = |at: usize| u32::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]) & 0x3FFF);
                let is_key_frame = bytes[3..6] == [0x9D, 0x01, 0x2A];
                finish(is_key_frame.then(|| (side(6), side(8))), found)
            }
            Self::Lossless => {
                let bits = number(&bytes[1..]);
                let size = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1);
                finish((bytes[0] == 0x2F).then_some(size), found)
            }
            Self::Extended(rest) => {
                let side = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], 0]) + 1;
                let done = finish(Some((side(4), side(7))), found)?;
                *self = Self::Chunk;
                Ok(if bytes[0] & HAS_EXIF == 0 { done } else { Next::Take(rest, 8) })
            }
            Self::Exif => {
                found.orientation = exif::orientation(bytes);
                Ok(Next::Done)
            }
        }
    }

    fn chunk(&mut self, bytes: &[u8], found: &Found) -> Result<Next, Nonsense> {
        let length = u64::from(number(&bytes[4..]));
        let padded = length + length % 2;
        let (state, need) = match &bytes[..4] {
            b"EXIF" if (1..=EXIF_MAX).contains(&length) => (Self::Exif, length as usize),
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

fn finish(size: Option<(u32, u32)>, found: &mut Found) -> Result<Next, Nonsense> {
    found.size = size.filter(|(width, height)| *width > 0 && *height > 0);
    if found.size.is_some() { Ok(Next::Done) } else { Err(Nonsense) }
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
