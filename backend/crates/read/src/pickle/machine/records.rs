//! Records out of the values of the outermost container, handed out as JSON text as soon as each is complete.
//!
//! A dict is one record of its fields, a record per entry, or a list of records under a key. Its entries wait until
//! some have come. If most of them are records, each is handed out with its key from then on; else the dict is
//! collected to its end and looked at as a whole.

use super::{Machine, Slot};
use crate::Container;
use crate::dialect::table;
use crate::judge::{Judge, Verdict, verdict};
use crate::pickle::Halt;
use crate::pickle::call::container_of;
use crate::pickle::opcode::Op;
use crate::pickle::value::{Blob, Kind, Node, VALUE_WEIGHT, Value, noun, size};
use crate::split::Stop;
use serde::Serialize;
use serde_json::json;

/// Most values that wait for their container in pickles by `CPython`: a thousand keys and values. Behind more of them
/// nothing is looked for, which would take ever longer.
const BATCH: usize = 2000;

impl Machine<'_, '_, '_> {
    /// Hands out what is complete now that `next` begins.
    ///
    /// Items wait on the stack, up to a thousand of them, until an opcode puts them into their list. A dict that has
    /// something above it which cannot be its first key is complete. So a list of tuples that begin with a dict
    /// is not read, but such a thing is no list of records.
    pub(super) fn settle(&mut self, next: &Value) -> Result<(), Halt> {
        let [mark] = self.marks[..] else { return Ok(()) };
        let kind = match (mark.height, self.stack.first().map(|slot| &slot.value)) {
            // A tuple, or a list that is made when all is there.
            (0, _) => Kind::List,
            (1, Some(Value::Root(kind))) => *kind,
            _ => return Ok(()),
        };
        if !is_complete(kind, &self.stack[mark.height..], next) {
            return Ok(());
        }
        let slots = self.stack.split_off(mark.height);
        if kind == Kind::Dict { self.take_entries(slots) } else { self.hand_out_items(slots) }
    }

    /// Hands out values of the outermost container, which is on top of the stack.
    pub(super) fn hand_out(&mut self, slots: Vec<Slot>) -> Result<(), Halt> {
        match self.stack.last().map(|slot| &slot.value) {
            Some(Value::Root(Kind::Dict)) => self.take_entries(slots),
            _ => self.hand_out_items(slots),
        }
    }

    pub(super) fn hand_out_items(&mut self, slots: Vec<Slot>) -> Result<(), Halt> {
        for slot in slots {
            self.record(slot.at, &slot.value)?;
        }
        self.end_record();
        Ok(())
    }

    pub(super) fn record(&mut self, at: u64, value: &Value) -> Result<(), Halt> {
        if is_turns(value) {
            let members = vec![Value::Text("conversations".into()), value.clone()];
            return self.record(at, &container_of(Kind::Dict, members, self.limits.record));
        }
        let lost = match value {
            Value::Lost(reason) | Value::Foreign(reason) => Some(reason.to_string()),
            Value::Node(node) if let Some(reason) = node.borrow().lost() => Some(reason.to_string()),
            Value::Node(node) if node.borrow().kind == Kind::Dict => None,
            other => Some(format!("it is {}, not a dict", noun(other))),
        };
        if let Some(reason) = lost {
            return Ok(self.out.lost(at, reason)?);
        }
        if let Value::Node(node) = value {
            node.borrow_mut().close();
        }
        let mut text = Vec::with_capacity(size(value) as usize);
        write_json(value, &mut text);
        self.out.record(at, &text, self.input.done())?;
        self.spend(at, text.len() as u64)
    }

    /// Counts bytes of what is handed out or read again.
    pub(super) fn spend(&mut self, at: u64, bytes: u64) -> Result<(), Halt> {
        self.spent += bytes;
        if self.spent <= self.limits.total {
            return Ok(());
        }
        let message = format!(
            "the records up to byte {at} share so many values that they are more than {} MB: reading stops here",
            self.limits.total >> 20
        );
        Err(Halt::bad(at, message))
    }

    pub(super) fn end_record(&mut self) {
        self.memo.end_record(self.weight);
        self.forget_record();
    }

    pub(super) fn forget_record(&mut self) {
        self.weight = self.stack.len() as u64 * VALUE_WEIGHT;
        self.too_large = None;
    }

    /// The end of a pickle.
    pub(super) fn finish(&mut self, op: Op) -> Result<(), Halt> {
        let top = self.pop(op)?;
        match top.value {
            Value::Root(_) => self.finish_entries(false)?,
            Value::Node(ref node)
                if node.borrow().items().iter().any(|item| matches!(item, Value::Root(_))) => {}
            Value::Node(ref node) if node.borrow().lost().is_none() && node.borrow().kind != Kind::Tuple => {
                let (kind, items) = (node.borrow().kind, node.borrow().items().to_vec());
                let slots = items.into_iter().map(|value| Slot { at: top.at, value }).collect();
                if kind == Kind::Dict {
                    self.hand_out_dict(top.at, slots)?;
                } else {
                    self.hand_out_items(slots)?;
                }
            }
            Value::Lost(reason) | Value::Foreign(reason) => self.out.lost(top.at, reason.to_string())?,
            other => self
                .out
                .lost(top.at, format!("the pickle is {}, not a list or dict of records", noun(&other)))?,
        }
        if !self.stack.is_empty() || !self.marks.is_empty() {
            self.out
                .trouble(op.at, format!("values are left over where the pickle ends at byte {}", op.at))?;
        }
        Ok(())
    }

    /// Hands out what is complete although reading stops, and says why it does.
    pub(in crate::pickle) fn give_up(mut self, halt: Halt) -> Result<(), Stop> {
        let (at, message) = match halt {
            Halt::Stop(stop) => return Err(stop),
            Halt::Bad { at, message } => (at, message),
            Halt::Cut => {
                let end = self.input.size();
                (end, format!("the file is cut short at byte {end}"))
            }
        };
        // What is being built above a value below a second mark is not complete, but that value may be.
        let inner = self.marks.get(1).copied();
        if let Some(inner) = inner {
            self.stack.truncate(inner.height);
            self.marks.truncate(1);
        }
        // Whatever would come next, a value that cannot grow is complete.
        if let Err(Halt::Stop(stop)) = self.settle(&Value::Null) {
            return Err(stop);
        }
        if let Err(Halt::Stop(stop)) = self.finish_entries(true) {
            return Err(stop);
        }
        match self.begun().or(inner.map(|mark| mark.at)) {
            Some(begin) => self.out.lost(begin, format!("{message}; the last record is lost")),
            None => self.out.trouble(at, message),
        }
    }

    /// Where the record begins that is not complete, if there is one.
    fn begun(&self) -> Option<u64> {
        let is_root = |slot: &&Slot| matches!(slot.value, Value::Root(_));
        let below = self.stack.first().filter(is_root).map_or(0, |_| 1);
        self.stack.get(below).map(|slot| slot.at)
    }
}

/// Whether the values of the outermost container are complete when `next` begins behind them.
fn is_complete(kind: Kind, slots: &[Slot], next: &Value) -> bool {
    let Some(Value::Node(top)) = slots.last().map(|slot| &slot.value) else { return false };
    if slots.len() > BATCH {
        return false;
    }
    let top = top.borrow();
    let is_node = |slot: &Slot| matches!(slot.value, Value::Node(_));
    if kind == Kind::Dict {
        let mut keys = slots.iter().step_by(2);
        return top.is_closed_dict() && slots.len().is_multiple_of(2) && !keys.any(is_node);
    }
    // No container is a key, so it is the next record.
    let is_next = top.kind == Kind::Dict && matches!(next, Value::Node(_));
    (top.is_closed_dict() || is_next) && slots.iter().all(is_node)
}

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
        self.hand_out_dict(at, slots)
    }

    /// Hands out a dict that is there as a whole.
    pub(super) fn hand_out_dict(&mut self, at: u64, slots: Vec<Slot>) -> Result<(), Halt> {
        let values: Vec<Value> = slots.iter().map(|slot| slot.value.clone()).collect();
        let dict = container_of(Kind::Dict, values, self.limits.record);
        if !matches!(judged(&dict), Some(Verdict::Record)) {
            if self.are_records(&slots) {
                self.entries.waiting = slots;
                return self.hand_out_by_key();
            }
            if slots.chunks(2).any(|entry| entry.get(1).is_some_and(|slot| holds_records(&slot.value))) {
                return self.hand_out_held(at, slots);
            }
        }
        self.record(at, &dict)?;
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
    container_of(Kind::Dict, members, limit)
}

fn is_record(key: &Value, value: &Value, limit: u64) -> bool {
    let Value::Node(held) = value else { return false };
    let is_lost = held.borrow().lost().is_some();
    is_lost
        || has_only_images(value) && !table::is_of_pictures(key_text(key))
        || is_turns(value) && !table::is_of_turns(key_text(key))
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
    write_json(value, &mut text);
    Some(verdict(Container::PICKLE, &text))
}

fn has_only_images(value: &Value) -> bool {
    let Value::Node(node) = value else { return false };
    let node = node.borrow();
    let mut values = node.entries().map(|(_, value)| value).peekable();
    node.kind == Kind::Dict && values.peek().is_some() && values.all(|value| matches!(value, Value::Image(_)))
}

/// Whether a value is a list of turns.
fn is_turns(value: &Value) -> bool {
    let Value::Node(list) = value else { return false };
    let list = list.borrow();
    let Some(Value::Node(first)) = list.items().first() else { return false };
    let Ok(first) = first.try_borrow() else { return false };
    let names: Vec<&str> = first.entries().map(|(name, _)| key_text(name)).collect();
    list.kind != Kind::Dict && first.kind == Kind::Dict && table::is_turn(&names)
}

fn key_text(key: &Value) -> &str {
    if let Value::Text(text) = key { text } else { "" }
}

fn shown(key: &Value) -> String {
    let text: String = key_text(key).chars().take(40).collect();
    format!("`{text}`")
}

/// Writes a value that is complete and not lost; its nesting is bounded by the containers themselves.
fn write_json(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Bool(truth) => text_of(truth, out),
        Value::Int(number) => text_of(number, out),
        Value::Unsigned(number) => text_of(number, out),
        // What is no number is written as null.
        Value::Float(number) => text_of(number, out),
        Value::Text(text) => text_of(&**text, out),
        Value::Image(image) => text_of(&image.to_json(), out),
        Value::Bytes(blob) => write_bytes(blob, out),
        Value::Node(node) => match node.borrow() {
            node if node.kind == Kind::Dict => write_dict(&node, out),
            node => write_list(node.items(), out),
        },
        // The last ones are never in a container.
        Value::Null
        | Value::Callable(_)
        | Value::Dtype(_)
        | Value::Foreign(_)
        | Value::Array
        | Value::Root(_)
        | Value::Lost(_) => {
            out.extend(b"null");
        }
    }
}

fn write_list(items: &[Value], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_json(item, out);
    }
    out.push(b']');
}

fn write_dict(node: &Node, out: &mut Vec<u8>) {
    out.push(b'{');
    for (index, (name, value)) in node.entries().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_key(name, out);
        out.push(b':');
        write_json(value, out);
    }
    out.push(b'}');
}

/// A key; one that is no text becomes its JSON text.
fn write_key(name: &Value, out: &mut Vec<u8>) {
    if let Value::Text(text) = name {
        return text_of(&**text, out);
    }
    let mut text = Vec::new();
    write_json(name, &mut text);
    text_of(&String::from_utf8_lossy(&text), out);
}

fn write_bytes(blob: &Blob, out: &mut Vec<u8>) {
    let hash = blake3::Hash::from_bytes(blob.hash).to_hex();
    text_of(&json!({"bytes": blob.len, "blake3": hash.as_str()}), out);
}

fn text_of<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("memory takes every byte, and no key is anything but a text");
}
