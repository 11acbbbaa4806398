//! Records out of the values of the outermost container, handed out as soon as each is complete.

use super::entries::is_turns;
use super::{Machine, Slot};
use crate::pickle::array::node;
use crate::pickle::halt::Halt;
use crate::pickle::json;
use crate::pickle::opcode::Op;
use crate::pickle::value::{Kind, VALUE_WEIGHT, Value, noun, size};
use crate::split::Stop;

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
            return self.record(at, &node(Kind::Dict, members, self.limits.record));
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
        json::write(value, &mut text);
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
                if kind == Kind::Dict { self.whole(top.at, slots)? } else { self.hand_out_items(slots)? }
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
