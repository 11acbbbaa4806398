//! Files by another writer, for what ours cannot write. They were made with pyarrow 26 from made-up rows.

use super::*;

#[test]
fn every_codec_unpacks_to_the_same_rows() {
    for (codec, bytes) in [
        // The codec of nearly all files with images; the text repeats itself, so there are copies, overlapping ones too.
        ("snappy", &include_bytes!("../fixtures/snappy.parquet")[..]),
        // Copies again, in LZ4's own block format (LZ4_RAW).
        ("lz4", include_bytes!("../fixtures/lz4.parquet")),
        // Common in exports of databases.
        ("gzip", include_bytes!("../fixtures/gzip.parquet")),
        // Offered by most writers, seldom chosen.
        ("brotli", include_bytes!("../fixtures/brotli.parquet")),
        // What polars chooses.
        ("zstd", include_bytes!("../fixtures/zstd.parquet")),
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
    let reading = read_bytes(include_bytes!("../fixtures/delta.parquet"));
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
    let reading = read_bytes(include_bytes!("../fixtures/types.parquet"));
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
    let bytes = include_bytes!("../fixtures/images.parquet");
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
