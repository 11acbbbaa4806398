//! Images by their first bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Bytes of a payload that are looked at, in either form.
pub(super) const HEAD: usize = 64;

/// Whether bytes begin as a JPEG, PNG, GIF, WebP, BMP or TIFF file does.
pub(super) fn is_image(head: &[u8]) -> bool {
    const STARTS: [&[u8]; 6] =
        [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*"];
    STARTS.iter().any(|start| head.starts_with(start)) || is_webp(head) || is_bmp(head)
}

fn is_webp(head: &[u8]) -> bool {
    head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP")
}

/// Two letters are little, so the four bytes that are reserved and zero are looked at too.
fn is_bmp(head: &[u8]) -> bool {
    head.starts_with(b"BM") && head.get(6..10) == Some(&[0; 4])
}

/// Whether a text, of which this is the start, may be the base64 form of an image.
pub(super) fn is_base64_image(head: &[u8]) -> bool {
    let mut bytes = [0; 12];
    head.len() >= HEAD
        && STANDARD_NO_PAD.decode_slice(&head[..16], &mut bytes).is_ok_and(|count| is_image(&bytes[..count]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn images_are_known_raw_and_as_base64() {
        let images: [&[u8]; 7] = [
            b"\xff\xd8\xff\xe0",
            b"\x89PNG\r\n\x1a\n",
            b"GIF89a",
            b"RIFF\x10\0\0\0WEBPVP8 ",
            b"BM\x10\0\0\0\0\0\0\0\x36",
            b"II*\0",
            b"MM\0*",
        ];
        for image in images {
            assert!(is_image(image), "{image:?}");
            let long = [image, &[7; 60]].concat();
            assert!(is_base64_image(&STANDARD.encode(&long).as_bytes()[..HEAD]), "{image:?}");
        }
        for other in [b"BMW is a car maker".as_slice(), b"RIFF\x10\0\0\0WAVE", b"\xff\xd8", b"GIF", b""] {
            assert!(!is_image(other), "{other:?}");
        }
        assert!(!is_base64_image(b"/9j/4AAQSkZJRgABAQ"), "too short to be a picture");
    }
}
