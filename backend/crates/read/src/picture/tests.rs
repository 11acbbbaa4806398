//! Pictures in every format, whole, cut and wrong; all of them made here.

use super::{formats, *};
use crate::{ImageAt, ImageEncoding};
use proptest::prelude::*;

/// A GIF of one white pixel, 7 × 5 by its screen, with a comment before it.
fn gif() -> Vec<u8> {
    let mut gif = b"GIF89a\x07\0\x05\0\x80\0\0\xff\xff\xff\0\0\0".to_vec();
    gif.extend(b"\x21\xfe\x05hello\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b");
    gif
}

fn chunk(name: &[u8], contents: &[u8]) -> Vec<u8> {
    let mut named = name.to_vec();
    named.extend(contents);
    let mut sum = flate2::Crc::new();
    sum.update(&named);
    [&(contents.len() as u32).to_be_bytes()[..], &named, &sum.sum().to_be_bytes()].concat()
}

/// A PNG of 7 × 5 with these chunks before its pixels.
fn png(before: &[u8]) -> Vec<u8> {
    let head = chunk(b"IHDR", &[0, 0, 0, 7, 0, 0, 0, 5, 8, 0, 0, 0, 0]);
    let parts = [b"\x89PNG\r\n\x1a\n", &head[..], before, &chunk(b"IDAT", &[0; 40]), formats::PNG_END];
    parts.concat()
}

/// An EXIF block with one entry: turn by a quarter.
fn exif() -> Vec<u8> {
    b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec()
}

fn segment(marker: u8, contents: &[u8]) -> Vec<u8> {
    [&[0xFF, marker][..], &(contents.len() as u16 + 2).to_be_bytes(), contents].concat()
}

/// A JPEG of 7 × 5 with these segments before its frame, and another whole picture in the first of them.
fn jpeg(before: &[u8]) -> Vec<u8> {
    let thumbnail = segment(0xE2, b"\xff\xd8\xff\xda\0\x02ab\xff\xd9");
    let frame = segment(0xC0, &[8, 0, 5, 0, 7, 1, 1, 0x11, 0]);
    let scan = segment(0xDA, &[1, 1, 0, 0, 63, 0]);
    [b"\xff\xd8", &thumbnail[..], before, &frame, &scan, &[0x55; 90], b"\xff\0\xff\xd1\x12\xff\xd9"].concat()
}

fn riff(chunks: &[&[u8]]) -> Vec<u8> {
    let body = chunks.concat();
    [b"RIFF", &(body.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &body].concat()
}

fn webp_chunk(name: &[u8], contents: &[u8]) -> Vec<u8> {
    let padding = &[0][..contents.len() % 2];
    [name, &(contents.len() as u32).to_le_bytes(), contents, padding].concat()
}

fn lossy() -> Vec<u8> {
    riff(&[&webp_chunk(b"VP8 ", b"\0\0\0\x9d\x01\x2a\x07\0\x05\0 and pixels")])
}

fn lossless() -> Vec<u8> {
    let size = (6_u32 | 4 << 14).to_le_bytes();
    riff(&[&webp_chunk(b"VP8L", &[&[0x2F][..], &size, b"pixels"].concat())])
}

fn extended(flags: u8) -> Vec<u8> {
    let head = webp_chunk(b"VP8X", &[flags, 0, 0, 0, 6, 0, 0, 4, 0, 0]);
    riff(&[&head, &webp_chunk(b"VP8L", b"\x2fpixels and more"), &webp_chunk(b"EXIF", &exif())])
}

fn bitmap() -> Vec<u8> {
    let mut bytes = b"BM".to_vec();
    bytes.extend([54_u32 + 24 * 5, 0, 54, 40, 7].iter().flat_map(|number| number.to_le_bytes()));
    bytes.extend((-5_i32).to_le_bytes());
    bytes.extend([1, 0, 24, 0]);
    bytes.extend([0; 24 + 24 * 5]);
    bytes
}

/// A TIFF whose directory stands behind its pixels.
fn tiff() -> Vec<u8> {
    let mut bytes = [&b"II*\0"[..], &43_u32.to_le_bytes(), &[9; 35]].concat();
    let entries: [(u16, u16, u32); 5] = [(256, 4, 7), (257, 3, 5), (273, 4, 8), (274, 3, 1), (279, 4, 35)];
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, value) in entries {
        bytes.extend(
            [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &[1, 0, 0, 0], &value.to_le_bytes()].concat(),
        );
    }
    bytes.extend([0; 4]);
    bytes
}

fn pictures() -> Vec<(Format, Vec<u8>)> {
    vec![
        (Format::Gif, gif()),
        (Format::Png, png(&chunk(b"tEXt", b"Title\0a picture"))),
        (Format::Jpeg, jpeg(&segment(0xFE, b"comment"))),
        (Format::WebP, lossy()),
        (Format::WebP, lossless()),
        (Format::WebP, extended(0)),
        (Format::Bmp, bitmap()),
        (Format::Tiff, tiff()),
    ]
}

fn look(bytes: &[u8]) -> PictureLook {
    let mut read = |at: u64, buffer: &mut [u8]| Ok(formats::copy(bytes, at, &mut buffer[..1]));
    look_at_picture(bytes.len() as u64, &mut read).unwrap()
}

fn scanned(pieces: &[&[u8]]) -> PictureFacts {
    let mut scan = PictureScan::new();
    for piece in pieces {
        scan.push(piece);
    }
    scan.finish(ImageAt::Range { offset: 0, length: 0, encoding: ImageEncoding::Raw }).facts
}

#[test]
fn every_format_tells_its_size_and_that_it_is_complete() {
    for (format, bytes) in pictures() {
        let facts = PictureFacts { format: Some(format), width: 7, height: 5, flaw: None };
        assert_eq!(look(&bytes).facts, facts, "{format}");
        assert_eq!(scanned(&[&bytes]), facts, "{format}, going by");
    }
}

#[test]
fn a_picture_cut_anywhere_is_told() {
    for (format, bytes) in pictures() {
        for length in 18..bytes.len() {
            let facts = look(&bytes[..length]).facts;
            let is_told = matches!(facts.flaw, Some(Flaw::Cut | Flaw::HeaderCut));
            assert!(is_told && facts.format == Some(format), "{format} at {length}: {facts:?}");
            assert_eq!(scanned(&[&bytes[..length]]), facts, "{format} at {length}, going by");
        }
    }
}

#[test]
fn the_largest_numbers_of_a_bitmap_are_only_not_there() {
    let mut bytes = bitmap();
    bytes[18..22].copy_from_slice(&i32::MAX.to_le_bytes());
    bytes[22..26].copy_from_slice(&i32::MAX.to_le_bytes());
    bytes[28..30].copy_from_slice(&u16::MAX.to_le_bytes());
    assert_eq!(look(&bytes).facts.flaw, Some(Flaw::Cut));
}

#[test]
fn bytes_behind_the_end_do_no_harm() {
    for (format, bytes) in pictures() {
        for rest in [&b"more"[..], &vec![0; 70_000], &[0xFF; 3]] {
            let facts = look(&[&bytes, rest].concat()).facts;
            assert_eq!((facts.flaw, facts.width), (None, 7), "{format}");
            assert_eq!(scanned(&[&bytes, rest]), facts, "{format}, going by");
        }
    }
}

#[test]
fn the_size_is_that_of_the_turned_picture() {
    let app1 = segment(0xE1, &[b"Exif\0\0", &exif()[..]].concat());
    let xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>");
    let turned = [jpeg(&[&xmp[..], &app1].concat()), png(&chunk(b"eXIf", &exif())), extended(1 << 3)];
    for bytes in turned {
        let look = look(&bytes);
        assert_eq!((look.facts.width, look.facts.height, look.orientation), (5, 7, 6));
        assert_eq!(scanned(&[&bytes]), look.facts);
    }
}

#[test]
fn a_picture_that_ends_only_in_its_thumbnail_is_cut() {
    let whole = jpeg(&[]);
    for end in [whole.len() - 2, whole.len() - 40] {
        assert_eq!(look(&whole[..end]).facts.flaw, Some(Flaw::Cut));
    }
}

#[test]
fn long_segments_are_jumped_over() {
    let bytes = jpeg(&segment(0xED, &vec![0xFF; 65_000]).repeat(20));
    let mut read_bytes = 0;
    let mut read = |at: u64, buffer: &mut [u8]| {
        let filled = formats::copy(&bytes, at, buffer);
        read_bytes += filled;
        Ok(filled)
    };
    let facts = look_at_picture(bytes.len() as u64, &mut read).unwrap().facts;
    assert_eq!((facts.width, facts.flaw), (7, None));
    assert!(read_bytes < bytes.len() * 2, "{read_bytes}");
}

#[test]
fn headers_that_make_no_sense_are_told() {
    let mut no_width = png(&[]);
    no_width[16..20].fill(0);
    let mut wrong_sum = png(&[]);
    wrong_sum[29] ^= 1;
    let flat = [&b"\xff\xd8"[..], &segment(0xC0, &[8, 0, 0, 0, 9, 1])].concat();
    let pixels_first = [&b"\xff\xd8"[..], &segment(0xDA, &[0, 0]), &[0; 20]].concat();
    let short = b"\xff\xd8\xff\xe0\0\x01 and more that nobody reads";
    for bytes in [&no_width[..], &wrong_sum, &flat, &pixels_first, short] {
        assert_eq!(look(bytes).facts.flaw, Some(Flaw::Header), "{bytes:?}");
    }
}

#[test]
fn what_is_no_picture_is_named() {
    for (bytes, flaw) in [
        (&b""[..], Flaw::Empty),
        (b"<html><body>404", Flaw::Foreign(Foreign::WebPage)),
        (b"version https://git-lfs.github.com/spec/v1\noid", Flaw::Foreign(Foreign::LfsPointer)),
        (b"BM is not always a bitmap", Flaw::Foreign(Foreign::Text)),
        (b"\0\0\0\x1cftypavif\0\0\0\0", Flaw::Foreign(Foreign::Avif)),
    ] {
        let facts = PictureFacts { flaw: Some(flaw), ..PictureFacts::default() };
        assert_eq!((look(bytes).facts, scanned(&[bytes])), (facts, facts));
    }
}

proptest! {
    /// However the bytes come, and whatever they are, the same is told.
    #[test]
    fn pieces_and_places_tell_the_same(
        picture in 0..8_usize,
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        wrong in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
    ) {
        let (_, mut bytes) = pictures().swap_remove(picture);
        if let Some((at, value)) = wrong {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len())).collect();
        ends.extend([0, bytes.len()]);
        ends.sort_unstable();
        let pieces: Vec<&[u8]> = ends.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(scanned(&pieces), scanned(&[&bytes]));
        prop_assert_eq!(look(&bytes).facts, scanned(&[&bytes]));
    }

    #[test]
    fn no_bytes_make_it_fail(head in 0..8_usize, rest in prop::collection::vec(any::<u8>(), 0..200)) {
        let (_, mut bytes) = pictures().swap_remove(head);
        bytes.truncate(20);
        bytes.extend(rest);
        look(&bytes);
    }
}

#[test]
fn pictures_are_known_by_their_first_bytes() {
    let bitmap = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0";
    let pictures: [&[u8]; 7] = [
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBPVP8 ",
        bitmap,
        b"II*\0",
        b"MM\0*",
    ];
    for picture in pictures {
        assert!(Format::of(picture).is_some(), "{picture:?}");
    }
    let others: [&[u8]; 6] =
        [b"", b"BMW is a maker of cars", b"RIFF\0\0\0\0WAVE", b"II. Chapter", b"GIFs", b"\xff\xd8"];
    for other in others {
        assert_eq!(Format::of(other), None, "{other:?}");
    }
}

#[test]
fn names_lead_back_and_each_has_a_reason() {
    for flaw in Flaw::OWN.into_iter().chain(Foreign::all().map(Flaw::Foreign)) {
        assert_eq!(Flaw::from_name(flaw.name()), Some(flaw));
        assert!(!flaw.reason(Some(Format::Jpeg)).is_empty());
    }
    assert_eq!(Flaw::from_name("no such flaw"), None);
}
