//! A glance at the first bytes of a file whose name does not say what it is.

use blendscope_read::open_file;
use std::io::Read;
use std::path::Path;

/// Bytes that are looked at.
const HEAD: usize = 4 << 10;

/// How many files of a folder are looked at that turn out to be nothing.
const LOOKS: usize = 200;

/// First bytes of containers, packings and archives.
const SIGNATURES: [&[u8]; 12] = [
    b"PAR1",
    b"ARROW1",
    b"\xff\xff\xff\xff",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"PK\x03\x04",
    b"\xfd7zXZ\0",
    b"BZh",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x89HDF",
    b"SQLite format 3\0",
];

/// Names of columns by which a text is known as a table of pictures or texts.
const COLUMNS: [&str; 20] = [
    "image",
    "image_path",
    "image_id",
    "image_name",
    "img",
    "img_path",
    "file_name",
    "filename",
    "filepath",
    "file",
    "path",
    "url",
    "image_url",
    "caption",
    "captions",
    "text",
    "title",
    "question",
    "answer",
    "description",
];

/// Whether a file begins like data; no more than some of a folder are opened in vain.
pub(super) fn looks_like_data(path: &Path, in_vain: &mut usize) -> bool {
    if *in_vain >= LOOKS {
        return false;
    }
    let is_data = head(path).is_some_and(|head| begins_like_data(&head));
    *in_vain += usize::from(!is_data);
    is_data
}

/// Whether a file begins like one JSON object, and not like a list of them or lines.
pub(super) fn is_one_object(path: &Path) -> bool {
    let Some(head) = head(path) else { return false };
    let text = without_mark(&head);
    if text.first() != Some(&b'{') {
        return false;
    }
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<serde::de::IgnoredAny>();
    match values.next() {
        // Nothing but blank space may follow; an object that is longer than the head is one object too.
        Some(Ok(_)) => text[values.byte_offset()..].trim_ascii().is_empty(),
        _ => true,
    }
}

fn head(path: &Path) -> Option<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    open_file(path).ok()?.take(HEAD as u64).read_to_end(&mut head).ok()?;
    Some(head)
}

fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start()
}

fn begins_like_data(head: &[u8]) -> bool {
    let is_pickle = matches!(head, [0x80, 2..=5, b'(' | b']' | b'}' | b'c' | 0x95, ..]);
    let is_tar = head.get(257..262) == Some(b"ustar");
    if is_pickle || is_tar || SIGNATURES.iter().any(|signature| head.starts_with(signature)) {
        return true;
    }
    let text = without_mark(head);
    match text.first() {
        Some(b'{' | b'[') => is_json(text),
        Some(_) => is_table(text),
        None => false,
    }
}

/// `{"`, `[{`, `[[`, `["`, or an empty list or object: no template, no section of a settings file.
fn is_json(text: &[u8]) -> bool {
    let inner = text[1..].trim_ascii_start();
    match (text[0], inner.first()) {
        (b'{', Some(b'"')) => true,
        (b'[', Some(b'{')) => inner[1..].trim_ascii_start().starts_with(b"\""),
        (b'[', Some(b'"')) => !inner.starts_with(b"\"]"),
        _ => false,
    }
}

/// Whether a text's first line names the columns of a table, or a picture and something beside it.
fn is_table(text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n' || *byte == b'\r').next().unwrap_or_default();
    let Ok(line) = std::str::from_utf8(line) else { return false };
    [b'\t', b',', b'|', b';'].iter().any(|mark| {
        let mut cells = line.split(char::from(*mark)).map(|cell| cell.trim().trim_matches('"'));
        let Some(first) = cells.next() else { return false };
        let Some(second) = cells.next() else { return false };
        let is_picture = blendscope_read::is_picture_name(first.split('#').next().unwrap_or_default());
        let is_named = |cell: &str| COLUMNS.contains(&cell.to_ascii_lowercase().as_str());
        let mut all = [first, second].into_iter().chain(cells);
        is_picture && !second.is_empty()
            || is_named(first) | is_named(second) && all.all(|cell| !cell.is_empty() && !cell.contains(' '))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_told_from_notes_by_its_first_bytes() {
        let rows: [&[u8]; 10] = [
            b"{\"id\": 1}\n",
            b"\xef\xbb\xbf[ {\"id\": 1} ]",
            b"PAR1\x15\x04",
            b"\x1f\x8b\x08\0",
            b"image,caption\na.jpg,a bus\n",
            b"1000268201.jpg#0\tA child in a pink dress .\n",
            b"url\ttext\n",
            b"image_name| comment_number| comment\n",
            b"\x80\x04\x95\0",
            b"id,caption\n",
        ];
        for head in rows {
            assert!(begins_like_data(head), "{}", head.escape_ascii());
        }
        let others: [&[u8]; 9] = [
            b"",
            b"# Read me\n",
            b"torch==2.0\nnumpy\n",
            b"[section]\nkey = 1\n",
            b"{{ template }}",
            b"{% if x %}",
            b"Hello, text of a letter\n",
            b"a.jpg\nb.jpg\n",
            b"0 0.5 0.5 0.1 0.1\n",
        ];
        for head in others {
            assert!(!begins_like_data(head), "{}", head.escape_ascii());
        }
    }

    #[test]
    fn one_object_is_told_from_lines_and_lists() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        let is_one = |text: &str| {
            std::fs::write(&path, text).unwrap();
            is_one_object(&path)
        };
        assert!(is_one("{\"caption\": \"a bus\"}\n"));
        assert!(is_one(&format!("{{\"masks\": \"{}\"}}", "x".repeat(10_000))));
        assert!(!is_one("{\"id\": 1}\n{\"id\": 2}\n"));
        assert!(!is_one("[{\"id\": 1}]"));
    }
}
