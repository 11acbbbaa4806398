//! Detection of JSON of other schemas by their keys, COCO's annotation files among them.

use super::{LIMITS, Seen};
use crate::dialect::names_a_record;
use crate::dialect::table::{is_of_turns, is_turn};
use crate::split::{Feed, Item, Limits, Stop, TextAt, take_value, walk_list};
use crate::{Container, Form, RecordError, Sniff};
use serde_json::{Map, Value};
use std::io;
use std::ops::ControlFlow;

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

/// Says how pandas wrote a table into one object, if it is such: by columns or split up.
pub(super) fn table_of_pandas(text: &[u8]) -> Option<Sniff> {
    let members = members(text);
    let value = |wanted: &str| members.iter().find(|(key, _)| key == wanted).map(|(_, value)| *value);
    let is_list_of = |value: &[u8], first: u8| {
        let inner = value.strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
        inner.is_some_and(|inner| inner.first() == Some(&first))
    };
    let is_split = value("columns").is_some_and(|columns| is_list_of(columns, b'"'))
        && value("data").is_some_and(|rows| is_list_of(rows, b'['));
    // Of each column the rows by their numbers.
    let is_column = |value: &[u8]| first_member(value).is_some_and(|(row, _)| row == "0");
    let is_plain = |value: &[u8]| first_member(value).is_some_and(|(_, cell)| !cell.starts_with(b"{"));
    let is_by_columns = members.len() > 1
        && members.iter().all(|(_, value)| is_column(value))
        && members.iter().any(|(_, value)| is_plain(value));
    let way = if is_split { "split" } else { "columns" };
    (is_split || is_by_columns).then(|| {
        Sniff::Foreign(format!(
            "a table that pandas wrote (`to_json`, orient=\"{way}\"): write it with orient=\"records\", lines=True"
        ))
    })
}

/// Whether the object that a text begins with holds records of their own although it could be one by itself: what a list
/// in it holds has ids or pictures, and it has none; or all its members are conversations.
pub(super) fn is_around_records(text: &[u8]) -> bool {
    let members = members(text);
    let is_list_of_records = |value: &[u8]| {
        let keys = keys_of_first(value).unwrap_or_default();
        keys.iter().any(|key| names_a_record(key)) && !is_turn_of(&keys)
    };
    let is_one_record = |(key, value): &(String, &[u8])| {
        let is_list = [b"[{".as_slice(), b"[["].iter().any(|begin| value.starts_with(begin));
        names_a_record(key) && !is_list || key == "text_list"
    };
    let is_conversation = |(key, value): &(String, &[u8])| {
        !is_of_turns(key) && keys_of_first(value).is_some_and(|keys| is_turn_of(&keys))
    };
    !members.iter().any(is_one_record)
        && (members.iter().any(|(_, value)| is_list_of_records(value)) || members.iter().all(is_conversation))
}

/// The keys of the first object of a list.
fn keys_of_first(list: &[u8]) -> Option<Vec<String>> {
    let first = list.strip_prefix(b"[")?.trim_ascii_start();
    first.starts_with(b"{").then(|| keys(first))
}

fn is_turn_of(keys: &[String]) -> bool {
    is_turn(&keys.iter().map(String::as_str).collect::<Vec<_>>())
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

/// The first member of a value that may be no object.
fn first_member(value: &[u8]) -> Option<(String, &[u8])> {
    if value.starts_with(b"{") { members(value).into_iter().next() } else { None }
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

/// Bytes within which the first annotation is looked for: images stand before it.
const LOOKED_AT: u64 = 512 << 20;

/// Says what a file is whose text begins with one object, if it is COCO's.
pub(super) fn look_at_coco(text: TextAt<'_>, head: &[u8]) -> io::Result<Option<Sniff>> {
    let keys = keys(head);
    let has = |name: &str| keys.iter().any(|key| key == name);
    let is_coco =
        has("images") && ["annotations", "info", "licenses", "categories"].iter().any(|key| has(key));
    if !is_coco {
        return Ok(None);
    }
    let Some(first) = first_annotation(text)? else {
        let reason = "a COCO list of images (`images`) without annotations: no texts";
        return Ok(Some(Sniff::Foreign(reason.to_owned())));
    };
    let has = |name: &str| first.contains_key(name);
    if has("caption") {
        return Ok(Some(Sniff::Records(Container { form: Form::Coco, packing: text.packing() })));
    }
    let reason = if has("segments_info") {
        "COCO panoptic segments (`segments_info`) and no captions"
    } else if has("keypoints") {
        "COCO keypoints of persons and no captions"
    } else if has("bbox") || has("segmentation") {
        "COCO instances: boxes and no captions"
    } else {
        let keys: Vec<&str> = first.keys().take(8).map(String::as_str).collect();
        return Ok(Some(Sniff::Foreign(format!(
            "a COCO file whose annotations have no captions; their keys: {}",
            keys.join(", ")
        ))));
    };
    Ok(Some(Sniff::Foreign(reason.to_owned())))
}

fn first_annotation(text: TextAt<'_>) -> io::Result<Option<Map<String, Value>>> {
    let mut first = None;
    let mut feed = Feed::new(text.open(u64::MAX)?, 1 << 20);
    let limits = Limits { unpacked: LOOKED_AT, ..LIMITS };
    let walked = walk_list(&mut feed, limits, "annotations", &mut |item| {
        if let Item::Record(record) = item {
            first = serde_json::from_slice(record.raw).ok();
        }
        if first.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    match walked {
        Err(Stop::Failed(error)) => Err(error),
        _ => Ok(first),
    }
}
