//! The same rows in every codec, page version and encoding that writers choose by themselves.

use super::*;
use arrow_array::builder::{BinaryBuilder, ListBuilder};
use arrow_array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{BrotliLevel, Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use std::sync::Arc;

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
