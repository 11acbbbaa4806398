//! Shards that are not as they should be.

use super::*;
use proptest::prelude::*;

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
