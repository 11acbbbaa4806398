//! Small versions of pictures: decode, resize, turn, encode.

use std::io;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

use super::decode::decode;
use super::error::ImageError;
use super::guard::guarded;
use super::limits::Limits;
use super::memory::PictureMemory;
use super::probe::{Probe, turned};
use super::source::{Budget, Source};
use std::sync::Arc;

/// JPEG quality of thumbnails: artefacts begin to show below it.
const QUALITY: u8 = 80;

/// A thumbnail is at most this many times as high as it may be wide, so that a scroll stays a small picture.
const HIGHEST: u32 = 8;

/// The widest thumbnail; a JPEG side ends at 65,535 pixels, which [`HIGHEST`] times this stays below.
const WIDEST: u32 = 4096;

/// Makes a JPEG no wider than `width` pixels (1 to 4096) from a picture of any format, turned as its EXIF says.
///
/// A smaller picture keeps its size; one more than eight times as high as `width` is made smaller still. Colours
/// are taken as sRGB; colour profiles are ignored. A JPEG that ends too early shows what is there.
///
/// Waits until the picture may have the memory that it takes.
pub fn thumbnail(
    source: Source,
    width: u32,
    limits: &Limits,
    memory: &Arc<PictureMemory>,
) -> Result<Vec<u8>, ImageError> {
    let Source { content, held } = source;
    let probe = content.probe()?;
    limits.check_pixels(&probe)?;
    let mut budget = Budget::new(memory, held);
    guarded(probe.format, || {
        // Turning exchanges sides or leaves them, so that it leads back from the size shown to the size stored.
        let size = turned(fit(&probe, width.clamp(1, WIDEST)), probe.orientation);
        let stored = decode(&content, &probe, size, limits, &mut budget)?;
        let small = resize(stored, size).map_err(|error| damaged(&probe, error))?;
        let mut upright = DynamicImage::ImageRgb8(small);
        upright.apply_orientation(probe.orientation);
        encode(&upright.into_rgb8()).map_err(|error| damaged(&probe, error))
    })
}

/// The size of the thumbnail, in the shape of the picture.
fn fit(probe: &Probe, width: u32) -> (u32, u32) {
    let height = width * HIGHEST;
    if probe.width <= width && probe.height <= height {
        return (probe.width, probe.height);
    }
    let scaled = |side: u32, numerator: u32, denominator: u32| {
        let (numerator, denominator) = (u64::from(numerator), u64::from(denominator));
        ((u64::from(side) * numerator + denominator / 2) / denominator).max(1) as u32
    };
    if u64::from(probe.height) * u64::from(width) <= u64::from(probe.width) * u64::from(height) {
        (width, scaled(probe.height, width, probe.width))
    } else {
        (scaled(probe.width, height, probe.height), height)
    }
}

/// Hamming reads as many source pixels as bilinear does and is nearly as sharp as bicubic.
fn resize(picture: RgbImage, (width, height): (u32, u32)) -> io::Result<RgbImage> {
    if picture.dimensions() == (width, height) {
        return Ok(picture);
    }
    let source = ImageRef::new(picture.width(), picture.height(), picture.as_raw(), PixelType::U8x3)
        .map_err(io::Error::other)?;
    let mut target = Image::new(width, height, PixelType::U8x3);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Hamming));
    Resizer::new().resize(&source, &mut target, &options).map_err(io::Error::other)?;
    RgbImage::from_raw(width, height, target.into_vec()).ok_or_else(|| io::Error::other("pixels are missing"))
}

fn encode(picture: &RgbImage) -> io::Result<Vec<u8>> {
    let width = u16::try_from(picture.width()).map_err(io::Error::other)?;
    let height = u16::try_from(picture.height()).map_err(io::Error::other)?;
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, QUALITY)
        .encode(picture.as_raw(), width, height, ColorType::Rgb)
        .map_err(io::Error::other)?;
    Ok(jpeg)
}

fn damaged(probe: &Probe, error: io::Error) -> ImageError {
    ImageError::Damaged { format: probe.format, reason: error.to_string() }
}

#[cfg(test)]
mod tests;
