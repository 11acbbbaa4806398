//! The keys of a record.

use crate::record::TURN_KEYS;
use crate::record::images::Images;
use crate::record::turns::Turns;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::fmt;

/// A record as it stands, before its parts are put together.
#[derive(Default)]
pub(crate) struct Fields {
    pub(crate) id: Option<Box<str>>,
    pub(crate) images: Images,
    /// One for each of [`TURN_KEYS`].
    pub(crate) turns: [Option<Turns>; TURN_KEYS.len()],
    pub(crate) extra: Map<String, Value>,
}

/// A key of a record; only an unknown one is kept as text.
enum Key {
    Id,
    Image,
    Images,
    Turns(usize),
    Extra(String),
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a record, which is an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Fields::default();
        while let Some(key) = map.next_key()? {
            match key {
                Key::Id => fields.id = id(map.next_value()?)?,
                Key::Image => fields.images.image = map.next_value()?,
                Key::Images => fields.images.images = map.next_value()?,
                Key::Turns(place) => fields.turns[place] = map.next_value()?,
                Key::Extra(name) => drop(fields.extra.insert(name, map.next_value()?)),
            }
        }
        Ok(fields)
    }
}

/// The id as canonical JSON text; a number stays as it is written.
pub(super) fn id<E: Error>(value: &RawValue) -> Result<Option<Box<str>>, E> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'n') => Ok(None),
        Some(b'"') if memchr::memchr(b'\\', text.as_bytes()).is_none() => Ok(Some(text.into())),
        Some(b'"') => {
            let decoded: String = serde_json::from_str(text).map_err(E::custom)?;
            Ok(Some(Value::String(decoded).to_string().into()))
        }
        Some(b'-' | b'0'..=b'9') => Ok(Some(text.into())),
        _ => Err(E::custom("an id that is neither a text nor a number")),
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl Visitor<'_> for KeyVisitor {
    type Value = Key;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_str<E>(self, name: &str) -> Result<Key, E> {
        Ok(match name {
            "id" => Key::Id,
            "image" => Key::Image,
            "images" => Key::Images,
            _ => match TURN_KEYS.iter().position(|key| *key == name) {
                Some(place) => Key::Turns(place),
                None => Key::Extra(name.to_owned()),
            },
        })
    }
}
