//! JSON with places: each value is taken as a piece of the text, whose place says where it stands.

use super::{DEEPEST, Mistake, Node, Position, Value, insert};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Reads a JSON file.
pub fn parse_json(text: &str) -> Result<Node, Mistake> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| json_mistake(text, &error))?;
    json_node(text, raw, 0)
}

fn json_mistake(text: &str, error: &serde_json::Error) -> Mistake {
    let at = Position { line: error.line().max(1), column: error.column().max(1) };
    let line_start = text.split_inclusive('\n').take(at.line - 1).map(str::len).sum::<usize>();
    let (before, behind) = text.split_at_checked(line_start + at.column - 1).unwrap_or((text, ""));
    if before.trim_end().ends_with(',') && behind.starts_with(['}', ']']) {
        return Mistake::at(at, "no JSON: a comma with nothing behind it");
    }
    Mistake::at(at, format!("no JSON: {}", json_why(error)))
}

/// What the parser says, without its place.
fn json_why(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.split(" at line ").next().unwrap_or_default().to_owned()
}

fn json_node(text: &str, raw: &RawValue, depth: usize) -> Result<Node, Mistake> {
    let offset = raw.get().as_ptr() as usize - text.as_ptr() as usize;
    let at = Position::of_byte(text, offset);
    if depth > DEEPEST {
        return Err(Mistake::at(at, "lists and objects within one another without end"));
    }
    let inner = |error: serde_json::Error| Mistake::at(at, format!("no JSON: {}", json_why(&error)));
    let value = match raw.get().as_bytes()[0] {
        b'{' => {
            let members: Members<'_> = serde_json::from_str(raw.get()).map_err(inner)?;
            let mut entries = Vec::new();
            for (key, value) in members.0 {
                insert(&mut entries, key, json_node(text, value, depth + 1)?);
            }
            Value::Map(entries)
        }
        b'[' => {
            let members: Vec<&RawValue> = serde_json::from_str(raw.get()).map_err(inner)?;
            let nodes = members.into_iter().map(|member| json_node(text, member, depth + 1));
            Value::List(nodes.collect::<Result<_, _>>()?)
        }
        b'"' => Value::Text(serde_json::from_str(raw.get()).map_err(inner)?),
        b't' => Value::Bool(true),
        b'f' => Value::Bool(false),
        b'n' => Value::Null,
        _ => json_number(raw.get()),
    };
    Ok(Node { at, value })
}

fn json_number(digits: &str) -> Value {
    if digits.contains(['.', 'e', 'E']) {
        return Value::Float(digits.parse().unwrap_or(f64::INFINITY));
    }
    let largest = if digits.starts_with('-') { i128::MIN + 1 } else { i128::MAX };
    Value::Int(digits.parse().unwrap_or(largest))
}

/// The members of a JSON object in their order, doubled ones included.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Members<'de>;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Visit)
    }
}
