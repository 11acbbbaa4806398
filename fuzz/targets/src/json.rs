//! Fuzz targets: JSON arrays and JSON lines, plain and packed, and single records.

use super::laws::Laws;
use crate::laws::with_file;
use blendscope_read::{Checkpoints, Container, File, Limits, parse_record, read_back, read_opened};
use serde_json::Value;
use std::ops::ControlFlow;

/// Limits at which records are too long and checkpoints many, and a run is quick.
const SMALL: Limits = Limits { chunk: 512, record: 16 << 10, spacing: 2 << 10, ..Limits::DEFAULT };

/// Records of a packed file that are read back.
const READ_BACK: usize = 16;

pub(super) fn array(bytes: &[u8]) {
    with_file(bytes, |file| read_plain(file, bytes, Container::JSON_ARRAY));
}

pub(super) fn lines(bytes: &[u8]) {
    with_file(bytes, |file| read_plain(file, bytes, Container::JSON_LINES));
}

pub(super) fn object(bytes: &[u8]) {
    with_file(bytes, |file| read_plain(file, bytes, Container::JSON_OBJECT));
}

/// Annotations joined with their images keep to the laws of records.
pub(super) fn coco(bytes: &[u8]) {
    with_file(bytes, |file| read_stored(file, limits(bytes), Container::COCO));
}

pub(super) fn zstd(bytes: &[u8]) {
    with_file(bytes, |file| {
        let limits = Limits { record: limits(bytes).record.min(1 << 20), ..limits(bytes) };
        read_stored(file, limits, Container::JSON_ARRAY.zstd());
        read_stored(file, limits, Container::JSON_LINES.zstd());
    });
}

/// Records that are kept by whoever reads them.
fn read_stored(file: &File, limits: Limits, container: Container) {
    let mut laws = Laws::new(container);
    let end = read_opened(file, container, limits, &mut |item| {
        laws.check(&item);
        ControlFlow::Continue(())
    });
    laws.finish(end.expect("a temporary file can be read").records);
}

pub(super) fn gzip(bytes: &[u8]) {
    with_file(bytes, |file| {
        // A short file may unpack to a long record, so the limit of memory is set for a record of 1 MB.
        let limits = Limits { record: limits(bytes).record.min(1 << 20), ..limits(bytes) };
        read_packed(file, limits, Container::JSON_ARRAY.gzip());
        read_packed(file, limits, Container::JSON_LINES.gzip());
    });
}

/// The real limits for every eighth length, so that both kinds are met.
fn limits(bytes: &[u8]) -> Limits {
    if bytes.len().is_multiple_of(8) { Limits::DEFAULT } else { SMALL }
}

/// Every record's range holds the record's bytes.
fn read_plain(file: &File, bytes: &[u8], container: Container) {
    let mut laws = Laws::new(container);
    let mut read_back_too = READ_BACK;
    let end = read_opened(file, container, limits(bytes), &mut |item| {
        if let Some((record, _)) = laws.check(&item) {
            let range = record.offset as usize..record.offset as usize + record.raw.len();
            assert_eq!(bytes.get(range), Some(record.raw), "a range holds its record");
            if read_back_too > 0 {
                read_back_too -= 1;
                let again = read_back(file, container, None, record.offset, record.raw.len() as u64);
                assert_eq!(again.expect("a range can be read back"), record.raw);
            }
        }
        ControlFlow::Continue(())
    });
    laws.finish(end.expect("a temporary file can be read").records);
}

/// Records are found again through checkpoints that went through their stored form.
fn read_packed(file: &File, limits: Limits, container: Container) {
    let mut laws = Laws::new(container);
    let mut found = Vec::new();
    let mut every = 1;
    let end = read_opened(file, container, limits, &mut |item| {
        if let Some((record, _)) = laws.check(&item)
            && record.number.is_multiple_of(every)
        {
            found.push((record.offset, record.raw.len() as u64, blake3::hash(record.raw)));
            if found.len() == 2 * READ_BACK {
                // Half as many from here on, so that some of every part of the text are kept.
                let mut place = 0;
                found.retain(|_| {
                    place += 1;
                    place % 2 == 1
                });
                every *= 2;
            }
        }
        ControlFlow::Continue(())
    });
    let end = end.expect("a temporary file can be read");
    laws.finish(end.records);
    let stored = end.checkpoints.expect("a packed file has checkpoints").to_bytes();
    let checkpoints = Checkpoints::from_bytes(&stored).expect("checkpoints survive their stored form");
    for (offset, length, hash) in found {
        let again = read_back(file, container, Some(&checkpoints), offset, length);
        assert_eq!(blake3::hash(&again.expect("a range can be read back")), hash);
    }
}

/// A record has the same key when its JSON is written anew.
pub(super) fn record(bytes: &[u8]) {
    let Ok(sample) = parse_record(Container::JSON_LINES, bytes) else { return };
    let id_is_exact = sample.id.as_deref().is_none_or(|id| id.starts_with('"') || id.parse::<i64>().is_ok());
    // Writing anew takes memory of its own, for which a run has no allowance unless the record is small.
    if !id_is_exact || bytes.len() > 16 << 10 {
        return;
    }
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
    // A number that is said in a turn reads as it is written, which writing it anew may change.
    if has_fraction(&value) {
        return;
    }
    let anew = parse_record(Container::JSON_LINES, value.to_string().as_bytes());
    assert_eq!(anew.expect("a record written anew is one").key(), sample.key());
}

fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_fraction),
        Value::Object(members) => members.values().any(has_fraction),
        _ => false,
    }
}
