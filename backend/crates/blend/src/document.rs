//! YAML and JSON as one tree in which each value knows its line and column, so that errors can name them.
//!
//! Values mean what they mean to the trainers, which are Python: scalars of YAML are resolved as `PyYAML` does (version
//! 1.1: `yes` is true, `1_000` and `0x10` are numbers, `1e3` is text), and of a key that stands twice the last value
//! counts, in the place of the first.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::fmt;

/// Containers within one another; trainers' files have five.
const DEEPEST: usize = 100;

/// Values of a document, those that aliases repeat included.
const MOST_VALUES: usize = 2_000_000;

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

/// Reads the one document of a YAML file.
pub fn parse_yaml(text: &str) -> Result<Node, Mistake> {
    let mut loader = YamlLoader::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| yaml_mistake(text, &error))?;
        loader.take(event, span)?;
    }
    let empty = Node { at: Position { line: 1, column: 1 }, value: Value::Null };
    Ok(loader.document.unwrap_or(empty))
}

/// What the parser says, at the place where people look: of a tab it names where the text before it began.
fn yaml_mistake(text: &str, error: &ScanError) -> Mistake {
    let mut at = Position { line: error.marker().line(), column: error.marker().col() + 1 };
    if error.info().contains("tab") {
        let indent = |line: &str| line[..line.len() - line.trim_start().len()].find('\t');
        let mut lines = text.lines().enumerate().skip(at.line.saturating_sub(1));
        if let Some((number, column)) = lines.find_map(|(number, line)| Some((number, indent(line)?))) {
            at = Position { line: number + 1, column: column + 1 };
        }
    }
    Mistake::at(at, format!("no YAML: {}", error.info()))
}

/// A list or a table that is not closed yet.
struct Open {
    at: Position,
    anchor: usize,
    value: Value,
    /// The key whose value comes next.
    key: Option<Node>,
}

#[derive(Default)]
struct YamlLoader {
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    document: Option<Node>,
    values: usize,
}

impl YamlLoader {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Mistake> {
        let at = Position { line: span.start.line(), column: span.start.col() + 1 };
        let is_deep = self.open.len() >= DEEPEST;
        let mut open = |anchor, value| self.open.push(Open { at, anchor, value, key: None });
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) if is_deep => {
                return Err(Mistake::at(at, "lists and tables within one another without end"));
            }
            Event::SequenceStart(anchor, _) => open(anchor, Value::List(Vec::new())),
            Event::MappingStart(anchor, _) => open(anchor, Value::Map(Vec::new())),
            Event::SequenceEnd | Event::MappingEnd => {
                let Open { at, anchor, value, .. } = self.open.pop().expect("what ends was begun");
                return self.put(anchor, Node { at, value });
            }
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = style != ScalarStyle::Plain || tag.is_some_and(|tag| tag.suffix == "str");
                let value = if is_text { Value::Text(text.into_owned()) } else { plain_scalar(&text) };
                return self.put(anchor, Node { at, value });
            }
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned();
                let mut node = node.ok_or_else(|| Mistake::at(at, "an alias within what it stands for"))?;
                node.at = at;
                return self.put(0, node);
            }
            Event::DocumentStart(_) if self.document.is_some() => {
                return Err(Mistake::at(at, "a second document in one file; the trainer reads one"));
            }
            _ => {}
        }
        Ok(())
    }

    fn put(&mut self, anchor: usize, node: Node) -> Result<(), Mistake> {
        self.values += if anchor == 0 { node.size() } else { 1 };
        if self.values > MOST_VALUES {
            return Err(node.mistake("aliases repeat more than can be meant"));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.document = Some(node);
            return Ok(());
        };
        match (&mut open.value, open.key.take()) {
            (Value::List(members), _) => members.push(node),
            (_, None) => open.key = Some(node),
            (Value::Map(entries), Some(key)) if key.text() == Some("<<") => merge(entries, node)?,
            (Value::Map(entries), Some(key)) => insert(entries, key_text(&key)?, node),
            _ => {}
        }
        Ok(())
    }
}

/// The key `<<` of YAML 1.1: the entries of other tables, where the table has none of its own.
fn merge(entries: &mut Vec<(String, Node)>, node: Node) -> Result<(), Mistake> {
    let not_a_table = node.mistake("`<<` stands for the entries of a table, and this is none");
    let tables = if let Value::List(tables) = node.value { tables } else { vec![node] };
    for table in tables {
        let Value::Map(others) = table.value else { return Err(not_a_table) };
        for (key, value) in others {
            if !entries.iter().any(|(name, _)| *name == key) {
                entries.push((key, value));
            }
        }
    }
    Ok(())
}

fn key_text(key: &Node) -> Result<String, Mistake> {
    match &key.value {
        Value::Text(text) => Ok(text.clone()),
        Value::Int(number) => Ok(number.to_string()),
        Value::Float(number) => Ok(number.to_string()),
        Value::Bool(is_true) => Ok(is_true.to_string()),
        Value::Null => Ok("null".to_owned()),
        Value::List(_) | Value::Map(_) => Err(key.mistake("a key is text, and this is a list or a table")),
    }
}

/// What a scalar without quotes means in YAML 1.1.
fn plain_scalar(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Value::Bool(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Value::Bool(false);
        }
        _ => {}
    }
    let (is_negative, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if let Some(number) = yaml_int(digits) {
        return Value::Int(if is_negative { -number } else { number });
    }
    match yaml_float(digits) {
        Some(number) => Value::Float(if is_negative { -number } else { number }),
        None => Value::Text(text.to_owned()),
    }
}

fn yaml_int(digits: &str) -> Option<i128> {
    let plain = digits.replace('_', "");
    let number = |digits: &str, radix: u32| {
        let is_number = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
        is_number.then(|| i128::from_str_radix(digits, radix).unwrap_or(i128::MAX))
    };
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    if let Some(hexadecimal) = plain.strip_prefix("0x") {
        return number(hexadecimal, 16);
    }
    if let Some(binary) = plain.strip_prefix("0b") {
        return number(binary, 2);
    }
    if plain.len() > 1 && plain.starts_with('0') {
        return number(&plain, 8);
    }
    if plain.contains(':') {
        // Sexagesimal, of which `1:30` is one.
        let mut parts = plain.split(':');
        let first = number(parts.next()?, 10)?;
        return parts.try_fold(first, |sum, part| {
            let value = number(part, 10).filter(|&value| part.len() <= 2 && value < 60)?;
            sum.checked_mul(60)?.checked_add(value)
        });
    }
    number(&plain, 10)
}

fn yaml_float(digits: &str) -> Option<f64> {
    match digits {
        ".inf" | ".Inf" | ".INF" => return Some(f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Some(f64::NAN),
        _ => {}
    }
    let plain = digits.replace('_', "");
    let (mantissa, exponent) = plain.split_once(['e', 'E']).unwrap_or((&plain, "+0"));
    let (whole, fraction) = mantissa.split_once('.')?;
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let has_digits = are_digits(whole) && are_digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    let has_sign = exponent.strip_prefix(['+', '-']).is_some_and(|rest| !rest.is_empty() && are_digits(rest));
    if has_digits && has_sign { plain.parse().ok() } else { None }
}

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
