//! Content of a turn: a text, or a list of parts of which some are pictures, calls, sound or film; and image refs out
//! of any value.
//!
//! | part | as it is shown |
//! |---|---|
//! | a text, `{"type": "text" …}`, `input_text`, `output_text`, with the text under `text`, `data`, `value` or `content` | the text |
//! | `{"type": "image" …}`, `image_url`, `input_image`, or an object with a picture and no type | `<image>` |
//! | `{"type": "video" …}`, `audio`, `file` | `[video]`, `[audio]`, `[file]` |
//! | `{"type": "refusal", "refusal": …}`, `thinking` and the like | the text under the type's own name |
//! | anything else, such as a tool's call | its JSON |

use super::table::{PICTURE_MEMBERS, is_picture_name};
use crate::ImageRef;
use crate::json::{Origin, parse};
use crate::value::{Object, Value};
use blendscope_shared::content::IMAGE_TOKEN;

/// Keys under which a part has its text.
const TEXTS: [&str; 4] = ["text", "data", "value", "content"];

/// Keys under which a part has its picture.
const PICTURES: [&str; 13] = [
    "image",
    "image_url",
    "url",
    "path",
    "source",
    "data",
    "file_name",
    "image_path",
    "images",
    "img",
    "image_file",
    "inline_data",
    "inlineData",
];

/// What stands for what is not shown, by a piece of its type.
const NOT_SHOWN: [(&str, &str); 4] =
    [("video", "[video]"), ("audio", "[audio]"), ("document", "[file]"), ("file", "[file]")];

/// What was gathered from the contents of turns beside their texts.
#[derive(Default)]
pub(super) struct Gathered {
    /// Pictures, in order.
    pub(super) images: Vec<ImageRef>,
    /// What is odd about the record, in words.
    pub(super) odd: Vec<String>,
    /// Whether there is a video.
    pub(super) has_video: bool,
}

/// Most oddities that are reported of a record.
const ODD_MAX: usize = 8;

impl Gathered {
    /// Notes something odd.
    pub(super) fn note(&mut self, what: impl FnOnce() -> String) {
        if self.odd.len() < ODD_MAX {
            self.odd.push(what());
        }
    }

    /// What is said by a value; none where it is nothing.
    pub(super) fn content(&mut self, value: Value<'_>) -> Option<String> {
        match value {
            Value::Null => None,
            Value::Text(text) => Some(self.with_tags(text.into_owned())),
            Value::Number(_) | Value::Bool(_) => value.words().map(std::borrow::Cow::into_owned),
            Value::List(parts) => Some(self.parts(parts)),
            other => Some(self.part(other)),
        }
    }

    /// Parts, one per line.
    pub(super) fn parts(&mut self, parts: Vec<Value<'_>>) -> String {
        let mut text = String::new();
        let mut is_first = true;
        for part in parts {
            if part.is_null() {
                self.note(|| "a part of a turn is nothing".to_owned());
                continue;
            }
            if !std::mem::take(&mut is_first) {
                text.push('\n');
            }
            text.push_str(&self.part(part));
        }
        text
    }

    fn part(&mut self, part: Value<'_>) -> String {
        match part {
            Value::Picture(image) => {
                self.images.push(ImageRef::Embedded(*image));
                IMAGE_TOKEN.to_owned()
            }
            Value::Object(object) => self.typed(&object),
            other => self.content(other).unwrap_or_default(),
        }
    }

    fn typed(&mut self, object: &Object<'_>) -> String {
        let kind = object.get("type").and_then(Value::as_text).unwrap_or_default().to_ascii_lowercase();
        if kind.is_empty() {
            return self.untyped(object);
        }
        if is_of_picture(&kind) {
            return self.picture(object);
        }
        if let Some(stand_in) = stand_in(&kind) {
            self.has_video |= kind.contains("video");
            return stand_in.to_owned();
        }
        let is_call = kind.contains("tool_use") || kind.contains("tool_call") || kind.contains("function");
        let names = TEXTS.iter().copied().chain([kind.as_str()]);
        let text = names.filter(|_| !is_call).find_map(|name| object.some(name));
        match text.and_then(|text| self.content(text.clone())) {
            Some(text) => text,
            None if kind.contains("text") => String::new(),
            None => Value::Object(object.clone()).json_text(),
        }
    }

    /// A part that does not say what it is.
    fn untyped(&mut self, object: &Object<'_>) -> String {
        if let Some(text) = object.some("text").or_else(|| object.some("content")) {
            return self.content(text.clone()).unwrap_or_default();
        }
        for (name, stand_in) in NOT_SHOWN {
            if object.some(name).is_some() {
                self.has_video |= name == "video";
                return stand_in.to_owned();
            }
        }
        let has_picture = |key: &&str| {
            object.some(key).is_some_and(
                |value| matches!(pictures_of(value), Named::Pictures(found) if !found.is_empty()),
            )
        };
        if PICTURES.iter().filter(|key| **key != "data").any(has_picture) {
            return self.picture(object);
        }
        Value::Object(object.clone()).json_text()
    }

    fn picture(&mut self, object: &Object<'_>) -> String {
        for key in PICTURES {
            match object.some(key).map(pictures_of) {
                Some(Named::Pictures(found)) if !found.is_empty() => {
                    let tokens = IMAGE_TOKEN.repeat(found.len());
                    self.images.extend(found);
                    return tokens;
                }
                Some(Named::Nothing) => {
                    self.note(|| format!("`{key}` of a part of a turn is no picture"));
                }
                _ => {}
            }
        }
        IMAGE_TOKEN.to_owned()
    }

    /// Takes the pictures out of a text that names them in it, between `<img>` and `</img>`.
    fn with_tags(&mut self, text: String) -> String {
        let bytes = text.as_bytes();
        if !memchr::memchr_iter(b'<', bytes).any(|at| bytes[at..].starts_with(b"<img>")) {
            return text;
        }
        let (mut shown, mut rest) = (String::with_capacity(text.len()), text.as_str());
        while let Some((before, behind)) = rest.split_once("<img>") {
            let Some((name, behind)) = behind.split_once("</img>") else { break };
            shown.push_str(before);
            if name.trim().is_empty() || name.contains('\n') {
                shown.push_str(&rest[before.len()..rest.len() - behind.len()]);
            } else {
                self.images.push(ImageRef::from_written(name.to_owned()));
                shown.push_str(IMAGE_TOKEN);
            }
            rest = behind;
        }
        shown.push_str(rest);
        shown
    }
}

fn is_of_picture(kind: &str) -> bool {
    kind.contains("image") || kind.contains("img") || kind.contains("picture") || kind == "photo"
}

fn stand_in(kind: &str) -> Option<&'static str> {
    NOT_SHOWN.iter().find(|(name, _)| kind.contains(name)).map(|(_, stand_in)| *stand_in)
}

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
pub(super) fn pictures_of(value: &Value<'_>) -> Named {
    let mut found = Vec::new();
    if collect(value, &mut found) { Named::Pictures(found) } else { Named::Nothing }
}

/// The pictures of a value, none where it is no picture's.
pub(super) fn image_refs(value: &Value<'_>) -> Vec<ImageRef> {
    match pictures_of(value) {
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
            let collected = items.iter().filter(|item| collect(item, into)).count();
            collected == items.len() || into.len() > before
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
