//! How members become records.

use super::*;
use crate::{ImageAt, ImageEncoding};
use serde_json::{Value, json};
use std::collections::HashMap;

#[test]
fn files_of_one_name_are_one_record() {
    let bytes = shard(&[
        ("a/0.jpg", JPEG),
        ("a/0.TXT", b"two \"dogs\""),
        ("a/0.json", b"{\"score\": 0.50, \"tags\": [ ]}"),
        ("a/1.jpg", JPEG),
        ("b/1.txt", "犬".as_bytes()),
    ]);
    let reading = read(&bytes, 1 << 20);
    assert_eq!(reading.problems, []);
    let [(0, first), (3072, second), (4096, third)] = &reading.records[..] else { panic!("{reading:?}") };
    let record: Value = serde_json::from_str(first).unwrap();
    let keys: Vec<_> = record.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["__key__", "jpg", "txt", "json"]);
    assert_eq!((&record["__key__"], &record["txt"]), (&json!("a/0"), &json!("two \"dogs\"")));
    assert!(first.ends_with(r#""json":{"score":0.50,"tags":[]}}"#), "{first}");
    assert!(second.starts_with(r#"{"__key__":"a/1","jpg":{ "embedded_image":{"#));
    assert_eq!(third, r#"{"__key__":"b/1","txt":"犬"}"#);
}

#[test]
fn pictures_are_addressed() {
    let bytes = shard(&[("0.json", b"1"), ("0.seg.png", JPEG)]);
    let record: Value = serde_json::from_str(&read(&bytes, 1 << 20).records[0].1).unwrap();
    let image = crate::testing::address(&record["seg.png"]).unwrap();
    let ImageAt::Range { offset, length, encoding: ImageEncoding::Raw } = image.at else {
        panic!("{image:?}")
    };
    assert_eq!(&bytes[offset as usize..(offset + length) as usize], JPEG);
    assert_eq!(image.hash, *blake3::hash(JPEG).as_bytes());
    assert_eq!(image.bytes, JPEG.len() as u64);
}

#[test]
fn bytes_decide_what_is_a_picture_and_broken_ones_stay_pictures() {
    let bytes = shard(&[("0.bin", JPEG), ("0.jpg", b"<html>"), ("0.webp", b""), ("0.txt", JPEG)]);
    let record: HashMap<String, Value> = serde_json::from_str(&read(&bytes, 1 << 20).records[0].1).unwrap();
    for name in ["bin", "jpg", "webp", "txt"] {
        assert!(crate::testing::address(&record[name]).is_some(), "{name}");
    }
}

#[test]
fn what_is_no_text_is_named_by_its_hash() {
    let long = [vec![b'a'; 300_000], vec![0xff]].concat();
    let zeros = vec![0; 2 << 20];
    let files = [("0.npy", &b"\x93NUMPY\x01\0"[..]), ("0.mask", &zeros), ("0.cls", b"7"), ("0.x", &long)];
    let record: Value = serde_json::from_str(&read(&shard(&files), 1 << 20).records[0].1).unwrap();
    let hash = blake3::hash(b"\x93NUMPY\x01\0").to_hex().to_string();
    assert_eq!(record["npy"], json!({"bytes": 8, "blake3": hash}));
    assert_eq!(record["mask"]["bytes"], 2 << 20, "longer than a text may be");
    assert_eq!(record["cls"], "7");
    assert_eq!(record["x"]["blake3"], blake3::hash(&long).to_hex().to_string());
}

#[test]
fn long_text_whose_characters_straddle_reads_is_text() {
    let text = "a".to_owned() + &"犬".repeat(200_000);
    let record: Value =
        serde_json::from_str(&read(&shard(&[("0.txt", text.as_bytes())]), 1 << 20).records[0].1).unwrap();
    assert_eq!(record["txt"].as_str(), Some(text.as_str()));
}

#[test]
fn too_much_text_loses_only_its_record() {
    let long = [b'a'; 3000];
    let bytes = shard(&[
        ("0.txt", &long),
        ("0.jpg", JPEG),
        ("1.a", &long[..900]),
        ("1.b", &long[..900]),
        ("2.txt", b"x"),
    ]);
    let reading = read(&bytes, 1000);
    assert_eq!(reading.texts(), [r#"{"__key__":"2","txt":"x"}"#]);
    let lost: Vec<_> = reading.problems.iter().map(|problem| (problem.number, problem.offset)).collect();
    assert_eq!(lost, [(Some(0), 0), (Some(1), 3584 + 1024)]);
    assert!(reading.problems[0].message.starts_with("record \"0\" has more than"));
}

#[test]
fn a_name_that_comes_again_begins_a_record() {
    let one = shard(&[("0.txt", b"first")]);
    let joined = [one.clone(), shard(&[("0.txt", b"second")])].concat();
    let reading = read(&joined, 1 << 20);
    assert_eq!(reading.texts(), [r#"{"__key__":"0","txt":"first"}"#, r#"{"__key__":"0","txt":"second"}"#]);
    assert_eq!(reading.records[1].0, one.len() as u64);
    assert_eq!(reading.problems, []);
}

#[test]
fn files_without_extension_are_records_and_hidden_ones_are_told() {
    let reading =
        read(&shard(&[("README", b"hi"), ("._0.jpg", b"x"), ("a/.b", b"x"), ("0.cls", b"1")]), 1 << 20);
    assert_eq!(reading.texts(), [r#"{"__key__":"README","":"hi"}"#, r#"{"__key__":"0","cls":"1"}"#]);
    assert_eq!(reading.problems.len(), 1);
    assert_eq!(reading.problems[0].number, None);
    assert!(reading.problems[0].message.starts_with("2 files"));
}

#[test]
fn json_members_are_records_or_conversations_and_damaged_ones_are_told() {
    let bytes = shard(&[
        ("0.json", br#"[{"from": "human", "value": "a"}, {"from": "gpt", "value": NaN}]"#),
        ("1.jsonl", b"{\"a\": 1}\n"),
        (
            "2.jsonl",
            b"{\"role\": \"user\", \"content\": \"a\"}\n\n{\"role\": \"assistant\", \"content\": \"b\"}",
        ),
        ("3.jpg", JPEG),
        ("3.json", b"{\"caption\": \"a k"),
        ("4.txt", b"text"),
        ("4.json", b""),
        ("5.meta.json", b"[1]"),
    ]);
    let reading = read(&bytes, 1 << 20);
    let expected = [
        r#"{"__key__":"0","conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"NaN"}]}"#,
        r#"{"__key__":"1","json":{"a":1}}"#,
        r#"{"__key__":"2","conversations":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}"#,
        r#"{"__key__":"4","txt":"text"}"#,
        r#"{"__key__":"5","meta.json":[1]}"#,
    ];
    assert_eq!(reading.texts(), expected);
    let told: Vec<_> =
        reading.problems.iter().map(|problem| (problem.number, problem.message.as_str())).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[0].0, Some(3));
    assert!(
        told[0].1.starts_with("its JSON member 3.json is damaged: a text is cut short (EOF)"),
        "{told:?}"
    );
    assert_eq!(told[1], (None, "its JSON member 4.json is damaged: it is empty"));
}
