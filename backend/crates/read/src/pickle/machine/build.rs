//! Opcodes that make and fill containers.

use super::{Machine, Slot, missing};
use crate::pickle::halt::Halt;
use crate::pickle::opcode::{self, Op};
use crate::pickle::payload;
use crate::pickle::value::{Kind, Value};

impl Machine<'_, '_, '_> {
    pub(super) fn build(&mut self, op: Op) -> Result<(), Halt> {
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
            key.value = match payload::written(&mut self.side, image, room)? {
                Some(text) => Value::Text(text.into()),
                None => Value::Lost("an image is a key of it".into()),
            };
        }
        Ok(())
    }
}
