//! What a picture's header says: format, size, rotation. A few microseconds, and no pixels.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, ErrorKind, Seek};
use std::path::Path;

use image::codecs::{
    bmp::BmpDecoder, gif::GifDecoder, png::PngDecoder, tiff::TiffDecoder, webp::WebPDecoder,
};
use image::metadata::Orientation;
use image::{ImageDecoder, ImageResult};

use super::error::ImageError;
use super::format::Format;
use super::guard::guarded;
use super::{jpeg_header, unknown};

/// So many bytes at the beginning tell what a file is that is no picture.
const HEAD_BYTES: usize = 64;

/// What a picture's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The format, told by the bytes.
    pub format: Format,
    /// Width in pixels, after EXIF rotation.
    pub width: u32,
    /// Height in pixels, after EXIF rotation.
    pub height: u32,
    /// How the stored picture is to be turned.
    pub orientation: Orientation,
}

impl Probe {
    fn new(format: Format, stored: (u32, u32), orientation: Orientation) -> Self {
        let (width, height) = turned(stored, orientation);
        Self { format, width, height, orientation }
    }

    pub(super) fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

/// Reads the header of a file: some kilobytes of it, whatever its size and name.
pub fn probe(path: &Path) -> Result<Probe, ImageError> {
    probe_reader(BufReader::new(File::open(path)?))
}

/// Reads the header of a picture in memory, such as one embedded in an annotation file.
pub fn probe_bytes(bytes: &[u8]) -> Result<Probe, ImageError> {
    probe_reader(Cursor::new(bytes))
}

/// A size after turning: EXIF orientations 5 to 8 exchange width and height.
pub(super) fn turned((width, height): (u32, u32), orientation: Orientation) -> (u32, u32) {
    match orientation {
        Orientation::NoTransforms
        | Orientation::FlipHorizontal
        | Orientation::FlipVertical
        | Orientation::Rotate180 => (width, height),
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
    }
}

fn probe_reader(mut reader: impl BufRead + Seek) -> Result<Probe, ImageError> {
    let head = reader.fill_buf()?;
    if head.is_empty() {
        return Err(ImageError::Empty);
    }
    let Some(format) = Format::of(head) else {
        return Err(ImageError::NotAPicture(unknown::describe(&head[..head.len().min(HEAD_BYTES)])));
    };
    guarded(format, || match format {
        Format::Jpeg => read_jpeg(reader),
        Format::Png => read_with(format, PngDecoder::new(reader)),
        Format::Gif => read_with(format, GifDecoder::new(reader)),
        Format::WebP => read_with(format, WebPDecoder::new(reader)),
        Format::Bmp => read_with(format, BmpDecoder::new(reader)),
        Format::Tiff => read_with(format, TiffDecoder::new(reader)),
    })
}

fn read_jpeg(mut reader: impl BufRead + Seek) -> Result<Probe, ImageError> {
    let header = jpeg_header::read_header(&mut reader).map_err(|error| header_error(Format::Jpeg, &error))?;
    Ok(Probe::new(Format::Jpeg, (header.width.into(), header.height.into()), header.orientation))
}

fn read_with<D: ImageDecoder>(format: Format, decoder: ImageResult<D>) -> Result<Probe, ImageError> {
    let mut decoder = decoder.map_err(|error| ImageError::Header { format, reason: error.to_string() })?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(ImageError::Header { format, reason: "a side of 0 pixels".to_owned() });
    }
    Ok(Probe::new(format, (width, height), orientation))
}

fn header_error(format: Format, error: &io::Error) -> ImageError {
    let reason = match error.kind() {
        ErrorKind::UnexpectedEof => "the file ends in it".to_owned(),
        _ => error.to_string(),
    };
    ImageError::Header { format, reason }
}

#[cfg(test)]
mod tests;
