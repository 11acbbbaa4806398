//! How much memory the decoder of each format takes for a picture, computed from its header before it is begun.
//!
//! The figures are those of the decoders as they are written: what they allocate by the picture's size, counted in
//! bytes per pixel, and rather too much than too little.

use super::probe::Probe;
use super::source::Content;
use blendscope_read::Format;
use image::ColorType;
use std::io;

/// Bytes that profiles and texts before the pixels of a PNG may unpack to.
pub(crate) const PNG_HEADER_MAX: u64 = 32 << 20;

/// Deflate makes no more than this out of a byte.
const MOST_PER_BYTE: u64 = 1032;

/// Chunks of a file that are looked through.
const CHUNKS_MAX: usize = 1000;

/// Bytes of profiles and previews around pixels, and of a pixel that hardly packs, at most: what is read of a picture
/// whose decoder keeps all that it reads.
const AROUND_PIXELS: u64 = 16 << 20;
const PACKED_PIXEL: u64 = 4;

/// Tables of decoders, and rows that they work at.
const ROWS: u64 = 4;
const TABLES: u64 = 1 << 20;

/// Bytes of a picture that are read by decoders that keep what they read.
pub(crate) fn most_read(probe: &Probe) -> u64 {
    AROUND_PIXELS + probe.pixels() * PACKED_PIXEL
}

/// Bytes that decoding takes, of a picture of any format but TIFF.
pub(crate) fn of_decoding(content: &Content, probe: &Probe) -> io::Result<u64> {
    let pixels = probe.pixels();
    let held = content.len().min(most_read(probe));
    let needed = match probe.format {
        // The bytes are collected in memory that grows by doubling.
        Format::Jpeg => {
            let colours = if probe.components == 1 { ColorType::L8 } else { ColorType::Rgb8 };
            2 * held + coefficients(probe) + of_pixels(colours, pixels)
        }
        Format::Png => of_png(content, probe)?,
        // All of it, the frame to be put into it, and the frame's numbers of colours.
        Format::Gif => pixels * (4 + 4 + 1),
        Format::WebP => held + of_webp(content, pixels)?,
        Format::Bmp | Format::Tiff => of_pixels(ColorType::Rgba8, pixels),
    };
    Ok(needed + ROWS * u64::from(probe.width.max(probe.height)) * 8 + TABLES)
}

/// Bytes that decoding a JPEG at a fraction of its size takes, which comes out with so many pixels: they are there by
/// component, and then by pixel.
pub(crate) fn of_scaled_jpeg(probe: &Probe, scaled: u64) -> u64 {
    let components = u64::from(probe.components.max(3));
    coefficients(probe)
        + scaled * (components * 2 + 3)
        + ROWS * u64::from(probe.width.max(probe.height)) * 64
        + TABLES
}

/// Bytes that decoding a TIFF takes: the pixels twice where they lie in planes or one strip, and what is read of it.
pub(crate) fn of_tiff(content: &Content, colours: ColorType, pixels: u64) -> u64 {
    let twice = pixels * u64::from(colours.bytes_per_pixel()).max(4);
    of_pixels(colours, pixels) + twice + content.len().min(AROUND_PIXELS) + TABLES
}

/// What a decoder may take, of the bytes that decoding takes in all, for what it does not take by the size of the picture.
pub(crate) fn without_pixels(probe: &Probe, needed: u64) -> u64 {
    match probe.format {
        Format::Png => PNG_HEADER_MAX + ROWS * u64::from(probe.width.max(probe.height)) * 8,
        // A frame may claim another size than the whole.
        Format::Gif => needed.saturating_sub(probe.pixels() * 4),
        _ => needed,
    }
}

/// Bytes of the pixels, and of the same in eight bits per colour.
fn of_pixels(colours: ColorType, pixels: u64) -> u64 {
    let shown = match colours {
        ColorType::Rgb8 | ColorType::Rgba8 => 0,
        _ if colours.has_alpha() => 4,
        _ => 3,
    };
    pixels * (u64::from(colours.bytes_per_pixel()) + shown)
}

/// A JPEG of several scans keeps two bytes of each component of each pixel until the last one; the sides are rounded up to
/// whole blocks.
fn coefficients(probe: &Probe) -> u64 {
    let side = |pixels: u32| u64::from(pixels).next_multiple_of(32);
    let components = if probe.has_scans { u64::from(probe.components) } else { 0 };
    side(probe.width) * side(probe.height) * components * 2
}

fn of_png(content: &Content, probe: &Probe) -> io::Result<u64> {
    let mut head = [0; 26];
    content.fill(0, &mut head)?;
    let (depth, kind) = (head[24], head[25]);
    let (mut at, mut has_alpha) = (8, kind & 4 != 0);
    for _ in 0..CHUNKS_MAX {
        let mut chunk = [0; 8];
        if !content.fill(at, &mut chunk)? || &chunk[4..] == b"IDAT" {
            break;
        }
        has_alpha |= &chunk[4..] == b"tRNS";
        at += 12 + u64::from(u32::from_be_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]));
    }
    let colours = match (kind & 2 != 0, has_alpha, depth > 8) {
        (true, true, true) => ColorType::Rgba16,
        (true, false, true) => ColorType::Rgb16,
        (true, true, false) => ColorType::Rgba8,
        (true, false, false) => ColorType::Rgb8,
        (false, true, true) => ColorType::La16,
        (false, false, true) => ColorType::L16,
        (false, true, false) => ColorType::La8,
        (false, false, false) => ColorType::L8,
    };
    // A profile or a text before the pixels is unpacked.
    let texts = at.saturating_mul(MOST_PER_BYTE).min(PNG_HEADER_MAX);
    Ok(of_pixels(colours, probe.pixels()) + texts)
}

/// Lossless pixels are decoded to four bytes each, lossy ones to one and a half, transparency to five; frames of an
/// animation and what they are put on are there as well. A part may claim another size than the whole.
fn of_webp(content: &Content, pixels: u64) -> io::Result<u64> {
    let mut parts = Parts::default();
    parts.walk(content, 12, content.len())?;
    let largest = parts.pixels.max(pixels);
    let Parts { frame, lossless, lossy, alpha, codes, .. } = parts;
    Ok(pixels * (4 + frame) + largest * (frame + lossless + lossy + alpha) + codes)
}

/// What the parts of a WebP are.
#[derive(Default)]
struct Parts {
    pixels: u64,
    /// Bytes of tables of codes of lossless parts, at most.
    codes: u64,
    /// Bytes per pixel of frames, of lossless parts, of lossy ones, of transparency apart.
    frame: u64,
    lossless: u64,
    lossy: u64,
    alpha: u64,
}

/// Bytes of tables that a byte of a lossless part can ask for, and those of pictures that are no attack.
const CODES_PER_BYTE: u64 = 400;
const CODES_MAX: u64 = 32 << 20;

impl Parts {
    fn walk(&mut self, content: &Content, mut at: u64, end: u64) -> io::Result<()> {
        for _ in 0..CHUNKS_MAX {
            let mut chunk = [0; 8 + 10];
            if at >= end || !content.fill(at, &mut chunk[..8])? {
                return Ok(());
            }
            let length = u64::from(u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]));
            content.fill(at + 8, &mut chunk[8..])?;
            let short = |at: usize| u64::from(u16::from_le_bytes([chunk[at], chunk[at + 1]]));
            match &chunk[..4] {
                b"VP8 " => {
                    self.lossy = 2;
                    self.pixels = self.pixels.max((short(14) & 0x3FFF) * (short(16) & 0x3FFF));
                }
                b"VP8L" => {
                    self.lossless = 5;
                    let bits = short(9) | short(11) << 16;
                    self.pixels = self.pixels.max(((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1));
                    self.codes = self.codes.max(length.saturating_mul(CODES_PER_BYTE).min(CODES_MAX));
                }
                b"ALPH" => self.alpha = 6,
                b"ANMF" if self.frame == 0 => {
                    // Only the first frame is shown.
                    self.frame = 4;
                    self.walk(content, at + 8 + 16, at + 8 + length)?;
                }
                _ => {}
            }
            at += 8 + length.next_multiple_of(2);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;
    use crate::test_pictures::{corners, encoded, jpeg, jpeg_with};
    use image::{DynamicImage, ImageFormat};

    const PIXELS: u64 = 200 * 100;

    /// Bytes for the pixels of a picture of 200 by 100, without what every decoder takes.
    fn per_pixel(bytes: Vec<u8>) -> u64 {
        let content = Source::memory(bytes, None).content;
        let probe = content.probe().unwrap();
        assert_eq!(probe.pixels(), PIXELS);
        let small = ROWS * 200 * 8 + TABLES;
        (of_decoding(&content, &probe).unwrap() - small) / PIXELS
    }

    fn picture(make: fn(u32, u32) -> DynamicImage, format: ImageFormat) -> Vec<u8> {
        encoded(make(200, 100), format)
    }

    #[test]
    fn pixels_are_counted_with_what_they_become() {
        let png = |make| per_pixel(picture(make, ImageFormat::Png));
        // The few bytes of the header may unpack to something, too.
        let header = 33 * MOST_PER_BYTE / PIXELS;
        assert_eq!(png(DynamicImage::new_luma8), 1 + 3 + header);
        assert_eq!(png(DynamicImage::new_rgb8), 3 + header);
        assert_eq!(png(DynamicImage::new_rgba8), 4 + header);
        assert_eq!(png(DynamicImage::new_rgb16), 6 + 3 + header);
        assert_eq!(png(DynamicImage::new_rgba16), 8 + 4 + header);
        assert_eq!(per_pixel(picture(DynamicImage::new_rgb8, ImageFormat::Gif)), 9);
        assert_eq!(per_pixel(picture(DynamicImage::new_rgb8, ImageFormat::Bmp)), 4);
    }

    #[test]
    fn scans_of_a_jpeg_are_kept_and_a_single_one_is_not() {
        let probe = |bytes: Vec<u8>| Source::memory(bytes, None).content.probe().unwrap();
        let single = probe(jpeg(&corners(200, 100)));
        assert_eq!((single.has_scans, coefficients(&single)), (false, 0));
        let several = probe(jpeg_with(&corners(200, 100), |encoder| encoder.set_progressive(true)));
        assert_eq!((several.has_scans, coefficients(&several)), (true, 224 * 128 * 3 * 2));
        assert!(of_scaled_jpeg(&several, 25 * 13) > of_scaled_jpeg(&single, 25 * 13) + 150_000);
    }

    #[test]
    fn parts_of_a_webp_that_claim_more_than_the_whole_are_counted() {
        let chunk = |name: &[u8; 4], data: &[u8]| {
            let length = (data.len() as u32).to_le_bytes();
            [&name[..], &length, data, &vec![0; data.len() % 2]].concat()
        };
        let header = chunk(b"VP8X", &[2, 0, 0, 0, 199, 0, 0, 99, 0, 0]);
        let lossy = chunk(b"VP8 ", b"\x10\x02\x00\x9d\x01\x2a\xff\x3f\xff\x3f........");
        let frame = chunk(b"ANMF", &[&[0; 16][..], &lossy].concat());
        for part in [lossy, frame] {
            let body = [b"WEBP", &header[..], &part].concat();
            let webp = [b"RIFF", &(body.len() as u32).to_le_bytes()[..], &body].concat();
            assert!(per_pixel(webp) * PIXELS >= 16_383 * 16_383 * 2);
        }
    }

    #[test]
    fn what_unpacks_before_the_pixels_of_a_png_is_counted() {
        let mut png = picture(DynamicImage::new_rgb8, ImageFormat::Png);
        let profile = [&60_000_u32.to_be_bytes()[..], b"iCCP", &vec![0; 60_000 + 4]].concat();
        png.splice(33..33, profile);
        assert!(per_pixel(png) * PIXELS >= PNG_HEADER_MAX);
    }
}
