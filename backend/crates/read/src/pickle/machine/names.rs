//! Opcodes that name or call something: a few patterns are data, everything else ends reading.

use super::Machine;
use crate::pickle::call::Callable;
use crate::pickle::halt::Halt;
use crate::pickle::line;
use crate::pickle::opcode::{self, Arg, Op};
use crate::pickle::value::Value;

/// Characters of a name that are shown.
const SHOWN: usize = 100;

impl Machine<'_, '_, '_> {
    pub(super) fn name(&mut self, op: Op) -> Result<(), Halt> {
        match (op.code, op.arg) {
            (b'c', Arg::Span(span)) => {
                let lines = line::short(&mut self.input, op.at, span)?;
                let (module, name) = lines.split_once('\n').unwrap_or((&lines, ""));
                self.callable(op, op.at, module, name)
            }
            (b'i', Arg::Span(span)) => {
                let lines = line::short(&mut self.input, op.at, span)?;
                let (module, name) = lines.split_once('\n').unwrap_or((&lines, ""));
                Err(refused(op, &format!("would make a `{}`", shown(module, name))))
            }
            (0x93, _) => {
                let name = self.pop(op)?;
                let module = self.pop(op)?;
                match (&module.value, &name.value) {
                    (Value::Text(from), Value::Text(name)) => self.callable(op, module.at, from, name),
                    _ => Err(refused(op, "names something by what is no text")),
                }
            }
            (b'R', _) => self.reduce(op),
            (b'b', _) => self.build_type(op),
            (0x82..=0x84, Arg::Number(code)) => {
                Err(refused(op, &format!("asks for the registered type {code}")))
            }
            (b'P', Arg::Span(span)) => {
                let id = line::short(&mut self.input, op.at, span)?;
                Err(refused(op, &format!("asks for the object `{}` outside the file", shown("", &id))))
            }
            (b'Q', _) => Err(refused(op, "asks for an object outside the file")),
            (0x97 | 0x98, _) => Err(refused(op, "asks for bytes outside the file")),
            _ => Err(refused(op, "would make an object")),
        }
    }

    fn callable(&mut self, op: Op, at: u64, module: &str, name: &str) -> Result<(), Halt> {
        match Callable::find(module, name) {
            Some(callable) => self.push(at, Value::Callable(callable)),
            None => Err(refused(op, &format!("names `{}`", shown(module, name)))),
        }
    }

    fn reduce(&mut self, op: Op) -> Result<(), Halt> {
        let args = self.pop(op)?;
        let callable = self.pop(op)?;
        let Value::Callable(known) = callable.value else {
            return match [callable.value, args.value]
                .into_iter()
                .find(|value| matches!(value, Value::Lost(_)))
            {
                Some(lost) => self.push(callable.at, lost),
                None => Err(refused(op, "would call something that is no function")),
            };
        };
        let value = match &args.value {
            Value::Node(node) => known.value(node.borrow().items()),
            Value::Lost(_) => Some(args.value.clone()),
            _ => None,
        };
        match value {
            Some(value) => self.push(callable.at, value),
            None => Err(refused(op, &format!("would call {} in an unknown way", known.name()))),
        }
    }

    /// `BUILD` gives a type of numpy its order of bytes; the type stays where it is.
    fn build_type(&mut self, op: Op) -> Result<(), Halt> {
        let state = self.pop(op)?;
        match (&self.top(op)?.value, &state.value) {
            (Value::Dtype(dtype), Value::Node(state)) if dtype.build(state.borrow().items()) => Ok(()),
            (Value::Lost(_), _) => Ok(()),
            _ => Err(refused(op, "would change an object")),
        }
    }
}

fn refused(op: Op, what: &str) -> Halt {
    let name = opcode::name(op.code);
    let message =
        format!("{name} at byte {} {what}: pickles are read as data only, so reading stops here", op.at);
    Halt::bad(op.at, message)
}

/// A name as it is shown: one line, not too long.
fn shown(module: &str, name: &str) -> String {
    let dot = if module.is_empty() { "" } else { "." };
    let full = [module, dot, name].concat();
    full.chars().take(SHOWN).map(|char| if char.is_control() { '?' } else { char }).collect()
}
