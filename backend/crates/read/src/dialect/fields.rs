//! A record's members with what their keys mean, as they are used up.

use super::own::Own;
use super::table::{Known, Meaning, is_plainly, look_up};
use crate::value::{Object, Value};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;

/// One member.
pub(super) struct Field<'a> {
    pub(super) key: Cow<'a, str>,
    pub(super) known: Known,
    /// None once it is used up.
    value: Option<Value<'a>>,
}

impl Field<'_> {
    /// The key, without a copy where the table has it.
    pub(super) fn name(&self) -> Cow<'static, str> {
        if self.key == self.known.name {
            Cow::Borrowed(self.known.name)
        } else {
            Cow::Owned(self.key.to_string())
        }
    }
}

/// The members of a record.
pub(super) struct Fields<'a> {
    all: Vec<Field<'a>>,
    /// A bit for each meaning that some key has, so that most questions are answered without a look.
    meanings: u32,
}

impl<'a> Fields<'a> {
    pub(super) fn new(object: Object<'a>, own: Own<'_>) -> Self {
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
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, &Value<'a>)> {
        self.all.iter().enumerate().filter_map(|(place, field)| Some((place, field.value.as_ref()?)))
    }

    /// The places of fields of a meaning that are left and not null, the preferred first.
    pub(super) fn places(&self, meaning: Meaning) -> Vec<usize> {
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
    pub(super) fn place_of(&self, key: &str) -> Option<usize> {
        let is_there = |field: &Field<'_>| field.value.as_ref().is_some_and(|value| !value.is_null());
        let exact = self.all.iter().position(|field| field.key == key && is_there(field));
        exact.or_else(|| self.all.iter().position(|field| is_there(field) && is_plainly(&field.key, key)))
    }

    /// Whether there is a field of this very key, used up or not.
    pub(super) fn has(&self, key: &str) -> bool {
        self.all.iter().any(|field| field.key == key)
    }

    pub(super) fn at(&self, place: usize) -> &Field<'a> {
        &self.all[place]
    }

    /// The value at a place; it is left there.
    pub(super) fn value(&self, place: usize) -> &Value<'a> {
        self.all[place].value.as_ref().unwrap_or(&Value::Null)
    }

    /// The value at a place, used up.
    pub(super) fn take(&mut self, place: usize) -> Value<'a> {
        self.all[place].value.take().unwrap_or(Value::Null)
    }

    /// Puts a value back that was taken.
    pub(super) fn put_back(&mut self, place: usize, value: Value<'a>) {
        self.all[place].value = Some(value);
    }

    /// The place of a field by its very key, if it is left and not null.
    pub(super) fn place_exactly(&self, key: &str) -> Option<usize> {
        let is_it = |field: &Field<'_>| {
            field.key == key && field.value.as_ref().is_some_and(|value| !value.is_null())
        };
        self.all.iter().position(is_it)
    }

    /// What is left, for answers, with `more` behind it.
    pub(super) fn into_extra(self, more: Vec<(String, Json)>) -> Map<String, Json> {
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
