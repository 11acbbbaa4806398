//! A JSON tree as one of the contract's types.
//!
//! A serde deserializer for what these types consist of: structs, lists, optional values, texts, numbers and enums of
//! plain names. A struct is handed over as the list of its fields' values, so that no type brings along the code that
//! tells its field names apart. A field that may be absent therefore has to say so by `#[serde(default)]`.

use super::tree::{Json, Kind, parse};
use crate::format;
use serde::{
    de::{
        DeserializeOwned, DeserializeSeed, Deserializer, Error, Expected, IntoDeserializer, SeqAccess,
        Unexpected, Visitor,
    },
    forward_to_deserialize_any,
};
use std::fmt::Display;

/// Why a text is not what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ReadError(String);

impl Error for ReadError {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }

    // The standard messages name what is there, and with it the way to write floating-point numbers.
    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("{expected} expected"))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self(format!("{expected} expected, the one after {length} is missing"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("{expected} expected"))
    }
}

/// Reads a JSON text.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, ReadError> {
    from_tree(&parse(text).map_err(ReadError::custom)?)
}

/// Reads a value that is parsed already.
pub fn from_tree<T: DeserializeOwned>(json: &Json<'_>) -> Result<T, ReadError> {
    T::deserialize(json)
}

impl Json<'_> {
    #[inline(never)]
    fn whole_number(&self) -> Result<u64, ReadError> {
        self.source.parse().map_err(|_| self.unlike("a whole number"))
    }

    #[inline(never)]
    fn unlike(&self, expected: &str) -> ReadError {
        /// Enough to recognise a value by, in characters.
        const SHOWN: usize = 40;
        let shown: String = self.source.chars().take(SHOWN).collect();
        ReadError(format!("{expected} expected, not {shown}"))
    }
}

impl<'de> Deserializer<'de> for &Json<'_> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ReadError> {
        Err(self.unlike("another kind of value"))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.kind {
            Kind::Bool(value) => visitor.visit_bool(value),
            _ => Err(self.unlike("true or false")),
        }
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_u64(self.whole_number()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_u64(self.whole_number()?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_u64(self.whole_number()?)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_f64(format::parse_decimal(self.source).ok_or_else(|| self.unlike("a number"))?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match &self.kind {
            Kind::Text(text) => visitor.visit_str(text),
            _ => Err(self.unlike("a text")),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.kind {
            Kind::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.kind {
            Kind::List(_) => visitor.visit_seq(Values { json: self, fields: &[], next: 0 }),
            _ => Err(self.unlike("a list")),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, ReadError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match self.kind {
            Kind::Map(_) => visitor.visit_seq(Values { json: self, fields, next: 0 }),
            _ => Err(self.unlike("an object")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        let place = variants.iter().position(|&variant| variant == self.plain());
        let place = place.ok_or_else(|| self.unlike("a known name"))?;
        visitor.visit_enum((place as u32).into_deserializer())
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u128 char bytes byte_buf unit unit_struct newtype_struct tuple_struct map identifier
        ignored_any
    }
}

/// The items of a list, or the values of a struct's fields in the order of the fields.
struct Values<'a> {
    json: &'a Json<'a>,
    /// Names of the fields; nothing for a list.
    fields: &'static [&'static str],
    next: usize,
}

impl<'a> Values<'a> {
    #[inline(never)]
    fn advance(&mut self) -> Option<&'a Json<'a>> {
        let number = self.next;
        self.next += 1;
        match &self.json.kind {
            Kind::List(items) => items.get(number),
            _ => self.json.get(self.fields.get(number)?),
        }
    }

    /// The error with the name of the field in front.
    #[inline(never)]
    fn locate(&self, error: ReadError) -> ReadError {
        match self.fields.get(self.next - 1) {
            Some(name) => ReadError(format!("{name}: {error}")),
            None => error,
        }
    }
}

impl<'de> SeqAccess<'de> for Values<'_> {
    type Error = ReadError;

    /// Nothing at the end of a list, and for a field that is not there: serde then takes its default or, where it has
    /// none, [`ReadError::invalid_length`].
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        let Some(value) = self.advance() else { return Ok(None) };
        seed.deserialize(value).map(Some).map_err(|error| self.locate(error))
    }
}
