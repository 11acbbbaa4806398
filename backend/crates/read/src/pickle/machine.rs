//! The stack machine that a pickle is a program of, as far as data needs it.

mod build;
mod entries;
mod names;
mod recall;
mod records;

use crate::pickle::Limits;
use crate::pickle::halt::Halt;
use crate::pickle::input::Input;
use crate::pickle::line;
use crate::pickle::memo::Memo;
use crate::pickle::opcode::{self, Arg, Op, Span};
use crate::pickle::payload::{self, Form};
use crate::pickle::value::{Kind, Node, Value, weight};
use crate::split::Output;
use crate::unpacked::Unpacked;
use entries::Entries;
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
                let value = payload::read(&mut self.input, span, form, room)?;
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
                line::long(&bytes)
            }
        } else {
            let text = line::short(&mut self.input, op.at, span)?;
            line::number(op.code, &text).ok_or_else(|| {
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
