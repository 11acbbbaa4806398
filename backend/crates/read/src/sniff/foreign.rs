//! JSON of other schemas, named by their keys.

use crate::split::take_value;
use crate::{RecordError, Sniff};
use serde_json::{Map, Value};

/// Keys that are named in a reason.
const NAMED_KEYS: usize = 8;

/// Says what a list is in which no record is a sample.
pub(crate) fn list(first_bad: Option<(Vec<u8>, RecordError)>, text: &[u8]) -> Sniff {
    let Some((raw, error)) = first_bad else {
        let is_empty = text.get(1..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"]"));
        return if is_empty {
            Sniff::Foreign("an empty list: no records".to_owned())
        } else {
            Sniff::Unreadable("a list that is cut short or damaged before its first record ends".to_owned())
        };
    };
    record("a list", &raw, &error)
}

/// Says what a text is that begins with an object and is not JSON lines of samples.
pub(crate) fn object(first_bad: Option<(Vec<u8>, RecordError)>, text: &[u8]) -> Sniff {
    if let Some((raw, error)) = &first_bad
        && !matches!(error, RecordError::Malformed { .. })
        && is_more_than(text, raw)
    {
        return record("JSON lines", raw, error);
    }
    let members = members(text);
    let keys: Vec<&str> = members.iter().map(|(key, _)| key.as_str()).collect();
    let has = |name: &str| keys.contains(&name);
    if has("annotations") || (has("images") && (has("info") || has("licenses") || has("categories"))) {
        return Sniff::Foreign(
            "a COCO annotation file (`images` and `annotations`): no training records".to_owned(),
        );
    }
    let first: Option<Map<String, Value>> =
        members.first().and_then(|(_, value)| serde_json::from_slice(value).ok());
    match first {
        Some(first) if is_boxes(&first) => Sniff::Boxes,
        _ if keys.is_empty() => Sniff::Unreadable("a JSON object that is cut short or damaged".to_owned()),
        _ => Sniff::Foreign(format!("one JSON object, not a list of records; its keys: {}", named(&keys))),
    }
}

/// Whether anything follows a first line.
fn is_more_than(text: &[u8], line: &[u8]) -> bool {
    text.strip_prefix(line).is_some_and(|rest| !rest.trim_ascii().is_empty())
}

fn record(container: &str, raw: &[u8], error: &RecordError) -> Sniff {
    let Ok(object) = serde_json::from_slice::<Map<String, Value>>(raw) else {
        return Sniff::Foreign(format!("{container} without a record that can be read: {error}"));
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
        RecordError::PreferencePair => {
            "preference pairs (`chosen` and `rejected`), a schema not read".to_owned()
        }
        RecordError::NoConversations { .. } => {
            format!("{container} of things without conversations; their keys: {}", named(&keys))
        }
        RecordError::Malformed { .. } => format!("{container} without a record that can be read: {error}"),
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
