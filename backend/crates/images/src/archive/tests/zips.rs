//! The many forms of zip archives.

use super::*;
use crate::archive::first_names;

/// The same archive with the checksums of its only file's contents.
fn summed(zip: Vec<u8>, contents: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(contents);
    patched(zip, Some(14), 16, &crc.sum().to_le_bytes())
}

/// Puts a little-endian number into every directory entry (and, with `header`, every header) of a zip archive.
fn patched(mut bytes: Vec<u8>, header: Option<usize>, entry: usize, value: &[u8]) -> Vec<u8> {
    for at in 0..bytes.len() - 3 {
        let place = match &bytes[at..at + 4] {
            b"PK\x03\x04" => header,
            b"PK\x01\x02" => Some(entry),
            _ => None,
        };
        if let Some(place) = place {
            bytes[at + place..at + place + value.len()].copy_from_slice(value);
        }
    }
    bytes
}

fn only(root: &Root) -> Member {
    root.open().find(&root.path("1.jpg")).unwrap()
}

#[test]
fn deflated_members_are_unpacked() {
    let text = b"red red red red red red red red".repeat(100);
    let packed = miniz_oxide::deflate::compress_to_vec(&text, 9);
    let zip = patched(zip_of(&[("1.jpg", &packed)]), Some(8), 10, &[8, 0]);
    let zip = patched(zip, Some(22), 24, &(text.len() as u32).to_le_bytes());
    let root = Root::new().add("x.zip", summed(zip, &text));
    assert_eq!(bytes_of(&only(&root)).unwrap(), text);
}

#[test]
fn a_checksum_that_is_not_true_is_an_error() {
    let mut zip = zip_of(&[("1.jpg", b"one")]);
    let place = zip.windows(3).position(|bytes| bytes == b"one").unwrap();
    assert_eq!(bytes_of(&only(&Root::new().add("x.zip", zip.clone()))).unwrap(), b"one");
    zip[place] ^= 1;
    let root = Root::new().add("x.zip", zip);
    let member = only(&root);
    assert!(member.source(&PictureMemory::new(1 << 20)).unwrap_err().to_string().contains("its CRC-32 is"));
    assert!(member.glance().is_err());
}

#[test]
fn names_of_other_code_pages_are_found_and_told() {
    // Without the flag that says that they are UTF-8.
    let mut zip = patched(zip_of(&[("??.jpg", b"one")]), Some(6), 8, &[0, 0]);
    for at in 0..zip.len() - 2 {
        if zip[at..at + 2] == *b"??" {
            zip[at..at + 2].copy_from_slice(b"\x8e\xca");
        }
    }
    let root = Root::new().add("x.zip", zip);
    let archives = root.open();
    assert_eq!(root.read(&archives, "\u{5199}.jpg").unwrap(), b"one", "Shift JIS");
    assert_eq!(root.read(&archives, "\u{c4}\u{2569}.jpg").unwrap(), b"one", "code page 437");
    assert!(problem(&archives).contains("1 name is not UTF-8"));
}

#[test]
fn a_size_that_is_not_true_is_an_error() {
    let packed = miniz_oxide::deflate::compress_to_vec(&[0; 10_000], 9);
    let zip = patched(zip_of(&[("1.jpg", &packed)]), Some(8), 10, &[8, 0]);
    for size in [0_u32, 10, 9_999, 10_001, u32::MAX - 1] {
        let root = Root::new().add("x.zip", patched(zip.clone(), None, 24, &size.to_le_bytes()));
        assert!(bytes_of(&only(&root)).is_err(), "{size}");
    }
    let root = Root::new().add("x.zip", patched(zip_of(&[("1.jpg", b"one")]), None, 20, &[200, 0]));
    assert!(bytes_of(&only(&root)).is_err());
}

#[test]
fn what_cannot_be_read_is_left_out_and_told() {
    let files = [("1.jpg", &b"one"[..])];
    for (entry, value, told) in [
        (8, 1_u16, "1 encrypted file is left out"),
        (10, 93, "1 file packed by zstd (method 93), which is not read, is left out"),
    ] {
        let root = Root::new().add("x.zip", patched(zip_of(&files), None, entry, &value.to_le_bytes()));
        let archives = root.open();
        assert_eq!(problem(&archives), told);
        assert!(archives.find(&root.path("1.jpg")).is_none());
    }
}

#[test]
fn names_are_made_the_same() {
    let windows = patched(zip_of(&[("a\\b\\1.jpg", b"one")]), None, 5, &[0]);
    let files = [("a\\2.jpg", &b"two"[..]), ("../3.jpg", b""), ("日本/4.jpg", b"four"), ("folder/", b"")];
    let root = Root::new().add("x.zip", windows).add("y.zip", zip_of(&files));
    let archives = root.open();
    assert_eq!(root.read(&archives, "a/b/1.jpg").unwrap(), b"one");
    assert_eq!(root.read(&archives, "a\\2.jpg").unwrap(), b"two", "written on Unix");
    assert_eq!(root.read(&archives, "日本/4.jpg").unwrap(), b"four");
    assert_eq!(first_names(&root.path("y.zip"), 9).unwrap(), ["a\\2.jpg", "日本/4.jpg"]);
    assert_eq!(first_names(&root.path("y.zip"), 1).unwrap(), ["a\\2.jpg"]);
}

#[test]
fn links_are_left_out() {
    let link = patched(zip_of(&[("1.jpg", b"../../etc/passwd")]), None, 40, &0o120_777_u16.to_le_bytes());
    let root = Root::new().add("x.zip", link);
    assert!(root.open().find(&root.path("1.jpg")).is_none());
}

#[test]
fn something_before_and_a_comment_behind_do_no_harm() {
    let mut zip = zip_of(&[("1.jpg", b"one")]);
    let comment_length = zip.len() - 2;
    let comment = b"PK\x05\x06 is how an end begins";
    zip[comment_length] = comment.len() as u8;
    zip.extend(comment);
    let root = Root::new().add("x.zip", [b"PK\x03\x04 unpacks itself", &zip[..]].concat());
    assert_eq!(bytes_of(&only(&root)).unwrap(), b"one");
}

#[test]
fn zip64_numbers_replace_full_fields() {
    let bytes = zip_of(&[("1.jpg", b"one")]);
    let (directory, end) = (bytes.len() - 22 - 46 - 5, bytes.len() - 22);
    let mut entry = bytes[directory..end].to_vec();
    entry[20..28].fill(0xff);
    entry[42..46].fill(0xff);
    entry[30] = 28;
    entry.extend([1, 0, 24, 0]);
    for number in [3_u64, 3, 0] {
        entry.extend(number.to_le_bytes());
    }
    let mut zip = [&bytes[..directory], &entry].concat();
    let end64 = zip.len() as u64;
    zip.extend(b"PK\x06\x06\x2c\0\0\0\0\0\0\0\x2d\0\x2d\0\0\0\0\0\0\0\0\0");
    for number in [1, 1, entry.len() as u64, directory as u64] {
        zip.extend(number.to_le_bytes());
    }
    zip.extend(b"PK\x06\x07\0\0\0\0");
    zip.extend(end64.to_le_bytes());
    zip.extend([1, 0, 0, 0]);
    zip.extend([&bytes[end..end + 8], &[0xff; 12], &[0; 2]].concat());
    let root =
        Root::new().add("x.zip", zip.clone()).add("y/x.zip", [&[b'P', b'K', 3, 4, 0], &zip[..]].concat());
    assert_eq!(root.open().problems(), []);
    assert_eq!(bytes_of(&only(&root)).unwrap(), b"one");
    assert_eq!(root.read(&root.open(), "y/1.jpg").unwrap(), b"one");
}
