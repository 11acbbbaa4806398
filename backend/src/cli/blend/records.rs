//! The records of an annotation file as a trainer counts them: members of an array, or lines.
//!
//! Unlike the index, which makes the best of odd files, this stops where the trainer would.

use blendscope_blend::format::Records;
use blendscope_read::{Container, Item, open_file, read_file};
use std::io::{self, BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::Path;

/// Bytes that are read at once.
const CHUNK: usize = 1 << 20;

/// A record of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'r> {
    /// Its number, from 0.
    pub(super) ordinal: u64,
    /// Where it begins, in bytes.
    pub(super) offset: u64,
    /// Its bytes, without blank space around them; none of an empty line.
    pub(super) raw: &'r [u8],
}

/// Shows the records of a file one after the other, in constant memory; the reason where the trainer would stop.
pub(super) fn visit(
    path: &Path,
    records: Records,
    show: &mut dyn FnMut(Record<'_>) -> ControlFlow<()>,
) -> Result<(), String> {
    let records = if records == Records::Either { form_of(path)? } else { records };
    match records {
        Records::Lines => visit_lines(path, false, show),
        Records::AllLines => visit_lines(path, true, show),
        Records::Array | Records::Either => visit_array(path, show),
    }
}

/// The container to read a record of this file back by.
pub(super) fn container(path: &Path, records: Records) -> Result<Container, String> {
    let records = if records == Records::Either { form_of(path)? } else { records };
    Ok(if records == Records::Array { Container::JSON_ARRAY } else { Container::JSON_LINES })
}

/// Whether a file is an array or lines: what its first character says.
fn form_of(path: &Path) -> Result<Records, String> {
    let mut reader = open(path)?;
    loop {
        let bytes = reader.fill_buf().map_err(|error| unreadable(&error))?;
        let first = bytes.iter().find(|byte| !b" \t\r\n\xef\xbb\xbf".contains(byte)).copied();
        let length = bytes.len();
        return match first {
            Some(b'[') => Ok(Records::Array),
            Some(b'{') => Ok(Records::Lines),
            Some(_) => Err("neither a JSON array nor JSON lines, which is what can be written".to_owned()),
            None if length == 0 => Err("an empty file".to_owned()),
            None => {
                reader.consume(length);
                continue;
            }
        };
    }
}

fn visit_array(path: &Path, show: &mut dyn FnMut(Record<'_>) -> ControlFlow<()>) -> Result<(), String> {
    if form_of(path)? != Records::Array {
        return Err("no JSON array, and the trainer reads nothing else here".to_owned());
    }
    let mut problem = None;
    let read = read_file(path, Container::JSON_ARRAY, &mut |item| match item {
        Item::Record(record) => {
            show(Record { ordinal: record.number, offset: record.offset, raw: record.raw })
        }
        Item::Problem(found) => {
            problem = Some(format!("at byte {}: {}", found.offset, found.message));
            ControlFlow::Break(())
        }
    });
    read.map_err(|error| error.to_string())?;
    problem.map_or(Ok(()), Err)
}

fn visit_lines(
    path: &Path,
    takes_empty: bool,
    show: &mut dyn FnMut(Record<'_>) -> ControlFlow<()>,
) -> Result<(), String> {
    let mut reader = open(path)?;
    let (mut line, mut at) = (Vec::new(), 0_u64);
    for ordinal in 0.. {
        line.clear();
        let length = reader.read_until(b'\n', &mut line).map_err(|error| unreadable(&error))?;
        if length == 0 {
            break;
        }
        let mark = if ordinal == 0 && line.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let kept = line[mark..].trim_ascii_start();
        let offset = at + (line.len() - kept.len()) as u64;
        let raw = kept.trim_ascii_end();
        if raw.is_empty() && !takes_empty {
            return Err(format!("line {} is empty, which stops the trainer", ordinal + 1));
        }
        if show(Record { ordinal, offset, raw }).is_break() {
            break;
        }
        at += length as u64;
    }
    Ok(())
}

fn open(path: &Path) -> Result<BufReader<std::fs::File>, String> {
    let file =
        open_file(path).and_then(blendscope_read::File::into_std).map_err(|error| unreadable(&error))?;
    Ok(BufReader::with_capacity(CHUNK, file))
}

fn unreadable(error: &io::Error) -> String {
    format!("cannot be read: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, records: Records) -> Result<Vec<(u64, String)>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, text).unwrap();
        let mut found = Vec::new();
        visit(&path, records, &mut |record| {
            let (from, to) = (record.offset as usize, record.offset as usize + record.raw.len());
            assert_eq!(&text.as_bytes()[from..to], record.raw);
            found.push((record.ordinal, String::from_utf8_lossy(record.raw).into_owned()));
            ControlFlow::Continue(())
        })?;
        Ok(found)
    }

    #[test]
    fn arrays_and_lines_have_records_byte_for_byte() {
        let wanted = vec![(0, "{\"a\":\n1}".to_owned()), (1, "{ \"b\" : 2 }".to_owned())];
        assert_eq!(read("\u{feff} [ {\"a\":\n1} ,{ \"b\" : 2 }]\n", Records::Array).unwrap(), wanted);
        let wanted = vec![(0, "{\"a\": 1}".to_owned()), (1, "{\"b\":2}".to_owned())];
        assert_eq!(read("\u{feff}{\"a\": 1}\r\n {\"b\":2}", Records::Lines).unwrap(), wanted);
        assert_eq!(read("[{}]", Records::Either).unwrap().len(), 1);
        assert_eq!(read("{}\n{}\n", Records::Either).unwrap().len(), 2);
    }

    #[test]
    fn what_stops_a_trainer_stops() {
        for (text, records) in [
            ("{}\n\n{}\n", Records::Lines),
            ("{}\n{}\n", Records::Array),
            ("[{\"a\": 1}, {\"b\"", Records::Array),
            ("", Records::Either),
            ("a,b\n", Records::Either),
        ] {
            assert!(read(text, records).is_err(), "{text:?}");
        }
        assert_eq!(read("{}\n\n{}\n", Records::AllLines).unwrap().len(), 3, "empty lines are counted");
    }
}
