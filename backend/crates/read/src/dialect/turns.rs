//! Lists of turns, in every shape that they have.
//!
//! | shape | example |
//! |---|---|
//! | speaker and text | `{"from": "human", "value": "…"}`, `{"role": "user", "content": "…"}` |
//! | named by the speaker | `{"user": "…", "assistant": "…", "source": "…"}` |
//! | pairs without names | `["question", "answer"]` |
//! | texts in turn | `"…", "…"` |
//! | an object of lists | `{"from": ["human", "gpt"], "value": ["…", "…"]}` |
//! | JSON, or what Python prints, in a text | `"[{\"from\": …}]"` |
//!
//! A turn that is odd costs only itself: its place is kept, and the record says what is odd. What a turn has beside
//! speaker and text goes to the record's other keys, as `conversations[].weight`.

use super::Own;
use super::content::{Gathered, Named, pictures_of};
use super::table::{CALLS, Meaning, NAMED_SPEAKERS, SAID, SPEAKERS, look_up};
use crate::json::{Origin, parse};
use crate::value::{Object, Value};
use blendscope_shared::role::Role;
use blendscope_shared::sample::Turn;
use serde_json::Value as Json;
use std::borrow::Cow;

/// Turns as they are read, with all that their parts say.
#[derive(Default)]
pub(super) struct Turns {
    pub(super) items: Vec<Turn>,
    pub(super) gathered: Gathered,
    /// What turns have beside speaker and text: by key, the turn's number and the value.
    rest: Vec<(String, Vec<(usize, Json)>)>,
}

impl Turns {
    /// Whether a value can be turns: a list of which some item is one, or that is empty; an object with a turn's keys.
    pub(super) fn fits(value: &Value<'_>, own: Own<'_>) -> bool {
        match value {
            Value::List(items) => {
                let is_item = |item: &Value<'_>| match item {
                    Value::Object(object) => has_turn_key(object, own),
                    Value::List(_) | Value::Text(_) => true,
                    _ => false,
                };
                let has_picture = items.iter().any(|item| matches!(item, Value::Picture(_)));
                !has_picture && (items.is_empty() || items.iter().any(is_item))
            }
            Value::Object(object) => has_turn_key(object, own),
            Value::Text(text) => written_out(text).is_some(),
            _ => false,
        }
    }

    /// Reads the value of a key that holds turns; says their shape.
    pub(super) fn read(&mut self, value: Value<'_>, own: Own<'_>) -> Option<&'static str> {
        match value {
            Value::List(items) => Some(self.list(items, own)),
            Value::Object(object) => Some(self.object(object, own)),
            Value::Text(text) => {
                let inner = written_out(&text)?;
                self.read(inner, own).map(|_| "JSON in a text")
            }
            _ => None,
        }
    }

    fn list(&mut self, items: Vec<Value<'_>>, own: Own<'_>) -> &'static str {
        self.items.reserve(items.len());
        let mut shape = "empty";
        let are_pair = items.len() == 2;
        for (number, item) in items.into_iter().enumerate() {
            shape = match item {
                Value::Object(object) => self.turn(object, own),
                Value::List(items) => self.inner_list(items, own),
                Value::Null => {
                    self.gathered.note(|| format!("turn {number} is nothing"));
                    self.push(Role::Other("?".to_owned()), String::new());
                    shape
                }
                other => {
                    let role = if number % 2 == 0 { Role::Human } else { Role::Gpt };
                    let text = self.gathered.content(other).unwrap_or_default();
                    self.push(role, text);
                    if are_pair { "a pair of texts" } else { "texts in turn" }
                }
            };
        }
        shape
    }

    /// `["question", "answer"]`, or a conversation of its own.
    fn inner_list(&mut self, items: Vec<Value<'_>>, own: Own<'_>) -> &'static str {
        self.list(items, own);
        "lists of turns"
    }

    /// An object of lists, or one turn.
    fn object(&mut self, object: Object<'_>, own: Own<'_>) -> &'static str {
        let length = object.iter().filter_map(|(_, value)| value.as_list().map(<[Value<'_>]>::len)).max();
        let is_of_lists = object.iter().all(|(key, value)| {
            value.is_null()
                || value.as_list().is_some() && (own.is_of_turn(key) || is_of_turn(key) || length > Some(0))
        });
        let Some(length) = length.filter(|_| is_of_lists) else { return self.turn(object, own) };
        let mut columns: Vec<(Cow<'_, str>, std::vec::IntoIter<Value<'_>>)> =
            object
                .0
                .into_iter()
                .filter_map(|(key, value)| {
                    if let Value::List(items) = value { Some((key, items.into_iter())) } else { None }
                })
                .collect();
        for _ in 0..length {
            let members =
                columns.iter_mut().filter_map(|(key, items)| Some((key.clone(), items.next()?))).collect();
            self.turn(Object(members), own);
        }
        "an object of lists"
    }

    /// One turn; says its shape.
    fn turn(&mut self, object: Object<'_>, own: Own<'_>) -> &'static str {
        let Some(shape) = plain_shape(&object).filter(|_| !own.names_turns()) else {
            return self.any_turn(object, own);
        };
        let mut values = object.0.into_iter().map(|(_, value)| value);
        if let (Some(Value::Text(name)), Some(said)) = (values.next(), values.next()) {
            let text = self.gathered.content(said).unwrap_or_default();
            self.push(Role::from_name(&name), text);
        }
        shape
    }

    fn any_turn(&mut self, object: Object<'_>, own: Own<'_>) -> &'static str {
        let [mut speaker, mut said] = [None::<Member<'_>>, None::<Member<'_>>];
        let (mut calls, mut rest) = (Vec::new(), Vec::new());
        for (key, value) in object.0 {
            if value.is_null() && !own.is_of_turn(&key) && !is_of_turn(&key) {
                continue;
            }
            if let Some(rank) = rank(own.is_speaker(&key), SPEAKERS, &key) {
                better(&mut speaker, Member { rank, key, value }, &mut rest);
            } else if let Some(rank) = rank(own.is_said(&key), SAID, &key) {
                better(&mut said, Member { rank, key, value }, &mut rest);
            } else if CALLS.contains(&key.as_ref()) {
                calls.push(value);
            } else {
                rest.push((key, value));
            }
        }
        if speaker.is_none() && rest.iter().any(|(key, _)| named_speaker(key).is_some()) {
            rest.extend(said.map(|said| (said.key, said.value)));
            return self.by_speaker(rest);
        }
        let shape = shape_of(speaker.as_ref(), said.as_ref());
        self.spoken(speaker.map(|speaker| speaker.value), said, &calls, rest);
        shape
    }

    fn spoken(
        &mut self,
        speaker: Option<Value<'_>>,
        said: Option<Member<'_>>,
        calls: &[Value<'_>],
        rest: Vec<(Cow<'_, str>, Value<'_>)>,
    ) {
        let number = self.items.len();
        let is_text = matches!(&said, Some(Member { value: Value::Text(_) | Value::List(_), .. }));
        let (said_key, said) = said.map_or((Cow::Borrowed("?"), None), |said| (said.key, Some(said.value)));
        let said = said.and_then(|value| self.gathered.content(value));
        if !is_text && calls.is_empty() {
            let what = if said.is_some() { "is no text" } else { "has no text" };
            self.gathered.note(|| format!("turn {number} {what}"));
        }
        let mut text = said.unwrap_or_default();
        for call in calls.iter().filter(|call| !call.is_null()) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&call.json_text());
        }
        let role = match &speaker {
            Some(Value::Text(name)) => Role::from_name(name),
            other => {
                self.gathered.note(|| format!("turn {number} does not say who speaks"));
                let name = other.as_ref().and_then(Value::words);
                Role::Other(name.unwrap_or(said_key).into_owned())
            }
        };
        self.push(role, text);
        self.leave_all(number, rest);
    }

    /// A turn, or several, named by who speaks.
    fn by_speaker(&mut self, mut rest: Vec<(Cow<'_, str>, Value<'_>)>) -> &'static str {
        let number = self.items.len();
        for (name, role) in NAMED_SPEAKERS {
            let Some(place) = rest.iter().position(|(key, _)| key.eq_ignore_ascii_case(name)) else {
                continue;
            };
            let (_, value) = rest.remove(place);
            if let Some(text) = self.gathered.content(value) {
                self.push(Role::from_name(role), text);
            }
        }
        self.leave_all(number, rest);
        "named by the speaker"
    }

    fn push(&mut self, role: Role, text: String) {
        self.items.push(Turn { role, text });
    }

    /// Pictures of a turn's own, and all else that it has.
    fn leave_all(&mut self, number: usize, rest: Vec<(Cow<'_, str>, Value<'_>)>) {
        for (key, value) in rest {
            if value.is_null() {
                continue;
            }
            if look_up(&key).meaning == Meaning::Picture
                && let Named::Pictures(found) = pictures_of(&value)
            {
                self.gathered.images.extend(found);
                continue;
            }
            let value = value.into_json();
            match self.rest.iter_mut().find(|(known, _)| *known == key) {
                Some((_, values)) => values.push((number, value)),
                None => self.rest.push((key.into_owned(), vec![(number, value)])),
            }
        }
    }

    /// What turns have beside speaker and text, as keys of the record: a list with a value per turn, as far as needed.
    pub(super) fn take_rest(&mut self, key: &str, into: &mut Vec<(String, Json)>) {
        for (name, values) in self.rest.drain(..) {
            let mut list = Vec::new();
            for (number, value) in values {
                list.resize(number.max(list.len()), Json::Null);
                list.push(value);
            }
            into.push((format!("{key}[].{name}"), Json::Array(list)));
        }
    }
}

/// Whether a list is of turns for sure: each of its items has a speaker and something said.
pub(super) fn is_conversation(items: &[Value<'_>]) -> bool {
    !items.is_empty()
        && items.iter().all(|item| {
            let has = |keys: &[&str]| {
                item.as_object().is_some_and(|turn| turn.keys().any(|key| is_one_of(keys, key)))
            };
            has(SPEAKERS) && (has(SAID) || has(CALLS))
        })
}

/// The list or object that is written out in a text, as JSON or as Python prints it.
pub(super) fn written_out(text: &str) -> Option<Value<'_>> {
    let trimmed = text.trim();
    let is_likely = trimmed.starts_with('[') && trimmed.ends_with(']')
        || trimmed.starts_with('{') && trimmed.ends_with('}');
    if !is_likely {
        return None;
    }
    let inner = [Origin::Nested, Origin::Python]
        .into_iter()
        .find_map(|origin| parse(trimmed.as_bytes(), origin).ok())?;
    let is_of_turns = match &inner {
        Value::List(items) => items.iter().all(|item| matches!(item, Value::Object(_) | Value::List(_))),
        Value::Object(object) => object.keys().any(|key| is_of_turn(key) || named_speaker(key).is_some()),
        _ => false,
    };
    is_of_turns.then_some(inner)
}

/// The texts of a list that is written out in a text.
pub(super) fn list_in(text: &str) -> Option<Vec<String>> {
    let trimmed = text.trim();
    if !(trimmed.starts_with('[') && trimmed.ends_with(']')) {
        return None;
    }
    let list = [Origin::Nested, Origin::Python]
        .into_iter()
        .find_map(|origin| parse(trimmed.as_bytes(), origin).ok())?;
    let texts: Option<Vec<String>> =
        list.as_list()?.iter().map(|item| item.words().map(Cow::into_owned)).collect();
    texts.filter(|texts| !texts.is_empty())
}

/// The rank of keys of one's own.
const OWN: usize = 0;

/// A member of a turn that says who speaks, or what.
struct Member<'a> {
    rank: usize,
    key: Cow<'a, str>,
    value: Value<'a>,
}

fn has_turn_key(object: &Object<'_>, own: Own<'_>) -> bool {
    object.keys().any(|key| is_of_turn(key) || named_speaker(key).is_some() || own.is_of_turn(key))
}

fn is_of_turn(key: &str) -> bool {
    is_one_of(SPEAKERS, key) || is_one_of(SAID, key)
}

/// Whether a key is one of these but for capitals.
fn is_one_of(known: &[&str], key: &str) -> bool {
    known.iter().any(|known| known.eq_ignore_ascii_case(key))
}

/// Which place a key has among those that mean the same: a key of one's own is before all known ones.
fn rank(is_own: bool, known: &[&str], key: &str) -> Option<usize> {
    if is_own {
        return Some(OWN);
    }
    known.iter().position(|known| known.eq_ignore_ascii_case(key)).map(|place| OWN + 1 + place)
}

fn named_speaker(key: &str) -> Option<&'static str> {
    NAMED_SPEAKERS.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, role)| *role)
}

/// Keeps the value of the earlier key; the other one goes to the rest.
fn better<'a>(best: &mut Option<Member<'a>>, new: Member<'a>, rest: &mut Vec<(Cow<'a, str>, Value<'a>)>) {
    let left = match best.take() {
        Some(before) if new.value.is_null() || (before.rank <= new.rank && !before.value.is_null()) => {
            *best = Some(before);
            Some(new)
        }
        before => {
            *best = Some(new);
            before
        }
    };
    rest.extend(left.map(|left| (left.key, left.value)));
}

/// The shape of a turn that is nothing but two texts under the usual keys, as nearly all are.
fn plain_shape(object: &Object<'_>) -> Option<&'static str> {
    let [(speaker, Value::Text(_)), (said, Value::Text(_))] = object.0.as_slice() else { return None };
    match (speaker.as_ref(), said.as_ref()) {
        ("from", "value") => Some("from, value"),
        ("role", "content") => Some("role, content"),
        _ => None,
    }
}

fn shape_of(speaker: Option<&Member<'_>>, said: Option<&Member<'_>>) -> &'static str {
    const FIRST: usize = OWN + 1;
    const SECOND: usize = OWN + 2;
    match (speaker.map(|speaker| speaker.rank), said.map(|said| said.rank)) {
        (Some(OWN), Some(_)) | (Some(_), Some(OWN)) => "keys of `[dataset.record]`",
        (Some(FIRST), Some(FIRST)) => "from, value",
        (Some(SECOND), Some(SECOND)) => "role, content",
        (Some(_), Some(_)) => "speaker and text under other keys",
        _ => "odd turns",
    }
}
