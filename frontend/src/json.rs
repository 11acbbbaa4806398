//! Reads JSON into types.
//!
//! Serde compiles a format's reader anew for every type that is read. That of `serde_json` is made for speed and reads
//! any number exactly, which makes the download a tenth larger; so it reads a text into its `Value` only, and types are
//! read from that by this small reader. Structs are objects, numbers are as exact as JavaScript's.

use blendscope_shared::decimal;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use serde_json::{Map, Value, map, value::Number};
use std::{fmt, vec};

/// Why a text or a value is not what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JsonError(String);

/// Reads a text.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, JsonError> {
    from_value(parse(text)?)
}

/// Reads a text without knowing what is in it.
pub fn parse(text: &str) -> Result<Value, JsonError> {
    serde_json::from_str(text).map_err(|error| JsonError(error.to_string()))
}

/// Takes a value apart into a type.
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, JsonError> {
    T::deserialize(Reader(value))
}

impl serde::de::Error for JsonError {
    fn custom<M: fmt::Display>(message: M) -> Self {
        Self(message.to_string())
    }

    fn invalid_type(_found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        wrong(expected)
    }

    fn invalid_value(_found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        wrong(expected)
    }
}

fn wrong(expected: &dyn Expected) -> JsonError {
    JsonError(format!("expected {expected}"))
}

/// A value that is taken apart.
struct Reader(Value);

impl Reader {
    fn unsigned(&self, expected: &dyn Expected) -> Result<u64, JsonError> {
        self.0.as_u64().ok_or_else(|| wrong(expected))
    }

    fn signed(&self, expected: &dyn Expected) -> Result<i64, JsonError> {
        self.0.as_i64().ok_or_else(|| wrong(expected))
    }

    fn float(&self, expected: &dyn Expected) -> Result<f64, JsonError> {
        self.0.as_number().and_then(number).ok_or_else(|| wrong(expected))
    }

    fn string(self, expected: &dyn Expected) -> Result<String, JsonError> {
        if let Value::String(text) = self.0 { Ok(text) } else { Err(wrong(expected)) }
    }

    fn list(self, expected: &dyn Expected) -> Result<List, JsonError> {
        if let Value::Array(values) = self.0 { Ok(List(values.into_iter())) } else { Err(wrong(expected)) }
    }

    fn fields(self, expected: &dyn Expected) -> Result<Fields, JsonError> {
        if let Value::Object(fields) = self.0 { Ok(Fields::of(fields)) } else { Err(wrong(expected)) }
    }

    /// The name of a variant, and what is in it.
    fn variant(self, expected: &dyn Expected) -> Result<Variant, JsonError> {
        match self.0 {
            Value::String(name) => Ok(Variant { name, content: Value::Null }),
            Value::Object(fields) => {
                let (name, content) = fields.into_iter().next().ok_or_else(|| wrong(expected))?;
                Ok(Variant { name, content })
            }
            _ => Err(wrong(expected)),
        }
    }
}

fn number(number: &Number) -> Option<f64> {
    decimal::parse(number.as_str())
}

/// Methods that read a value of one kind and hand it over.
macro_rules! hand_over {
    ($($method:ident: $read:ident, $visit:ident;)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
            let value = self.$read(&visitor)?;
            visitor.$visit(value)
        })*
    };
}

impl<'de> Deserializer<'de> for Reader {
    type Error = JsonError;

    hand_over! {
        deserialize_u8: unsigned, visit_u64;
        deserialize_u16: unsigned, visit_u64;
        deserialize_u32: unsigned, visit_u64;
        deserialize_u64: unsigned, visit_u64;
        deserialize_i8: signed, visit_i64;
        deserialize_i16: signed, visit_i64;
        deserialize_i32: signed, visit_i64;
        deserialize_i64: signed, visit_i64;
        deserialize_f32: float, visit_f64;
        deserialize_f64: float, visit_f64;
        deserialize_str: string, visit_string;
        deserialize_string: string, visit_string;
        deserialize_char: string, visit_string;
        deserialize_identifier: string, visit_string;
        deserialize_seq: list, visit_seq;
        deserialize_map: fields, visit_map;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(is_true) => visitor.visit_bool(is_true),
            Value::Number(found) => match found.as_u64() {
                Some(found) => visitor.visit_u64(found),
                None => visitor.visit_f64(number(&found).unwrap_or(f64::NAN)),
            },
            Value::String(text) => visitor.visit_string(text),
            Value::Array(values) => visitor.visit_seq(List(values.into_iter())),
            Value::Object(fields) => visitor.visit_map(Fields::of(fields)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        match self.0 {
            Value::Bool(is_true) => visitor.visit_bool(is_true),
            _ => Err(wrong(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, JsonError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        let variant = self.variant(&visitor)?;
        visitor.visit_enum(variant)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, JsonError> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! { bytes byte_buf unit unit_struct }
}

/// The elements of a list.
struct List(vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for List {
    type Error = JsonError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, JsonError> {
        self.0.next().map(|value| seed.deserialize(Reader(value))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The fields of an object.
struct Fields {
    left: map::IntoIter,
    value: Value,
}

impl Fields {
    fn of(fields: Map<String, Value>) -> Self {
        Self { left: fields.into_iter(), value: Value::Null }
    }
}

impl<'de> MapAccess<'de> for Fields {
    type Error = JsonError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, JsonError> {
        let Some((name, value)) = self.left.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(Reader(Value::String(name))).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, JsonError> {
        seed.deserialize(Reader(self.value.take()))
    }
}

/// A variant of an enum: a name, or an object with one field.
struct Variant {
    name: String,
    content: Value,
}

impl<'de> EnumAccess<'de> for Variant {
    type Error = JsonError;
    type Variant = Reader;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Reader), JsonError> {
        Ok((seed.deserialize(Reader(Value::String(self.name)))?, Reader(self.content)))
    }
}

impl<'de> VariantAccess<'de> for Reader {
    type Error = JsonError;

    fn unit_variant(self) -> Result<(), JsonError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, JsonError> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, JsonError> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, JsonError> {
        self.deserialize_map(visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use blendscope_markdown::tree::Block;
    use blendscope_shared::{
        image::{ImageStatus, ImageView},
        role::Role,
        search::{FacetsAnswer, Histogram, SearchAnswer, SearchHit, Snippet},
    };
    use serde::{Deserialize, Serialize};
    use std::fmt::Debug;

    fn assert_read_as_written<T: Debug + DeserializeOwned + PartialEq + Serialize>(value: &T) {
        assert_eq!(&read::<T>(&serde_json::to_string(value).unwrap()).unwrap(), value);
    }

    #[test]
    fn answers_are_read_as_they_are_written() {
        let snippet = Snippet {
            turn: 1,
            role: Role::Other("tool".to_owned()),
            text: "犬\n".to_owned(),
            marks: vec![[0, 1]],
        };
        let image = ImageView { status: ImageStatus::NotEmbedded, width: Some(640), ..ImageView::default() };
        let hit = SearchHit {
            images: vec![image],
            id: Some("7".to_owned()),
            score: 12.5,
            snippets: vec![snippet],
            ..SearchHit::default()
        };
        assert_read_as_written(&SearchAnswer { took_ms: 0.125, items: vec![hit], ..SearchAnswer::default() });
        let bars = Histogram { bounds: vec![1, u64::MAX], counts: vec![0], all: vec![3] };
        assert_read_as_written(&FacetsAnswer {
            histograms: [("turns".to_owned(), bars)].into(),
            ..FacetsAnswer::default()
        });
    }

    #[test]
    fn the_tree_of_a_text_is_read_as_it_is_written() {
        let text =
            "# a\n\n1. **b** `c` <image>\n\n> $x$\n\n| a | b |\n|--|--:|\n| 1 | 2 |\n\n---\n\n```py\nd\n```";
        assert_read_as_written::<Vec<Block>>(&blendscope_markdown::parse(text));
    }

    #[test]
    fn what_is_wrong_is_told() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Row {
            count: u8,
        }
        let wrong = |text: &str| read::<Row>(text).unwrap_err().to_string();
        assert_eq!(wrong("{}"), "missing field `count`");
        assert_eq!(wrong("{\"count\": \"7\"}"), "expected u8");
        assert_eq!(wrong("{\"count\": 256}"), "expected u8");
        assert_eq!(wrong("[7]"), "expected struct Row");
        assert!(wrong("{\"count\": 7").contains("EOF"));
        assert_eq!(read::<Row>("{\"more\": [1, {}], \"count\": 7}").unwrap(), Row { count: 7 });
    }
}
