//! JSON of other schemas, named by their keys.

use super::Seen;
use crate::split::take_value;
use crate::{RecordError, Sniff};
use serde_json::{Map, Value};

/// Keys that are named in a reason.
const NAMED_KEYS: usize = 8;

/// Says what a list is in which no record is a sample.
pub(super) fn list(mut seen: Seen, text: &[u8]) -> Sniff {
    let Some((raw, error)) = seen.telling() else {
        let is_empty = text.get(1..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"]"));
        return if is_empty {
            Sniff::Foreign("an empty list: no records".to_owned())
        } else {
            Sniff::Unreadable("a list that is cut short or damaged before its first record ends".to_owned())
        };
    };
    record("a list", &raw, error.as_ref())
}

/// Says what a text is that begins with an object and has no samples; `has_more` says whether anything follows it.
pub(super) fn object(mut seen: Seen, text: &[u8], has_more: bool) -> Sniff {
    let keys = keys(text);
    if has_more && let Some((raw, error)) = seen.telling() {
        return record("JSON lines", &raw, error.as_ref());
    }
    if keys.is_empty() {
        let is_empty = text.get(1..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"}"));
        return if is_empty {
            Sniff::Foreign("an empty JSON object: no records".to_owned())
        } else {
            Sniff::Unreadable("a JSON object that is cut short or damaged".to_owned())
        };
    }
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    Sniff::Foreign(format!("one JSON object, not a list of records; its keys: {}", named(&keys)))
}

/// Whether a text begins with a box file's first item, by itself or under its id.
pub(super) fn is_box_file(text: &[u8]) -> bool {
    let parsed = |value: &[u8]| {
        serde_json::from_slice::<Map<String, Value>>(value).is_ok_and(|object| is_boxes(&object))
    };
    take_value(text).is_some_and(|(first, _)| parsed(first))
        || members(text).first().is_some_and(|(_, value)| parsed(value))
}

fn record(container: &str, raw: &[u8], error: Option<&RecordError>) -> Sniff {
    let Ok(object) = serde_json::from_slice::<Map<String, Value>>(raw) else {
        let why = error.map_or_else(|| "no object".to_owned(), RecordError::to_string);
        return Sniff::Foreign(format!("{container} without a record that can be read: {why}"));
    };
    if is_boxes(&object) {
        return Sniff::Boxes;
    }
    if object.contains_key("question_id") && object.contains_key("text") {
        return Sniff::Foreign(
            "evaluation questions (`question_id` and `text`): no training records".to_owned(),
        );
    }
    let keys: Vec<&str> = object.keys().map(String::as_str).collect();
    Sniff::Foreign(match error {
        Some(error @ RecordError::Malformed { .. }) => {
            format!("{container} without a record that can be read: {error}")
        }
        _ => format!("{container} of things without conversations; their keys: {}", named(&keys)),
    })
}

fn is_boxes(object: &Map<String, Value>) -> bool {
    object.contains_key("boxes") && object.contains_key("labels")
}

fn named(keys: &[&str]) -> String {
    let mut text = keys.iter().take(NAMED_KEYS).copied().collect::<Vec<_>>().join(", ");
    if keys.len() > NAMED_KEYS {
        text.push_str(", …");
    }
    text
}

/// The keys of the object that a text begins with, as far as the text goes.
pub(super) fn keys(text: &[u8]) -> Vec<String> {
    members(text).into_iter().map(|(key, _)| key).collect()
}

/// The members of an object as far as the text goes: keys, and the bytes of the values, the last one maybe cut.
fn members(text: &[u8]) -> Vec<(String, &[u8])> {
    let mut members = Vec::new();
    let mut rest = text.get(1..).unwrap_or_default();
    while let Some((key, behind)) = take_value(rest) {
        let (Ok(key), Some(behind)) =
            (serde_json::from_slice(key), behind.trim_ascii_start().strip_prefix(b":"))
        else {
            break;
        };
        let Some((value, behind)) = take_value(behind) else {
            members.push((key, behind));
            break;
        };
        members.push((key, value));
        let Some(behind) = behind.trim_ascii_start().strip_prefix(b",") else { break };
        rest = behind;
    }
    members
}
