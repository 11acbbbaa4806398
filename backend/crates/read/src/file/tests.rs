//! Files read from end to end and by ranges, plain and packed: every range is exact and can be read again.

mod properties;

use super::*;
use crate::pack::pickle::{Value, write_pickle};
use crate::pack::tar_of;
use crate::split::Limits;
use crate::testing::{Reading, file_of, member, read_all};
use crate::{Checkpoints, Container, File, ImageRef, parse_record, read_embedded};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

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

/// Bytes that begin as a JPEG file does, and do not pack.
fn picture(number: u64) -> Vec<u8> {
    let mut state = number + 1;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    let noise = std::iter::repeat_with(&mut next).take(20_000);
    b"\xff\xd8\xff\xe0".iter().copied().chain(noise).collect()
}

fn shard(count: u64) -> Vec<u8> {
    let files = (0..count).flat_map(|number| {
        let caption = format!("caption {number}").into_bytes();
        [(format!("{number}.jpg"), picture(number)), (format!("{number}.txt"), caption)]
    });
    tar_of(files).unwrap()
}

fn pickle(count: u64) -> Vec<u8> {
    let entry = |name: &str, value: Value| (name.to_owned(), value);
    let record = |number| {
        Value::Dict(vec![
            entry("text", Value::Text(format!("caption {number}"))),
            entry("image", Value::Bytes(picture(number))),
        ])
    };
    let mut bytes = Vec::new();
    write_pickle((0..count).map(record), &mut bytes).unwrap();
    bytes
}

/// Reads a file and every picture in it, from the last to the first, through checkpoints that went through their stored
/// form.
fn assert_read(file: &File, container: Container, count: u64) {
    let limits = Limits { spacing: 8 << 10, ..Limits::DEFAULT };
    let reading = read_all(file, container, limits);
    assert_eq!(
        (reading.problems.as_slice(), reading.records.len() as u64),
        (&[][..], count),
        "{container:?}"
    );
    let stored = reading.end.checkpoints.as_ref().map(Checkpoints::to_bytes);
    let checkpoints = stored.map(|bytes| Checkpoints::from_bytes(&bytes).unwrap());
    for (number, record) in reading.records.iter().enumerate().rev() {
        let sample = parse_record(container, &record.raw).unwrap();
        assert!(sample.turns[0].text.ends_with(&format!("caption {number}")), "{sample:?}");
        let [ImageRef::Embedded(image)] = &sample.images[..] else { panic!("{sample:?}") };
        for checkpoints in [checkpoints.as_ref(), None] {
            let read = read_embedded(file, container, checkpoints, image, &mut |_| Ok(())).unwrap();
            assert_eq!(read, picture(number as u64), "picture {number} of {container:?}");
        }
    }
}

#[test]
fn pictures_of_packed_archives_and_pickles_are_found_again() {
    for (bytes, container) in [(shard(30), Container::TAR), (pickle(30), Container::PICKLE)] {
        assert_read(&file_of(&bytes), container, 30);
        assert_read(&file_of(&member(&bytes, 6)), container.gzip(), 30);
        assert_read(&file_of(&zstd::encode_all(&bytes[..], 3).unwrap()), container.zstd(), 30);
        let frames: Vec<u8> =
            bytes.chunks(50_000).flat_map(|piece| zstd::encode_all(piece, 1).unwrap()).collect();
        assert_read(&file_of(&frames), container.zstd(), 30);
    }
}

#[test]
fn what_is_wrong_with_packed_bytes_is_told_and_the_rest_is_read() {
    let lines = "{\"id\":1}\n".repeat(50_000);
    let packed = zstd::encode_all(lines.as_bytes(), 3).unwrap();
    let whole = read_all(&file_of(&packed), Container::JSON_LINES.zstd(), Limits::DEFAULT);
    assert_eq!((whole.records.len(), whole.problems.len()), (50_000, 0));
    let rows: [(Vec<u8>, usize, &str); 3] = [
        (packed[..packed.len() - 3].to_vec(), 1, "the zstd file is cut short"),
        ([&packed[..], b"<html>"].concat(), 50_000, "is not zstd data and is ignored"),
        ([&packed[..], &packed, b"\x50\x2a\x4d\x18\x02\0\0\0ab"].concat(), 100_000, ""),
    ];
    for (bytes, least, part) in rows {
        let reading = read_all(&file_of(&bytes), Container::JSON_LINES.zstd(), Limits::DEFAULT);
        assert!(reading.records.len() >= least, "{part}: {}", reading.records.len());
        assert_eq!(reading.problems.is_empty(), part.is_empty(), "{:?}", reading.problems);
        assert!(
            reading.problems.iter().all(|problem| problem.message.contains(part)),
            "{:?}",
            reading.problems
        );
    }
    let cut = member(&shard(30), 6);
    let reading = read_all(&file_of(&cut[..cut.len() / 2]), Container::TAR.gzip(), Limits::DEFAULT);
    assert!(reading.records.len() > 5);
    let told: Vec<&str> = reading.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert!(told.concat().contains("cut short"), "{told:?}");
}

#[test]
fn a_picture_in_base64_inside_lines_packed_by_zstd_is_found_again() {
    let text = STANDARD.encode(picture(1));
    let line = format!(r#"{{"image":"{text}","conversations":[{{"from":"gpt","value":"a"}}]}}"#);
    let lines = format!("{{\"id\":0}}\n{line}\n");
    let file = file_of(&zstd::encode_all(lines.as_bytes(), 3).unwrap());
    let container = Container::JSON_LINES.zstd();
    let reading = read_all(&file, container, Limits::DEFAULT);
    let record = &reading.records[1];
    let sample = crate::Reading::new(container).parse(record.offset, &record.raw).unwrap();
    let [ImageRef::Embedded(image)] = &sample.images[..] else { panic!("{sample:?}") };
    let read =
        read_embedded(&file, container, reading.end.checkpoints.as_ref(), image, &mut |_| Ok(())).unwrap();
    assert_eq!(read, picture(1));
}

/// Text of some deflate blocks and reads: lines of different numbers.
fn text() -> Vec<u8> {
    (0..200_000u64).flat_map(|line| format!("{:x}\n", line.wrapping_mul(0x9E37_79B9)).into_bytes()).collect()
}

fn cut(text: &[u8], steps: &[(u64, u64)]) -> Vec<Range<u64>> {
    let mut at = 0;
    let mut ranges = Vec::new();
    for (gap, length) in steps {
        let start = at + gap;
        at = start + length;
        if at > text.len() as u64 {
            break;
        }
        ranges.push(start..at);
    }
    ranges
}

fn read(mut reader: RangeReader<'_>) -> Vec<(u32, Vec<u8>)> {
    let mut found = Vec::new();
    while let Some((number, bytes)) = reader.next().unwrap() {
        found.push((number, bytes.to_vec()));
    }
    found
}

fn numbered(ranges: &[Range<u64>]) -> Ranges<'_> {
    Box::new((0..).zip(ranges.iter().cloned()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_range_is_that_part_of_the_text(
        steps in prop::collection::vec((prop_oneof![0u64..30, 0u64..40_000, 0u64..900_000], 1u64..3_000), 1..60),
    ) {
        let text = text();
        let ranges = cut(&text, &steps);
        let wanted: Vec<(u32, Vec<u8>)> =
            (0..).zip(&ranges).map(|(at, range)| (at, text[range.start as usize..range.end as usize].to_vec())).collect();
        let plain = file_of(&text);
        prop_assert_eq!(&read(RangeReader::new(&plain, Container::JSON_LINES, None, numbered(&ranges))), &wanted);
        let packed = file_of(&member(&text, 6));
        let gzip = Container::JSON_LINES.gzip();
        prop_assert_eq!(&read(RangeReader::new(&packed, gzip, None, numbered(&ranges))), &wanted);
        let limits = Limits { spacing: 64 << 10, ..Limits::DEFAULT };
        let checkpoints = read_all(&packed, gzip, limits).end.checkpoints.unwrap();
        prop_assert!(checkpoints.len() > 5);
        let reader = RangeReader::new(&packed, gzip, Some(&checkpoints), numbered(&ranges));
        prop_assert_eq!(&read(reader), &wanted);
    }
}

#[test]
fn a_range_past_the_end_is_an_error_behind_those_that_are_there() {
    let range = 4..20;
    for (file, container) in [
        (file_of(b"0123456789"), Container::JSON_LINES),
        (file_of(&member(b"0123456789", 6)), Container::JSON_LINES.gzip()),
    ] {
        let ranges: Ranges<'_> = Box::new([(7, 0..3), (8, 1 << 20..1 << 21), (9, range.clone())].into_iter());
        let mut reader = RangeReader::new(&file, container, None, ranges);
        assert_eq!(reader.next().unwrap(), Some((7, b"012".as_slice())));
        assert!(matches!(reader.next(), Err(ReadError::Gone { .. })));
    }
}
