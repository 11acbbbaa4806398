//! What headers ask for, and that bombs ask for what they would take.

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
