//! Records out of a pickled dict: one record of its fields, a record per entry, or a list of records under a key.
//!
//! Entries wait until some have come. If most of them are records, each is handed out with its key from then on; else
//! the dict is kept to its end and looked at as a whole.

use super::{Machine, Slot};
use crate::judge::{Judge, Verdict, verdict};
use crate::pickle::array::node;
use crate::pickle::halt::Halt;
use crate::pickle::json;
use crate::pickle::value::{Kind, Value, size};
use crate::{Container, record_keys};

/// Entries after which it is decided what the dict is.
const LOOKED_AT: usize = 8;

/// Keys that are named in a note.
const NAMED: usize = 8;

/// The outermost dict of a pickle.
#[derive(Debug, Default)]
pub(super) struct Entries {
    /// Keys and values in turn that are not handed out yet.
    waiting: Vec<Slot>,
    kind: Meaning,
}

/// What the outermost dict is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Meaning {
    #[default]
    Unknown,
    /// A record per entry.
    Records,
    /// One record, or a list of records beside facts about it.
    Whole,
}

impl Machine<'_, '_, '_> {
    /// Takes complete entries of the outermost dict, keys and values in turn.
    pub(super) fn take_entries(&mut self, slots: Vec<Slot>) -> Result<(), Halt> {
        self.entries.waiting.extend(slots);
        if self.entries.kind == Meaning::Unknown && self.entries.waiting.len() >= 2 * LOOKED_AT {
            let is_records = self.are_records(&self.entries.waiting);
            self.entries.kind = if is_records { Meaning::Records } else { Meaning::Whole };
        }
        if self.entries.kind == Meaning::Records { self.hand_out_by_key() } else { Ok(()) }
    }

    /// Hands out what the outermost dict has become; `is_cut` says that its end is missing.
    pub(super) fn finish_entries(&mut self, is_cut: bool) -> Result<(), Halt> {
        let Some(first) = self.entries.waiting.first() else { return Ok(()) };
        if self.entries.kind == Meaning::Records || is_cut && self.are_records(&self.entries.waiting) {
            return self.hand_out_by_key();
        }
        let at = first.at;
        if is_cut {
            self.entries.waiting.clear();
            return Ok(self.out.lost(at, "it is cut: its end is missing")?);
        }
        let slots = std::mem::take(&mut self.entries.waiting);
        self.whole(at, slots)
    }

    /// Hands out a dict that is there as a whole.
    pub(super) fn whole(&mut self, at: u64, slots: Vec<Slot>) -> Result<(), Halt> {
        let values: Vec<Value> = slots.iter().map(|slot| slot.value.clone()).collect();
        let whole = node(Kind::Dict, values, self.limits.record);
        if !matches!(judged(&whole), Some(Verdict::Record)) {
            if self.are_records(&slots) {
                self.entries.waiting = slots;
                return self.hand_out_by_key();
            }
            if slots.chunks(2).any(|entry| entry.get(1).is_some_and(|slot| holds_records(&slot.value))) {
                return self.hand_out_held(at, slots);
            }
        }
        self.record(at, &whole)?;
        self.end_record();
        Ok(())
    }

    /// Hands out the records of the lists and dicts that are values of a dict, and says what else it has.
    fn hand_out_held(&mut self, at: u64, slots: Vec<Slot>) -> Result<(), Halt> {
        let mut others = Vec::new();
        let mut slots = slots.into_iter();
        while let (Some(key), Some(value)) = (slots.next(), slots.next()) {
            match &value.value {
                Value::Node(held) if holds_records(&value.value) => {
                    let (kind, items) = (held.borrow().kind, held.borrow().items().to_vec());
                    let items: Vec<Slot> =
                        items.into_iter().map(|item| Slot { at: value.at, value: item }).collect();
                    if kind == Kind::Dict {
                        self.entries.waiting = items;
                        self.hand_out_by_key()?;
                    } else {
                        self.hand_out_items(items)?;
                    }
                }
                _ => others.push(shown(&key.value)),
            }
        }
        if others.is_empty() {
            return Ok(());
        }
        let more = others.len().saturating_sub(NAMED);
        others.truncate(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!(
            "no records, and not shown: {}{more} of the dict that holds the records",
            others.join(", ")
        );
        Ok(self.out.trouble(at, message)?)
    }

    /// Hands out the entries that wait, each as a record with its key.
    fn hand_out_by_key(&mut self) -> Result<(), Halt> {
        let mut slots = std::mem::take(&mut self.entries.waiting).into_iter();
        while let (Some(key), Some(value)) = (slots.next(), slots.next()) {
            let record = by_key(&key.value, &value.value, self.limits.record);
            self.record(key.at, &record)?;
        }
        self.end_record();
        Ok(())
    }

    /// Whether most entries, keys and values in turn, are records.
    fn are_records(&self, slots: &[Slot]) -> bool {
        let looked_at = slots.chunks_exact(2).take(LOOKED_AT);
        let count = looked_at.len();
        let records =
            looked_at.filter(|entry| is_record(&entry[0].value, &entry[1].value, self.limits.record));
        records.count() * 2 > count
    }
}

/// An entry as a record: the fields of its value with the key among them.
fn by_key(key: &Value, value: &Value, limit: u64) -> Value {
    let text = |name: &str| Value::Text(name.into());
    let mut members = vec![text("key"), key.clone()];
    match value {
        _ if has_only_images(value) => members.extend([text("images"), value.clone()]),
        _ if is_turns(value) => members.extend([text("conversations"), value.clone()]),
        Value::Node(fields) if fields.borrow().kind == Kind::Dict && fields.borrow().lost().is_none() => {
            let fields = fields.borrow();
            if fields.entries().any(|(name, _)| matches!(name, Value::Text(name) if &**name == "key")) {
                members.clear();
            }
            members.extend(fields.items().iter().cloned());
        }
        _ => members.extend([text("value"), value.clone()]),
    }
    node(Kind::Dict, members, limit)
}

fn is_record(key: &Value, value: &Value, limit: u64) -> bool {
    let Value::Node(held) = value else { return false };
    let is_lost = held.borrow().lost().is_some();
    is_lost
        || has_only_images(value) && !record_keys::is_of_pictures(key_text(key))
        || is_turns(value) && !record_keys::is_of_turns(key_text(key))
        || held.borrow().kind == Kind::Dict
            && matches!(judged(&by_key(key, value, limit)), Some(Verdict::Record))
}

/// Whether a list or dict has records in it.
fn holds_records(value: &Value) -> bool {
    let Value::Node(held) = value else { return false };
    let held = held.borrow();
    let mut judge = Judge::default();
    let step = if held.kind == Kind::Dict { 2 } else { 1 };
    for value in held.items().iter().skip(step - 1).step_by(step) {
        if judged(value).is_some_and(|verdict| judge.count(&verdict)) {
            break;
        }
    }
    judge.is_data()
}

/// What a dict is as a record; none for other values.
fn judged(value: &Value) -> Option<Verdict> {
    let Value::Node(fields) = value else { return None };
    if fields.borrow().kind != Kind::Dict || fields.borrow().lost().is_some() {
        return None;
    }
    let mut text = Vec::with_capacity(size(value) as usize);
    json::write(value, &mut text);
    Some(verdict(Container::PICKLE, &text))
}

fn has_only_images(value: &Value) -> bool {
    let Value::Node(node) = value else { return false };
    let node = node.borrow();
    let mut values = node.entries().map(|(_, value)| value).peekable();
    node.kind == Kind::Dict && values.peek().is_some() && values.all(|value| matches!(value, Value::Image(_)))
}

/// Whether a value is a list of turns.
pub(super) fn is_turns(value: &Value) -> bool {
    let Value::Node(list) = value else { return false };
    let list = list.borrow();
    let Some(Value::Node(first)) = list.items().first() else { return false };
    let Ok(first) = first.try_borrow() else { return false };
    let names: Vec<&str> = first.entries().map(|(name, _)| key_text(name)).collect();
    list.kind != Kind::Dict && first.kind == Kind::Dict && record_keys::is_turn(&names)
}

fn key_text(key: &Value) -> &str {
    if let Value::Text(text) = key { text } else { "" }
}

fn shown(key: &Value) -> String {
    let text: String = key_text(key).chars().take(40).collect();
    format!("`{text}`")
}
