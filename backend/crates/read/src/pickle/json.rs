//! A record's values as JSON text.

use crate::pickle::value::{Blob, Kind, Node, Value};
use serde::Serialize;
use serde_json::json;

/// Writes a value that is complete and not lost; its nesting is bounded by the containers themselves.
pub(super) fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Bool(truth) => text_of(truth, out),
        Value::Int(number) => text_of(number, out),
        Value::Unsigned(number) => text_of(number, out),
        // What is no number is written as null.
        Value::Float(number) => text_of(number, out),
        Value::Text(text) => text_of(&**text, out),
        Value::Image(image) => text_of(&image.to_json(), out),
        Value::Bytes(blob) => bytes(blob, out),
        Value::Node(node) => match node.borrow() {
            node if node.kind == Kind::Dict => dict(&node, out),
            node => list(node.items(), out),
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

fn list(items: &[Value], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(item, out);
    }
    out.push(b']');
}

fn dict(node: &Node, out: &mut Vec<u8>) {
    out.push(b'{');
    for (index, (name, value)) in node.entries().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        key(name, out);
        out.push(b':');
        write(value, out);
    }
    out.push(b'}');
}

/// A key; one that is no text becomes its JSON text.
fn key(name: &Value, out: &mut Vec<u8>) {
    if let Value::Text(text) = name {
        return text_of(&**text, out);
    }
    let mut text = Vec::new();
    write(name, &mut text);
    text_of(&String::from_utf8_lossy(&text), out);
}

fn bytes(blob: &Blob, out: &mut Vec<u8>) {
    let hash = blake3::Hash::from_bytes(blob.hash).to_hex();
    text_of(&json!({"bytes": blob.len, "blake3": hash.as_str()}), out);
}

fn text_of<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("memory takes every byte, and no key is anything but a text");
}
