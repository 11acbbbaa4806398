//! A record in the making: the JSON text of members that share a key.

use super::members::TarMember;
use super::payload::Payload;
use crate::json::{self, Origin};
use crate::record_keys;
use serde_json::{Value, json};
use std::collections::HashSet;

/// Values nested deeper than this are refused, so that the record's own text can be read.
const DEEPEST: usize = 100;

/// Members that share a key.
pub(super) struct Record {
    pub(super) key: String,
    /// Where the first header of its first member begins.
    pub(super) offset: u64,
    /// The JSON text, its last brace missing.
    text: Vec<u8>,
    names: HashSet<String>,
    /// What is wrong with a member of JSON.
    pub(super) damage: Option<String>,
    /// Whether a member is text.
    pub(super) has_text: bool,
}

impl Record {
    pub(super) fn new(key: String, offset: u64) -> Self {
        let mut text = b"{\"__key__\":".to_vec();
        push_text(&mut text, &key);
        Self { key, offset, text, names: HashSet::new(), damage: None, has_text: false }
    }

    /// Whether there is a member of this name already.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Bytes of JSON text so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Adds a member. A JSON member stands for its value, a list of turns for the record's conversation; one that is not
    /// JSON is left out, and the record notes why.
    pub(super) fn push(&mut self, name: &str, member: &TarMember, payload: Payload) {
        self.names.insert(name.to_owned());
        match payload {
            Payload::Image(image) => self.push_value(name, image.to_json().to_string().as_bytes()),
            Payload::Text(text) if is_json(name) => self.push_member(name, member, &text),
            Payload::Text(text) => {
                let text = serde_json::to_vec(&text).expect("a text is written into memory without errors");
                self.has_text = true;
                self.push_value(name, &text);
            }
            Payload::Binary(hash) => {
                let hash = blake3::Hash::from_bytes(hash).to_hex().to_string();
                self.push_value(name, json!({"bytes": member.size, "blake3": hash}).to_string().as_bytes());
            }
            Payload::TooLong => self.push_value(name, b"null"),
        }
    }

    fn push_value(&mut self, name: &str, value: &[u8]) {
        self.text.push(b',');
        push_text(&mut self.text, name);
        self.text.push(b':');
        self.text.extend_from_slice(value);
    }

    /// Adds a member of JSON, or of JSON lines.
    fn push_member(&mut self, name: &str, member: &TarMember, text: &str) {
        let mut value = Vec::new();
        match push_json(&mut value, text, member.data)
            .or_else(|error| push_lines(&mut value, text, member.data).then_some(()).ok_or(error))
        {
            Ok(()) => {
                let is_own = matches!(name, "json" | "jsonl" | "ndjson");
                let key = match value.first() {
                    Some(b'[') if is_own && is_turns(&value) => "conversations",
                    Some(b'{') if is_own => "json",
                    _ => name,
                };
                self.has_text = true;
                self.push_value(key, &value);
            }
            Err(error) => {
                let why = if text.trim().is_empty() { "it is empty".to_owned() } else { error };
                self.damage
                    .get_or_insert_with(|| format!("its JSON member {} is damaged: {why}", member.path));
            }
        }
    }

    /// The whole JSON text.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.text.push(b'}');
        self.text
    }
}

/// What stands behind the last dot of a member's name: `png` of `seg.png`.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn push_text(into: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(into, text).expect("text is written into memory without errors");
}

/// Whether a name is one of a JSON member.
fn is_json(name: &str) -> bool {
    matches!(last_part(name), "json" | "jsonl" | "ndjson")
}

/// Whether a list begins with a turn.
fn is_turns(list: &[u8]) -> bool {
    let first = serde_json::from_slice::<Vec<Value>>(list).ok().and_then(|list| list.into_iter().next());
    first.is_some_and(|first| {
        let keys: Vec<&str> = first.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
        record_keys::is_turn(&keys)
    })
}

/// Adds JSON lines that begin at a byte of the archive as one list; adds nothing and says false if they are none.
fn push_lines(into: &mut Vec<u8>, text: &str, offset: u64) -> bool {
    let before = into.len();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut open = b'[';
    for line in lines {
        into.push(open);
        open = b',';
        let place = line.as_ptr() as usize - text.as_ptr() as usize;
        if push_json(into, line, offset + place as u64).is_err() {
            into.truncate(before);
            return false;
        }
    }
    into.push(b']');
    open == b',' || {
        into.truncate(before);
        false
    }
}

/// Adds a JSON text that begins at a byte of the archive, repaired and with addresses in place of pictures in base64;
/// adds nothing and says why if it is none.
fn push_json(into: &mut Vec<u8>, text: &str, offset: u64) -> Result<(), String> {
    let marked = text.len();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = offset + (marked - text.len()) as u64;
    let value = json::parse(text.as_bytes(), Origin::File(offset))
        .map_err(|error| format!("{}, at byte {}", error.message, error.offset))?;
    if value.depth() > DEEPEST {
        return Err(format!("it is nested deeper than {DEEPEST}"));
    }
    value.write_kept(into);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(text: &str) -> Option<String> {
        let mut into = Vec::new();
        push_json(&mut into, text, 0).ok().map(|()| String::from_utf8(into).unwrap())
    }

    #[test]
    fn json_is_made_compact_and_repaired() {
        let text = "\u{feff} {\"a b\" : [ 1.50, \"x \\\" y\\\\\" ,\n null], \"é\":\"\\ud83d\"} ";
        assert_eq!(pushed(text).unwrap(), "{\"a b\":[1.50,\"x \\\" y\\\\\",null],\"é\":\"\u{fffd}\"}");
        assert_eq!(pushed("3").unwrap(), "3");
        for bad in ["", "{", "{'a': 1}", "1 2"] {
            assert_eq!(pushed(bad), None, "{bad:?}");
        }
        assert!(pushed(&("[".repeat(100) + &"]".repeat(100))).is_some());
        assert!(pushed(&("[".repeat(101) + &"]".repeat(101))).is_none());
    }
}
