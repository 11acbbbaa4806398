//! What holds for any records, however they are written, packed and read.

use super::*;
use crate::Form;
use crate::Sample;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// How a record is written.
#[derive(Clone, Debug)]
struct Style {
    /// Blank space, taken in turn wherever it may stand.
    blanks: Vec<&'static str>,
    escaped: bool,
    reversed: bool,
}

impl Style {
    fn write(&self, value: &Value, out: &mut String) {
        self.blank(out);
        match value {
            Value::Array(items) => {
                self.list(items, ('[', ']'), out, |item, out| self.write(item, out));
            }
            Value::Object(map) => {
                let mut members: Vec<_> = map.iter().collect();
                if self.reversed {
                    members.reverse();
                }
                self.list(&members, ('{', '}'), out, |(key, value), out| {
                    self.text(key, out);
                    self.blank(out);
                    out.push(':');
                    self.write(value, out);
                });
            }
            Value::String(text) => self.text(text, out),
            other => out.push_str(&other.to_string()),
        }
        self.blank(out);
    }

    fn list<T>(
        &self,
        items: &[T],
        (open, close): (char, char),
        out: &mut String,
        mut each: impl FnMut(&T, &mut String),
    ) {
        out.push(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                out.push(',');
                self.blank(out);
            }
            each(item, out);
        }
        out.push(close);
    }

    fn blank(&self, out: &mut String) {
        if !self.blanks.is_empty() {
            out.push_str(self.blanks[out.len() % self.blanks.len()]);
        }
    }

    fn text(&self, text: &str, out: &mut String) {
        if !self.escaped {
            return out.push_str(&Value::from(text).to_string());
        }
        let units: Vec<_> = text.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect();
        out.extend(["\"", &units.concat(), "\""]);
    }

    /// All records in a container, not packed.
    fn file(&self, records: &[Value], container: Container) -> String {
        let mut text = String::new();
        if container.form == Form::JsonObject {
            self.write(&json!({"data": records}), &mut text);
            return text;
        }
        if container.form != Form::JsonLines {
            self.write(&Value::from(records), &mut text);
            return text;
        }
        for record in records {
            self.write(record, &mut text);
            text.push('\n');
        }
        text
    }
}

/// A style whose blanks have no line breaks, so that it is fit for lines too.
fn style() -> impl Strategy<Value = Style> {
    let blank = prop::sample::select(vec!["", " ", "\t", "   "]);
    (prop::collection::vec(blank, 0..5), any::<bool>(), any::<bool>())
        .prop_map(|(blanks, escaped, reversed)| Style { blanks, escaped, reversed })
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "\"", "\\", "}", "{", "]", "[", ",", ":", "\n", "犬", "😀", "a", "<image>", "\u{1}",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((text(), inner), 0..4)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

fn record() -> impl Strategy<Value = Value> {
    let id = prop_oneof![text().prop_map(Value::from), any::<u32>().prop_map(Value::from)];
    let turn = (text(), text()).prop_map(|(from, value)| json!({"from": from, "value": value}));
    (id, prop::collection::vec(text(), 0..3), prop::collection::vec(turn, 0..4), any_value()).prop_map(
        |(id, image, turns, extra)| json!({"id": id, "image": image, "conversations": turns, "extra": extra}),
    )
}

/// Packs a text as members of different levels, the first of them without text.
fn pack(text: &str, pieces: usize, level: u8) -> Vec<u8> {
    let pieces = text.as_bytes().chunks(text.len().div_ceil(pieces).max(1));
    let packed = pieces.zip(0..).map(|(piece, index)| member(piece, (level + index) % 10));
    std::iter::once(member(b"", level)).chain(packed).flatten().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_way_of_writing_gives_the_same_records_at_exact_ranges(
        records in prop::collection::vec(record(), 0..6), style in style(),
        chunk in 1..200usize, pieces in 1..4usize, level in 0..10u8,
    ) {
        let limits = Limits { chunk, record: 1 << 20, spacing: 64, ..Limits::DEFAULT };
        for container in Container::all().filter(|container| !container.is_kept()) {
            let text = style.file(&records, container);
            let bytes = if container.is_packed() { pack(&text, pieces, level) } else { text.clone().into_bytes() };
            let file = file_of(&bytes);
            let reading = read_all(&file, container, limits);
            prop_assert_eq!(&reading.problems, &[]);
            let values: Vec<Value> = reading.raws().iter().map(|raw| serde_json::from_str(raw).unwrap()).collect();
            prop_assert_eq!(&values, &records);
            for found in &reading.records {
                prop_assert_eq!(&text.as_bytes()[found.offset as usize..][..found.raw.len()], &found.raw[..]);
            }
            assert_read_back(&file, container, &reading);
        }
    }

    #[test]
    fn the_key_does_not_depend_on_how_and_where_a_record_is_written(
        records in prop::collection::vec(record(), 1..4), style in style(), other in style(),
    ) {
        let keys = |style: &Style, container: Container| -> Vec<_> {
            let text = style.file(&records, container);
            let bytes = if container.is_packed() { member(text.as_bytes(), 6) } else { text.into_bytes() };
            read_all(&file_of(&bytes), container, SMALL).samples().iter().map(Sample::key).collect()
        };
        let first = keys(&style, Container::JSON_ARRAY);
        for container in Container::all().filter(|container| !container.is_kept()) {
            prop_assert_eq!(&keys(&other, container), &first);
        }
    }

    #[test]
    fn no_bytes_make_reading_fail(bytes in prop::collection::vec(prop::sample::select(b"{}[]\",:\\ 1a\n\x80".to_vec()), 0..80), chunk in 1..9usize) {
        let limits = Limits { chunk, record: 20, spacing: 64, ..Limits::DEFAULT };
        for container in Container::all().filter(|container| !container.is_kept()) {
            let packed = if container.is_packed() { member(&bytes, 6) } else { bytes.clone() };
            let reading = read_all(&file_of(&packed), container, limits);
            for record in reading.records {
                drop(crate::parse_record(Container::JSON_ARRAY, &record.raw));
            }
        }
    }
}
