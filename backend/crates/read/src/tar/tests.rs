//! What is read from shards, whole ones and damaged ones, and how members become records.

use super::{read_limited, *};
use crate::pack::tar_of;
use crate::split::Output;
use crate::unpacked::Unpacked;
use crate::{ImageAt, ImageEncoding, Item, Problem, testing};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Write;
use std::ops::ControlFlow;

const JPEG: &[u8] = b"\xff\xd8\xff\xe0 a picture";

/// Records as (offset, text) and problems, in the order in which they came.
#[derive(Debug, Default)]
struct Reading {
    records: Vec<(u64, String)>,
    problems: Vec<Problem>,
}

impl Reading {
    fn texts(&self) -> Vec<&str> {
        self.records.iter().map(|(_, text)| text.as_str()).collect()
    }
}

fn read(bytes: &[u8], limit: usize) -> Reading {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let mut reading = Reading::default();
    let mut visit = |item: Item<'_>| {
        match item {
            Item::Record(record) => {
                assert!(record.disk_done <= bytes.len() as u64);
                reading.records.push((record.offset, String::from_utf8(record.raw.to_vec()).unwrap()));
            }
            Item::Problem(problem) => reading.problems.push(problem),
        }
        ControlFlow::Continue(())
    };
    read_limited(Unpacked::plain(&file.into()), bytes.len() as u64, limit, &mut Output::new(&mut visit))
        .unwrap();
    reading
}

fn shard(files: &[(&str, &[u8])]) -> Vec<u8> {
    tar_of(files.iter().copied()).unwrap()
}

fn pushed(text: &str) -> Option<String> {
    let mut into = Vec::new();
    push_json(&mut into, text, 0).ok().map(|()| String::from_utf8(into).unwrap())
}

#[test]
fn json_is_made_compact_and_repaired() {
    let text = "\u{feff} {\"a b\" : [ 1.50, \"x \\\" y\\\\\" ,\n null], \"é\":\"\\ud83d\"} ";
    assert_eq!(pushed(text).unwrap(), "{\"a b\":[1.50,\"x \\\" y\\\\\",null],\"é\":\"\u{fffd}\"}");
    assert_eq!(pushed("3").unwrap(), "3");
    for bad in ["", "{", "{'a': 1}", "1 2"] {
        assert_eq!(pushed(bad), None, "{bad:?}");
    }
    assert!(pushed(&("[".repeat(100) + &"]".repeat(100))).is_some());
    assert!(pushed(&("[".repeat(101) + &"]".repeat(101))).is_none());
}

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
    let image = testing::address(&record["seg.png"]).unwrap();
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
        assert!(testing::address(&record[name]).is_some(), "{name}");
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

#[test]
fn a_damaged_header_ends_reading_at_its_offset() {
    let mut bytes = shard(&[("0.txt", b"zero"), ("1.txt", b"one"), ("2.txt", b"two")]);
    bytes[1024 + 3] ^= 1;
    let reading = read(&bytes, 1 << 20);
    assert_eq!(reading.texts(), [r#"{"__key__":"0","txt":"zero"}"#]);
    let [Problem { number: None, offset: 1024, message }] = &reading.problems[..] else {
        panic!("{reading:?}")
    };
    assert!(message.contains("checksum"), "{message}");
}

#[test]
fn a_shard_cut_short_loses_its_last_record() {
    let bytes = shard(&[("0.txt", b"zero"), ("1.jpg", JPEG), ("1.txt", &[b'a'; 700]), ("2.txt", b"two")]);
    // Cut within the payload of 1.txt, within the header of 2.txt, within the header of 1.txt.
    for (length, kept, lost) in [(2600, 1, 1024), (3600, 1, 1024), (2100, 1, 1024), (4096, 2, 3584)] {
        let reading = read(&bytes[..length], 1 << 20);
        assert_eq!(reading.records.len(), kept, "{length}");
        let [Problem { number: Some(number), offset, message }] = &reading.problems[..] else {
            panic!("{length}: {reading:?}")
        };
        assert_eq!((*number, *offset), (kept as u64, lost), "{length}");
        assert!(message.contains(&format!("cut short at byte {length}")), "{message}");
    }
    // Between two members nobody can know, but the end mark is missing.
    let reading = read(&bytes[..3584], 1 << 20);
    assert_eq!(reading.records.len(), 2);
    assert!(reading.problems[0].message.contains("no end mark"));
}

#[test]
fn a_hole_in_the_middle_is_told() {
    let bytes = [&shard(&[("0.txt", b"zero")])[..1024], &vec![0; 3 << 20]].concat();
    let reading = read(&bytes, 1 << 20);
    assert_eq!(reading.records.len(), 1);
    let [Problem { number: None, offset: 1024, message }] = &reading.problems[..] else {
        panic!("{reading:?}")
    };
    assert!(message.contains("incomplete"), "{message}");
}

#[test]
fn sizes_beyond_the_file_take_no_memory() {
    let mut bytes = shard(&[("0.txt", b"zero")]);
    bytes[124..136].copy_from_slice(b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff");
    bytes[148..156].fill(b' ');
    let sum: u32 = bytes[..512].iter().map(|&byte| u32::from(byte)).sum();
    bytes[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let reading = read(&bytes, 1 << 20);
    assert!(reading.problems[0].message.contains("cut short"), "{reading:?}");
}

/// Members with their checksums made right, so that damage reaches what is behind the checksum.
fn with_checksums(mut bytes: Vec<u8>) -> Vec<u8> {
    for block in bytes.chunks_exact_mut(512).step_by(2) {
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
    bytes
}

proptest! {
    #[test]
    fn no_damage_makes_it_panic_or_go_on_for_ever(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        kinds in prop::collection::vec(prop::sample::select(b"0057LKxgS12\0DZ".to_vec()), 5),
        cut in prop::option::of(any::<prop::sample::Index>()),
        checked in any::<bool>(),
    ) {
        let files = [("0.jpg", JPEG), ("0.txt", b"30 path=x.txt\n"), ("1.json", b"[1]"), ("2", b"x"), ("3.b", b"\0")];
        let mut bytes = shard(&files)[..6144].to_vec();
        for (number, kind) in kinds.into_iter().enumerate() {
            bytes[number * 1024 + 156] = kind;
        }
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if checked {
            bytes = with_checksums(bytes);
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        for (_, text) in read(&bytes, 1 << 20).records {
            prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{}", text);
        }
    }
}
