//! Helpers of the tests: files on disk out of bytes, gzip members, and what reading them shows.

use crate::File;
use crate::split::{Item, Limits, Problem};
use crate::{Container, Sample, parse_record};
use crate::{FileEnd, read_opened};
use flate2::Crc;
use std::io::Write;
use std::ops::ControlFlow;

/// A file without a name.
pub(crate) fn file_of(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.into()
}

/// A gzip member, packed at a level from 0 to 9.
pub(crate) fn member(text: &[u8], level: u8) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(text);
    let mut bytes = b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec();
    bytes.extend(miniz_oxide::deflate::compress_to_vec(text, level));
    bytes.extend(crc.sum().to_le_bytes());
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes
}

/// A record as it was handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) number: u64,
    pub(crate) offset: u64,
    pub(crate) raw: Vec<u8>,
}

/// All that reading a file showed.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) records: Vec<Found>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) end: FileEnd,
}

impl Reading {
    pub(crate) fn raws(&self) -> Vec<&str> {
        self.records.iter().map(|record| std::str::from_utf8(&record.raw).unwrap()).collect()
    }

    pub(crate) fn samples(&self) -> Vec<Sample> {
        self.records.iter().map(|record| parse_record(Container::JSON_ARRAY, &record.raw).unwrap()).collect()
    }
}

pub(crate) fn read_all(file: &File, container: Container, limits: Limits) -> Reading {
    let (mut records, mut problems) = (Vec::new(), Vec::new());
    let end = read_opened(file, container, limits, &mut |item| {
        match item {
            Item::Record(record) => {
                records.push(Found {
                    number: record.number,
                    offset: record.offset,
                    raw: record.raw.to_vec(),
                });
            }
            Item::Problem(problem) => problems.push(problem),
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    Reading { records, problems, end }
}

/// The address of an image in a record's JSON form.
pub(crate) fn address(value: &serde_json::Value) -> Option<crate::EmbeddedImage> {
    let text = value.as_object()?.get("embedded_image")?.to_string();
    crate::EmbeddedImage::from_address(
        &crate::json::parse(text.as_bytes(), crate::json::Origin::Nested).ok()?,
    )
}
