//! What a line says of a sample.

use super::Lines;
use super::one_line::push_on_one_line;
use crate::LibraryError;
use crate::snapshot::{Located, OpenFile, Snapshot};
use blendscope_read::record_text;
use blendscope_shared::paths;
use serde::Serialize;
use serde_json::value::RawValue;

/// Writes the lines of one export.
pub(super) struct LineWriter {
    lines: Lines,
    /// Stands before the path in links.
    base: String,
}

/// Names of a sample, and where its record stands.
#[derive(Serialize)]
struct Ids<'a> {
    dataset: &'a str,
    key: &'a str,
    /// As the record has it: a text, a number, or null without one.
    id: Option<&'a RawValue>,
    file: &'a str,
    record: u64,
}

/// The lasting link of a sample.
#[derive(Serialize)]
struct Link<'a> {
    dataset: &'a str,
    key: &'a str,
    url: &'a str,
}

impl LineWriter {
    pub(super) fn new(lines: Lines, base: &str) -> Self {
        Self { lines, base: base.trim_end_matches('/').to_owned() }
    }

    /// Whether records have to be read for the lines.
    pub(super) fn needs_records(&self) -> bool {
        self.lines != Lines::Links
    }

    /// Appends the line of a sample; `record` is empty where none is needed.
    pub(super) fn push(
        &self,
        snapshot: &Snapshot,
        file: &OpenFile,
        (located, record): (&Located, &[u8]),
        out: &mut Vec<u8>,
    ) -> Result<(), LibraryError> {
        let dataset = snapshot.found(file.dataset).slug.as_str();
        match self.lines {
            Lines::Records => push_on_one_line(&record_text(file.state().container, record), out),
            Lines::Ids => {
                let changed = || LibraryError::FileChanged { path: file.state().path.clone() };
                let id = file.reading().parse_id(record).map_err(|_| changed())?;
                let id = id.as_deref().map(serde_json::from_str).transpose();
                let (key, id) = (located.key_text(), id.map_err(|_| changed())?);
                let (file, record) = (&file.state().path, located.place.record);
                push_json(&Ids { dataset, key: &key, id, file, record }, out);
            }
            Lines::Links => {
                let key = located.key_text();
                let url = format!("{}{}", self.base, paths::sample_page(dataset, &key));
                push_json(&Link { dataset, key: &key, url: &url }, out);
            }
        }
        out.push(b'\n');
        Ok(())
    }
}

fn push_json(line: &impl Serialize, out: &mut Vec<u8>) {
    serde_json::to_writer(out, line).expect("texts and numbers can be written into memory");
}
