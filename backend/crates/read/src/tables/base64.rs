//! Pictures that stand in a text as base64.

use crate::{EmbeddedImage, Format, ImageAt, PictureScan};
use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;

/// Characters that are decoded to see whether they begin a picture; a multiple of four.
const LOOK: usize = 32;
/// Characters of base64 decoded at once; a multiple of four.
const PIECE: usize = 64 << 10;
/// No picture is shorter, in characters of base64.
const LEAST: usize = 64;

/// The picture whose base64 a text is, whole, after `data:image/…;base64,` if it begins so; `at` is asked for the
/// address of the base64 itself.
pub(crate) fn base64_picture(text: &[u8], at: impl FnOnce(&[u8]) -> ImageAt) -> Option<EmbeddedImage> {
    let stored = without_prefix(text);
    if stored.len() % 4 != 0 || !begins_picture(stored) {
        return None;
    }
    let mut scan = PictureScan::new();
    let mut piece = Vec::with_capacity(PIECE / 4 * 3);
    for part in stored.chunks(PIECE) {
        piece.clear();
        STANDARD.decode_vec(part, &mut piece).ok()?;
        scan.push(&piece);
    }
    Some(scan.finish(at(stored)))
}

/// Whether a text begins like the base64 of a picture.
pub(crate) fn begins_picture(text: &[u8]) -> bool {
    let stored = without_prefix(text);
    let mut head = [0; LOOK / 4 * 3];
    let decoded = stored.get(..LOOK).map(|start| STANDARD.decode_slice(start, &mut head));
    stored.len() >= LEAST && matches!(decoded, Some(Ok(count)) if Format::of(&head[..count]).is_some())
}

fn without_prefix(text: &[u8]) -> &[u8] {
    const PREFIX: &[u8] = b"data:";
    const MARK: &[u8] = b";base64,";
    if !text.starts_with(PREFIX) {
        return text;
    }
    let head = &text[..text.len().min(LEAST)];
    let mark = head.windows(MARK.len()).position(|part| part == MARK);
    mark.map_or(text, |at| &text[at + MARK.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ImageEncoding;

    fn range(stored: &[u8]) -> ImageAt {
        ImageAt::Range { offset: 0, length: stored.len() as u64, encoding: ImageEncoding::Base64 }
    }

    #[test]
    fn only_base64_of_pictures_is_one() {
        let picture = [b"GIF89a".as_slice(), &[7; 100_000]].concat();
        let text = STANDARD.encode(&picture);
        let image = base64_picture(text.as_bytes(), range).unwrap();
        assert_eq!((image.hash, image.bytes), (*blake3::hash(&picture).as_bytes(), picture.len() as u64));
        let with_prefix = format!("data:image/gif;base64,{text}");
        assert_eq!(base64_picture(with_prefix.as_bytes(), range), Some(image));
        let others =
            [STANDARD.encode([1; 99]), "a".repeat(64), "iVBORw0KGgo=".to_owned(), format!("{text}?")];
        for other in others {
            assert_eq!(base64_picture(other.as_bytes(), range), None);
        }
    }
}
