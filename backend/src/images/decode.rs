//! Bytes of any format to pixels: JPEG at a fraction of its size where that pays, everything else in full.

use std::io::{BufReader, ErrorKind};
use std::time::Instant;

use image::{DynamicImage, ImageReader, RgbImage};
use jpeg_decoder::PixelFormat;

use super::error::ImageError;
use super::format::{Format, codec};
use super::limits::{Limits, TimedBytes};
use super::probe::{Probe, turned};

/// From this reduction on, decoding a JPEG at a fraction of its size beats the faster decoder that cannot.
///
/// Measured on photographs: from 640 to 320 pixels the full decoder is faster by a seventh, from 2,250 to 320 the
/// scaled one by a fifth, with a sixteenth of the pixels in memory.
const SCALED_FROM: u32 = 4;

/// How many bytes a decoder gets between two looks at the clock.
const BYTES_PER_LOOK: usize = 8 * 1024;

/// Decodes a picture as it is stored, not yet turned, on white where it is transparent.
///
/// A JPEG may come out smaller than it is, never smaller than `wanted` (width and height in pixels).
pub(super) fn decode(
    bytes: &[u8],
    probe: &Probe,
    wanted: (u32, u32),
    limits: &Limits,
) -> Result<RgbImage, ImageError> {
    let (format, until) = (probe.format, Instant::now() + limits.max_time);
    if format != Format::Jpeg {
        return decode_full(bytes, format, limits, until);
    }
    check_jpeg_memory(probe, limits)?;
    let (stored_width, _) = turned((probe.width, probe.height), probe.orientation);
    if stored_width / wanted.0 >= SCALED_FROM {
        match decode_scaled(bytes, wanted, until) {
            Ok(picture) => return Ok(picture),
            Err(_) if Instant::now() >= until => return Err(limits.too_slow()),
            // The other decoder takes colour models and damage that this one does not.
            Err(_) => {}
        }
    }
    decode_full(bytes, format, limits, until)
}

/// A progressive JPEG keeps all its coefficients, two bytes each for three components, until the last scan.
fn check_jpeg_memory(probe: &Probe, limits: &Limits) -> Result<(), ImageError> {
    let bytes = if probe.is_progressive { probe.pixels() * 6 } else { 0 };
    limits.check_memory(Format::Jpeg, bytes)
}

/// Decodes a JPEG at the smallest of 1, 1/2, 1/4, 1/8 that is not smaller than wanted.
fn decode_scaled(bytes: &[u8], wanted: (u32, u32), until: Instant) -> Result<RgbImage, jpeg_decoder::Error> {
    let reader = BufReader::with_capacity(BYTES_PER_LOOK, TimedBytes::new(bytes, until));
    let mut decoder = jpeg_decoder::Decoder::new(reader);
    let side = |pixels: u32| u16::try_from(pixels).unwrap_or(u16::MAX);
    let (width, height) = decoder.scale(side(wanted.0), side(wanted.1))?;
    let pixels = decoder.decode()?;
    let rgb = match decoder.info().map(|info| info.pixel_format) {
        Some(PixelFormat::RGB24) => pixels,
        Some(PixelFormat::L8) => pixels.into_iter().flat_map(|grey| [grey; 3]).collect(),
        // CMYK needs to know whether its inks are stored inverted; the full decoder does.
        _ => return Err(jpeg_decoder::Error::Format("colour model not taken here".to_owned())),
    };
    RgbImage::from_raw(width.into(), height.into(), rgb)
        .ok_or_else(|| jpeg_decoder::Error::Format("fewer pixels than its size says".to_owned()))
}

fn decode_full(
    bytes: &[u8],
    format: Format,
    limits: &Limits,
    until: Instant,
) -> Result<RgbImage, ImageError> {
    let source = BufReader::with_capacity(BYTES_PER_LOOK, TimedBytes::new(bytes, until));
    let mut reader = ImageReader::with_format(source, codec(format));
    let mut codec_limits = image::Limits::no_limits();
    codec_limits.max_alloc = Some(limits.max_memory_bytes);
    reader.limits(codec_limits);
    let picture = reader.decode().map_err(|error| decode_error(error, format, limits))?;
    Ok(on_white(picture))
}

fn decode_error(error: image::ImageError, format: Format, limits: &Limits) -> ImageError {
    match error {
        image::ImageError::Limits(_) => ImageError::TooMuchMemory { format, limit: limits.max_memory_bytes },
        image::ImageError::IoError(error) if error.kind() == ErrorKind::TimedOut => limits.too_slow(),
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
    let over_white = |colour: u8, alpha: u8| {
        let alpha = u16::from(alpha);
        ((u16::from(colour) * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    RgbImage::from_fn(width, height, |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        image::Rgb([over_white(red, alpha), over_white(green, alpha), over_white(blue, alpha)])
    })
}
