//! YAML and JSON as one tree in which each value knows its line and column, so that errors can name them.
//!
//! Values mean what they mean to the trainers, which are Python: of a key that stands twice the last value counts, in the
//! place of the first.

mod json;
mod yaml;

pub use json::parse_json;
pub use yaml::parse_yaml;

use std::fmt;

/// Containers within one another; trainers' files have five.
const DEEPEST: usize = 100;

/// A place in a text, both from 1 and in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl Position {
    /// The place of a byte of a text.
    pub fn of_byte(text: &str, byte: usize) -> Self {
        let before = &text.as_bytes()[..byte.min(text.len())];
        let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        Self {
            line: String::from_utf8_lossy(before).matches('\n').count() + 1,
            column: String::from_utf8_lossy(&before[line_start..]).chars().count() + 1,
        }
    }
}

/// What is wrong with a mixture, and where if that is known: `3:1: why`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mistake {
    /// Where.
    pub at: Option<Position>,
    /// What, in lower case.
    pub why: String,
}

impl Mistake {
    /// A mistake at a place.
    pub fn at(at: impl Into<Option<Position>>, why: impl Into<String>) -> Self {
        Self { at: at.into(), why: why.into() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(Position { line, column }) => write!(out, "{line}:{column}: {}", self.why),
            None => out.write_str(&self.why),
        }
    }
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it begins.
    pub at: Position,
    /// What it is.
    pub value: Value,
}

/// What a value of a document is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`, and what YAML takes for these.
    Bool(bool),
    /// A whole number; larger ones are the largest.
    Int(i128),
    /// A number with a point or an exponent.
    Float(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A table, in the order of the file.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The value of a key of a table.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let Value::Map(entries) = &self.value else { return None };
        entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The entries of a table.
    pub fn entries(&self) -> Option<&[(String, Node)]> {
        if let Value::Map(entries) = &self.value { Some(entries) } else { None }
    }

    /// The members of a list.
    pub fn list(&self) -> Option<&[Node]> {
        if let Value::List(members) = &self.value { Some(members) } else { None }
    }

    /// Text.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// A number, which `true` and `false` are to Python too.
    pub fn number(&self) -> Option<f64> {
        match self.value {
            Value::Int(number) => Some(number as f64),
            Value::Float(number) => Some(number),
            Value::Bool(is_true) => Some(f64::from(u8::from(is_true))),
            _ => None,
        }
    }

    /// A whole number.
    pub fn int(&self) -> Option<i128> {
        match self.value {
            Value::Int(number) => Some(number),
            Value::Bool(is_true) => Some(i128::from(is_true)),
            _ => None,
        }
    }

    /// What kind of value it is, for people.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "a yes or no",
            Value::Int(_) | Value::Float(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a table",
        }
    }

    /// A mistake here.
    pub fn mistake(&self, why: impl Into<String>) -> Mistake {
        Mistake::at(self.at, why)
    }

    fn size(&self) -> usize {
        1 + match &self.value {
            Value::List(members) => members.iter().map(Self::size).sum(),
            Value::Map(entries) => entries.iter().map(|(_, value)| value.size()).sum(),
            _ => 0,
        }
    }
}

/// Puts an entry into a table as Python's `dict` does: the place of the first, the value of the last.
fn insert(entries: &mut Vec<(String, Node)>, key: String, value: Node) {
    match entries.iter_mut().find(|(name, _)| *name == key) {
        Some((_, old)) => *old = value,
        None => entries.push((key, value)),
    }
}

/// Text in double quotes, as both JSON and YAML read it.
pub fn quoted(text: &str) -> String {
    let json = serde_json::to_string(text).expect("text is always JSON");
    let mut quoted = String::with_capacity(json.len());
    for letter in json.chars() {
        // What YAML takes for no character, or for a line break.
        let is_odd = matches!(
            letter,
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        );
        if is_odd {
            quoted.extend(['\\', 'u']);
            quoted.extend(
                (0..4).rev().filter_map(|digit| char::from_digit(u32::from(letter) >> (4 * digit) & 15, 16)),
            );
        } else {
            quoted.push(letter);
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places(node: &Node, key: &str) -> (usize, usize) {
        let at = node.get(key).unwrap().at;
        (at.line, at.column)
    }

    #[test]
    fn values_know_their_places() {
        let yaml = parse_yaml("a: 1\nb:\n  - é: x\n    c: 50%\n").unwrap();
        assert_eq!(places(&yaml, "a"), (1, 4));
        assert_eq!(places(&yaml.get("b").unwrap().list().unwrap()[0], "c"), (4, 8));
        let json = parse_json("{\n  \"é\": {\"b\": [1,\n 2.5]}}").unwrap();
        let list = json.get("é").unwrap().get("b").unwrap().list().unwrap();
        assert_eq!((list[1].at.line, list[1].at.column, list[1].number()), (2 + 1, 2, Some(2.5)));
    }

    #[test]
    fn yaml_means_what_it_means_to_pyyaml() {
        for (text, value) in [
            ("yes", Value::Bool(true)),
            ("Off", Value::Bool(false)),
            ("~", Value::Null),
            ("1_000", Value::Int(1000)),
            ("0x10", Value::Int(16)),
            ("010", Value::Int(8)),
            ("1:30", Value::Int(90)),
            ("-5", Value::Int(-5)),
            ("1e3", Value::Text("1e3".into())),
            ("1.0e+3", Value::Float(1000.0)),
            (".5", Value::Float(0.5)),
            ("50%", Value::Text("50%".into())),
            ("first:10", Value::Text("first:10".into())),
            ("'50'", Value::Text("50".into())),
            ("!!str 50", Value::Text("50".into())),
        ] {
            assert_eq!(parse_yaml(&format!("a: {text}")).unwrap().get("a").unwrap().value, value, "{text}");
        }
    }

    #[test]
    fn doubled_keys_aliases_and_merged_tables_are_as_in_python() {
        let yaml = parse_yaml("d: &d {x: 1, y: 2}\na: {<<: *d, y: 3}\nb: *d\nd: 4").unwrap();
        let keys: Vec<_> = yaml.entries().unwrap().iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["d", "a", "b"]);
        assert_eq!(yaml.get("d").unwrap().int(), Some(4));
        assert_eq!(yaml.get("a").unwrap().get("x").unwrap().int(), Some(1));
        assert_eq!(yaml.get("a").unwrap().get("y").unwrap().int(), Some(3));
        let quoted = parse_yaml("\"<<\": []\n").unwrap();
        assert_eq!(quoted.get("<<").unwrap().value, Value::List(Vec::new()));
        assert!(parse_yaml("<<: 3").is_err() && parse_yaml("a: <<").is_err());
        let json = parse_json(r#"{"a": 1, "b": 2, "a": 3}"#).unwrap();
        assert_eq!(json.entries().unwrap()[0].1.int(), Some(3));
    }

    #[test]
    fn what_is_no_document_is_said_with_its_place() {
        let tab = parse_yaml("datasets:\n  - json_path: a.json\n\tsampling_strategy: all\n").unwrap_err();
        assert_eq!(tab.at.unwrap().line, 3, "{tab}");
        let comma = parse_json("{\n \"a\": 1,\n}").unwrap_err();
        assert_eq!(comma.to_string(), "3:1: no JSON: a comma with nothing behind it");
        assert_eq!(
            parse_json("[1,\n 2, ]").unwrap_err().to_string(),
            "2:5: no JSON: a comma with nothing behind it"
        );
        let level = |level: usize| {
            let alias = if level == 0 { "x".to_owned() } else { format!("*a{}", level - 1) };
            format!("a{level}: &a{level} [{}]\n", vec![alias; 10].join(", "))
        };
        let bomb: String = (0..10).map(level).collect();
        assert!(parse_yaml(&bomb).unwrap_err().why.contains("aliases"));
        assert!(parse_yaml("a: 1\n---\nb: 2\n").unwrap_err().why.contains("second"));
        assert!(parse_yaml(&"[".repeat(5000)).is_err() && parse_json(&"[".repeat(5000)).is_err());
    }

    proptest! {
        #[test]
        fn quoted_text_is_the_same_text_in_both(text in "\\PC{0,20}|[\\x00-\\u{2030}\"\\\\]{0,20}") {
            let quoted = quoted(&text);
            prop_assert_eq!(parse_json(&quoted).unwrap().value, Value::Text(text.clone()));
            prop_assert_eq!(parse_yaml(&format!("a: {quoted}")).unwrap().get("a").unwrap().value.clone(), Value::Text(text));
        }
    }
}
