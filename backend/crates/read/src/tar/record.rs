//! A record in the making: the JSON text of members that share a key.

use super::members::TarMember;
use super::payload::Payload;
use serde_json::json;
use serde_json::value::RawValue;
use std::collections::HashSet;

/// Values nested deeper than this stay text; readers of JSON refuse deep nesting.
const DEEPEST: usize = 100;

/// Members that share a key.
pub(super) struct Record {
    pub(super) key: String,
    /// Where the first header of its first member begins.
    pub(super) offset: u64,
    /// The JSON text, its last brace missing.
    text: Vec<u8>,
    names: HashSet<String>,
}

impl Record {
    pub(super) fn new(key: String, offset: u64) -> Self {
        let mut text = b"{\"__key__\":".to_vec();
        push_text(&mut text, &key);
        Self { key, offset, text, names: HashSet::new() }
    }

    /// Whether there is a member of this name already.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Bytes of JSON text so far.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn push(&mut self, name: &str, member: &TarMember, payload: Payload) {
        self.names.insert(name.to_owned());
        self.text.push(b',');
        push_text(&mut self.text, name);
        self.text.push(b':');
        match payload {
            Payload::Image(image) => {
                self.text.extend_from_slice(image.to_json().to_string().as_bytes());
            }
            Payload::Text(text) if last_part(name) == "json" && push_json(&mut self.text, &text) => {}
            Payload::Text(text) => push_text(&mut self.text, &text),
            Payload::Binary(hash) => {
                let hash = blake3::Hash::from_bytes(hash).to_hex().to_string();
                let value = json!({"bytes": member.size, "blake3": hash});
                self.text.extend_from_slice(value.to_string().as_bytes());
            }
            Payload::TooLong => self.text.extend_from_slice(b"null"),
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

/// Adds a JSON text without the blank space between its parts; adds nothing and says false if it is none.
fn push_json(into: &mut Vec<u8>, text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Checked without building the value, which would take many times the text's memory.
    if serde_json::from_str::<&RawValue>(text).is_err() {
        return false;
    }
    let before = into.len();
    let (mut in_text, mut escaped, mut depth) = (false, false, 0_usize);
    for &byte in text.as_bytes() {
        if in_text {
            in_text = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => continue,
                b'"' => in_text = true,
                b'[' | b'{' => depth += 1,
                b']' | b'}' => depth -= 1,
                _ => {}
            }
        }
        if depth > DEEPEST {
            into.truncate(before);
            return false;
        }
        into.push(byte);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pushed(text: &str) -> Option<String> {
        let mut into = Vec::new();
        push_json(&mut into, text).then(|| String::from_utf8(into).unwrap())
    }

    #[test]
    fn json_is_made_compact_and_nothing_else_is_changed() {
        let text = "\u{feff} {\"a b\" : [ 1.50, \"x \\\" y\\\\\" ,\n null], \"é\":\"\\ud83d\"} ";
        assert_eq!(pushed(text).unwrap(), r#"{"a b":[1.50,"x \" y\\",null],"é":"\ud83d"}"#);
        assert_eq!(pushed("3").unwrap(), "3");
        for bad in ["", "{", "{'a': 1}", "[NaN]", "1 2"] {
            assert_eq!(pushed(bad), None, "{bad:?}");
        }
        assert!(pushed(&("[".repeat(100) + &"]".repeat(100))).is_some());
        assert!(pushed(&("[".repeat(101) + &"]".repeat(101))).is_none());
    }
}
