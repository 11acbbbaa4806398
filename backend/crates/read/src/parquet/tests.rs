//! Tests of the reader: what our own writer writes, what others write, and what nobody should.

mod community;
mod fixtures;
mod hostile;
mod writers;

use super::*;
use crate::pack::parquet::{Cell, ColumnKind, Packing, ParquetWriter};
use crate::split::{Item, Problem};
use crate::testing::file_of;
use crate::{EmbeddedImage, ImageAt, ImageEncoding};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::ops::ControlFlow;

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
