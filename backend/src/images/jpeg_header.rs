//! The size of a JPEG from its marker segments, without touching the pixels.
//!
//! Markers are those of ITU-T T.81, annex B; the EXIF block is in the first APP1 segment that says so (CIPA
//! DC-008, 4.7.2). The decoders at hand read a whole file before they answer, which is too much for a million.

use std::io::{self, BufRead, ErrorKind, Read, Seek};

use image::metadata::Orientation;

/// What the segments before the pixels say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct JpegHeader {
    /// Width in pixels as stored, before any rotation.
    pub(super) width: u16,
    /// Height in pixels as stored, before any rotation.
    pub(super) height: u16,
    /// Whether the picture comes in several scans, all kept in memory until the last.
    pub(super) is_progressive: bool,
    /// How the stored picture is to be turned.
    pub(super) orientation: Orientation,
}

/// Reads up to and including the frame header.
pub(super) fn read_header(reader: &mut (impl BufRead + Seek)) -> io::Result<JpegHeader> {
    let mut orientation = None;
    read_array::<2>(reader)?;
    loop {
        let marker = next_marker(reader)?;
        match marker {
            0x01 | 0xD0..=0xD8 => continue,
            0xD9 | 0xDA => return Err(invalid("the pixels begin before their size is given")),
            _ => {}
        }
        let length = u16::from_be_bytes(read_array(reader)?)
            .checked_sub(2)
            .ok_or_else(|| invalid("a segment shorter than its own length field"))?;
        match marker {
            // C4, C8 and CC lie in the range of frame headers and are none.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return read_frame(reader, marker, orientation.unwrap_or(Orientation::NoTransforms));
            }
            0xE1 if orientation.is_none() => orientation = read_orientation(reader, length)?,
            _ => reader.seek_relative(i64::from(length))?,
        }
    }
}

fn read_frame(reader: &mut impl Read, marker: u8, orientation: Orientation) -> io::Result<JpegHeader> {
    let [_precision, height_high, height_low, width_high, width_low] = read_array(reader)?;
    let width = u16::from_be_bytes([width_high, width_low]);
    let height = u16::from_be_bytes([height_high, height_low]);
    if width == 0 || height == 0 {
        return Err(invalid("a side of 0 pixels"));
    }
    let is_progressive = matches!(marker, 0xC2 | 0xC6 | 0xCA | 0xCE);
    Ok(JpegHeader { width, height, is_progressive, orientation })
}

fn read_orientation(reader: &mut impl Read, length: u16) -> io::Result<Option<Orientation>> {
    let mut segment = vec![0; usize::from(length)];
    reader.read_exact(&mut segment)?;
    Ok(segment.strip_prefix(b"Exif\0\0").and_then(Orientation::from_exif_chunk))
}

/// The next marker; bytes between segments, which should not be there, are passed over as every decoder does.
fn next_marker(reader: &mut impl Read) -> io::Result<u8> {
    loop {
        while read_array::<1>(reader)? != [0xFF] {}
        let mut code = read_array::<1>(reader)?;
        while code == [0xFF] {
            code = read_array(reader)?;
        }
        if code != [0] {
            return Ok(code[0]);
        }
    }
}

fn read_array<const N: usize>(reader: &mut impl Read) -> io::Result<[u8; N]> {
    let mut array = [0; N];
    reader.read_exact(&mut array)?;
    Ok(array)
}

fn invalid(reason: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, reason)
}
