//! Whole files, plain and packed: every range is exact and can be read again.

mod packed;
mod properties;

use super::*;
use crate::testing::{Reading, file_of, member, read_all};

const SMALL: Limits = Limits { chunk: 1000, record: 1 << 20, spacing: 4 << 10, ..Limits::DEFAULT };

/// Records with texts that repeat as natural text does and still fill many deflate blocks.
fn many_records(count: u64) -> Vec<String> {
    let words = ["bus", "red", "street", "two", "dogs", "犬", "東京", "of", "the", "a", "\\u72ac", "<image>"];
    let mut state = 1u64;
    (0..count)
        .map(|id| {
            let text: Vec<String> = (0..30)
                .map(|_| {
                    state =
                        state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    format!("{}{}", words[(state >> 40) as usize % words.len()], state >> 58)
                })
                .collect();
            format!(r#"{{"id":{id},"conversations":[{{"from":"gpt","value":"{}"}}]}}"#, text.join(" "))
        })
        .collect()
}

/// Reads records again, 300 of them at most, through checkpoints that went through their stored form.
fn assert_read_back(file: &File, container: Container, reading: &Reading) {
    let stored = reading.end.checkpoints.as_ref().map(Checkpoints::to_bytes);
    let checkpoints = stored.map(|bytes| Checkpoints::from_bytes(&bytes).unwrap());
    for record in reading.records.iter().rev().step_by(1 + reading.records.len() / 300) {
        let len = record.raw.len() as u64;
        let again = read_back(file, container, checkpoints.as_ref(), record.offset, len).unwrap();
        assert_eq!(again, record.raw, "record {}", record.number);
    }
}

#[test]
fn gzip_of_every_level_is_addressable() {
    let records = many_records(4000);
    let text = format!("[{}]", records.join(", "));
    for level in [0, 1, 6, 9] {
        let file = file_of(&member(text.as_bytes(), level));
        let reading = read_all(&file, Container::JSON_ARRAY.gzip(), SMALL);
        assert_eq!(reading.raws(), records, "level {level}");
        assert_eq!(reading.problems, [], "level {level}");
        let checkpoints = reading.end.checkpoints.as_ref().unwrap().len();
        assert!(checkpoints >= 3, "{checkpoints} at level {level}");
        assert_read_back(&file, Container::JSON_ARRAY.gzip(), &reading);
    }
}

#[test]
fn gzip_of_many_members_is_addressable() {
    let records = many_records(500);
    let text = records.join("\n");
    let mut packed: Vec<u8> = text.as_bytes().chunks(3000).flat_map(|piece| member(piece, 6)).collect();
    packed.extend([0; 700]);
    let file = file_of(&packed);
    let reading = read_all(&file, Container::JSON_LINES.gzip(), SMALL);
    assert_eq!(reading.raws(), records);
    assert_eq!(reading.problems, []);
    assert_read_back(&file, Container::JSON_LINES.gzip(), &reading);
}

#[test]
fn gzip_without_checkpoints_is_read_back_from_the_start() {
    let file = file_of(&member(br#"[{"id":1},{"id":2}]"#, 6));
    let record = read_back(&file, Container::JSON_ARRAY.gzip(), None, 10, 8).unwrap();
    assert_eq!(record, br#"{"id":2}"#);
}

#[test]
fn gzip_headers_with_all_fields_are_read() {
    let plain = member(b"{\"id\":1}\n", 6);
    let mut packed = b"\x1f\x8b\x08\x1e\0\0\0\0\0\x03\x05\0extraname.jsonl\0a comment\0HC".to_vec();
    packed.extend(&plain[10..]);
    let reading = read_all(&file_of(&packed), Container::JSON_LINES.gzip(), SMALL);
    assert_eq!((reading.raws(), reading.problems.len()), (vec![r#"{"id":1}"#], 0));
}

#[test]
fn damaged_gzip_keeps_what_comes_before_and_is_one_problem() {
    let records = many_records(300);
    let text = format!("[{}]", records.join(","));
    let whole = member(text.as_bytes(), 6);
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut packed = whole.clone();
        change(&mut packed);
        read_all(&file_of(&packed), Container::JSON_ARRAY.gzip(), SMALL)
    };
    let length = whole.len();
    // (what happened, the reading, records at least, part of the message)
    let rows = [
        ("half of it", with(&|packed| packed.truncate(length / 2)), 100, "the gzip file is cut short"),
        ("no trailer", with(&|packed| packed.truncate(length - 8)), 300, "cut short in its last bytes"),
        ("checksum", with(&|packed| packed[length - 8] ^= 1), 300, "checksum"),
        ("length", with(&|packed| packed[length - 1] ^= 1), 300, "checksum"),
        ("garbage behind", with(&|packed| packed.extend(b"<html>")), 300, "is not gzip data and is ignored"),
    ];
    for (why, reading, at_least, part) in rows {
        assert!(reading.records.len() >= at_least, "{why}: {} records", reading.records.len());
        assert_eq!(reading.raws(), records[..reading.records.len()], "{why}");
        assert_eq!(reading.problems.len(), 1, "{why}: {:?}", reading.problems);
        assert!(reading.problems[0].message.contains(part), "{why}: {:?}", reading.problems);
    }
}

#[test]
fn a_flipped_bit_in_gzip_is_never_silent() {
    let whole = member(format!("[{}]", many_records(20).join(",")).as_bytes(), 6);
    for at in (10..whole.len()).step_by(7) {
        let mut packed = whole.clone();
        packed[at] ^= 4;
        let reading = read_all(&file_of(&packed), Container::JSON_ARRAY.gzip(), SMALL);
        assert!(!reading.problems.is_empty(), "byte {at}");
    }
}

#[test]
fn a_file_that_changed_is_an_error_and_not_other_text() {
    let text = br#"[{"id":1}]"#;
    let plain = read_back(&file_of(text), Container::JSON_ARRAY, None, 8, 8);
    let packed = read_back(&file_of(&member(text, 6)), Container::JSON_ARRAY.gzip(), None, 8, 8);
    for result in [plain, packed] {
        assert!(matches!(result, Err(ReadError::Gone { offset: 8, len: 8 })), "{result:?}");
    }
    let far = read_back(&file_of(text), Container::JSON_ARRAY, None, u64::MAX, u64::MAX);
    assert!(matches!(far, Err(ReadError::Gone { .. })), "{far:?}");
}

#[test]
fn the_visitor_may_stop_and_progress_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    std::fs::write(&path, br#"[{"id":1},{"id":2}]"#).unwrap();
    let mut done = 0;
    let end = read_file(&path, Container::JSON_ARRAY, &mut |item| {
        if let Item::Record(record) = item {
            done = record.disk_done;
        }
        ControlFlow::Break(())
    });
    assert_eq!((end.unwrap().stopped, done), (true, 19));
    let missing =
        read_file(&folder.path().join("b.json"), Container::JSON_ARRAY, &mut |_| ControlFlow::Break(()));
    assert!(missing.unwrap_err().to_string().contains("b.json"));
}

#[test]
fn a_member_that_copies_from_before_its_start_reads_the_same_again() {
    // A block of one match: three bytes from one byte back, where there is nothing.
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    let damaged = [&header[..], &[0x03, 0x02, 0x00], &[0; 8]].concat();
    let packed = [member(b"{\"id\":1}\n", 6), damaged].concat();
    let mut raws = Vec::new();
    read_opened(&file_of(&packed), Container::JSON_LINES.gzip(), Limits::DEFAULT, &mut |item| {
        if let Item::Record(record) = item {
            raws.push(record.raw.to_vec());
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(raws, [b"{\"id\":1}".to_vec(), vec![0; 3]]);
}
