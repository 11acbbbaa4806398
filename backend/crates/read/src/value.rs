//! A record as a tree of values: what every container hands to the dialects.
//!
//! Texts are borrowed from the record's bytes where these hold no escapes, and a picture is an address instead of its
//! bytes. Numbers keep the text in which they are written.

use crate::{EmbeddedImage, Flaw, Format, ImageAt, ImageEncoding, PictureFacts};
use serde_json::{Map, Number};
use std::borrow::Cow;

/// Longest text of nothing but base64 that is kept among a record's other keys; pictures aside, it is sound or film.
const LONGEST_BASE64: usize = 16 << 10;

/// A value of a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    /// Nothing; also `NaN`, which a data frame writes where it has nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, as it is written.
    Number(Cow<'a, str>),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Self>),
    /// Keys with their values.
    Object(Object<'a>),
    /// A picture inside the annotation file.
    Picture(Box<EmbeddedImage>),
}

/// The members of an object, in order; each key once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object<'a>(pub(crate) Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Object<'a> {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The value of a key, unless it is null.
    pub(crate) fn some(&self, key: &str) -> Option<&Value<'a>> {
        self.get(key).filter(|value| !value.is_null())
    }

    /// Takes a member out; the others keep their order.
    pub(crate) fn take(&mut self, key: &str) -> Option<Value<'a>> {
        let place = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(place).1)
    }

    /// The keys in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_ref())
    }

    /// The members in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value))
    }
}

impl<'a> Value<'a> {
    /// Whether it is nothing.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether nothing is said by it: it is null, blank, or a list or object of nothing else, maybe written out in a text.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => matches!(text.trim(), "" | "[]" | "{}"),
            Self::List(items) => items.iter().all(Self::is_blank),
            Self::Object(object) => object.iter().all(|(_, value)| value.is_blank()),
            _ => false,
        }
    }

    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The items, if it is a list.
    pub(crate) fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The members, if it is an object.
    pub(crate) fn as_object(&self) -> Option<&Object<'a>> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// A text, or what a number or a truth value reads like.
    pub(crate) fn words(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) | Self::Number(text) => Some(Cow::Borrowed(text)),
            Self::Bool(truth) => Some(Cow::Borrowed(if *truth { "true" } else { "false" })),
            _ => None,
        }
    }

    /// Whether a picture of the annotation file is in it.
    pub(crate) fn has_picture(&self) -> bool {
        match self {
            Self::Picture(_) => true,
            Self::List(items) => items.iter().any(Self::has_picture),
            Self::Object(object) => object.0.iter().any(|(_, value)| value.has_picture()),
            _ => false,
        }
    }

    /// Puts what is said of something left out in the place of every picture of the annotation file.
    pub(crate) fn leave_pictures_out(&mut self) {
        match self {
            Self::Picture(_) => *self = Self::Text("[picture in a deflated file: unpack the archive]".into()),
            Self::List(items) => items.iter_mut().for_each(Self::leave_pictures_out),
            Self::Object(object) => object.0.iter_mut().for_each(|(_, value)| value.leave_pictures_out()),
            _ => {}
        }
    }

    /// Levels of lists and objects.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            Self::Object(object) => 1 + object.iter().map(|(_, value)| value.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// Writes the value as a reader of a container keeps it: compact, pictures as marked addresses.
    pub(crate) fn write_stored(&self, into: &mut Vec<u8>) {
        match self {
            Self::Null => into.extend_from_slice(b"null"),
            Self::Bool(truth) => into.extend_from_slice(if *truth { b"true" } else { b"false" }),
            Self::Number(text) => into.extend_from_slice(text.as_bytes()),
            Self::Text(text) => write_text(text, into),
            Self::Picture(image) => into.extend_from_slice(image.to_json().get().as_bytes()),
            Self::List(items) => {
                into.push(b'[');
                for (number, item) in items.iter().enumerate() {
                    into.extend_from_slice(if number > 0 { b"," } else { b"" });
                    item.write_stored(into);
                }
                into.push(b']');
            }
            Self::Object(object) => {
                into.push(b'{');
                for (number, (key, value)) in object.iter().enumerate() {
                    into.extend_from_slice(if number > 0 { b"," } else { b"" });
                    write_text(key, into);
                    into.push(b':');
                    value.write_stored(into);
                }
                into.push(b'}');
            }
        }
    }

    /// The value for answers, with addresses in place of pictures and without long base64.
    pub(crate) fn into_json(self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Self::Null => Json::Null,
            Self::Bool(truth) => Json::Bool(truth),
            Self::Number(text) => number(&text),
            Self::Text(text) if is_long_base64(&text) => Json::String(left_out(text.len())),
            Self::Text(text) => Json::String(text.into_owned()),
            Self::List(items) => Json::Array(items.into_iter().map(Value::into_json).collect()),
            Self::Object(object) => Json::Object(object.into_json()),
            Self::Picture(image) => image.to_value(),
        }
    }

    /// The value as compact JSON text, for what belongs into a turn and is no text.
    pub(crate) fn json_text(&self) -> String {
        self.clone().into_json().to_string()
    }
}

impl Object<'_> {
    /// The members for answers, see [`Value::into_json`].
    pub(crate) fn into_json(self) -> Map<String, serde_json::Value> {
        self.0.into_iter().map(|(key, value)| (key.into_owned(), value.into_json())).collect()
    }
}

fn write_text(text: &str, into: &mut Vec<u8>) {
    serde_json::to_writer(into, text).expect("a text is written into memory without errors");
}

/// What stands in place of base64 that is nothing to read.
pub(crate) fn left_out(length: usize) -> String {
    format!("{length} characters of base64")
}

/// Whether a text is so much base64 that no page should carry it.
pub(crate) fn is_long_base64(text: &str) -> bool {
    text.len() > LONGEST_BASE64
        && text.bytes().skip(64).all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_\r\n".contains(&byte))
}

/// A number beyond 64 bits is as near as a float comes; what is none at all stays the text that it is.
fn number(text: &str) -> serde_json::Value {
    text.parse::<Number>().map_or_else(|_| serde_json::Value::from(text), serde_json::Value::Number)
}

impl EmbeddedImage {
    /// Reads the address inside a marked object, as [`to_json`](Self::to_json) wrote it.
    pub(crate) fn from_address(address: &Value<'_>) -> Option<Self> {
        let address = address.as_object()?;
        let text = |name: &str| address.get(name).and_then(Value::as_text);
        let number = |name: &str| match address.get(name)? {
            Value::Number(text) => text.parse::<u64>().ok(),
            _ => None,
        };
        let small = |name: &str| number(name)?.try_into().ok();
        let encoding = ImageEncoding::from_name(text("encoding")?)?;
        let at = match small("group") {
            Some(group) => ImageAt::Cell {
                group,
                column: small("column")?,
                row: small("row")?,
                item: small("item")?,
                encoding,
            },
            None => ImageAt::Range { offset: number("offset")?, length: number("length")?, encoding },
        };
        let hash = blake3::Hash::from_hex(address.get("blake3")?.as_text()?).ok()?;
        let pixels = |name: &str| number(name).and_then(|pixels| pixels.try_into().ok()).unwrap_or(0);
        let facts = PictureFacts {
            format: text("format").and_then(Format::from_name),
            width: pixels("width"),
            height: pixels("height"),
            flaw: text("flaw").and_then(Flaw::from_name),
        };
        Some(Self { hash: *hash.as_bytes(), bytes: number("bytes")?, facts, at })
    }
}
