//! The parameters of a JSON body, as the pairs of a query string.
//!
//! They are taken while the body is read, so that a body of very many values costs no more than one of the most allowed.

use super::ApiError;
use super::query::bad;
use blendscope_shared::search::{ParamError, SearchParams};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Names and values, in order.
pub(super) type Pairs = Vec<(String, String)>;

/// The object as the pairs of a query string: an array repeats its name, null is as good as absent.
pub(super) fn pairs_of_body(body: &[u8]) -> Result<Pairs, ApiError> {
    let mut pairs = Pairs::new();
    let mut refused = None;
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = reader.deserialize_map(Object { pairs: &mut pairs, refused: &mut refused });
    match (read.and_then(|()| reader.end()), refused) {
        (Ok(()), _) => Ok(pairs),
        (Err(_), Some(refused)) => Err(refused.into()),
        (Err(error), None) => Err(ApiError::BadBody(error.to_string())),
    }
}

/// The whole body.
struct Object<'p> {
    pairs: &'p mut Pairs,
    /// The parameter that was refused.
    refused: &'p mut Option<ParamError>,
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let (pairs, refused) = (&mut *self.pairs, &mut *self.refused);
            map.next_value_seed(Values { name: &name, is_inside: false, pairs, refused })?;
        }
        Ok(())
    }
}

/// What one name is given: a value, or an array of values.
struct Values<'p> {
    name: &'p str,
    is_inside: bool,
    pairs: &'p mut Pairs,
    refused: &'p mut Option<ParamError>,
}

impl Values<'_> {
    fn push<E: Error>(self, value: impl Into<String>) -> Result<(), E> {
        if self.pairs.len() == SearchParams::MAX_VALUES {
            return Err(self.refuse(&SearchParams::too_many_values()));
        }
        self.pairs.push((self.name.to_owned(), value.into()));
        Ok(())
    }

    fn refuse<E: Error>(self, message: &str) -> E {
        *self.refused = Some(bad(self.name, message));
        E::custom(message)
    }
}

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Values<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, a number, true, false, or an array of these")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.push(value.to_string())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.push(value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.push(value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.push(value.to_string())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.push(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        if self.is_inside {
            return Err(self.refuse(NESTED));
        }
        loop {
            let (pairs, refused) = (&mut *self.pairs, &mut *self.refused);
            let one = Values { name: self.name, is_inside: true, pairs, refused };
            if values.next_element_seed(one)?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(self.refuse(NESTED))
    }
}

const NESTED: &str = "must not be nested";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::api::query::Query;
    use serde_json::{Value, json};

    fn params(value: &Value) -> Result<SearchParams, ApiError> {
        let pairs = pairs_of_body(value.to_string().as_bytes())?;
        Ok(SearchParams::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?)
    }

    fn refused(value: &Value) -> String {
        match params(value) {
            Err(ApiError::BadParameter(error)) => error.parameter,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_body_says_the_same_as_a_query_string() {
        let by_body = params(&json!({
            "q": "red bus", "typing": true, "dataset": ["a", "b"], "limit": 7, "cursor": null,
        }));
        let by_query = Query::parse("q=red+bus&typing=true&dataset=a&dataset=b&limit=7").unwrap();
        assert_eq!(by_body.unwrap(), SearchParams::parse(by_query.pairs()).unwrap());
    }

    #[test]
    fn what_cannot_be_is_named() {
        assert_eq!(refused(&json!({"q": {"and": []}})), "q");
        assert_eq!(refused(&json!({"lang": ["de", ["ja"]]})), "lang");
        assert_eq!(refused(&json!({"seed": "red"})), "seed");
        assert_eq!(refused(&json!({"limit": 7.5})), "limit");
        assert_eq!(refused(&json!({"lang": vec![1; SearchParams::MAX_VALUES + 1]})), "lang");
        for body in ["[]", "7", "{\"q\": ", "{} {}", ""] {
            assert!(matches!(pairs_of_body(body.as_bytes()), Err(ApiError::BadBody(_))), "{body}");
        }
    }
}
