//! Tests of the reader on files by Arrow's own writers.

use super::*;
use crate::testing::file_of;
use crate::{Container, ImageAt, Item, read_embedded, read_opened};
use arrow_array::builder::{BinaryBuilder, ListBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Float64Array, NullArray, RecordBatch, StringArray};
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use serde_json::{Value, json};
use std::ops::ControlFlow;
use std::sync::Arc;

fn read(file: &File) -> (Vec<Value>, Vec<String>) {
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let mut visit = |item: Item<'_>| {
        match item {
            Item::Record(record) => rows.push(serde_json::from_slice(record.raw).unwrap()),
            Item::Problem(problem) => problems.push(problem.message),
        }
        ControlFlow::Continue(())
    };
    read_opened(file, Container::ARROW, Limits::DEFAULT, &mut visit).unwrap();
    (rows, problems)
}

fn picture(number: u8) -> Vec<u8> {
    [b"\xff\xd8\xff\xe0".as_slice(), &vec![number; 5_000]].concat()
}

/// Two rows: one picture each, then two and none in a list.
fn batch(number: u8) -> RecordBatch {
    let mut image = BinaryBuilder::new();
    let mut images = ListBuilder::new(BinaryBuilder::new());
    for row in 0..2 {
        image.append_value(picture(number + row));
        if row == 0 {
            images.values().append_value(picture(number + 10));
            images.values().append_value(picture(number + 11));
        }
        images.append(true);
    }
    let words: DictionaryArray<Int32Type> = vec!["a bus", "a bus"].into_iter().collect();
    let columns: [(&str, ArrayRef); 5] = [
        ("image", Arc::new(image.finish())),
        ("images", Arc::new(images.finish())),
        ("caption", Arc::new(words)),
        ("caption", Arc::new(StringArray::from(vec![Some("again"), None]))),
        ("score", Arc::new(Float64Array::from(vec![0.5, f64::NAN]))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn written(is_file: bool, packing: Option<CompressionType>) -> Vec<u8> {
    let options = IpcWriteOptions::default().try_with_compression(packing).unwrap();
    let batches = [batch(0), batch(50)];
    let schema = batches[0].schema();
    if is_file {
        let mut writer = FileWriter::try_new_with_options(Vec::new(), &schema, options).unwrap();
        batches.iter().try_for_each(|batch| writer.write(batch)).unwrap();
        writer.into_inner().unwrap()
    } else {
        let mut writer = StreamWriter::try_new_with_options(Vec::new(), &schema, options).unwrap();
        batches.iter().try_for_each(|batch| writer.write(batch)).unwrap();
        writer.into_inner().unwrap()
    }
}

fn image_bytes(file: &File, value: &Value) -> (ImageAt, Vec<u8>) {
    let image = crate::testing::address(value).unwrap();
    (image.at, read_embedded(file, Container::ARROW, None, &image, 1 << 20).unwrap())
}

#[test]
fn files_and_streams_in_every_packing_give_the_same_rows_and_pictures() {
    for is_file in [true, false] {
        for packing in [None, Some(CompressionType::LZ4_FRAME), Some(CompressionType::ZSTD)] {
            let bytes = written(is_file, packing);
            assert!(looks_like_arrow(&bytes[..512]));
            let file = file_of(&bytes);
            let (rows, problems) = read(&file);
            assert_eq!((rows.len(), problems.len()), (4, 0), "{problems:?}");
            assert_eq!(rows[0]["caption"], "a bus");
            assert_eq!((&rows[0]["caption_2"], &rows[1]["caption_2"]), (&json!("again"), &Value::Null));
            assert_eq!((&rows[0]["score"], &rows[1]["score"]), (&json!(0.5), &json!("NaN")));
            let (at, found) = image_bytes(&file, &rows[3]["image"]);
            assert!(found == picture(51));
            assert_eq!(matches!(at, ImageAt::Range { .. }), packing.is_none());
            assert!(image_bytes(&file, &rows[2]["images"][1]).1 == picture(61));
            assert_eq!(rows[3]["images"], json!([]));
        }
    }
}

#[test]
fn a_file_whose_first_message_is_unfinished_is_read_by_its_footer() {
    let mut bytes = written(true, None);
    let first = bytes.windows(4).position(|four| four == [0xff; 4]).unwrap();
    bytes[first..first + 8].copy_from_slice(b"\x04\0\0\0\xf2\xff\xff\xff");
    let file = file_of(&bytes);
    let (rows, problems) = read(&file);
    assert_eq!((rows.len(), problems.len()), (4, 0), "{problems:?}");
    assert!(image_bytes(&file, &rows[3]["image"]).1 == picture(51));
}

#[test]
fn rows_that_no_byte_stands_for_are_not_made_up() {
    let of_nothing = |rows| {
        let batch = RecordBatch::try_from_iter([("caption", Arc::new(NullArray::new(rows)) as ArrayRef)]);
        let batch = batch.unwrap();
        let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
        writer.write(&batch).unwrap();
        read(&file_of(&writer.into_inner().unwrap()))
    };
    assert_eq!(of_nothing(1000).0.len(), 1000);
    let (rows, problems) = of_nothing(1 << 40);
    assert_eq!((rows.len(), problems.len()), (0, 1), "{problems:?}");
    assert!(problems[0].contains("1099511627776 rows, more than they can hold"), "{problems:?}");
}

#[test]
fn a_file_cut_short_is_read_as_far_as_it_goes() {
    let bytes = written(true, None);
    let (rows, problems) = read(&file_of(&bytes[..bytes.len() * 2 / 3]));
    assert_eq!(rows.len(), 2);
    assert!(problems[0].contains("cut short"), "{problems:?}");
}

#[test]
fn other_bytes_are_no_arrow() {
    for head in [
        &b"{\"a\":1}"[..],
        b"\xff\xff\xff\xff\x10\0\0\0abcdefghijklmnop",
        b"\x10\0\0\0abcdefghijklmnopqrst",
        b"",
    ] {
        assert!(!looks_like_arrow(head));
    }
}
