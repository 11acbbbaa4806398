//! A record on one line, with nothing else changed.

use memchr::memchr2;

/// Appends a record on one line.
///
/// A record that stands on one line stays byte for byte. Of any other, blank space outside of texts goes; line breaks
/// inside of texts, which JSON forbids and some readers take, become escapes. Numbers, escapes, keys and their order are
/// left alone.
pub(super) fn push_on_one_line(record: &[u8], out: &mut Vec<u8>) {
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
