//! The id of a record without the rest of it, for those who pass over many records.

use super::fields::id;
use super::{RecordError, parse_record};
use crate::Container;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;

/// The id of a record that [`parse_record`] takes, as in [`Sample::id`](crate::Sample::id).
pub fn parse_id(container: Container, raw: &[u8]) -> Result<Option<Box<str>>, RecordError> {
    if container.form.is_text()
        && let Ok(OnlyId { id, has_other }) = serde_json::from_slice(raw)
        && (id.is_some() || !has_other)
    {
        return Ok(id);
    }
    // What needs repair, and what other keys may stand in for the id, is known to the whole parser alone.
    Ok(parse_record(container, raw)?.id)
}

/// What a record has for an id.
#[derive(Default)]
struct OnlyId {
    id: Option<Box<str>>,
    /// Whether it has the key that is taken where there is no id.
    has_other: bool,
}

impl<'de> Deserialize<'de> for OnlyId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OnlyIdVisitor)
    }
}

struct OnlyIdVisitor;

impl<'de> Visitor<'de> for OnlyIdVisitor {
    type Value = OnlyId;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a record, which is an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<OnlyId, A::Error> {
        let mut found = OnlyId::default();
        while let Some(key) = map.next_key()? {
            match key {
                Key::Id => found.id = id(map.next_value()?)?,
                Key::Other => {
                    found.has_other = true;
                    map.next_value::<IgnoredAny>()?;
                }
                Key::Ignored => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found)
    }
}

enum Key {
    Id,
    Other,
    Ignored,
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
            "idx" => Key::Other,
            _ => Key::Ignored,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_id_that_the_whole_record_has() {
        let turns = r#""conversations": [{"from": "gpt", "value": "x"}]"#;
        for (before, behind) in [
            (r#""id": "a", "#, ""),
            (r#""id": 17, "#, ""),
            (r#""id": null, "#, ""),
            ("", ""),
            ("", r#", "id": "at the end""#),
            (r#""id": "a", "#, r#", "id": "the last counts""#),
            (r#""id": "a", "#, r#", "id": null"#),
            (r#""idx": 4, "#, ""),
            (r#""idx": "b", "id": "a", "#, ""),
            (r#""idx": [1], "#, ""),
            (r#""id": "caf\u00e9", "#, ""),
            (r#""\u0069d": "a key with an escape", "#, ""),
            (r#""id": "a", "score": NaN, "#, ""),
            ("\"id\": \"line\nbreak\", ", ""),
            (r#""id": "half \ud83d", "#, ""),
            (r#""id": "a", "text_list": ["x"], "idx": 3, "#, ""),
            (r#""extra": {"id": "inside"}, "#, ""),
        ] {
            let record = format!("{{{before}{turns}{behind}}}");
            let whole = parse_record(Container::JSON_ARRAY, record.as_bytes()).unwrap();
            assert_eq!(parse_id(Container::JSON_ARRAY, record.as_bytes()).unwrap(), whole.id, "{record}");
        }
        let document = br#"{"idx": 3, "text_list": ["x"], "image_info": []}"#;
        assert_eq!(parse_id(Container::JSON_LINES, document).unwrap(), None);
    }

    #[test]
    fn what_is_no_record_is_an_error() {
        assert!(parse_id(Container::JSON_ARRAY, b"[1, 2]").is_err());
        assert!(parse_id(Container::JSON_ARRAY, b"{\"id\": \"a\"").is_err());
    }
}
