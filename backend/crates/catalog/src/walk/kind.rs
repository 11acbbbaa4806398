//! The kind of a file, by its name; and where the name does not say it, by a glance at its first bytes.

use crate::dataset::{BINARY_EXTENSIONS, PACKINGS, TEXT_EXTENSIONS};
use crate::recipe::IdList;
use blendscope_read::{is_picture_name, is_sidecar_name, open_file};
use std::io::Read;
use std::path::Path;

/// Files that look like data but are not read, by the end of their name; the first that fits counts.
const UNREAD: [(&[&str], &str); 22] = [
    (&["tfrecord", "tfrecords", "tfrec"], "TFRecord file: not read, export it as parquet or WebDataset"),
    (
        &["array_record", "arrayrecord", "riegeli"],
        "ArrayRecord file: not read, export it as parquet or WebDataset",
    ),
    (&["mds"], "MosaicML streaming shard (MDS): not read, export it as parquet or WebDataset"),
    (&["lance"], "Lance table: not read, export it as parquet"),
    (&["beton"], "FFCV file: not read, export it as parquet or WebDataset"),
    (&["rec", "recordio"], "RecordIO file: not read, export it as parquet or WebDataset"),
    (&["7z"], "7z archive: unpack it first"),
    (&["rar"], "RAR archive: unpack it first"),
    (&["xz", "txz", "lzma"], "packed by xz: unpack it first"),
    (&["bz2", "tbz", "tbz2", "bz"], "packed by bzip2: unpack it first"),
    (
        &["lz4", "lzo", "br", "sz", "snappy", "z"],
        "packed in a way that is not read (LZ4, LZO, Brotli, Snappy or compress): unpack it first",
    ),
    (&["npz", "npy"], "NumPy arrays: not read"),
    (&["h5", "hdf5", "hdf"], "HDF5 file: not read, export it as parquet or JSON lines"),
    (&["lmdb", "mdb"], "LMDB database: not read, export it as parquet or WebDataset"),
    (&["db", "sqlite", "sqlite3", "duckdb"], "database: not read, export its table as parquet or JSON lines"),
    (&["avro", "orc"], "Avro or ORC table: not read, export it as parquet"),
    (&["json5", "hjson"], "JSON with its own rules (JSON5 or Hjson): not read, export it as JSON"),
    (&["xlsx", "xls", "ods"], "spreadsheet: not read, export it as CSV"),
    (&["msgpack", "bson", "cbor"], "binary records in a form that is not read: export them as JSON lines"),
    (
        &["mat", "rds", "rdata", "dta", "sav"],
        "data of another program: not read, export it as CSV or JSON lines",
    ),
    (&["crdownload", "aria2", "incomplete", "partial", "download"], "unfinished download: fetch it again"),
    (&["dvc"], "DVC pointer instead of the data: run `dvc pull`"),
];

/// Archives, whose parts are nothing by themselves.
const ARCHIVES: [&str; 6] = ["zip", "tar", "tgz", "7z", "rar", "gz"];

/// Names without an extension that are no data.
const PLAIN_TEXTS: [&str; 12] = [
    "readme",
    "license",
    "licence",
    "makefile",
    "dockerfile",
    "changelog",
    "notice",
    "authors",
    "contributing",
    "lock",
    "copying",
    "version",
];

/// The most letters of a file's extension; what is longer is part of a name.
const LONGEST_EXTENSION: usize = 12;

/// What a file may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Picture,
    /// An annotation file, an archive of pictures or a box file: to be looked into.
    Annotation,
    /// A JSON file, which may also say something about the picture of its name.
    Json,
    /// A text of the picture of its name, or nothing; its first bytes tell whether it is data after all.
    Text,
    /// Nothing by its name; its first bytes tell whether it is data.
    Nameless,
    /// An id list of the catalog.
    List,
    /// The number of records of a shard.
    Count,
    /// Perhaps a trainer's mixture file.
    Mixture,
    /// Looks like data, and is not read for this reason.
    Unread(&'static str),
    Other,
}

/// What a file with this name may be.
pub(super) fn kind_of(name: &str, lists: &[IdList]) -> Kind {
    if is_picture_name(name) {
        return Kind::Picture;
    }
    if lists.iter().any(|list| list.is_named(name)) {
        return Kind::List;
    }
    let name = name.to_ascii_lowercase();
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return if PLAIN_TEXTS.contains(&name.as_str()) { Kind::Other } else { Kind::Nameless };
    };
    if name == "thumbs.db" {
        return Kind::Other;
    }
    let unpacked = PACKINGS.iter().find_map(|packing| name.strip_suffix(packing)?.rsplit_once('.'));
    let inner = unpacked.map_or(extension, |(_, inner)| inner);
    if let Some((_, reason)) =
        UNREAD.iter().find(|(ends, _)| ends.contains(&extension) || ends.contains(&inner))
    {
        return Kind::Unread(reason);
    }
    if extension == "json" {
        return Kind::Json;
    }
    let ends = |extensions: &[&str]| extensions.iter().any(|end| name.ends_with(end));
    if extension == "zip" || ends(&TEXT_EXTENSIONS) || ends(&BINARY_EXTENSIONS) || ends(&PACKINGS) {
        return Kind::Annotation;
    }
    match extension {
        "count" => Kind::Count,
        "yaml" | "yml" | "toml" => Kind::Mixture,
        _ if is_sidecar_name(&name) => Kind::Text,
        _ => part_of(stem, extension).unwrap_or_else(|| numbered(&name)),
    }
}

/// A part of a split archive, by the ends that archivers give them: `a.z01`, `a.r00`, `a.zip.001`, `a.tar.gz.part-aa`.
fn part_of(stem: &str, extension: &str) -> Option<Kind> {
    const PART: Kind = Kind::Unread("part of a split archive: join the parts or unpack them first");
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(digits) = extension.strip_prefix(['z', 'r'])
        && digits.len() == 2
        && is_number(digits)
    {
        return Some(PART);
    }
    // `split` puts its letters behind the name as it is: `a.tar.gzaa`.
    let ends_in_letters = ARCHIVES.iter().any(|archive| {
        extension.strip_prefix(archive).is_some_and(|rest| is_part(rest.trim_start_matches(['-', '_'])))
    });
    let is_of_archive = || {
        let (_, before) = stem.rsplit_once('.')?;
        ARCHIVES.iter().any(|archive| before.split(['-', '_']).next() == Some(archive)).then_some(())
    };
    (ends_in_letters || is_part(extension) && is_of_archive().is_some()).then_some(PART)
}

/// `001`, `aa`, `part1`, `part-aa`.
fn is_part(end: &str) -> bool {
    let named = end.strip_prefix("part").map(|rest| rest.trim_start_matches(['-', '_']));
    let rest = named.unwrap_or(end);
    let is_number = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    let is_letters = rest.len() == 2 && rest.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number_of = || {
        rest.split_once("-of-").is_some_and(|(number, of)| {
            [number, of].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        })
    };
    is_number || is_letters || named == Some("") || is_number_of()
}

/// A name with the extension of data inside: `train.jsonl.part-aa`, `train.jsonl-00000-of-00010`, `data.tfrecord-00001`,
/// or with none at all, as the files of a cache have.
fn numbered(name: &str) -> Kind {
    for (dot, _) in name.match_indices('.') {
        let behind = &name[dot + 1..];
        let letters = behind.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(behind.len());
        let (extension, rest) = behind.split_at(letters);
        if !is_part(rest.trim_start_matches(['.', '-', '_'])) {
            continue;
        }
        if let Some((_, reason)) = UNREAD.iter().find(|(ends, _)| ends.contains(&extension)) {
            return Kind::Unread(reason);
        }
        let is_data = |end: &&str| end.strip_prefix('.') == Some(extension);
        if TEXT_EXTENSIONS.iter().chain(&BINARY_EXTENSIONS).any(is_data) {
            return Kind::Annotation;
        }
    }
    let extension = name.rsplit('.').next().unwrap_or_default();
    let is_none = extension.len() > LONGEST_EXTENSION || extension.bytes().all(|byte| byte.is_ascii_digit());
    if is_none || extension.contains(' ') || ["data", "dat"].contains(&extension) {
        Kind::Nameless
    } else {
        Kind::Other
    }
}

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
    fn names_tell_what_to_look_into() {
        for name in [
            "a.jsonl",
            "a.json.gz",
            "A.JSONL.ZST",
            "a.csv",
            "a.tsv.gz",
            "a.parquet",
            "a.arrow",
            "a.feather",
            "a.pkl.gz",
            "a.tar",
            "a.tgz",
            "a.tar.gz",
            "a.tar.zst",
            "a.zip",
            "a.gz",
            "a.jsonl.part-aa",
            "a.jsonl-00000-of-00010",
            "a.json.1",
            "a.parquet-00001",
            "a.ndjson",
            "a.pickle",
        ] {
            assert_eq!(kind_of(name, &[]), Kind::Annotation, "{name}");
        }
        for name in ["abc", "0a1b2c3d4e5f60718293", "v1.0", "a.data", "part-00000"] {
            assert_eq!(kind_of(name, &[]), Kind::Nameless, "{name}");
        }
        for name in
            ["a.py", "README", "a.md", "a.safetensors", "a.mp4", "a.tar.idx", "a.zip.md5", "a.json.bak"]
        {
            assert_eq!(kind_of(name, &[]), Kind::Other, "{name}");
        }
        for name in ["a.yaml", "a.YML", "a.toml"] {
            assert_eq!(kind_of(name, &[]), Kind::Mixture, "{name}");
        }
        assert_eq!(kind_of("a.json", &[]), Kind::Json);
        assert_eq!(kind_of("a.txt", &[]), Kind::Text);
        assert_eq!(kind_of("a.JPG", &[]), Kind::Picture);
    }

    #[test]
    fn what_is_not_read_has_a_reason() {
        for (name, part) in [
            ("a.tfrecord", "TFRecord"),
            ("a.tfrecord-00000-of-00100", "TFRecord"),
            ("shard.00000.mds", "MDS"),
            ("a.tfrecord.gz", "TFRecord"),
            ("a.jsonl.xz", "xz"),
            ("a.tar.bz2", "bzip2"),
            ("a.7z", "7z"),
            ("a.7z.001", "split"),
            ("images.z01", "split"),
            ("images.zip.001", "split"),
            ("images.tar.gz.part-aa", "split"),
            ("images.tar.gzaa", "split"),
            ("images.tar.00", "split"),
            ("images.tar.part1", "split"),
            ("images.zip.part", "split"),
            ("images.zip_aa", "split"),
            ("a.r00", "split"),
            ("images.tar-part-aa", "split"),
            ("images.tar.part_00-of-03", "split"),
            ("a.sqlite", "database"),
            ("data.mdb", "LMDB"),
            ("train.jsonl.dvc", "dvc pull"),
        ] {
            let Kind::Unread(reason) = kind_of(name, &[]) else { panic!("{name}: {:?}", kind_of(name, &[])) };
            assert!(reason.contains(part), "{name}: {reason}");
        }
    }

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
