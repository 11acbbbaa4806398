//! Arrays of numpy: short ones as lists of their numbers, bytes of a picture as the picture, others by type and shape.

use crate::pickle::call::Dtype;
use crate::pickle::value::{Kind, Node, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// An array out of the state that `BUILD` gives: version, shape, type, order, and the values as bytes or as a list.
pub(super) fn of_state(state: &[Value], limit: u64) -> Value {
    match state {
        [_, Value::Node(shape), Value::Dtype(dtype), _, values] => {
            of(shape.borrow().items(), dtype, values, limit)
        }
        _ => Value::Lost("it has an array of numpy in an unknown form".into()),
    }
}

/// An array of this shape and type.
pub(super) fn of(shape: &[Value], dtype: &Rc<Dtype>, values: &Value, limit: u64) -> Value {
    let is_flat = shape.len() <= 1;
    match values {
        // A list of objects stands for itself.
        Value::Node(_) | Value::Lost(_) => return values.clone(),
        Value::Image(_) if is_flat => return values.clone(),
        Value::Bytes(blob) if is_flat => {
            if let Some(numbers) = blob.all().and_then(|bytes| dtype.numbers(bytes)) {
                return node(Kind::List, numbers, limit);
            }
        }
        _ => {}
    }
    let sides: Vec<String> = shape.iter().map(side).collect();
    let sides = sides.join("x");
    if !is_flat && dtype.name() == "u1" {
        return Value::Lost(
            format!("it has a picture as an array of numpy (u1, {sides}), which is not read").into(),
        );
    }
    let told = |name: &str, value: Value| [Value::Text(name.into()), value];
    let members = [told("numpy", Value::Text(dtype.name().into())), told("shape", Value::Text(sides.into()))];
    node(Kind::Dict, members.into_iter().flatten().collect(), limit)
}

fn side(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        _ => "?".to_owned(),
    }
}

/// A container of these values.
pub(super) fn node(kind: Kind, values: Vec<Value>, limit: u64) -> Value {
    let mut node = Node::new(kind);
    node.extend(values.into_iter(), limit);
    Value::Node(Rc::new(RefCell::new(node)))
}
