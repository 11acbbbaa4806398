//! What a file is, by looking into it; its name says nothing.

mod binary;
mod foreign;
mod magic;

use crate::file::read_opened;
use crate::gzip::{self, GzipReader};
use crate::sheet::{Look, look_at_table};
use crate::split::{Item, Limits, Problem, Source};
use crate::{Container, Form, RecordError, parse_record};
use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

/// Bytes of text that are looked at.
const HEAD: usize = 256 << 10;

/// Records that are looked at.
const RECORDS: u64 = 20;

/// Small reads, and no long record: a look must be quick.
const LIMITS: Limits = Limits { chunk: 64 << 10, record: 4 << 20, ..Limits::DEFAULT };

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sniff {
    /// It has records that can be read.
    Records(Container),
    /// An archive of pictures without samples.
    Pictures,
    /// Boxes on pictures, by sample id, as MG-LLaVA writes them.
    Boxes,
    /// It can be read, but its schema is not ours, for this reason.
    Foreign(String),
    /// It cannot be read, for this reason.
    Unreadable(String),
}

/// Looks into a file.
pub fn sniff(path: &Path) -> Sniff {
    look(path).unwrap_or_else(|error| Sniff::Unreadable(format!("cannot be read: {error}")))
}

fn look(path: &Path) -> io::Result<Sniff> {
    // Asked before opening, which would wait for ever at a pipe.
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Ok(Sniff::Unreadable("a folder, not a file".to_owned()));
    }
    if !metadata.is_file() {
        return Ok(Sniff::Unreadable("a pipe or device, not a file".to_owned()));
    }
    let file = File::open(path)?;
    let mut start = vec![0; HEAD];
    let mut plain = Source::Plain { file: &file, position: 0 };
    let filled = fill(&mut start, |into| plain.read(into))?;
    start.truncate(filled);
    if let Some(zip) = binary::zip(&start) {
        return Ok(zip);
    }
    if let Some(container) = binary::container(&start) {
        return Ok(binary::judge(container, look_at_records(&file, container)?));
    }
    if !start.starts_with(&gzip::MAGIC) {
        return look_into(&file, &start, [Container::JSON_ARRAY, Container::JSON_LINES]);
    }
    let mut reader = GzipReader::new(&file, u64::MAX);
    let mut text = vec![0; HEAD];
    let filled = fill(&mut text, |into| reader.read(into))?;
    text.truncate(filled);
    if let (true, (Some(damage), _)) = (text.is_empty(), reader.finish()) {
        return Ok(Sniff::Unreadable(damage));
    }
    let inside = look_into(&file, &text, [Container::JSON_ARRAY.gzip(), Container::JSON_LINES.gzip()])?;
    Ok(match &inside {
        Sniff::Foreign(reason) => Sniff::Foreign(format!("packed by gzip: {reason}")),
        Sniff::Unreadable(reason) => Sniff::Unreadable(format!("packed by gzip: {reason}")),
        Sniff::Boxes => Sniff::Foreign("packed by gzip: a box file, unpack it first".to_owned()),
        Sniff::Records(_) | Sniff::Pictures => inside,
    })
}

fn fill(into: &mut [u8], mut read: impl FnMut(&mut [u8]) -> io::Result<usize>) -> io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match read(&mut into[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

fn look_into(file: &File, head: &[u8], [array, lines]: [Container; 2]) -> io::Result<Sniff> {
    if let Some(other) = magic::other_format(head) {
        return Ok(other);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match text.first() {
        Some(b'[') => {
            let seen = look_at_records(file, array)?;
            Ok(if seen.good > 0 { Sniff::Records(array) } else { foreign::list(seen.first_bad, text) })
        }
        Some(b'{') => {
            let seen = look_at_records(file, lines)?;
            let is_lines = seen.good > 0 && (seen.first_is_good || seen.good >= seen.bad);
            Ok(if is_lines { Sniff::Records(lines) } else { foreign::object(seen.first_bad, text) })
        }
        _ => look_at_sheet(file, head, array),
    }
}

/// Says what a text is that does not begin like JSON: a table, or what `magic` knows.
fn look_at_sheet(file: &File, head: &[u8], array: Container) -> io::Result<Sniff> {
    let dialect = match look_at_table(head, head.len() < HEAD) {
        Look::Table(dialect) => dialect,
        Look::Other(reason) => return Ok(Sniff::Foreign(reason)),
        Look::NoTable => {
            return Ok(magic::no_json(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start()));
        }
    };
    let form = if dialect.has_tabs() { Form::Tsv } else { Form::Csv };
    let container = Container { form, ..array };
    if container.is_packed() {
        return Ok(Sniff::Foreign("a packed table: unpack it first".to_owned()));
    }
    Ok(binary::judge(container, look_at_records(file, container)?))
}

/// What the first records of a file are.
#[derive(Default)]
pub(crate) struct Seen {
    good: u64,
    bad: u64,
    first_is_good: bool,
    /// The first record that is not a sample, and why.
    first_bad: Option<(Vec<u8>, RecordError)>,
    /// The first trouble that is no record.
    first_problem: Option<Problem>,
}

fn look_at_records(file: &File, container: Container) -> io::Result<Seen> {
    let mut seen = Seen::default();
    read_opened(file, container, LIMITS, &mut |item| {
        let place = match item {
            Item::Record(record) => {
                match parse_record(container, record.raw) {
                    Ok(_) => seen.good += 1,
                    Err(error) => {
                        seen.bad += 1;
                        seen.first_bad.get_or_insert_with(|| (record.raw.to_vec(), error));
                    }
                }
                seen.first_is_good |= record.number == 0 && seen.good == 1;
                record.offset + record.raw.len() as u64
            }
            Item::Problem(problem) => {
                seen.bad += 1;
                let offset = problem.offset;
                seen.first_problem.get_or_insert(problem);
                offset
            }
        };
        let enough = seen.good > 1 || seen.good + seen.bad >= RECORDS || place > HEAD as u64;
        if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .map_err(|(_, error)| error)?;
    Ok(seen)
}

#[cfg(test)]
mod tests;
