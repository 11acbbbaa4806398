//! The pictures that a value names.

use super::table::{PICTURE_MEMBERS, is_picture_name};
use crate::ImageRef;
use crate::json::{Origin, parse};
use crate::value::{Object, Value};

/// Bytes of the longest path that a system takes; a longer text is a picture in an encoding that is not known.
const LONGEST_PATH: usize = 4096;

/// Texts that a data frame writes where there is no picture.
const NONE: [&str; 5] = ["nan", "none", "null", "<na>", "n/a"];

/// What a value of a picture's key says.
pub(super) enum Named {
    /// These pictures, in order; none of them where it says that there is none.
    Pictures(Vec<ImageRef>),
    /// Something that is no picture.
    Nothing,
}

/// Reads a text, a list, an object, or what stands for no picture.
pub(super) fn named(value: &Value<'_>) -> Named {
    let mut found = Vec::new();
    if collect(value, &mut found) { Named::Pictures(found) } else { Named::Nothing }
}

/// The pictures of a value, none where it is no picture's.
pub(super) fn refs(value: &Value<'_>) -> Vec<ImageRef> {
    match named(value) {
        Named::Pictures(found) => found,
        Named::Nothing => Vec::new(),
    }
}

/// Whether a value is nothing but pictures out of the file: one, a list of them, or an object that holds them.
pub(super) fn is_made_of_pictures(value: &Value<'_>) -> bool {
    value.has_picture()
        && match value {
            Value::Picture(_) => true,
            Value::List(items) => items.iter().all(|item| item.is_null() || is_made_of_pictures(item)),
            Value::Object(object) => {
                object.get("bytes").is_some_and(Value::has_picture)
                    || object.iter().all(|(_, item)| item.is_null() || is_made_of_pictures(item))
            }
            _ => false,
        }
}

/// Says false of what is no picture.
fn collect(value: &Value<'_>, into: &mut Vec<ImageRef>) -> bool {
    match value {
        Value::Null => true,
        Value::Picture(image) => {
            into.push(ImageRef::Embedded(**image));
            true
        }
        Value::Text(text) => of_text(text, into),
        Value::List(items) => {
            let before = into.len();
            let understood = items.iter().filter(|item| collect(item, into)).count();
            understood == items.len() || into.len() > before
        }
        Value::Object(object) => of_object(object, into),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn of_text(text: &str, into: &mut Vec<ImageRef>) -> bool {
    let trimmed = text.trim();
    let is_none = trimmed.len() <= 4 && NONE.iter().any(|none| none.eq_ignore_ascii_case(trimmed));
    if trimmed.is_empty() || is_none {
        return true;
    }
    if trimmed.starts_with('[') && trimmed.ends_with(']') {
        let list = [Origin::Nested, Origin::Python].into_iter().find_map(|origin| {
            parse(trimmed.as_bytes(), origin).ok().filter(|list| list.as_list().is_some())
        });
        if let Some(list) = list {
            return collect(&list, into);
        }
    }
    let is_data = trimmed.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("data:"));
    into.push(if is_data || text.len() > LONGEST_PATH {
        ImageRef::NotEmbedded(String::new())
    } else {
        ImageRef::from_written(text.to_owned())
    });
    true
}

/// `{"bytes": …, "path": …}` as tables have it, `{"url": …}` as chats do, or an object of name and picture.
fn of_object(object: &Object<'_>, into: &mut Vec<ImageRef>) -> bool {
    let before = into.len();
    match object.get("bytes") {
        // Bytes that have no address in the file, such as old protocols of pickles make of them.
        Some(Value::Number(_)) => {
            into.push(ImageRef::NotEmbedded(String::new()));
            return true;
        }
        Some(bytes) if collect(bytes, into) && into.len() > before => return true,
        _ => {}
    }
    let mut is_known = object.get("bytes").is_some();
    for key in PICTURE_MEMBERS {
        let Some(value) = object.get(key) else { continue };
        is_known |= collect(value, into);
        if into.len() > before {
            return true;
        }
    }
    is_known || of_names(object, into)
}

/// `{"<image_00>": path, …}`, or what a shard was called before it was merged: `{"000.jpg": picture}`.
fn of_names(object: &Object<'_>, into: &mut Vec<ImageRef>) -> bool {
    let is_one = |value: &Value<'_>| match value {
        Value::Text(text) => is_picture_name(text),
        other => other.is_null() || is_made_of_pictures(other),
    };
    let all = !object.0.is_empty() && object.iter().all(|(_, value)| is_one(value));
    all && object.iter().all(|(_, value)| collect(value, into))
}

/// The place-holders that name the pictures of a record one by one, such as `<image_00>`.
pub(super) fn place_holders(value: &Value<'_>) -> Vec<String> {
    let Some(object) = value.as_object() else { return Vec::new() };
    let are_all = object.keys().all(|key| key.starts_with('<') && key.ends_with('>'));
    if are_all { object.keys().map(str::to_owned).collect() } else { Vec::new() }
}
