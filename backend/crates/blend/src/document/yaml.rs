//! YAML as the trainers' Python reads it: scalars are those of version 1.1, as `PyYAML` resolves them (`yes` is true,
//! `1_000` and `0x10` are numbers, `1e3` is text).

use super::{DEEPEST, Mistake, Node, Position, Value, insert};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};
use std::collections::HashMap;

/// Values of a document, those that aliases repeat included.
const MOST_VALUES: usize = 2_000_000;

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
    key: Option<Key>,
}

/// A key of a table.
enum Key {
    /// `<<` without quotes; in quotes it is a name like any other.
    Merge,
    Name(String),
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
            Event::Scalar(text, ScalarStyle::Plain, _, None) if text == "<<" => {
                return self.merge_next(at);
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

    /// `<<` without quotes: as a key it merges, and as a value the trainers' parser stops.
    fn merge_next(&mut self, at: Position) -> Result<(), Mistake> {
        let Some(Open { value: Value::Map(_), key: key @ None, .. }) = self.open.last_mut() else {
            return Err(Mistake::at(at, "`<<` without quotes merges tables as a key, and is no value"));
        };
        *key = Some(Key::Merge);
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
            (_, None) => open.key = Some(Key::Name(key_text(&node)?)),
            (Value::Map(entries), Some(Key::Merge)) => merge(entries, node)?,
            (Value::Map(entries), Some(Key::Name(key))) => insert(entries, key, node),
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
