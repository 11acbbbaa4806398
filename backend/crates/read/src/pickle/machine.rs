//! The stack machine that a pickle is a program of, as far as data needs it: the stack, containers, and the memo's
//! opcodes.

mod names;
mod records;

use super::memo::{Checkpoint, Found, OPS_BETWEEN};
use super::opcode::decode;
use super::payload::Form;
use super::value::VALUE_WEIGHT;
use super::{Halt, payload};
use crate::pickle::input::Input;
use crate::pickle::memo::Memo;
use crate::pickle::opcode::{Arg, Op, Span};
use crate::pickle::value::{Kind, Node, Value, weight};
use crate::pickle::{Limits, opcode};
use crate::split::Output;
use crate::unpacked::Unpacked;
use records::Entries;
use std::cell::RefCell;
use std::rc::Rc;

/// Marks that may be open at once.
const MARKS: usize = 512;

/// Bytes of the longest whole number that is read.
const LONGEST_NUMBER: u64 = 1024;

/// Bytes of a record's limit for each value that may wait on the stack; less than a value's weight, so that a record
/// that is too large can be passed over.
const SLOT_WEIGHT: u64 = 48;

/// The newest protocol that is read.
const PROTOCOL: u64 = 5;

/// Why a record is lost that asks for what the memo has dropped.
const DROPPED: &str = "it shares a value with a record so far before it that the value is not kept any more";

/// Bytes of the window for places that are read again.
const SIDE_CHUNK: usize = 64 << 10;

/// A value on the stack.
#[derive(Debug)]
struct Slot {
    /// Place of the first opcode that made it.
    at: u64,
    value: Value,
}

/// A mark: values above it belong together.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: u64,
    /// Values below it.
    height: usize,
}

/// The machine, which runs one pickle after another.
pub(super) struct Machine<'f, 'o, 'v> {
    input: Input<'f>,
    /// For what is read a second time.
    side: Input<'f>,
    out: &'o mut Output<'v>,
    limits: Limits,
    stack: Vec<Slot>,
    marks: Vec<Mark>,
    memo: Memo,
    /// Of the outermost dict.
    entries: Entries,
    /// Estimated bytes of the values made since the last record.
    weight: u64,
    /// Why values of this record are not kept any more, if it is too large.
    too_large: Option<Rc<str>>,
    /// Why a record is lost that asks for what the memo has dropped.
    dropped: Rc<str>,
    /// Place of the opcode of the text or bytes on top of the stack, while nothing else was done.
    text_at: Option<u64>,
    /// Opcodes so far.
    ops: u64,
    /// Bytes of records handed out, and of texts read again.
    spent: u64,
}

impl<'f, 'o, 'v> Machine<'f, 'o, 'v> {
    pub(super) fn new(bytes: Unpacked<'f>, size: u64, limits: Limits, out: &'o mut Output<'v>) -> Self {
        Self {
            side: Input::new(bytes.again(), size, limits.chunk.min(SIDE_CHUNK)),
            input: Input::new(bytes, size, limits.chunk),
            out,
            limits,
            stack: Vec::new(),
            marks: Vec::new(),
            memo: Memo::new(limits.memo),
            entries: Entries::default(),
            weight: 0,
            too_large: None,
            dropped: DROPPED.into(),
            text_at: None,
            ops: 0,
            spent: 0,
        }
    }

    /// Runs the pickle at a place and says where it ends.
    pub(super) fn pickle(&mut self, start: u64) -> Result<u64, Halt> {
        self.stack.clear();
        self.marks.clear();
        self.memo = Memo::new(self.limits.memo);
        self.entries = Entries::default();
        self.forget_record();
        let mut at = start;
        loop {
            let op = opcode::decode(&mut self.input, at)?;
            self.ops += 1;
            at = op.next;
            if op.code == b'.' {
                self.finish(op)?;
                return Ok(at);
            }
            self.step(op)?;
        }
    }

    fn step(&mut self, op: Op) -> Result<(), Halt> {
        let text_at = self.text_at.take();
        match (op.code, op.arg) {
            // Frames stand anywhere between opcodes.
            (0x95, _) => self.text_at = text_at,
            (0x80, Arg::Number(protocol)) if protocol > PROTOCOL => {
                let message =
                    format!("protocol {protocol} at byte {} is not known: this reads up to 5", op.at);
                return Err(Halt::bad(op.at, message));
            }
            (0x80, _) => {}
            (b'p' | b'q' | b'r' | 0x94, _) => {
                self.put(op, text_at)?;
                self.text_at = text_at;
            }
            (b'g' | b'h' | b'j', _) => self.get(op)?,
            (code, Arg::Span(span)) if let Some(form) = Form::of(code) => {
                let room = self.room();
                let value = payload::read_payload(&mut self.input, span, form, room)?;
                self.push(op.at, value)?;
                self.text_at = Some(op.at);
            }
            (b'c' | b'i' | b'P' | b'Q' | b'R' | b'b' | b'o' | 0x81..=0x84 | 0x92 | 0x93 | 0x97 | 0x98, _) => {
                self.name(op)?;
            }
            (_, Arg::Nothing) => self.plain(op)?,
            (code, Arg::Number(number)) => self.push(op.at, fixed(code, number))?,
            (_, Arg::Span(span)) => self.number(op, span)?,
        }
        Ok(())
    }

    /// An opcode without argument.
    fn plain(&mut self, op: Op) -> Result<(), Halt> {
        match op.code {
            b'N' => self.push(op.at, Value::Null),
            0x88 => self.push(op.at, Value::Bool(true)),
            0x89 => self.push(op.at, Value::Bool(false)),
            b'(' if self.marks.len() >= MARKS => {
                Err(Halt::bad(op.at, format!("the marks are nested deeper than {MARKS} at byte {}", op.at)))
            }
            b'(' => {
                self.marks.push(Mark { at: op.at, height: self.stack.len() });
                Ok(())
            }
            b'0' => self.pop_any(op),
            b'1' => {
                let mark = self.mark(op)?;
                self.stack.truncate(mark.height);
                Ok(())
            }
            b'2' => {
                let value = self.top(op)?.value.clone();
                self.push(op.at, value)
            }
            _ => self.build(op),
        }
    }

    /// A number of any length.
    fn number(&mut self, op: Op, span: Span) -> Result<(), Halt> {
        let value = if matches!(op.code, 0x8a | 0x8b) {
            if span.len > LONGEST_NUMBER {
                Value::Lost(format!("it has a number of {} bytes at byte {}", span.len, op.at).into())
            } else {
                let mut bytes = vec![0; span.len as usize];
                if !self.input.copy(span.at, &mut bytes)? {
                    return Err(Halt::Cut);
                }
                opcode::long_of_bytes(&bytes)
            }
        } else {
            let text = opcode::short_line(&mut self.input, op.at, span)?;
            opcode::number_of_line(op.code, &text).ok_or_else(|| {
                let name = opcode::name(op.code);
                Halt::bad(op.at, format!("what follows {name} at byte {} is no number", op.at))
            })?
        };
        self.push(op.at, value)
    }

    /// Puts a value onto the stack.
    fn push(&mut self, at: u64, value: Value) -> Result<(), Halt> {
        self.settle(&value)?;
        self.weight += weight(&value);
        if self.stack.len() as u64 > self.limits.record / SLOT_WEIGHT {
            let message =
                format!("more than {} values wait for their container at byte {at}", self.stack.len());
            return Err(Halt::bad(at, message));
        }
        let value = self.admit(at, value);
        self.stack.push(Slot { at, value });
        Ok(())
    }

    /// The value, or none of it where the record is too large already.
    fn admit(&mut self, at: u64, value: Value) -> Value {
        if self.weight <= self.limits.record || matches!(value, Value::Root(_)) {
            return value;
        }
        let megabytes = self.limits.record >> 20;
        let reason = self.too_large.get_or_insert_with(|| {
            format!("it takes more than {megabytes} MB of memory up to byte {at}, so it is passed over")
                .into()
        });
        Value::Lost(reason.clone())
    }

    /// Bytes of text that the record may still have.
    fn room(&self) -> u64 {
        self.limits.record.saturating_sub(self.weight)
    }

    /// Puts an empty container onto the stack.
    fn push_node(&mut self, at: u64, kind: Kind, items: Vec<Value>) -> Result<(), Halt> {
        let mut node = Node::new(kind);
        node.extend(items.into_iter(), self.limits.record);
        self.push(at, Value::Node(Rc::new(RefCell::new(node))))
    }

    /// Values above the last mark.
    fn free(&self) -> usize {
        self.stack.len() - self.marks.last().map_or(0, |mark| mark.height)
    }

    fn pop(&mut self, op: Op) -> Result<Slot, Halt> {
        if self.free() == 0 {
            return Err(missing(op));
        }
        self.stack.pop().ok_or_else(|| missing(op))
    }

    fn top(&self, op: Op) -> Result<&Slot, Halt> {
        self.stack.last().filter(|_| self.free() > 0).ok_or_else(|| missing(op))
    }

    fn mark(&mut self, op: Op) -> Result<Mark, Halt> {
        self.marks.pop().ok_or_else(|| missing(op))
    }

    /// `POP` takes a mark away too.
    fn pop_any(&mut self, op: Op) -> Result<(), Halt> {
        if self.free() > 0 {
            self.stack.pop();
            return Ok(());
        }
        self.mark(op).map(|_| ())
    }
}

/// The value of an opcode with an argument of fixed length.
fn fixed(code: u8, number: u64) -> Value {
    match code {
        b'G' => Value::Float(f64::from_bits(number.swap_bytes())),
        b'J' => Value::Int(i64::from((number as u32).cast_signed())),
        _ => Value::Int(number.cast_signed()),
    }
}

fn missing(op: Op) -> Halt {
    let name = opcode::name(op.code);
    Halt::bad(op.at, format!("{name} at byte {} takes values that are not there", op.at))
}

impl Machine<'_, '_, '_> {
    fn build(&mut self, op: Op) -> Result<(), Halt> {
        match op.code {
            b']' | 0x8f => self.empty(op, Kind::List),
            b'}' => self.empty(op, Kind::Dict),
            b')' => self.push_node(op.at, Kind::Tuple, Vec::new()),
            0x85 => self.tuple(op, 1),
            0x86 => self.tuple(op, 2),
            0x87 => self.tuple(op, 3),
            b't' | 0x91 => self.gather(op, Kind::Tuple),
            b'l' => self.gather(op, Kind::List),
            b'd' => self.gather(op, Kind::Dict),
            b'a' => {
                let slot = self.pop(op)?;
                self.fill(op, Kind::List, vec![slot])
            }
            b's' => {
                let value = self.pop(op)?;
                let key = self.pop(op)?;
                self.fill(op, Kind::Dict, vec![key, value])
            }
            b'e' | 0x90 => {
                let slots = self.take_marked(op)?.1;
                self.fill(op, Kind::List, slots)
            }
            b'u' => {
                let slots = self.take_marked(op)?.1;
                self.fill(op, Kind::Dict, slots)
            }
            _ => Err(Halt::bad(op.at, format!("{} at byte {} is not read", opcode::name(op.code), op.at))),
        }
    }

    /// An empty container; the first of all holds the records.
    fn empty(&mut self, op: Op, kind: Kind) -> Result<(), Halt> {
        if self.stack.is_empty() && self.marks.is_empty() {
            return self.push(op.at, Value::Root(kind));
        }
        self.push_node(op.at, kind, Vec::new())
    }

    /// A tuple of the last values.
    fn tuple(&mut self, op: Op, count: usize) -> Result<(), Halt> {
        if self.free() < count {
            return Err(missing(op));
        }
        let slots = self.stack.split_off(self.stack.len() - count);
        let at = slots.first().map_or(op.at, |slot| slot.at);
        self.push_node(at, Kind::Tuple, slots.into_iter().map(|slot| slot.value).collect())
    }

    /// A container of the values above the last mark.
    fn gather(&mut self, op: Op, kind: Kind) -> Result<(), Halt> {
        let (at, mut slots) = self.take_marked(op)?;
        if self.stack.is_empty() && self.marks.is_empty() {
            self.stack.push(Slot { at, value: Value::Root(kind) });
            return self.fill(op, kind, slots);
        }
        if kind == Kind::Dict {
            self.prepare_keys(op, &mut slots)?;
        }
        self.push_node(at, kind, slots.into_iter().map(|slot| slot.value).collect())
    }

    /// The last mark's place, and the values above it.
    fn take_marked(&mut self, op: Op) -> Result<(u64, Vec<Slot>), Halt> {
        let mark = self.mark(op)?;
        Ok((mark.at, self.stack.split_off(mark.height)))
    }

    /// Adds values to the container on top of the stack.
    fn fill(&mut self, op: Op, kind: Kind, mut slots: Vec<Slot>) -> Result<(), Halt> {
        if kind == Kind::Dict {
            self.prepare_keys(op, &mut slots)?;
        }
        let limit = self.limits.record;
        match &self.top(op)?.value {
            Value::Root(root) if *root == kind => self.hand_out(slots),
            Value::Node(node) if node.borrow().kind == kind => {
                node.borrow_mut().extend(slots.into_iter().map(|slot| slot.value), limit);
                Ok(())
            }
            // The container is lost, so what it would have held is too.
            Value::Lost(_) | Value::Foreign(_) => Ok(()),
            _ => {
                let name = opcode::name(op.code);
                Err(Halt::bad(op.at, format!("{name} at byte {} has no container to fill", op.at)))
            }
        }
    }

    /// Sees that keys and values come in pairs, and gives keys their texts back that look like images.
    fn prepare_keys(&mut self, op: Op, slots: &mut [Slot]) -> Result<(), Halt> {
        if !slots.len().is_multiple_of(2) {
            return Err(missing(op));
        }
        for key in slots.iter_mut().step_by(2) {
            let Value::Image(image) = &key.value else { continue };
            let room = self.limits.record.saturating_sub(self.weight);
            self.weight += image.bytes;
            key.value = match payload::written_text(&mut self.side, image, room)? {
                Some(text) => Value::Text(text.into()),
                None => Value::Lost("an image is a key of it".into()),
            };
        }
        Ok(())
    }
}

/// What a search from a known place costs, counted as if bytes were read.
const SEARCH_COST: u64 = 4 << 10;

impl Machine<'_, '_, '_> {
    /// Puts the value on top of the stack in; `text_at` is the place of its opcode if that can be read again.
    fn put(&mut self, op: Op, text_at: Option<u64>) -> Result<(), Halt> {
        self.top(op)?;
        let index = if op.code == 0x94 {
            if self.memo.is_odd() {
                let message = format!("MEMOIZE at byte {} follows a PUT out of order", op.at);
                return Err(Halt::bad(op.at, message));
            }
            self.memo.next()
        } else {
            index(&mut self.input, op)?
        };
        if let Some(at) = text_at {
            self.memo.put_text(index, at, self.ops);
            return Ok(());
        }
        self.weight += VALUE_WEIGHT;
        let value = self.top(op)?.value.clone();
        let is_held = self.weight <= self.limits.record || matches!(value, Value::Root(_));
        self.memo.put_value(index, if is_held { value } else { Value::Lost(self.dropped.clone()) });
        Ok(())
    }

    fn get(&mut self, op: Op) -> Result<(), Halt> {
        let index = index(&mut self.input, op)?;
        let (value, at) = match self.memo.get(index) {
            Found::Value(value) => return self.push(op.at, value),
            Found::Held(value) => (value, None),
            Found::At(at) => (self.text(at)?, Some(at)),
            Found::From(checkpoint) => match self.search(checkpoint, index)? {
                Some(at) => (self.text(at)?, Some(at)),
                None => (Value::Lost(self.dropped.clone()), None),
            },
            Found::Dropped => (Value::Lost(self.dropped.clone()), None),
            Found::Never => {
                let name = opcode::name(op.code);
                let message =
                    format!("{name} at byte {} asks for the memo's value {index}, which is not there", op.at);
                return Err(Halt::bad(op.at, message));
            }
        };
        self.memo.share(index, &value, at);
        self.push(op.at, value)
    }

    /// Reads a text or bytes again.
    fn text(&mut self, at: u64) -> Result<Value, Halt> {
        let op = decode(&mut self.side, at)?;
        let (Arg::Span(span), Some(form)) = (op.arg, Form::of(op.code)) else {
            return Ok(Value::Lost(self.dropped.clone()));
        };
        self.spend(at, span.len)?;
        let room = self.room();
        payload::read_payload(&mut self.side, span, form, room)
    }

    /// Reads on from a known place to where a number is put in, and says where its text is.
    fn search(&mut self, from: Checkpoint, wanted: u32) -> Result<Option<u64>, Halt> {
        let (mut at, mut count, mut text_at) = (from.at, from.count, None);
        for _ in 0..OPS_BETWEEN {
            let op = decode(&mut self.side, at)?;
            at = op.next;
            match op.code {
                b'p' | b'q' | b'r' | 0x94 => {
                    let put = if op.code == 0x94 { count } else { index(&mut self.side, op)? };
                    if put >= wanted {
                        text_at = text_at.filter(|_| put == wanted);
                        break;
                    }
                    count = count.saturating_add(1);
                }
                0x95 => {}
                code if Form::of(code).is_some() => text_at = Some(op.at),
                _ => text_at = None,
            }
        }
        self.spend(at, SEARCH_COST + (at - from.at))?;
        Ok(text_at)
    }
}

/// The number in a `PUT` or `GET` of any form.
fn index(input: &mut Input<'_>, op: Op) -> Result<u32, Halt> {
    let index = match op.arg {
        Arg::Number(index) => u32::try_from(index).ok(),
        Arg::Span(span) => opcode::short_line(input, op.at, span)?.trim_end_matches('\r').parse().ok(),
        Arg::Nothing => None,
    };
    index.ok_or_else(|| {
        let name = opcode::name(op.code);
        Halt::bad(op.at, format!("{name} at byte {} has no number of a memo's value", op.at))
    })
}
