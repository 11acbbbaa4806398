//! Thumbnails: decode, resize, turn, encode.

use super::decode::decode;
use super::error::ImageError;
use super::probe::{Probe, turned};
use super::source::{Budget, Source};
use crate::decode::guarded;
use crate::memory::{Limits, PictureMemory};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{DynamicImage, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use std::io;
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
mod tests {
    use super::*;
    use crate::Format;
    use crate::test_pictures::{
        BLUE, GREEN, RED, YELLOW, corners, encoded, jpeg, jpeg_turned, jpeg_with, png_bomb,
    };
    use image::{DynamicImage, GrayImage, ImageBuffer, ImageFormat, Luma, Rgb, Rgba, RgbaImage};
    use jpeg_encoder::SamplingFactor;
    use std::time::{Duration, Instant};

    fn small(bytes: &[u8], width: u32) -> RgbImage {
        let jpeg = made(bytes, width, &Limits::default()).unwrap();
        image::load_from_memory_with_format(&jpeg, ImageFormat::Jpeg).unwrap().into_rgb8()
    }

    fn made(bytes: &[u8], width: u32, limits: &Limits) -> Result<Vec<u8>, ImageError> {
        made_in(bytes, width, limits, 600 << 20)
    }

    /// The thumbnail that one picture's `memory` bytes lead to.
    fn made_in(bytes: &[u8], width: u32, limits: &Limits, memory: u64) -> Result<Vec<u8>, ImageError> {
        let memory = PictureMemory::new(memory.div_ceil(25) * 32);
        thumbnail(Source::memory(bytes.to_vec(), None), width, limits, &memory)
    }

    fn is_near(pixel: Rgb<u8>, colour: [u8; 3]) -> bool {
        pixel.0.iter().zip(colour).all(|(&have, want)| have.abs_diff(want) < 32)
    }

    /// Top left, top right, bottom left, bottom right, each a sixth of the way in.
    fn corner_pixels(picture: &RgbImage) -> [Rgb<u8>; 4] {
        let (width, height) = picture.dimensions();
        let (left, top) = (width / 6, height / 6);
        let (right, bottom) = (width - 1 - left, height - 1 - top);
        [(left, top), (right, top), (left, bottom), (right, bottom)].map(|(x, y)| *picture.get_pixel(x, y))
    }

    fn assert_corners(picture: &RgbImage, colours: [[u8; 3]; 4], what: &str) {
        let pixels = corner_pixels(picture);
        let all_near = pixels.iter().zip(colours).all(|(&pixel, colour)| is_near(pixel, colour));
        assert!(all_near, "{what}: {pixels:?} instead of {colours:?}");
    }

    const UPRIGHT: [[u8; 3]; 4] = [RED, GREEN, BLUE, YELLOW];

    #[test]
    fn every_orientation_is_shown_upright() {
        let shown = [
            (1, [RED, GREEN, BLUE, YELLOW]),
            (2, [GREEN, RED, YELLOW, BLUE]),
            (3, [YELLOW, BLUE, GREEN, RED]),
            (4, [BLUE, YELLOW, RED, GREEN]),
            (5, [RED, BLUE, GREEN, YELLOW]),
            (6, [BLUE, RED, YELLOW, GREEN]),
            (7, [YELLOW, GREEN, BLUE, RED]),
            (8, [GREEN, YELLOW, RED, BLUE]),
        ];
        for (orientation, colours) in shown {
            // 96 wide from 240 goes through the full decoder, 24 through the scaled one.
            for width in [96, 24] {
                let picture = small(&jpeg_turned(&corners(240, 120), orientation), width);
                let height = if orientation <= 4 { width / 2 } else { width * 2 };
                assert_eq!(picture.dimensions(), (width, height), "orientation {orientation}");
                assert_corners(&picture, colours, &format!("orientation {orientation}, width {width}"));
            }
        }
    }

    #[test]
    fn is_never_wider_than_asked_and_never_enlarged() {
        let picture = jpeg(&corners(300, 100));
        for (width, size) in
            [(1, (1, 1)), (80, (80, 27)), (299, (299, 100)), (300, (300, 100)), (640, (300, 100))]
        {
            assert_eq!(small(&picture, width).dimensions(), size);
        }
        assert_eq!(small(&picture, 0).dimensions(), (1, 1));
    }

    #[test]
    fn a_scroll_is_lowered_to_eight_times_the_width() {
        let scroll = encoded(corners(40, 4000), ImageFormat::Png);
        assert_eq!(small(&scroll, 80).dimensions(), (6, 640));
        let line = encoded(corners(4000, 2), ImageFormat::Png);
        assert_eq!(small(&line, 80).dimensions(), (80, 1));
    }

    #[test]
    fn every_format_looks_the_same() {
        for codec in
            [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Tiff]
        {
            let picture = small(&encoded(corners(120, 90), codec), 60);
            assert_eq!(picture.dimensions(), (60, 45));
            assert_corners(&picture, UPRIGHT, &format!("{codec:?}"));
        }
    }

    #[test]
    fn progressive_and_subsampled_jpegs_are_right_at_every_scale() {
        let picture = corners(642, 486);
        for sampling in [SamplingFactor::F_1_1, SamplingFactor::F_2_1, SamplingFactor::F_2_2] {
            for is_progressive in [false, true] {
                let bytes = jpeg_with(&picture, |encoder| {
                    encoder.set_sampling_factor(sampling);
                    encoder.set_progressive(is_progressive);
                });
                for width in [640, 320, 160, 80, 40] {
                    let what = format!("{sampling:?} {is_progressive} {width}");
                    let made = small(&bytes, width);
                    assert_eq!(made.width(), width, "{what}");
                    assert_corners(&made, UPRIGHT, &what);
                }
            }
        }
    }

    #[test]
    fn ink_jpegs_have_their_colours() {
        // Inks of the four corners: none (white), cyan, magenta, black.
        let inks = |x: u32, y: u32| match (x < 120, y < 60) {
            (true, true) => [0, 0, 0, 0],
            (false, true) => [255, 0, 0, 0],
            (true, false) => [0, 255, 0, 0],
            (false, false) => [0, 0, 0, 255],
        };
        let pixels: Vec<u8> = (0..120).flat_map(|y| (0..240).flat_map(move |x| inks(x, y))).collect();
        for colour_type in [ColorType::Cmyk, ColorType::CmykAsYcck] {
            let mut bytes = Vec::new();
            Encoder::new(&mut bytes, 95).encode(&pixels, 240, 120, colour_type).unwrap();
            for width in [96, 24] {
                let colours = [[255; 3], [0, 255, 255], [255, 0, 255], [0; 3]];
                assert_corners(&small(&bytes, width), colours, &format!("{colour_type:?}, width {width}"));
            }
        }
    }

    #[test]
    fn grey_jpegs_are_grey_at_every_scale() {
        let mut bytes = Vec::new();
        Encoder::new(&mut bytes, 95).encode(&vec![90; 240 * 120], 240, 120, ColorType::Luma).unwrap();
        for width in [96, 24] {
            assert_corners(&small(&bytes, width), [[90; 3]; 4], "grey");
        }
    }

    #[test]
    fn deep_and_grey_pngs_have_their_colours() {
        let deep = ImageBuffer::from_fn(60, 60, |x, y| {
            Rgb(corners(60, 60).get_pixel(x, y).0.map(|value| u16::from(value) * 257))
        });
        assert_corners(&small(&encoded(deep, ImageFormat::Png), 30), UPRIGHT, "16 bits");
        let deep_grey = ImageBuffer::from_pixel(60, 60, Luma([40_000u16]));
        assert_corners(&small(&encoded(deep_grey, ImageFormat::Png), 30), [[156; 3]; 4], "16 bits grey");
        let grey = GrayImage::from_pixel(60, 60, Luma([90]));
        assert_corners(&small(&encoded(grey, ImageFormat::Png), 30), [[90; 3]; 4], "8 bits grey");
    }

    #[test]
    fn transparent_parts_are_white() {
        let glass = RgbaImage::from_fn(60, 60, |x, y| match (x < 30, y < 30) {
            (true, true) => Rgba([0, 0, 0, 0]),
            (false, true) => Rgba([0, 0, 0, 128]),
            (true, false) => Rgba([255, 0, 0, 128]),
            (false, false) => Rgba([255, 0, 0, 255]),
        });
        let colours = [[255; 3], [127; 3], [255, 127, 127], [255, 0, 0]];
        for codec in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Tiff] {
            assert_corners(&small(&encoded(glass.clone(), codec), 30), colours, &format!("{codec:?}"));
        }
    }

    #[test]
    fn a_jpeg_cut_short_shows_what_is_there() {
        let picture = jpeg(&corners(240, 240));
        for width in [96, 24] {
            let made = small(&picture[..picture.len() * 3 / 4], width);
            assert_eq!(made.dimensions(), (width, width));
            let [top_left, top_right, ..] = corner_pixels(&made);
            assert!(is_near(top_left, RED) && is_near(top_right, GREEN), "{top_left:?} {top_right:?}");
        }
    }

    #[test]
    fn a_png_cut_short_is_an_error() {
        let noise = RgbImage::from_fn(64, 64, |x, y| {
            Rgb([((x * 37) ^ (y * 91)) as u8, (x * y) as u8, (x ^ y) as u8])
        });
        let picture = encoded(noise, ImageFormat::Png);
        let answer = made(&picture[..picture.len() / 2], 32, &Limits::default());
        assert!(matches!(answer, Err(ImageError::Damaged { format: Format::Png, .. })), "{answer:?}");
    }

    #[test]
    fn bombs_are_errors_and_quick() {
        let start = Instant::now();
        let error = made(&png_bomb(), 320, &Limits::default()).unwrap_err();
        assert_eq!(error.to_string(), "60000×60000 pixels, more than the limit of 200000000");

        let deep = encoded(DynamicImage::new_rgba16(1000, 1000), ImageFormat::Png);
        let limits = Limits::default();
        assert!(matches!(made_in(&deep, 320, &limits, 1_000_000), Err(ImageError::TooMuchMemory { .. })));
        let scans = jpeg_with(&corners(1000, 1000), |encoder| encoder.set_progressive(true));
        assert!(matches!(made_in(&scans, 320, &limits, 1_000_000), Err(ImageError::TooMuchMemory { .. })));
        assert!(start.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn time_over_is_an_error() {
        let limits = Limits { max_time: Duration::ZERO, ..Limits::default() };
        for bytes in [jpeg(&corners(240, 120)), encoded(corners(240, 120), ImageFormat::Png)] {
            assert!(matches!(made(&bytes, 24, &limits), Err(ImageError::TooSlow { .. })));
        }
    }

    #[test]
    fn damage_anywhere_is_a_picture_or_an_error() {
        let mut pictures = vec![jpeg_turned(&corners(64, 48), 6)];
        for codec in
            [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Tiff]
        {
            pictures.push(encoded(corners(64, 48), codec));
        }
        let limits = Limits { max_pixels: 1_000_000, ..Limits::default() };
        for picture in pictures {
            for place in (0..picture.len()).step_by(picture.len().div_ceil(200)) {
                let mut damaged = picture.clone();
                damaged[place] ^= 0xA5;
                // Which of the two is up to the decoder; what counts is that it comes back.
                if let Ok(jpeg) = made(&damaged, 8, &limits) {
                    assert!(jpeg.starts_with(&[0xFF, 0xD8]));
                }
            }
        }
    }
}
