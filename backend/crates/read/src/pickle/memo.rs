//! The memo of a pickle: values by number, of which later opcodes ask for some again.
//!
//! Nearly all of what is put in is never asked for, so texts are not kept at all: their places in the file are, of
//! some of them, and from the nearest known place on the file is read again. Containers are kept as long as
//! there is room.

use crate::pickle::value::{VALUE_WEIGHT, Value, size};
use std::collections::{HashMap, VecDeque};

/// Texts put in last whose places are all known; a power of two.
const RECENT: usize = 1 << 16;

/// Values that were asked for and are kept at hand.
const SHARED: usize = 1 << 14;

/// Values kept beside the order of their numbers.
const ODD: usize = 1 << 14;

/// Types and the like, which are small, few and asked for again and again.
const PINNED: usize = 1 << 12;

/// Texts between two known places, at most.
const TEXTS_BETWEEN: u32 = 32;

/// Opcodes between two known places, at most.
pub(super) const OPS_BETWEEN: u64 = 1024;

/// Longest text that is kept at hand.
const SHORT: usize = 256;

/// A place from which texts are found by reading on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Checkpoint {
    /// The number of the text that is here.
    pub(super) index: u32,
    /// How many values the memo had before it.
    pub(super) count: u32,
    /// Its place.
    pub(super) at: u64,
}

/// What the memo has for a number.
#[derive(Debug)]
pub(super) enum Found {
    /// The value, which is at hand.
    Value(Value),
    /// The value, which was not asked for before.
    Held(Value),
    /// The place of a text's opcode.
    At(u64),
    /// A place from which the text is to be searched.
    From(Checkpoint),
    /// It was there, and is not held any more.
    Dropped,
    /// It was never there.
    Never,
}

/// A value by number, or the place of its opcode.
#[derive(Clone, Debug)]
enum Entry {
    Value(Value),
    At(u64),
}

/// The memo of one pickle.
pub(super) struct Memo {
    /// Estimated bytes of containers that are kept.
    room: u64,
    /// Values put in so far.
    count: u32,
    /// The highest number so far. Numbers rise, unless a pickle is made by hand.
    last: Option<u32>,
    /// Places of the last texts, by the low bits of their numbers.
    recent: Vec<(u32, u64)>,
    checkpoints: Vec<Checkpoint>,
    /// Opcodes before the last checkpoint.
    checkpoint_ops: u64,
    /// Containers in the order of their numbers.
    held: VecDeque<(u32, Value)>,
    /// Of every record whose containers are kept: the highest number, and its weight.
    records: VecDeque<(u32, u64)>,
    held_weight: u64,
    pinned: HashMap<u32, Value>,
    shared: HashMap<u32, Entry>,
    shared_weight: u64,
    /// Values whose numbers did not rise; these win.
    odd: HashMap<u32, Entry>,
    /// Whether some of them are not held any more, so that no other answer can be trusted.
    odd_dropped: bool,
}

impl Memo {
    pub(super) fn new(room: u64) -> Self {
        Self {
            room,
            count: 0,
            last: None,
            recent: Vec::new(),
            checkpoints: Vec::new(),
            checkpoint_ops: 0,
            held: VecDeque::new(),
            records: VecDeque::new(),
            held_weight: 0,
            pinned: HashMap::new(),
            shared: HashMap::new(),
            shared_weight: 0,
            odd: HashMap::new(),
            odd_dropped: false,
        }
    }

    /// The number that `MEMOIZE` takes.
    pub(super) fn next(&self) -> u32 {
        self.count
    }

    /// Puts the text in whose opcode is at `at`, the `ops`-th of the file.
    pub(super) fn put_text(&mut self, index: u32, at: u64, ops: u64) {
        if !self.rises(index) {
            return self.put_odd(index, Entry::At(at));
        }
        let is_due = self.checkpoints.last().is_none_or(|last| {
            self.count - last.count >= TEXTS_BETWEEN || ops - self.checkpoint_ops >= OPS_BETWEEN
        });
        if is_due {
            self.checkpoints.push(Checkpoint { index, count: self.count, at });
            self.checkpoint_ops = ops;
        }
        let slot = index as usize % RECENT;
        if slot >= self.recent.len() {
            self.recent.resize(slot + 1, (0, u64::MAX));
        }
        self.recent[slot] = (index, at);
        self.count = self.count.saturating_add(1);
    }

    /// Puts any other value in.
    pub(super) fn put_value(&mut self, index: u32, value: Value) {
        if !self.rises(index) {
            return self.put_odd(index, Entry::Value(value));
        }
        self.count = self.count.saturating_add(1);
        match value {
            Value::Callable(_) | Value::Dtype(_) | Value::Foreign(_) | Value::Root(_) => {
                if self.pinned.len() < PINNED {
                    self.pinned.insert(index, value);
                }
            }
            Value::Lost(_) | Value::Array => {}
            value => self.held.push_back((index, value)),
        }
    }

    /// Notes a number that is put in; false when it does not rise.
    fn rises(&mut self, index: u32) -> bool {
        let rises = self.last.is_none_or(|last| index > last);
        if rises {
            self.last = Some(index);
        }
        rises
    }

    fn put_odd(&mut self, index: u32, entry: Entry) {
        if self.odd.len() >= ODD {
            self.drop_odd();
        }
        self.odd.insert(index, entry);
    }

    fn drop_odd(&mut self) {
        self.odd = HashMap::new();
        self.odd_dropped = true;
    }

    /// Whether numbers did not rise, so that `MEMOIZE` has no number to take.
    pub(super) fn is_odd(&self) -> bool {
        self.odd_dropped || !self.odd.is_empty()
    }

    pub(super) fn get(&self, index: u32) -> Found {
        if let Some(entry) = self.odd.get(&index) {
            return entry.found();
        }
        if self.last.is_none_or(|last| index > last) {
            return Found::Never;
        }
        if self.odd_dropped {
            return Found::Dropped;
        }
        if let Some(entry) = self.shared.get(&index) {
            return entry.found();
        }
        if let Some(value) = self.pinned.get(&index) {
            return Found::Value(value.clone());
        }
        if let Ok(place) = self.held.binary_search_by_key(&index, |(index, _)| *index) {
            return Found::Held(self.held[place].1.clone());
        }
        match self.recent.get(index as usize % RECENT) {
            Some((known, at)) if *known == index && *at != u64::MAX => Found::At(*at),
            _ => self.checkpoint(index),
        }
    }

    /// The nearest known place before a text; of no use where numbers did not rise.
    fn checkpoint(&self, index: u32) -> Found {
        let behind = self.checkpoints.partition_point(|checkpoint| checkpoint.index <= index);
        match behind.checked_sub(1).map(|place| self.checkpoints[place]) {
            Some(checkpoint) if self.odd.is_empty() => Found::From(checkpoint),
            _ => Found::Dropped,
        }
    }

    /// Keeps a value at hand that was asked for; `at` is the place of a text's opcode.
    pub(super) fn share(&mut self, index: u32, value: &Value, at: Option<u64>) {
        let entry = match (value, at) {
            (Value::Text(text), Some(at)) if text.len() > SHORT => Entry::At(at),
            (
                Value::Callable(_)
                | Value::Dtype(_)
                | Value::Foreign(_)
                | Value::Array
                | Value::Root(_)
                | Value::Lost(_),
                _,
            ) => return,
            // What is not complete yet has no size yet.
            (Value::Node(node), _) if !node.borrow().is_closed() => return,
            _ => Entry::Value(value.clone()),
        };
        if self.odd.contains_key(&index) || self.shared.contains_key(&index) {
            return;
        }
        let weight = VALUE_WEIGHT + if matches!(entry, Entry::At(_)) { 0 } else { size(value) };
        if self.shared.len() >= SHARED || self.shared_weight + weight > self.room / 2 {
            self.shared = HashMap::new();
            self.shared_weight = 0;
        }
        self.shared_weight += weight;
        self.shared.insert(index, entry);
    }

    /// Notes that a record of this weight is complete, and drops the containers of the oldest ones.
    pub(super) fn end_record(&mut self, weight: u64) {
        let Some(last) = self.last else { return };
        match self.records.back_mut() {
            Some((known, sum)) if *known == last => *sum += weight,
            _ => self.records.push_back((last, weight)),
        }
        self.held_weight += weight;
        if self.held_weight > self.room && !self.odd.is_empty() {
            self.drop_odd();
        }
        while self.held_weight > self.room
            && let Some((last, weight)) = self.records.pop_front()
        {
            self.held_weight -= weight;
            while self.held.front().is_some_and(|(index, _)| *index <= last) {
                self.held.pop_front();
            }
        }
    }
}

impl Entry {
    fn found(&self) -> Found {
        match self {
            Self::Value(value) => Found::Value(value.clone()),
            Self::At(at) => Found::At(*at),
        }
    }
}
