//! Dialects: what the record of any container means, from its bytes to a sample.
//!
//! A container hands out a record's bytes. They become a tree of values, in which pictures are addresses; one table
//! (`dialect/table.rs`) says which keys are turns, pictures, questions and answers, and `dialect/record.rs` which shape
//! of turns is looked for first. Members of a record are used up as they are read; all that are left are extra. A
//! record of no known shape has its texts as turns under the names of their keys. One odd turn, id or picture costs
//! only itself, and the sample says what is odd. What the user's catalog says about the keys of records of one's own
//! comes first.

mod content;
mod pairs;
mod record;
pub(crate) mod table;
mod texts;
mod turns;

use crate::json::{Malformed, Origin};
use crate::sample::ImageRef;
use crate::split::member_parts;
use crate::value::{Object, Value, is_long_base64, left_out};
use crate::{Container, Form, Sample, json};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::sync::Arc;
use table::{Known, Meaning, is_plainly, look_up};
use turns::Turns;

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
            return json::parse(raw, Origin::Stored);
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
pub(crate) fn stored_form(
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
    let mut stored = Vec::with_capacity(raw.len());
    value.write_stored(&mut stored);
    Ok(stored)
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

/// The keys of a dataset's records, as `[dataset.record]` names them. What it does not name is read as everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RecordKeys {
    /// Keys of the turns, or of a text that is the only turn, the first one that a record has.
    pub turns: Vec<String>,
    /// Keys of pictures.
    pub pictures: Vec<String>,
    /// Key of the id.
    pub id: Option<String>,
    /// Key of a turn that says who speaks.
    pub role: Option<String>,
    /// Key of a turn that says what is said.
    pub text: Option<String>,
}

/// Keys of one's own, or none.
#[derive(Clone, Copy, Debug, Default)]
struct Own<'k>(Option<&'k RecordKeys>);

impl Own<'_> {
    /// Whether it names keys of turns.
    fn names_turns(self) -> bool {
        self.0.is_some_and(|keys| keys.role.is_some() || keys.text.is_some())
    }

    fn is_of_turn(self, key: &str) -> bool {
        self.is_speaker(key) || self.is_said(key)
    }

    /// Whether it is the key of who speaks.
    fn is_speaker(self, key: &str) -> bool {
        self.0.is_some_and(|keys| keys.role.as_deref() == Some(key))
    }

    /// Whether it is the key of what is said.
    fn is_said(self, key: &str) -> bool {
        self.0.is_some_and(|keys| keys.text.as_deref() == Some(key))
    }

    fn turns(&self) -> &[String] {
        self.0.map_or(&[], |keys| &keys.turns)
    }

    fn is_picture(self, key: &str) -> bool {
        self.0.is_some_and(|keys| keys.pictures.iter().any(|known| known == key))
    }

    fn id(&self) -> Option<&str> {
        self.0?.id.as_deref()
    }
}

/// One member.
struct Field<'a> {
    key: Cow<'a, str>,
    known: Known,
    /// None once it is used up.
    value: Option<Value<'a>>,
}

impl Field<'_> {
    /// The key, without a copy where the table has it.
    fn name(&self) -> Cow<'static, str> {
        if self.key == self.known.name {
            Cow::Borrowed(self.known.name)
        } else {
            Cow::Owned(self.key.to_string())
        }
    }
}

/// The members of a record.
struct Fields<'a> {
    all: Vec<Field<'a>>,
    /// A bit for each meaning that some key has, so that most questions are answered without a look.
    meanings: u32,
}

impl<'a> Fields<'a> {
    fn new(object: Object<'a>, own: Own<'_>) -> Self {
        let field = |(key, value): (Cow<'a, str>, Value<'a>)| {
            let known = if own.is_picture(&key) {
                Known { meaning: Meaning::Picture, rank: 0, name: "" }
            } else {
                look_up(&key)
            };
            Field { known, value: Some(value), key }
        };
        let all: Vec<Field<'a>> = object.0.into_iter().map(field).collect();
        let meanings = all.iter().fold(0, |bits, field| bits | 1 << field.known.meaning as u32);
        Self { all, meanings }
    }

    /// The places and values of the fields that are left, in order.
    fn iter(&self) -> impl Iterator<Item = (usize, &Value<'a>)> {
        self.all.iter().enumerate().filter_map(|(place, field)| Some((place, field.value.as_ref()?)))
    }

    /// The places of fields of a meaning that are left and not null, the preferred first.
    fn places(&self, meaning: Meaning) -> Vec<usize> {
        if self.meanings & 1 << meaning as u32 == 0 {
            return Vec::new();
        }
        let mut places: Vec<usize> = (0..self.all.len())
            .filter(|place| {
                let field = &self.all[*place];
                field.known.meaning == meaning && field.value.as_ref().is_some_and(|value| !value.is_null())
            })
            .collect();
        places.sort_by_key(|place| self.all[*place].known.rank);
        places
    }

    /// The place of a field by its key, in lower case and without a colon, if it is left and not null.
    fn place_of(&self, key: &str) -> Option<usize> {
        let is_there = |field: &Field<'_>| field.value.as_ref().is_some_and(|value| !value.is_null());
        let exact = self.all.iter().position(|field| field.key == key && is_there(field));
        exact.or_else(|| self.all.iter().position(|field| is_there(field) && is_plainly(&field.key, key)))
    }

    /// Whether there is a field of this very key, used up or not.
    fn has(&self, key: &str) -> bool {
        self.all.iter().any(|field| field.key == key)
    }

    fn at(&self, place: usize) -> &Field<'a> {
        &self.all[place]
    }

    /// The value at a place; it is left there.
    fn value(&self, place: usize) -> &Value<'a> {
        self.all[place].value.as_ref().unwrap_or(&Value::Null)
    }

    /// The value at a place, used up.
    fn take(&mut self, place: usize) -> Value<'a> {
        self.all[place].value.take().unwrap_or(Value::Null)
    }

    /// Puts a value back that was taken.
    fn put_back(&mut self, place: usize, value: Value<'a>) {
        self.all[place].value = Some(value);
    }

    /// The place of a field by its very key, if it is left and not null.
    fn place_exactly(&self, key: &str) -> Option<usize> {
        let is_it = |field: &Field<'_>| {
            field.key == key && field.value.as_ref().is_some_and(|value| !value.is_null())
        };
        self.all.iter().position(is_it)
    }

    /// What is left, for answers, with `more` behind it.
    fn into_extra(self, more: Vec<(String, Json)>) -> Map<String, Json> {
        let mut extra = Map::new();
        for field in self.all {
            // What says that there is no picture, or are no turns, is used by having said so.
            let says_none = |value: &Value<'_>| match field.known.meaning {
                Meaning::Id | Meaning::Picture => value.is_null(),
                Meaning::Turns => value.is_blank(),
                _ => false,
            };
            if let Some(value) = field.value.filter(|value| !says_none(value)) {
                extra.insert(field.key.into_owned(), value.into_json());
            }
        }
        extra.extend(more);
        extra
    }
}

/// Ends of names of pictures, for objects of picture and caption.
pub(crate) const PICTURE_ENDS: [&[u8]; 6] =
    [b".jpg\"", b".jpeg\"", b".png\"", b".webp\"", b".gif\"", b".bmp\""];

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

pub(crate) fn names_picture(key: &[u8]) -> bool {
    let key = key.to_ascii_lowercase();
    PICTURE_ENDS.iter().any(|end| key.ends_with(end))
}

/// A sample in the making.
struct Draft<'a, 'k> {
    fields: Fields<'a>,
    own: Own<'k>,
    form: Form,
    /// Pictures of the record's own keys.
    images: Vec<ImageRef>,
    turns: Turns,
    /// Keys that were made up for what parts of the record had beside what is shown.
    more: Vec<(String, Json)>,
    sample: Sample,
}

/// Which texts and lists of turns are read: one that is empty counts only where nothing else is said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Emptiness {
    /// Those that say something.
    Said,
    /// Those that say nothing.
    Empty,
}

impl Emptiness {
    /// Whether a value is of this kind.
    fn is_of(self, value: &Value<'_>) -> bool {
        (self == Self::Empty) == value.is_blank()
    }
}

#[cfg(test)]
mod tests;
