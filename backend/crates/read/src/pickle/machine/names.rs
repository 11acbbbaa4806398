//! Opcodes of the stack machine that name or call something: a few patterns are data, of everything else the record
//! that has it is lost.

use super::{Machine, Slot};
use crate::pickle::opcode::{Arg, Op};
use crate::pickle::value::{Callable, Value};
use crate::pickle::{Halt, call, opcode};

/// Characters of a name that are shown.
const SHOWN: usize = 100;

impl Machine<'_, '_, '_> {
    pub(super) fn name(&mut self, op: Op) -> Result<(), Halt> {
        match (op.code, op.arg) {
            (b'c', Arg::Span(span)) => {
                let lines = opcode::short_line(&mut self.input, op.at, span)?;
                let (module, name) = lines.split_once('\n').unwrap_or((&lines, ""));
                self.callable(op, op.at, module, name)
            }
            (b'i', Arg::Span(span)) => {
                let lines = opcode::short_line(&mut self.input, op.at, span)?;
                let (module, name) = lines.split_once('\n').unwrap_or((&lines, ""));
                let mark = self.mark(op)?;
                self.stack.truncate(mark.height);
                self.lose(op, mark.at, &format!("would make a `{}`", shown(module, name)))
            }
            (b'o', _) => {
                let mark = self.mark(op)?;
                self.stack.truncate(mark.height);
                self.lose(op, mark.at, "would make an object")
            }
            (0x93, _) => {
                let name = self.pop(op)?;
                let module = self.pop(op)?;
                match (&module.value, &name.value) {
                    (Value::Text(from), Value::Text(name)) => self.callable(op, module.at, from, name),
                    _ => self.lose(op, module.at, "names something by what is no text"),
                }
            }
            (b'R' | 0x81, _) => self.reduce(op),
            (0x92, _) => {
                let named = self.pop(op)?.value;
                let is_empty = matches!(&named, Value::Node(node) if node.borrow().items().is_empty());
                if is_empty {
                    return self.reduce(op);
                }
                self.pop(op)?;
                let class = self.pop(op)?;
                self.push_lost(op, class, "would make an object")
            }
            (b'b', _) => self.set_state(op),
            (0x82..=0x84, Arg::Number(code)) => {
                self.lose(op, op.at, &format!("asks for the registered type {code}"))
            }
            (b'P', Arg::Span(span)) => {
                let id = opcode::short_line(&mut self.input, op.at, span)?;
                self.lose(op, op.at, &format!("asks for the object `{}` outside the file", shown("", &id)))
            }
            (b'Q', _) => {
                let id = self.pop(op)?;
                self.lose(op, id.at, "asks for an object outside the file")
            }
            (0x97, _) => self.lose(op, op.at, "asks for bytes outside the file"),
            // The bytes on top become unchangeable, which they are here.
            (0x98, _) => self.top(op).map(|_| ()),
            _ => Err(refused(op, "would make an object")),
        }
    }

    fn callable(&mut self, op: Op, at: u64, module: &str, name: &str) -> Result<(), Halt> {
        let value = Callable::find(module, name).map_or_else(
            || Value::Foreign(reason(op, &format!("names `{}`", shown(module, name))).into()),
            Value::Callable,
        );
        self.push(at, value)
    }

    /// A call: of what stands for data it is the value, of everything else the record that has it is lost.
    fn reduce(&mut self, op: Op) -> Result<(), Halt> {
        let args = self.pop(op)?;
        let callable = self.pop(op)?;
        let Value::Callable(known) = callable.value else {
            return self.push_lost(op, callable, "would call something that is no function");
        };
        let value = match &args.value {
            Value::Node(node) => {
                let node = node.borrow();
                match node.lost() {
                    Some(reason) => Some(Value::Lost(reason.clone())),
                    None => known.value(node.items(), self.limits.record),
                }
            }
            Value::Lost(_) => Some(args.value.clone()),
            _ => None,
        };
        let lost =
            || Value::Lost(reason(op, &format!("would call {} in an unknown way", known.name())).into());
        self.push(callable.at, value.unwrap_or_else(lost))
    }

    /// `BUILD` gives a type of numpy its order of bytes, and an array its values; the type stays where it is.
    fn set_state(&mut self, op: Op) -> Result<(), Halt> {
        let state = self.pop(op)?;
        match (&self.top(op)?.value, &state.value) {
            (Value::Dtype(dtype), Value::Node(state)) if dtype.build(state.borrow().items()) => Ok(()),
            (Value::Array, Value::Node(state)) => {
                let value = {
                    let state = state.borrow();
                    match state.lost() {
                        Some(reason) => Value::Lost(reason.clone()),
                        None => call::array_of_state(state.items(), self.limits.record),
                    }
                };
                let made = self.pop(op)?;
                self.push(made.at, value)
            }
            // A default of a dict and the like; the values have come before.
            (Value::Lost(_) | Value::Node(_), _) => Ok(()),
            (Value::Array, Value::Lost(_)) => {
                let made = self.pop(op)?;
                self.push(made.at, state.value)
            }
            _ => {
                let object = self.pop(op)?;
                self.push_lost(op, object, "would change an object")
            }
        }
    }

    /// Puts a lost value in the place of one that cannot be had; what was said of it before is kept.
    fn push_lost(&mut self, op: Op, slot: Slot, what: &str) -> Result<(), Halt> {
        match slot.value {
            Value::Foreign(reason) | Value::Lost(reason) => self.push(slot.at, Value::Lost(reason)),
            _ => self.lose(op, slot.at, what),
        }
    }

    fn lose(&mut self, op: Op, at: u64, what: &str) -> Result<(), Halt> {
        self.push(at, Value::Lost(reason(op, what).into()))
    }
}

fn refused(op: Op, what: &str) -> Halt {
    Halt::bad(op.at, reason(op, what))
}

fn reason(op: Op, what: &str) -> String {
    let name = opcode::name(op.code);
    format!("{name} at byte {} {what}: pickles are read as data only", op.at)
}

/// A name as it is shown: one line, not too long.
fn shown(module: &str, name: &str) -> String {
    let dot = if module.is_empty() { "" } else { "." };
    let full = [module, dot, name].concat();
    full.chars().take(SHOWN).map(|char| if char.is_control() { '?' } else { char }).collect()
}
