//! What is told of pictures without decoding them.

use blendscope_images::look_at_bytes;
use blendscope_read::{ImageAt, ImageEncoding, PictureFacts, PictureScan};

/// However the bytes come, the same is told; both sides of a size are known, or none.
pub(super) fn picture(bytes: &[u8]) {
    let facts = look_at_bytes(bytes).facts;
    let mut scan = PictureScan::new();
    let step = bytes.first().map_or(1, |first| usize::from(*first) + 1);
    bytes.chunks(step).for_each(|piece| scan.push(piece));
    let image = scan.finish(ImageAt::Range { offset: 0, length: 0, encoding: ImageEncoding::Raw });
    assert_eq!(image.facts, facts, "in pieces of {step} bytes");
    let PictureFacts { format, width, height, flaw } = facts;
    let is_known = width > 0 && height > 0;
    assert!(is_known || flaw.is_some(), "a picture without a flaw has a size");
    if let Some(flaw) = flaw {
        assert!(!flaw.reason(format).is_empty());
    }
}
