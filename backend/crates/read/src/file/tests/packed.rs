//! Archives, pickles and lines that are packed as a whole: the same records as unpacked, and pictures by address.

use super::{file_of, member, read_all};
use crate::File;
use crate::split::Limits;
use crate::{Checkpoints, Container, ImageRef, Reading, parse_record, read_embedded};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use blendscope_demo::pack::pickle::{Value, write_pickle};
use blendscope_demo::pack::tar::TarWriter;

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
    let mut writer = TarWriter::new(Vec::new());
    for number in 0..count {
        writer.file(&format!("{number}.jpg"), &picture(number)).unwrap();
        writer.file(&format!("{number}.txt"), format!("caption {number}").as_bytes()).unwrap();
    }
    writer.finish().unwrap()
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
    let sample = Reading::new(container).parse(record.offset, &record.raw).unwrap();
    let [ImageRef::Embedded(image)] = &sample.images[..] else { panic!("{sample:?}") };
    let read =
        read_embedded(&file, container, reading.end.checkpoints.as_ref(), image, &mut |_| Ok(())).unwrap();
    assert_eq!(read, picture(1));
}
