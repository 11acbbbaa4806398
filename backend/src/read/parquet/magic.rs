//! Telling image bytes from others.

/// Whether bytes are those of a picture, by how they begin.
pub(super) fn is_image(bytes: &[u8]) -> bool {
    // A text may begin with the two letters of BMP; the next header's length is 12 to 124.
    let is_bitmap = matches!(bytes, [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, _, _, 12..=124, 0, 0, 0, ..]);
    let is_webp = matches!(bytes, [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..]);
    let starts: [&[u8]; 6] =
        [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*"];
    is_bitmap || is_webp || starts.iter().any(|start| bytes.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_their_first_bytes() {
        let bitmap = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0";
        for image in
            [&b"\xff\xd8\xff\xe0"[..], b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 ", bitmap]
        {
            assert!(is_image(image), "{image:?}");
        }
        for other in [&b""[..], b"BMW is a maker of cars", b"RIFF\0\0\0\0WAVE", b"II. Chapter", b"GIFs"] {
            assert!(!is_image(other), "{other:?}");
        }
    }
}
