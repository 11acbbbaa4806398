//! Tests of the reader: what our own writer writes, what others write (every codec, page version and encoding that
//! writers choose by themselves; files by pyarrow 26 from made-up rows), and the Parquet community's own test files,
//! where `BLENDSCOPE_REAL_DATA` names a folder with `parquet-testing` in it.

mod hostile;

use super::*;
use crate::pack::tables::{Cell, ColumnKind, Packing, ParquetWriter};
use crate::split::{Item, Problem};
use crate::testing::file_of;
use crate::{EmbeddedImage, ImageAt, ImageEncoding};
use arrow_array::builder::{BinaryBuilder, ListBuilder};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{BrotliLevel, Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

/// All that reading a file showed.
#[derive(Debug, Default)]
struct Reading {
    rows: Vec<Value>,
    offsets: Vec<u64>,
    problems: Vec<Problem>,
}

impl Reading {
    fn messages(&self) -> Vec<&str> {
        self.problems.iter().map(|problem| problem.message.as_str()).collect()
    }
}

fn read(file: &File) -> Reading {
    let mut reading = Reading::default();
    let mut visit = |item: Item<'_>| {
        match item {
            Item::Record(record) => {
                reading.rows.push(serde_json::from_slice(record.raw).unwrap());
                reading.offsets.push(record.offset);
            }
            Item::Problem(problem) => reading.problems.push(problem),
        }
        ControlFlow::Continue(())
    };
    read_parquet(file, &mut Output::new(&mut visit)).unwrap();
    reading
}

fn read_bytes(bytes: &[u8]) -> Reading {
    read(&file_of(bytes))
}

/// The addresses of all images in a value.
fn images(value: &Value) -> Vec<EmbeddedImage> {
    match (crate::testing::address(value), value) {
        (Some(image), _) => vec![image],
        (None, Value::Array(items)) => items.iter().flat_map(images).collect(),
        (None, Value::Object(members)) => members.values().flat_map(images).collect(),
        _ => Vec::new(),
    }
}

fn bytes_at(file: &File, image: EmbeddedImage) -> Vec<u8> {
    let ImageAt::Cell { group, column, row, item, .. } = image.at else { panic!("{image:?}") };
    let bytes = read_cell(file, group, column, row, item, &mut |_| Ok(())).unwrap();
    assert_eq!((image.hash, image.bytes), (*blake3::hash(&bytes).as_bytes(), bytes.len() as u64));
    bytes
}

const COLUMNS: [(&str, ColumnKind); 4] = [
    ("id", ColumnKind::Text),
    ("n", ColumnKind::Int),
    ("image", ColumnKind::Image),
    ("conversations", ColumnKind::Turns),
];

fn file_with(groups: &[Vec<Vec<Cell>>], packing: Packing) -> Vec<u8> {
    let mut writer = ParquetWriter::new(Vec::new(), &COLUMNS, packing).unwrap();
    for group in groups {
        writer.row_group(group).unwrap();
    }
    writer.finish().unwrap()
}

fn row(id: &str, picture: &[u8]) -> Vec<Cell> {
    vec![
        Cell::Text(id.into()),
        Cell::Int(7),
        Cell::Image { bytes: Some(picture.to_vec()), path: None },
        Cell::Turns(vec![("human".into(), "<image>\nWhat?".into()), ("gpt".into(), "A bus.".into())]),
    ]
}

#[test]
fn images_are_found_again_by_their_address() {
    let pictures: Vec<_> =
        (0..6_u8).map(|n| [b"\xff\xd8\xff".as_slice(), &vec![n; 50_000]].concat()).collect();
    let rows: Vec<_> = pictures.iter().enumerate().map(|(n, picture)| row(&n.to_string(), picture)).collect();
    for packing in [Packing::Uncompressed, Packing::Snappy] {
        let bytes = file_with(&[rows[..4].to_vec(), rows[4..].to_vec()], packing);
        let file = file_of(&bytes);
        let reading = read(&file);
        assert_eq!(reading.messages(), [""; 0]);
        let found: Vec<_> = reading.rows.iter().flat_map(images).collect();
        let encoding = ImageEncoding::Raw;
        assert_eq!(found[5].at, ImageAt::Cell { group: 1, column: 2, row: 1, item: 0, encoding });
        let found: Vec<_> = found.into_iter().map(|image| bytes_at(&file, image)).collect();
        assert!(found == pictures);
        assert_eq!(reading.offsets[..4], [4; 4], "a record's offset is that of its row group");
        assert!(reading.offsets[4] > 4 && reading.offsets[4] == reading.offsets[5]);
    }
}

#[test]
fn the_visitor_can_stop() {
    let bytes = file_with(&[vec![row("a", b"x"); 3]], Packing::Snappy);
    let mut seen = 0;
    let mut visit = |_: Item<'_>| {
        seen += 1;
        if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let result = read_parquet(&file_of(&bytes), &mut Output::new(&mut visit));
    assert!(matches!(result, Err(Stop::Asked)));
    assert_eq!(seen, 2);
}

#[test]
fn a_cell_that_is_not_there_is_an_error_that_says_so() {
    let without = vec![Cell::Null, Cell::Null, Cell::Image { bytes: None, path: None }, Cell::Null];
    let file = file_of(&file_with(&[vec![row("a", b"\xff\xd8\xff"), without]], Packing::Snappy));
    for (group, column, row, item, expected) in [
        (1, 2, 0, 0, "there is no row group 1, the file has 1"),
        (0, 6, 0, 0, "there is no column 6, the file has 6"),
        (0, 2, 2, 0, "row group 0 has no row 2"),
        (0, 2, 0, 1, "the row has no value 1"),
        (0, 2, 1, 0, "is null"),
        (0, 1, 0, 0, "does not hold bytes"),
    ] {
        let error = read_cell(&file, group, column, row, item, &mut |_| Ok(())).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

fn cells() -> impl Strategy<Value = Vec<Cell>> {
    let text = "[a-c猫\"\\\\\n]{0,6}";
    let turns = prop::collection::vec((text, text), 0..4);
    let picture = prop::collection::vec(any::<u8>(), 0..5).prop_map(|rest| [b"GIF89a", &rest[..]].concat());
    let image = (prop::option::of(picture), prop::option::of(text));
    (prop::option::of(text), prop::option::of(any::<i64>()), prop::option::of(image), prop::option::of(turns))
        .prop_map(|(id, n, image, turns)| {
            vec![
                id.map_or(Cell::Null, Cell::Text),
                n.map_or(Cell::Null, Cell::Int),
                image.map_or(Cell::Null, |(bytes, path)| Cell::Image { bytes, path }),
                turns.map_or(Cell::Null, Cell::Turns),
            ]
        })
}

/// A cell as the reader should show it, with the text of its bytes in place of an image's address.
fn expected(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Text(text) => json!(text),
        Cell::Int(int) => json!(int),
        Cell::Image { bytes, path } => json!({"bytes": bytes, "path": path}),
        Cell::Turns(turns) => {
            turns.iter().map(|(from, value)| json!({"from": from, "value": value})).collect()
        }
    }
}

/// Puts the bytes back in place of an image's address.
fn with_bytes(file: &File, mut row: Value) -> Value {
    if let Some(&image) = images(&row["image"]["bytes"]).first() {
        row["image"]["bytes"] = json!(bytes_at(file, image));
    }
    row
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        groups in prop::collection::vec(prop::collection::vec(cells(), 0..12), 0..4),
        packed: bool,
    ) {
        let packing = if packed { Packing::Snappy } else { Packing::Uncompressed };
        let file = file_of(&file_with(&groups, packing));
        let reading = read(&file);
        prop_assert_eq!(reading.messages(), [""; 0]);
        let rows: Vec<_> = reading.rows.into_iter().map(|row| with_bytes(&file, row)).collect();
        let names = COLUMNS.map(|(name, _)| name);
        let wanted: Vec<Value> = groups
            .iter()
            .flatten()
            .map(|row| names.iter().zip(row).map(|(&name, cell)| (name.to_owned(), expected(cell))).collect())
            .collect();
        prop_assert_eq!(rows, wanted);
    }
}

fn picture(number: u8) -> Vec<u8> {
    [b"\xff\xd8\xff\xe0".as_slice(), &[number; 3_000]].concat()
}

/// Rows of a caption, now and then none, and a list of up to two pictures.
fn batch() -> RecordBatch {
    let captions = (0..30).map(|row| (row % 7 != 3).then(|| format!("caption {row} ü")));
    let mut images = ListBuilder::new(BinaryBuilder::new());
    for row in 0..30_u8 {
        for number in 0..row % 3 {
            images.values().append_value(picture(row + number));
        }
        images.append(true);
    }
    let columns: [(&str, ArrayRef); 2] =
        [("caption", Arc::new(captions.collect::<StringArray>())), ("images", Arc::new(images.finish()))];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn written(properties: WriterPropertiesBuilder) -> Vec<u8> {
    let batch = batch();
    let properties =
        properties.set_max_row_group_row_count(Some(11)).set_data_page_row_count_limit(4).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn check(properties: WriterPropertiesBuilder, what: &str) {
    let file = file_of(&written(properties));
    let reading = read(&file);
    assert_eq!(reading.messages(), [""; 0], "{what}");
    assert_eq!(reading.rows.len(), 30, "{what}");
    for (row, record) in (0_u8..).zip(&reading.rows) {
        let caption = if row % 7 == 3 { Value::Null } else { json!(format!("caption {row} ü")) };
        assert_eq!(record["caption"], caption, "{what}");
        let found: Vec<_> = images(record).into_iter().map(|image| bytes_at(&file, image)).collect();
        let wanted: Vec<_> = (0..row % 3).map(|number| picture(row + number)).collect();
        assert!(found == wanted, "{what}, row {row}");
    }
}

#[test]
fn codecs_and_page_versions_give_the_same_rows_and_pictures() {
    for codec in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::ZSTD(ZstdLevel::default()),
    ] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            for dictionary in [true, false] {
                let properties =
                    WriterProperties::builder().set_compression(codec).set_writer_version(version);
                check(
                    properties.set_dictionary_enabled(dictionary),
                    &format!("{codec} {version:?} {dictionary}"),
                );
            }
        }
    }
}

#[test]
fn encodings_of_texts_give_the_same_rows_and_pictures() {
    for encoding in [Encoding::PLAIN, Encoding::DELTA_LENGTH_BYTE_ARRAY, Encoding::DELTA_BYTE_ARRAY] {
        let properties = WriterProperties::builder().set_dictionary_enabled(false).set_encoding(encoding);
        check(properties, &format!("{encoding}"));
    }
}

#[test]
fn every_codec_unpacks_to_the_same_rows() {
    for (codec, bytes) in [
        // The codec of nearly all files with images; the text repeats itself, so there are copies, overlapping ones too.
        ("snappy", &include_bytes!("fixtures/snappy.parquet")[..]),
        // Copies again, in LZ4's own block format (LZ4_RAW).
        ("lz4", include_bytes!("fixtures/lz4.parquet")),
        // Common in exports of databases.
        ("gzip", include_bytes!("fixtures/gzip.parquet")),
        // Offered by most writers, seldom chosen.
        ("brotli", include_bytes!("fixtures/brotli.parquet")),
        // What polars chooses.
        ("zstd", include_bytes!("fixtures/zstd.parquet")),
    ] {
        let reading = read_bytes(bytes);
        assert_eq!(reading.messages(), [""; 0], "{codec}");
        let row =
            |n: u64| json!({"n": n, "text": format!("a red bus and a red bus and a red bus, {}", n % 3)});
        assert_eq!(reading.rows, (0..40).map(row).collect::<Vec<_>>(), "{codec}");
    }
}

#[test]
fn newer_encodings_in_pages_of_version_2_are_read() {
    // Differences of integers and of texts, split bytes, booleans in runs, and levels that are not packed.
    let reading = read_bytes(include_bytes!("fixtures/delta.parquet"));
    assert_eq!(reading.messages(), [""; 0]);
    let row = |n: u16| {
        json!({
            "int": if n == 7 { Value::Null } else { json!(i32::from(n) * i32::from(n) - 300) },
            "length": "word".repeat(usize::from(n) % 4),
            "prefix": format!("coco/train2017/{n:012}.jpg"),
            "double": f64::from(n) / 8.0,
            "flag": n.is_multiple_of(3),
        })
    };
    assert_eq!(reading.rows, (0..40).map(row).collect::<Vec<_>>());
}

#[test]
fn lists_maps_and_annotated_types_are_shown_as_what_they_are() {
    // Nulls at every depth, and types that our writer does not have.
    let reading = read_bytes(include_bytes!("fixtures/types.parquet"));
    assert_eq!(reading.messages(), [""; 0]);
    let blob = json!({"bytes": 2, "blake3": blake3::hash(b"\xff\xfe").to_hex().as_str()});
    let columns = [
        ("lists", [json!([[1, null], []]), json!(null), json!([]), json!([null, [2]])]),
        ("map", [json!({"a": 1}), json!({}), json!(null), json!({"b": null, "c": 2})]),
        ("price", [json!("-0.05"), json!(null), json!("12.30"), json!("0.00")]),
        ("day", [json!("2024-02-29"), json!(null), json!(null), json!(null)]),
        ("at", [json!("2024-02-29T23:59:59.123Z"), json!(null), json!(null), json!(null)]),
        ("big", [json!(u64::MAX), json!(9_007_199_254_740_993_u64), json!(null), json!(0)]),
        ("raw", [blob, json!("text"), json!(null), json!("")]),
    ];
    for (name, values) in columns {
        assert_eq!(reading.rows.iter().map(|row| row[name].clone()).collect::<Vec<_>>(), values, "{name}");
    }
}

#[test]
fn images_in_lists_and_dictionaries_have_addresses() {
    // Several images a row, equal ones stored once, and two row groups.
    let bytes = include_bytes!("fixtures/images.parquet");
    let file = file_of(bytes);
    let reading = read(&file);
    assert_eq!(reading.messages(), [""; 0]);
    assert_eq!(reading.rows[1], json!({"images": []}));
    assert_eq!(reading.rows[2], json!({"images": null}));
    assert_eq!(reading.rows[3], json!({"images": [{"bytes": null, "path": "2.jpg"}]}));
    assert_eq!(reading.rows[0]["images"][0]["path"], "1.jpg");
    let found: Vec<_> = reading.rows.iter().flat_map(images).collect();
    let at = |group, row, item| {
        let encoding = ImageEncoding::Raw;
        ImageAt::Cell { group, column: 0, row, item, encoding }
    };
    assert_eq!(
        found.iter().map(|image| image.at).collect::<Vec<_>>(),
        [at(0, 0, 0), at(0, 0, 1), at(1, 0, 0)]
    );
    let bytes: Vec<_> = found.into_iter().map(|image| bytes_at(&file, image)).collect();
    assert_eq!(bytes, [&b"\xff\xd8\xff\xe0first"[..], b"\xff\xd8\xff\xe0second", b"\xff\xd8\xff\xe0first"]);
}

fn folder(name: &str) -> Option<Vec<PathBuf>> {
    let Some(root) = std::env::var_os("BLENDSCOPE_REAL_DATA") else {
        let _ = writeln!(std::io::stderr(), "skipped: BLENDSCOPE_REAL_DATA names no folder with real data");
        return None;
    };
    let entries = std::fs::read_dir(PathBuf::from(root).join("parquet-testing").join(name)).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    Some(paths)
}

fn read_path(path: &std::path::Path) -> Reading {
    read(&std::fs::File::open(path).unwrap().into())
}

/// Files of `data` that are not read, and what is said of them.
const NOT_READ: [(&str, &str); 3] = [
    // Its footer has a list of another type than the format says.
    ("dict-page-offset-zero.parquet", "the footer cannot be read"),
    // Two texts of a gigabyte each out of 2 kB.
    ("large_string_map.brotli.parquet", "claims to be 1073741828 bytes, out of 1627"),
    ("nation.dict-malformed.parquet", "lost"),
];

#[test]
fn every_valid_file_is_read() {
    for path in folder("data").into_iter().flatten() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".parquet") {
            continue;
        }
        let reading = read_path(&path);
        match NOT_READ.iter().find(|(other, _)| *other == name) {
            Some((_, why)) => assert!(
                reading.messages().first().is_some_and(|message| message.contains(why)),
                "{name}: {:?}",
                reading.messages().first()
            ),
            None => assert_eq!(reading.messages(), [""; 0], "{name}"),
        }
    }
}

#[test]
fn bad_and_encrypted_files_say_what_is_wrong() {
    // What it does is allowed now: all values of a page are the first of the dictionary.
    const IS_READ: &str = "ARROW-GH-43605.parquet";
    for path in folder("bad_data").into_iter().flatten() {
        let reading = read_path(&path);
        assert!(!reading.problems.is_empty() || path.ends_with(IS_READ), "{path:?}");
    }
    for path in folder("data")
        .into_iter()
        .flatten()
        .filter(|path| path.extension().is_some_and(|end| end == "encrypted"))
    {
        assert!(read_path(&path).messages()[0].contains("encrypted parquet"), "{path:?}");
    }
}
