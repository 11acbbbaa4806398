//! Images by their first bytes, as they are or in base64.

use crate::Format;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Bytes of a payload that are looked at, in either form.
pub(super) const HEAD: usize = 64;

/// Whether a text, of which this is the start, may be the base64 form of an image.
pub(super) fn is_base64_image(head: &[u8]) -> bool {
    let mut bytes = [0; Format::HEAD];
    head.len() >= HEAD
        && STANDARD_NO_PAD
            .decode_slice(&head[..Format::HEAD / 3 * 4], &mut bytes)
            .is_ok_and(|count| Format::of(&bytes[..count]).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn images_are_known_as_base64() {
        let long = [b"\xff\xd8\xff\xe0".as_slice(), &[7; 60]].concat();
        assert!(is_base64_image(&STANDARD.encode(&long).as_bytes()[..HEAD]));
        assert!(!is_base64_image(&STANDARD.encode([7; 60]).as_bytes()[..HEAD]));
        assert!(!is_base64_image(b"/9j/4AAQSkZJRgABAQ"), "too short to be a picture");
    }
}
