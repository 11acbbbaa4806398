//! JPEG: marker segments up to the first scan, then the mark at the end. Markers are those of ITU-T T.81, annex B; the
//! EXIF block is in the first APP1 segment that says so (CIPA DC-008, 4.7.2).

use super::exif;
use super::walk::{Found, Next, Nonsense};

/// The mark at the end of a picture.
const END: &[u8] = &[0xFF, 0xD9];

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
                Ok(Next::Find(END))
            }
            Self::App1 => {
                if let Some(block) = bytes.strip_prefix(b"Exif\0\0") {
                    found.orientation = exif::orientation(block);
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
