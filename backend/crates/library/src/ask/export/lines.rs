//! What a line says of a sample.

use crate::LibraryError;
use crate::ask::export::Lines;
use crate::store::snapshot::{Located, OpenFile, Snapshot};
use blendscope_read::record_text;
use blendscope_shared::paths;
use memchr::memchr2;
use serde::Serialize;
use serde_json::value::RawValue;

/// Writes the lines of one export.
pub(crate) struct LineWriter {
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

/// A record of a written file, as its manifest lists it.
#[derive(Serialize)]
struct Listed<'a> {
    file: &'a str,
    record: u64,
    key: &'a str,
    hash: &'a str,
}

/// The lasting link of a sample.
#[derive(Serialize)]
struct Link<'a> {
    dataset: &'a str,
    key: &'a str,
    url: &'a str,
}

impl LineWriter {
    pub(crate) fn new(lines: Lines, base: &str) -> Self {
        Self { lines, base: base.trim_end_matches('/').to_owned() }
    }

    /// Whether records have to be read for the lines.
    pub(crate) fn needs_records(&self) -> bool {
        self.lines != Lines::Links
    }

    /// Appends the line of a sample; `record` is empty where none is needed.
    pub(crate) fn push(
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
            Lines::Manifest => {
                let (key, hash) = (located.key_text(), blake3::hash(record).to_hex());
                let (file, record) = (&file.state().path, located.place.record);
                push_json(&Listed { file, record, key: &key, hash: hash.as_str() }, out);
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

/// Appends a record on one line.
///
/// A record that stands on one line stays byte for byte. Of any other, blank space outside of texts goes; line breaks
/// inside of texts, which JSON forbids and some readers take, become escapes. Numbers, escapes, keys and their order are
/// left alone.
pub(crate) fn push_on_one_line(record: &[u8], out: &mut Vec<u8>) {
    if memchr2(b'\n', b'\r', record).is_none() {
        out.extend_from_slice(record);
        return;
    }
    let mut rest = record;
    while let Some(quote) = push_structure(rest, out) {
        rest = push_text(&rest[quote + 1..], out);
    }
}

/// Appends what stands before the next text and its opening quote, without blank space; gives the place of the quote.
fn push_structure(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'"' => {
                out.push(b'"');
                return Some(at);
            }
            _ => out.push(*byte),
        }
    }
    None
}

/// Appends a text from behind its opening quote to its closing one; gives what follows.
fn push_text<'r>(mut rest: &'r [u8], out: &mut Vec<u8>) -> &'r [u8] {
    loop {
        let end = memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
        push_without_breaks(&rest[..end], out);
        match rest.get(end) {
            Some(b'\\') => {
                // With a quote or backslash behind it, which then neither ends the text nor escapes.
                let behind = end + if matches!(rest.get(end + 1), Some(b'"' | b'\\')) { 2 } else { 1 };
                out.extend_from_slice(&rest[end..behind]);
                rest = &rest[behind..];
            }
            Some(_) => {
                out.push(b'"');
                return &rest[end + 1..];
            }
            None => return &[],
        }
    }
}

fn push_without_breaks(mut text: &[u8], out: &mut Vec<u8>) {
    while let Some(at) = memchr2(b'\n', b'\r', text) {
        out.extend_from_slice(&text[..at]);
        out.extend_from_slice(if text[at] == b'\n' { b"\\n" } else { b"\\r" });
        text = &text[at + 1..];
    }
    out.extend_from_slice(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn on_one_line(record: &str) -> String {
        let mut out = Vec::new();
        push_on_one_line(record.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
            Just(Value::from("a\n \"b\\\"\r,\t{ }")),
        ];
        leaf.prop_recursive(4, 30, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(".{0,6}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn pretty_records_become_compact_ones(value in any_json()) {
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            // What stands on one line already stays, blanks and all.
            let expected = if pretty.contains('\n') { value.to_string() } else { pretty.clone() };
            prop_assert_eq!(on_one_line(&pretty), expected);
        }

        #[test]
        fn whatever_it_is_it_is_one_line(record in "[\\\\\"a \n\r{}:,é]{0,40}") {
            let line = on_one_line(&record);
            prop_assert!(!line.contains(['\n', '\r']), "{line:?}");
        }
    }

    #[test]
    fn numbers_escapes_and_order_stay() {
        let record = "{\n  \"b\": 1.50e+3,\r\n  \"a\": \"\\u72ac \\/ \\\" x\",\n\t\"c\": [ 1 , 2 ]\n}";
        assert_eq!(on_one_line(record), r#"{"b":1.50e+3,"a":"\u72ac \/ \" x","c":[1,2]}"#);
    }

    #[test]
    fn what_is_on_one_line_stays_byte_for_byte() {
        let record = "{ \"b\" : 1,\t\"a\": \" x \" }";
        assert_eq!(on_one_line(record), record);
    }

    #[test]
    fn raw_line_breaks_in_texts_become_escapes() {
        assert_eq!(on_one_line("{\"a\": \"x\r\ny\"}"), r#"{"a":"x\r\ny"}"#);
    }
}
