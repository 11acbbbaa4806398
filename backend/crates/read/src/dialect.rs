//! What a record means, in every dialect of training data, whatever container it comes from.
//!
//! A container hands out a record's bytes. They become a tree of values, in which pictures are addresses; one table
//! (`dialect/table.rs`) says which keys are turns, pictures, questions and answers, and `dialect/record.rs` which shape
//! of turns is looked for first. All keys that are not used are extra. A record of no known shape has its texts as turns
//! under the names of their keys. One odd turn, id or picture costs only itself, and the sample says what is odd.

mod beside;
mod captions;
mod content;
mod document;
mod fields;
mod own;
mod pairs;
mod pictures;
mod preference;
mod record;
mod rest;
mod table;
mod turns;

pub use own::RecordKeys;

use crate::json::{self, Malformed, Origin};
use crate::split::member_parts;
use crate::value::{Object, Value, is_long_base64, left_out};
use crate::{Container, Form, Sample};
use std::borrow::Cow;
use std::sync::Arc;

/// Why a record is not a sample.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Not JSON, or no object.
    #[error("{message}, at byte {offset} of the record")]
    Malformed {
        /// Where in the record, in bytes from its start.
        offset: usize,
        /// What is wrong there.
        message: String,
    },
    /// An object without a text to show, or a shard's picture without one.
    #[error("no conversations; {}", if keys.is_empty() { "pictures without a text".to_owned() } else { format!("its keys are {}", keys.join(", ")) })]
    NoConversations {
        /// The keys that it has, without those of id and images.
        keys: Vec<String>,
    },
}

impl From<Box<Malformed>> for RecordError {
    fn from(malformed: Box<Malformed>) -> Self {
        let Malformed { offset, message } = *malformed;
        Self::Malformed { offset, message }
    }
}

/// How the records of an annotation file are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Where they come from.
    pub container: Container,
    /// What the user's catalog says about their keys.
    pub keys: Option<Arc<RecordKeys>>,
}

impl Reading {
    /// As everywhere.
    pub fn new(container: Container) -> Self {
        Self { container, keys: None }
    }

    /// Reads one record, as the reader of its container handed it out.
    ///
    /// `offset` is where it begins in the unpacked bytes of the file: pictures in base64 are addressed there.
    pub fn parse(&self, offset: u64, raw: &[u8]) -> Result<Sample, RecordError> {
        record::read(self, self.value(offset, raw)?)
    }

    /// The id of a record that [`parse`](Self::parse) takes, as in [`Sample::id`].
    pub fn parse_id(&self, raw: &[u8]) -> Result<Option<Box<str>>, RecordError> {
        record::id(self, self.value(0, raw)?)
    }

    fn value<'r>(&self, offset: u64, raw: &'r [u8]) -> Result<Value<'r>, Box<Malformed>> {
        if !self.container.form.is_text() {
            return json::parse(raw, Origin::Kept);
        }
        match member_of_object(self.container, raw) {
            Some((key, value)) => {
                let before = raw.len() - value.len();
                let place = |mut error: Box<Malformed>| {
                    error.offset += before;
                    error
                };
                let value = json::parse(value, Origin::File(offset + before as u64)).map_err(place)?;
                Ok(keyed(json::parse(key, Origin::Nested)?, value))
            }
            None => json::parse(raw, Origin::File(offset)),
        }
    }

    /// A record's text as it is shown: as it stands, with addresses in place of pictures in base64.
    pub fn shown<'r>(&self, offset: u64, raw: &'r [u8]) -> Cow<'r, str> {
        if !self.container.form.is_text() {
            return without_long_base64(String::from_utf8_lossy(raw));
        }
        let before = member_of_object(self.container, raw).map_or(0, |(_, value)| raw.len() - value.len());
        let pictures = json::pictures(&raw[before..], offset + before as u64);
        if pictures.is_empty() {
            return without_long_base64(String::from_utf8_lossy(raw));
        }
        let (mut shown, mut from) = (String::new(), 0);
        for (range, image) in pictures {
            shown.push_str(&String::from_utf8_lossy(&raw[from..before + range.start]));
            shown.push_str(&image.to_value().to_string());
            from = before + range.end;
        }
        shown.push_str(&String::from_utf8_lossy(&raw[from..]));
        without_long_base64(Cow::Owned(shown))
    }
}

/// Whether a key is one of what makes an object a record by itself: its id, its picture, its film.
pub(crate) fn names_a_record(key: &str) -> bool {
    use table::Meaning;
    let meaning = table::look_up(key).meaning;
    matches!(meaning, Meaning::Id | Meaning::Picture | Meaning::File | Meaning::Video)
        || ["_id", "_index", "Id"].iter().any(|end| key.ends_with(end))
}

/// A record in the JSON form that readers of containers hand out, of a text that begins at `offset` in its container's
/// bytes. Where these have no addresses, pictures are left out.
pub(crate) fn kept(
    container: Container,
    offset: u64,
    raw: &[u8],
    is_addressed: bool,
) -> Result<Vec<u8>, RecordError> {
    if is_addressed && !container.form.is_text() {
        return Ok(raw.to_vec());
    }
    let mut value = Reading::new(container).value(offset, raw)?;
    if !is_addressed {
        value.leave_pictures_out();
    }
    let mut kept = Vec::with_capacity(raw.len());
    value.write_kept(&mut kept);
    Ok(kept)
}

/// Key and value of a record that is a member of an object, the value to the end of the record.
fn member_of_object(container: Container, raw: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_member = container.form == Form::JsonObject && raw.starts_with(b"\"");
    let (key, value) = is_member.then(|| member_parts(raw)).flatten()?;
    // The value is the rest of the record, so that its place is known by its length.
    Some((key, &raw[raw.len() - value.len()..]))
}

/// A record out of a member of an object: the key is the id of a record that has none, or the picture of a caption.
fn keyed<'r>(key: Value<'r>, value: Value<'r>) -> Value<'r> {
    let is_picture = key.as_text().is_some_and(table::is_picture_name);
    let member = |name: &'static str, value: Value<'r>| (Cow::Borrowed(name), value);
    match value {
        Value::Object(mut object) => {
            if object.some("id").is_none() {
                object.take("id");
                object.0.insert(0, member("id", key));
            }
            Value::Object(object)
        }
        captions @ (Value::List(_) | Value::Text(_)) if is_picture => {
            Value::Object(Object(vec![member("image", key), member("captions", captions)]))
        }
        turns @ Value::List(_) => {
            Value::Object(Object(vec![member("id", key), member("conversations", turns)]))
        }
        other => other,
    }
}

/// Reads one record as everywhere; pictures in base64 are addressed from the record's own start.
pub fn parse_record(container: Container, raw: &[u8]) -> Result<Sample, RecordError> {
    Reading::new(container).parse(0, raw)
}

/// A text without pieces between quotes that are nothing but long base64.
fn without_long_base64(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.split('"').any(is_long_base64) {
        return text;
    }
    let shorter = |piece: &str| if is_long_base64(piece) { left_out(piece.len()) } else { piece.to_owned() };
    Cow::Owned(text.split('"').map(shorter).collect::<Vec<_>>().join("\""))
}

#[cfg(test)]
mod tests;
