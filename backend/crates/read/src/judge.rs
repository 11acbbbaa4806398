//! Tells records of training data from other values: settings, logs, scores, registries.
//!
//! A value whose shape is known is a record, and one is enough. Values of which only the texts can be read are records
//! where they have pictures. A few keys, those of turns and of pictures, tell containers apart: by them a dict is a
//! record and no list of records. A record that is a member of an object, `"1001": {…}`, has the key as its id.

use crate::split::member_parts;
use crate::{Container, Form, ImageRef, RecordError, Sample, parse_record};
use serde_json::Value;
use std::borrow::Cow;

/// Keys that say who speaks; an object that has one, and one of [`SAID`], is a turn.
const SPEAKER: [&str; 4] = ["from", "role", "speaker", "user"];

/// Keys that hold what is said.
const SAID: [&str; 6] = ["value", "content", "text", "tool_calls", "function_call", "assistant"];

/// Keys of a record's turns.
const TURNS: [&str; 8] =
    ["conversations", "conversation", "messages", "dialogue", "dialog", "turns", "texts", "chat"];

/// Keys of a record's pictures.
const PICTURES: [&str; 8] = ["image", "images", "img", "imgs", "picture", "pictures", "photo", "frames"];

/// Whether an object with these keys is one turn of a conversation.
pub(crate) fn is_turn(keys: &[&str]) -> bool {
    let has = |names: &[&str]| keys.iter().any(|key| names.contains(key));
    has(&SPEAKER) && has(&SAID)
}

/// Whether a key is one of a record's turns.
pub(crate) fn is_of_turns(key: &str) -> bool {
    TURNS.contains(&key)
}

/// Whether a key is one of a record's pictures.
pub(crate) fn is_of_pictures(key: &str) -> bool {
    PICTURES.contains(&key)
}

/// Values after which the answer does not change any more.
const ENOUGH: u32 = 50;

/// What a value is.
pub(crate) enum Verdict {
    /// A record whose shape is known.
    Record,
    /// Something with texts and pictures.
    Pictures,
    /// Something with texts.
    Texts,
    /// Nothing that says anything about the others: a value by itself or an object of nulls, for this reason.
    Nothing(RecordError),
    /// Something else, for this reason.
    Other(RecordError),
}

/// Says what the text of a record is.
pub(crate) fn verdict(container: Container, raw: &[u8]) -> Verdict {
    match parse_record(container, raw) {
        Ok(sample) if sample.is_certain => Verdict::Record,
        Ok(sample) if has_pictures(&sample) => Verdict::Pictures,
        Ok(_) => Verdict::Texts,
        Err(error) if is_nothing(raw) => Verdict::Nothing(error),
        Err(error) => Verdict::Other(error),
    }
}

/// Whether a record's text is a null, text or number, or an object of nothing else than nulls.
fn is_nothing(raw: &[u8]) -> bool {
    match serde_json::from_slice::<Value>(raw) {
        Ok(Value::Object(object)) => object.values().all(Value::is_null),
        Ok(value) => !value.is_array(),
        Err(_) => false,
    }
}

fn has_pictures(sample: &Sample) -> bool {
    sample.images.iter().any(|image| !matches!(image, ImageRef::NotEmbedded(_)))
}

/// Whether a value of a JSON object, or a member of one with its key, is a record whose shape is known.
pub(crate) fn is_record(raw: &[u8]) -> bool {
    matches!(verdict(Container::JSON_OBJECT, raw), Verdict::Record)
}

/// Looks at values one after the other.
#[derive(Default)]
pub(crate) struct Judge {
    /// Values that say something about the others.
    seen: u32,
    records: u32,
    with_pictures: u32,
    texts: u32,
}

impl Judge {
    /// Looks at the next value of a list; true when that was enough.
    pub(crate) fn look(&mut self, raw: &[u8]) -> bool {
        self.count(&verdict(Container::JSON_OBJECT, raw))
    }

    /// Counts a value; true when that was enough.
    pub(crate) fn count(&mut self, verdict: &Verdict) -> bool {
        self.seen += u32::from(!matches!(verdict, Verdict::Nothing(_)));
        match verdict {
            Verdict::Record => self.records += 1,
            Verdict::Pictures => self.with_pictures += 1,
            Verdict::Texts => self.texts += 1,
            Verdict::Nothing(_) | Verdict::Other(_) => {}
        }
        self.records > 0 || self.seen >= ENOUGH
    }

    /// Whether a value was a record of a known shape.
    pub(crate) fn has_records(&self) -> bool {
        self.records > 0
    }

    /// Whether most of the values so far have texts or pictures: enough for a table or an archive.
    pub(crate) fn has_texts(&self) -> bool {
        self.records > 0 || (self.with_pictures + self.texts) * 2 > self.seen
    }

    /// Whether the values so far are training data.
    pub(crate) fn is_data(&self) -> bool {
        self.records > 0 || self.with_pictures > 0 && self.with_pictures * 2 >= self.seen
    }
}

/// Ends of names of pictures, for objects of picture and caption.
const PICTURE_ENDS: [&[u8]; 6] = [b".jpg\"", b".jpeg\"", b".png\"", b".webp\"", b".gif\"", b".bmp\""];

/// The text of a record as a JSON value of its own: of a member of an object, key and all, one object.
///
/// `"7": {"a": 1}` becomes `{"id":"7","a": 1}`, `"7": [turns]` becomes `{"id":"7","conversations":[turns]}`, and
/// `"a.jpg": "text"` becomes `{"image":"a.jpg","caption":"text"}`.
pub fn record_text(container: Container, raw: &[u8]) -> Cow<'_, [u8]> {
    if container.form != Form::JsonObject || !raw.starts_with(b"\"") {
        return Cow::Borrowed(raw);
    }
    let Some((key, value)) = member_parts(raw) else { return Cow::Borrowed(raw) };
    let inner = value.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    Cow::Owned(match (inner, value.first()) {
        (Some(b"}"), _) => [b"{\"id\":", key, b"}"].concat(),
        (Some(inner), _) => [b"{\"id\":", key, b",", inner].concat(),
        (None, Some(b'[')) if !names_picture(key) => {
            [b"{\"id\":", key, b",\"conversations\":", value, b"}"].concat()
        }
        (None, Some(b'[')) => [b"{\"image\":", key, b",\"captions\":", value, b"}"].concat(),
        (None, Some(b'"')) if names_picture(key) => {
            [b"{\"image\":", key, b",\"caption\":", value, b"}"].concat()
        }
        _ => return Cow::Borrowed(raw),
    })
}

fn names_picture(key: &[u8]) -> bool {
    let key = key.to_ascii_lowercase();
    PICTURE_ENDS.iter().any(|end| key.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_a_record_with_its_key_as_id() {
        for (member, text) in [
            (r#""7" : {"a": 1}"#, r#"{"id":"7","a": 1}"#),
            (r#""7":{ }"#, r#"{"id":"7"}"#),
            (r#""7": [{"from":"gpt"}]"#, r#"{"id":"7","conversations":[{"from":"gpt"}]}"#),
            (r#""a.JPG": "text""#, r#"{"image":"a.JPG","caption":"text"}"#),
            (r#""7": 1"#, r#""7": 1"#),
            (r#"{"id":"7"}"#, r#"{"id":"7"}"#),
        ] {
            assert_eq!(record_text(Container::JSON_OBJECT, member.as_bytes()), text.as_bytes(), "{member}");
            assert_eq!(record_text(Container::JSON_LINES, member.as_bytes()), member.as_bytes());
        }
    }
}
