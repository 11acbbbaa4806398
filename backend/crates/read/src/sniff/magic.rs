//! Formats that are known by their first bytes.

use crate::Sniff;

/// Signatures of formats that are not read.
const NEVER: [(&[u8], &str); 11] = [
    (b"BZh", "packed by bzip2: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd: unpack it first"),
    (b"\xfd7zXZ\0", "packed by xz: unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
];

/// The most that a path written by git instead of a symlink has.
const LONGEST_LINK: usize = 1024;

/// Recognizes what is not JSON text by its first bytes.
pub(crate) fn other_format(head: &[u8]) -> Option<Sniff> {
    if head.is_empty() {
        let reason = "the file is empty (0 bytes): a download may have failed, fetch it again";
        return Some(Sniff::Unreadable(reason.to_owned()));
    }
    if head.starts_with(b"version https://git-lfs") {
        let reason = "a Git LFS pointer instead of the data: run `git lfs pull`";
        return Some(Sniff::Unreadable(reason.to_owned()));
    }
    if let Some((_, reason)) = NEVER.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(Sniff::Foreign((*reason).to_owned()));
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return Some(Sniff::Unreadable("UTF-16 text: convert it to UTF-8 first".to_owned()));
    }
    if head.iter().all(|&byte| byte == 0) {
        let reason = "only zero bytes: a download or copy is incomplete, fetch it again";
        return Some(Sniff::Unreadable(reason.to_owned()));
    }
    head[..head.len().min(LONGEST_LINK)]
        .contains(&0)
        .then(|| Sniff::Foreign("binary data of an unknown format".to_owned()))
}

/// Says what text is that does not begin like JSON.
pub(crate) fn no_json(text: &[u8]) -> Sniff {
    let start = text[..text.len().min(64)].to_ascii_lowercase();
    let reason = if start.is_empty() {
        "only blank space"
    } else if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") {
        "an HTML page: a web page was saved instead of the data; download the file itself"
    } else if start.starts_with(b"<") {
        "XML or HTML text, not JSON"
    } else if is_link(text) {
        "the content of a git symlink, a path, instead of the data: check the repository out with symlinks"
    } else {
        return Sniff::Foreign("text that is not JSON".to_owned());
    };
    Sniff::Unreadable(reason.to_owned())
}

fn is_link(text: &[u8]) -> bool {
    let path = text.trim_ascii_end();
    path.len() < LONGEST_LINK
        && path.contains(&b'/')
        && !path.iter().any(|byte| byte.is_ascii_control() || b" ,\"'{}<>".contains(byte))
}
