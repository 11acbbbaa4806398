//! PNG: chunk after chunk up to the pixels, then the chunk at the end (PNG specification, third edition, 5.3).

use super::exif;
use super::walk::{Found, Next, Nonsense};
use flate2::Crc;

/// The last chunk, which is the same in every picture.
pub(super) const END: &[u8] = b"\0\0\0\0IEND\xAE\x42\x60\x82";

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
                found.orientation = exif::orientation(bytes);
                *self = Self::Chunk;
                Ok(Next::Take(CHECKSUM, CHUNK_HEADER))
            }
        }
    }

    fn head(&mut self, bytes: &[u8], found: &mut Found) -> Result<Next, Nonsense> {
        let mut sum = Crc::new();
        sum.update(&bytes[4..21]);
        let (width, height) = (number(&bytes[8..]), number(&bytes[12..]));
        let is_right = bytes[4..].starts_with(b"IHDR") && sum.sum() == number(&bytes[21..]);
        if !is_right || [width, height].iter().any(|side| *side == 0 || *side > i32::MAX as u32) {
            return Err(Nonsense);
        }
        found.size = Some((width, height));
        *self = Self::Chunk;
        Ok(Next::Take(0, CHUNK_HEADER))
    }

    fn chunk(&mut self, bytes: &[u8]) -> Next {
        let length = number(bytes);
        match &bytes[4..] {
            b"IDAT" => Next::Find(END),
            b"eXIf" if (1..=EXIF_MAX).contains(&length) => {
                *self = Self::Exif;
                Next::Take(0, length as usize)
            }
            _ => Next::Take(u64::from(length) + CHECKSUM, CHUNK_HEADER),
        }
    }
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
