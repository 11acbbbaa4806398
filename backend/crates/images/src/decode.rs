//! Decoders: bytes of any format to pixels, JPEG at a fraction of its size where that pays, everything else in full.
//!
//! A panic inside a decoder is an error here.

use super::error::ImageError;
use super::need;
use super::probe::{Probe, turned};
use super::source::{Budget, Content};
use crate::memory::Limits;
use blendscope_read::{Format, reads};
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, RgbImage};
use jpeg_decoder::PixelFormat;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

/// From this reduction on, decoding a JPEG at a fraction of its size beats the faster decoder that cannot.
///
/// Measured on photographs: from 640 to 320 pixels the full decoder is faster by a seventh, from 2,250 to 320 the
/// scaled one by a fifth, with a sixteenth of the pixels in memory.
const SCALED_FROM: u32 = 4;

/// Decodes a picture as it is stored, not yet turned, on white where it is transparent, when `budget` lets it have the
/// memory.
///
/// A JPEG may come out smaller than it is, never smaller than `wanted` (width and height in pixels).
pub(crate) fn decode(
    content: &Content,
    probe: &Probe,
    wanted: (u32, u32),
    limits: &Limits,
    budget: &mut Budget<'_>,
) -> Result<RgbImage, ImageError> {
    let is_scaled = probe.format == Format::Jpeg && {
        let (stored_width, _) = turned((probe.width, probe.height), probe.orientation);
        stored_width / wanted.0 >= SCALED_FROM
    };
    if is_scaled {
        match decode_scaled(content, probe, wanted, limits, budget) {
            Err(Scaled::Refused(error)) => return Err(error),
            // The other decoder takes colour models and damage that this one does not.
            Err(Scaled::Failed) => {}
            Ok(picture) => return Ok(picture),
        }
    }
    decode_full(content, probe, limits, budget)
}

/// Why a JPEG does not come out smaller.
enum Scaled {
    /// It costs too much.
    Refused(ImageError),
    /// The decoder does not take it.
    Failed,
}

impl From<jpeg_decoder::Error> for Scaled {
    fn from(_: jpeg_decoder::Error) -> Self {
        Self::Failed
    }
}

/// Decodes a JPEG at the smallest of 1, 1/2, 1/4, 1/8 that is not smaller than wanted.
fn decode_scaled(
    content: &Content,
    probe: &Probe,
    wanted: (u32, u32),
    limits: &Limits,
    budget: &mut Budget<'_>,
) -> Result<RgbImage, Scaled> {
    let side = |pixels: u32| u16::try_from(pixels).unwrap_or(u16::MAX);
    let (wanted_width, wanted_height) = (side(wanted.0), side(wanted.1));
    let opened = |until| jpeg_decoder::Decoder::new(content.reader(need::most_read(probe), until));
    let (width, height) = opened(limits.until()).scale(wanted_width, wanted_height)?;
    let needed = need::of_scaled_jpeg(probe, u64::from(width) * u64::from(height));
    budget.take(needed).map_err(Scaled::Refused)?;
    let until = limits.until();
    let mut decoder = opened(until);
    decoder.scale(wanted_width, wanted_height)?;
    let pixels = match decoder.decode() {
        Err(_) if Instant::now() >= until => return Err(Scaled::Refused(limits.too_slow())),
        result => result?,
    };
    let rgb = match decoder.info().map(|info| info.pixel_format) {
        Some(PixelFormat::RGB24) => pixels,
        Some(PixelFormat::L8) => pixels.into_iter().flat_map(|grey| [grey; 3]).collect(),
        // CMYK needs to know whether its inks are stored inverted; the full decoder does.
        _ => return Err(Scaled::Failed),
    };
    RgbImage::from_raw(width.into(), height.into(), rgb).ok_or(Scaled::Failed)
}

fn decode_full(
    content: &Content,
    probe: &Probe,
    limits: &Limits,
    budget: &mut Budget<'_>,
) -> Result<RgbImage, ImageError> {
    let format = probe.format;
    let needed = if format == Format::Tiff {
        // Only its decoder knows what its pixels are, and takes hardly any memory to say so.
        let decoder = open(content, probe, limits.until(), need::PNG_HEADER_MAX);
        let decoder = decoder.map_err(|error| decode_error(error, format, limits))?;
        need::of_tiff(content, decoder.color_type(), probe.pixels())
    } else {
        need::of_decoding(content, probe)?
    };
    budget.take(needed)?;
    let decoder = open(content, probe, limits.until(), need::without_pixels(probe, needed));
    let picture = decoder.and_then(|decoder| {
        if decoder.total_bytes() > needed {
            return Err(image::ImageError::Limits(image::error::LimitError::from_kind(
                image::error::LimitErrorKind::InsufficientMemory,
            )));
        }
        DynamicImage::from_decoder(decoder)
    });
    picture.map(on_white).map_err(|error| decode_error(error, format, limits))
}

/// A decoder that has read the header, and may take so many bytes.
fn open<'c>(
    content: &'c Content,
    probe: &Probe,
    until: Instant,
    most: u64,
) -> image::ImageResult<impl ImageDecoder + use<'c>> {
    let read = match probe.format {
        Format::Jpeg | Format::WebP => need::most_read(probe),
        _ => u64::MAX,
    };
    let mut reader = ImageReader::with_format(content.reader(read, until), codec(probe.format));
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(most);
    reader.limits(limits);
    reader.into_decoder()
}

fn decode_error(error: image::ImageError, format: Format, limits: &Limits) -> ImageError {
    match error {
        image::ImageError::IoError(error) if error.kind() == ErrorKind::TimedOut => limits.too_slow(),
        image::ImageError::IoError(error) if reads::is_unanswered(&error) => error.into(),
        image::ImageError::Limits(_) => ImageError::Damaged {
            format,
            reason: "its parts take more memory than a picture of its size".to_owned(),
        },
        other => ImageError::Damaged { format, reason: other.to_string() },
    }
}

/// Eight bits per colour, transparent parts over white as on a page.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let (width, height) = picture.dimensions();
    let mut pixels = picture.into_raw();
    let over_white = |colour: u8, alpha: u8| {
        let alpha = u16::from(alpha);
        ((u16::from(colour) * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    // In place: a large picture need not be there twice.
    let count = pixels.len() / 4;
    for pixel in 0..count {
        let [red, green, blue, alpha] = [0, 1, 2, 3].map(|byte| pixels[pixel * 4 + byte]);
        pixels[pixel * 3..][..3].copy_from_slice(&[red, green, blue].map(|colour| over_white(colour, alpha)));
    }
    pixels.truncate(count * 3);
    RgbImage::from_raw(width, height, pixels).expect("three bytes for each of its pixels")
}

/// What the decoders call a format.
fn codec(format: Format) -> ImageFormat {
    match format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::Gif => ImageFormat::Gif,
        Format::WebP => ImageFormat::WebP,
        Format::Bmp => ImageFormat::Bmp,
        Format::Tiff => ImageFormat::Tiff,
    }
}

/// Runs a decoder; its panic becomes an error.
///
/// Decoders are other people's code on bytes from anywhere, and some of them index and assert on damaged input.
/// One bad picture must be a labelled placeholder and not a broken connection. What a panic leaves behind is
/// dropped with the closure, so that nothing half-made can be seen afterwards.
pub(crate) fn guarded<T>(
    format: Format,
    decode: impl FnOnce() -> Result<T, ImageError>,
) -> Result<T, ImageError> {
    catch_unwind(AssertUnwindSafe(decode)).unwrap_or_else(|_| {
        Err(ImageError::Damaged { format, reason: "its decoder stopped on it unexpectedly".to_owned() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        let answer: Result<(), _> = guarded(Format::Gif, || panic!("index out of bounds"));
        assert!(matches!(answer, Err(ImageError::Damaged { format: Format::Gif, .. })));
    }
}
