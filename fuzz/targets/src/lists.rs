//! Fuzz targets: file type detection, box files, lists of ids, and picture headers.

use crate::laws::with_path;
use blendscope_images::look_at_bytes;
use blendscope_read::{
    Entries, ImageAt, ImageEncoding, PictureFacts, PictureScan, index_boxes, look_at, parse_boxes, read_ids,
};
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

/// Looking into a file has no law but to end.
pub(super) fn sniff(bytes: &[u8]) {
    with_path(bytes, |path| drop(blendscope_read::sniff(path)));
}

/// The range of an item names its id and can be read.
pub(super) fn boxes(bytes: &[u8]) {
    with_path(bytes, |path| {
        let mut items = 0;
        let end = index_boxes(path, &mut |id, offset, length| {
            items += 1;
            let range = &bytes[offset as usize..(offset + length) as usize];
            let item = look_at(range).expect("the range of an item is one");
            assert_eq!((item.id.as_str(), item.is_video), (id, false));
            drop(parse_boxes(range));
            ControlFlow::Continue(())
        });
        let end = end.expect("a temporary file can be read");
        assert_eq!(end.items, items);
        assert!(end.first_problems.len() as u64 <= end.problems);
    });
}

/// Every line that is not blank is an entry or a bad line, and entries are sorted.
pub(super) fn id_list(bytes: &[u8]) {
    with_path(bytes, |path| {
        let list =
            read_ids(path, bytes.len(), &AtomicBool::new(false)).expect("a temporary file can be read");
        match &list.entries {
            Entries::Ids(ids) => assert!(ids.is_sorted_by(|one, next| one < next)),
            Entries::Pairs(pairs) => assert!(pairs.is_sorted_by(|one, next| one < next)),
        }
        assert!(list.len() as u64 <= list.listed);
        if !bytes.starts_with(&[0x1f, 0x8b]) {
            assert_eq!(list.cut, None);
            assert_eq!(list.listed + list.bad, lines(bytes));
        }
    });
}

fn lines(bytes: &[u8]) -> u64 {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    text.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count() as u64
}

/// However the bytes come, the same is told; both sides of a size are known, or none.
pub(crate) fn picture(bytes: &[u8]) {
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
