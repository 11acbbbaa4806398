//! What is said in a turn: a text, or a list of parts of which some are pictures, calls, sound or film.
//!
//! | part | as it is shown |
//! |---|---|
//! | a text, `{"type": "text" …}`, `input_text`, `output_text`, with the text under `text`, `data`, `value` or `content` | the text |
//! | `{"type": "image" …}`, `image_url`, `input_image`, or an object with a picture and no type | `<image>` |
//! | `{"type": "video" …}`, `audio`, `file` | `[video]`, `[audio]`, `[file]` |
//! | `{"type": "refusal", "refusal": …}`, `thinking` and the like | the text under the type's own name |
//! | anything else, such as a tool's call | its JSON |

use super::pictures::{Named, named};
use crate::ImageRef;
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

/// Most oddities that are told of a record.
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
            object
                .some(key)
                .is_some_and(|value| matches!(named(value), Named::Pictures(found) if !found.is_empty()))
        };
        if PICTURES.iter().filter(|key| **key != "data").any(has_picture) {
            return self.picture(object);
        }
        Value::Object(object.clone()).json_text()
    }

    fn picture(&mut self, object: &Object<'_>) -> String {
        for key in PICTURES {
            match object.some(key).map(named) {
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
