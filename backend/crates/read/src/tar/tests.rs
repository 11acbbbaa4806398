//! What is read from shards, whole ones and damaged ones.

mod damaged;
mod records;

use super::read_limited;
use crate::split::Output;
use crate::unpacked::Unpacked;
use crate::{Item, Problem};
use blendscope_demo::pack::tar::TarWriter;
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
    let mut writer = TarWriter::new(Vec::new());
    for (path, bytes) in files {
        writer.file(path, bytes).unwrap();
    }
    writer.finish().unwrap()
}
