//! Putting values into the memo and getting them back.

use super::Machine;
use crate::pickle::halt::Halt;
use crate::pickle::input::Input;
use crate::pickle::line;
use crate::pickle::memo::{Checkpoint, Found, OPS_BETWEEN};
use crate::pickle::opcode::{self, Arg, Op, decode};
use crate::pickle::payload::{self, Form};
use crate::pickle::value::{VALUE_WEIGHT, Value};

/// What a search from a known place costs, counted as if bytes were read.
const SEARCH_COST: u64 = 4 << 10;

impl Machine<'_, '_, '_> {
    /// Puts the value on top of the stack in; `text_at` is the place of its opcode if that can be read again.
    pub(super) fn put(&mut self, op: Op, text_at: Option<u64>) -> Result<(), Halt> {
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
        let is_kept = self.weight <= self.limits.record || matches!(value, Value::Root(_));
        self.memo.put_value(index, if is_kept { value } else { Value::Lost(self.dropped.clone()) });
        Ok(())
    }

    pub(super) fn get(&mut self, op: Op) -> Result<(), Halt> {
        let index = index(&mut self.input, op)?;
        let (value, at) = match self.memo.get(index) {
            Found::Value(value) => return self.push(op.at, value),
            Found::Kept(value) => (value, None),
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
        payload::read(&mut self.side, span, form, room)
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
        Arg::Span(span) => line::short(input, op.at, span)?.trim_end_matches('\r').parse().ok(),
        Arg::Nothing => None,
    };
    index.ok_or_else(|| {
        let name = opcode::name(op.code);
        Halt::bad(op.at, format!("{name} at byte {} has no number of a memo's value", op.at))
    })
}
