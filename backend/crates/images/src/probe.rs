//! What a picture's header says, for those who decode it: format, size, rotation. No pixels.

use blendscope_read::{Flaw, PictureFacts, PictureLook, begins_with, look_at_picture};
use image::metadata::Orientation;

use super::error::ImageError;
use blendscope_read::Format;

/// So many bytes at the beginning show the reader what a file is that is no picture.
pub(crate) const HEAD_BYTES: usize = 64;

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
    /// Whether it is a JPEG that comes in several scans.
    pub has_scans: bool,
    /// Colour components of a JPEG; 0 for other formats.
    pub components: u8,
}

impl Probe {
    /// How many pixels it has.
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// What a look tells of a picture that begins with `head`; an error if there is no size.
    pub fn of(look: &PictureLook, head: &[u8]) -> Result<Self, ImageError> {
        let PictureFacts { format, width, height, flaw } = look.facts;
        match (format, flaw) {
            (Some(format), None | Some(Flaw::Cut)) => {
                let orientation = Orientation::from_exif(look.orientation);
                let orientation = orientation.unwrap_or(Orientation::NoTransforms);
                let PictureLook { has_scans, components, .. } = *look;
                Ok(Self { format, width, height, orientation, has_scans, components })
            }
            (_, Some(Flaw::Empty)) | (None, None) => Err(ImageError::Empty),
            (None, Some(flaw)) => Err(ImageError::NotAPicture(described(flaw, head))),
            (Some(format), Some(flaw)) => Err(ImageError::Header(flaw.reason(Some(format)))),
        }
    }
}

/// What is wrong with a picture that begins with `head`, and its first letters where it is text.
pub fn described(flaw: Flaw, head: &[u8]) -> String {
    let reason = flaw.reason(Format::of(head));
    match begins_with(&head[..head.len().min(HEAD_BYTES)]).filter(|_| matches!(flaw, Flaw::Foreign(_))) {
        Some(text) => format!("{reason}: begins with {text:?}"),
        None => reason,
    }
}

/// Looks at a picture in memory.
pub fn look_at_bytes(bytes: &[u8]) -> PictureLook {
    let look = look_at_picture(bytes.len() as u64, &mut |at, buffer| {
        let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
        let filled = rest.len().min(buffer.len());
        buffer[..filled].copy_from_slice(&rest[..filled]);
        Ok(filled)
    });
    look.expect("reading memory does not fail")
}

/// A size after turning: EXIF orientations 5 to 8 exchange width and height.
pub(crate) fn turned((width, height): (u32, u32), orientation: Orientation) -> (u32, u32) {
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

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::time::Instant;

    use image::ImageFormat;
    use std::path::Path;

    use super::*;
    use crate::Source;
    use crate::test_pictures::{corners, encoded, jpeg, jpeg_turned, jpeg_with, png_bomb};

    fn facts(probe: Probe) -> (Format, u32, u32) {
        (probe.format, probe.width, probe.height)
    }

    fn probe_bytes(bytes: &[u8]) -> Result<Probe, ImageError> {
        Source::memory(bytes.to_vec(), None).content.probe()
    }

    fn probe(path: &Path) -> Result<Probe, ImageError> {
        Source::file(path)?.content.probe()
    }

    fn message(bytes: &[u8]) -> String {
        probe_bytes(bytes).unwrap_err().to_string()
    }

    #[test]
    fn bytes_decide_the_format_and_the_name_does_not() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("picture.jpg");
        let formats = [
            (ImageFormat::Png, Format::Png),
            (ImageFormat::Gif, Format::Gif),
            (ImageFormat::WebP, Format::WebP),
            (ImageFormat::Bmp, Format::Bmp),
            (ImageFormat::Tiff, Format::Tiff),
        ];
        for (codec, format) in formats {
            std::fs::write(&path, encoded(corners(30, 20), codec)).unwrap();
            assert_eq!(facts(probe(&path).unwrap()), (format, 30, 20));
        }
        std::fs::write(&path, jpeg(&corners(30, 20))).unwrap();
        assert_eq!(facts(probe(&path).unwrap()), (Format::Jpeg, 30, 20));
        assert_eq!(Format::Jpeg.media_type(), "image/jpeg");
        assert_eq!(Format::WebP.media_type(), "image/webp");
    }

    #[test]
    fn size_is_after_rotation() {
        for orientation in 1..=8 {
            let size = if orientation <= 4 { (30, 20) } else { (20, 30) };
            let probe = probe_bytes(&jpeg_turned(&corners(30, 20), orientation)).unwrap();
            assert_eq!((probe.width, probe.height), size, "orientation {orientation}");
        }
    }

    #[test]
    fn an_unknown_orientation_is_none() {
        for orientation in [0, 9, 255] {
            let probe = probe_bytes(&jpeg_turned(&corners(30, 20), orientation)).unwrap();
            assert_eq!(probe.orientation, Orientation::NoTransforms);
        }
    }

    #[test]
    fn size_is_found_behind_long_segments() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("long.jpg");
        let picture = jpeg_with(&corners(30, 20), |encoder| {
            for _ in 0..20 {
                encoder.add_app_segment(13, vec![0xFF; 65_000]).unwrap();
            }
            encoder.set_progressive(true);
        });
        std::fs::write(&path, picture).unwrap();
        assert_eq!(facts(probe(&path).unwrap()), (Format::Jpeg, 30, 20));
    }

    #[test]
    fn a_bomb_is_probed_without_its_pixels() {
        let start = Instant::now();
        assert_eq!(facts(probe_bytes(&png_bomb()).unwrap()), (Format::Png, 60_000, 60_000));
        assert!(start.elapsed().as_millis() < 500);
    }

    #[test]
    fn what_is_not_a_picture_is_named() {
        assert_eq!(message(b""), "0 bytes");
        assert!(message(b"version https://git-lfs.github.com/spec/v1\noid").starts_with("a Git LFS pointer"));
        assert!(message(b"<html><body>404").starts_with("a web page"));
        assert!(
            message(b"BM is not always a bitmap")
                .starts_with("text instead of a picture: begins with \"BM is")
        );
    }

    #[test]
    fn a_header_cut_anywhere_is_an_error() {
        let picture = jpeg_turned(&corners(30, 20), 6);
        let frame = picture.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
        for length in 3..frame + 9 {
            assert_eq!(message(&picture[..length]), "cut short: it ends within the JPEG header");
        }
        for (codec, length) in [
            (ImageFormat::Png, 12),
            (ImageFormat::Gif, 12),
            (ImageFormat::WebP, 12),
            // Its magic is but two letters: before the length of its header nothing is known.
            (ImageFormat::Bmp, 20),
            (ImageFormat::Tiff, 12),
        ] {
            let picture = encoded(corners(30, 20), codec);
            assert!(message(&picture[..length]).starts_with("cut short: it ends within"), "{codec:?}");
        }
    }

    #[test]
    fn a_jpeg_with_nonsense_behind_its_magic_is_an_error() {
        for bytes in [
            &[0xFF, 0xD8, 0xFF, 0xDA, 0, 4, 0, 0][..],
            &[0xFF, 0xD8, 0xFF, 0xE0, 0, 1],
            &[0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0, 0, 0, 9, 3],
        ] {
            assert_eq!(message(bytes), "damaged: the JPEG header makes no sense");
        }
    }

    #[test]
    fn a_picture_cut_anywhere_is_told_and_a_whole_one_is_not() {
        let picture = corners(30, 20);
        let mut pictures = vec![jpeg(&picture), jpeg_with(&picture, |encoder| encoder.set_progressive(true))];
        for codec in
            [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Tiff]
        {
            pictures.push(encoded(corners(30, 20), codec));
        }
        for picture in pictures {
            assert_eq!(look_at_bytes(&picture).facts.flaw, None);
            for length in (picture.len() / 3..picture.len()).step_by(7).chain([picture.len() - 1]) {
                let facts = look_at_bytes(&picture[..length]).facts;
                assert!(matches!(facts.flaw, Some(Flaw::Cut | Flaw::HeaderCut)), "{facts:?} at {length}");
            }
        }
    }

    #[test]
    fn files_that_cannot_be_read_say_why() {
        let dir = tempfile::tempdir().unwrap();
        let missing = probe(&dir.path().join("none.jpg")).unwrap_err();
        assert!(matches!(&missing, ImageError::Unreadable(error) if error.kind() == ErrorKind::NotFound));
        assert!(matches!(probe(dir.path()), Err(ImageError::Unreadable(_))));
    }
}
