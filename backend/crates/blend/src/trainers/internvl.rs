//! `InternVL`'s meta JSON: a file of JSON lines and `repeat_time` per name, as the fine-tuning script reads it.
//!
//! Source: OpenGVLab/InternVL, `internvl_chat/internvl/train/internvl_chat_finetune.py`, 2410d1d.

use crate::document::{Mistake, Node, Position, Value, parse_json, quoted};
use crate::format::Format;
use crate::mixture::{Mixture, Order, Part, Size, Source, Take};
use crate::python::cut_off;
use crate::said::{Said, Window, decimal, free_name, lines_only};

/// A meta file.
#[derive(Clone, Debug, PartialEq)]
pub struct Meta(pub Vec<Entry>);

/// One dataset of it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// The folder of its pictures.
    pub root: String,
    /// Its file.
    pub annotation: String,
    /// Whether pictures are changed at random.
    pub data_augment: bool,
    /// How often it is taken.
    pub repeat_time: Repeat,
    /// How many samples it is said to have; no trainer reads it.
    pub length: Option<i128>,
    /// Where the annotation and the number stand.
    pub at: Option<(Position, Position)>,
}

/// `repeat_time`: the script tells whole numbers from others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Repeat {
    /// A whole number.
    Whole(i128),
    /// One with a point.
    Broken(f64),
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        let key = |entry: &Self| {
            (
                entry.name.clone(),
                entry.root.clone(),
                entry.annotation.clone(),
                entry.data_augment,
                entry.length,
            )
        };
        key(self) == key(other) && self.repeat_time == other.repeat_time
    }
}

impl Meta {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let document = parse_json(text)?;
        let entries = document.entries().ok_or_else(|| {
            document.mistake(format!(
                "a meta file is an object with a dataset per name, and this is {}",
                document.kind()
            ))
        })?;
        if entries.is_empty() {
            return Err(document.mistake("an empty meta file: there is no dataset in it"));
        }
        Ok(Self(entries.iter().map(|(name, value)| entry(name, value)).collect::<Result<_, _>>()?))
    }

    /// Writes the file.
    pub fn write(&self) -> String {
        let entries = self.0.iter().map(|entry| {
            let repeat = match entry.repeat_time {
                Repeat::Whole(number) => number.to_string(),
                Repeat::Broken(number) => format!("{number:?}"),
            };
            let length = entry.length.map_or(String::new(), |length| format!(",\n    \"length\": {length}"));
            format!(
                "  {}: {{\n    \"root\": {},\n    \"annotation\": {},\n    \"data_augment\": {},\n    \"repeat_time\": {repeat}{length}\n  }}",
                quoted(&entry.name), quoted(&entry.root), quoted(&entry.annotation), entry.data_augment
            )
        });
        format!("{{\n{}\n}}\n", entries.collect::<Vec<_>>().join(",\n"))
    }

    /// What the trainer takes.
    pub fn mixture(&self) -> Result<Mixture, Mistake> {
        let parts: Vec<Part> = self.0.iter().map(part).collect::<Result<_, _>>()?;
        let mut notes = Vec::new();
        if parts.iter().any(|part| part.repeat < 1.0) {
            notes.push(
                "a `repeat_time` below 1 takes the first samples here and in pretraining; the script for MPO draws them"
                    .to_owned(),
            );
        }
        Ok(Mixture { format: Format::InternVl, parts, order: Order::Concatenated, total: None, notes })
    }
}

fn entry(name: &str, value: &Node) -> Result<Entry, Mistake> {
    let wrong = |node: &Node, why: String| node.mistake(format!("{name}: {why}"));
    if value.entries().is_none() {
        return Err(wrong(value, format!("a dataset is an object, and this is {}", value.kind())));
    }
    let member = |key: &str| {
        value
            .get(key)
            .ok_or_else(|| wrong(value, format!("`{key}` is missing, without which the trainer stops")))
    };
    let text = |key: &str| {
        let node = member(key)?;
        let text = node.text().map(str::to_owned);
        text.ok_or_else(|| wrong(node, format!("`{key}` is {}, and has to be text", node.kind())))
    };
    let (root, annotation, repeat) = (text("root")?, text("annotation")?, member("repeat_time")?);
    let place = member("annotation")?;
    if !annotation.ends_with("jsonl") {
        let why = format!("`{annotation}` does not end in `jsonl`, and the trainer takes nothing else");
        return Err(wrong(place, why));
    }
    let repeat_time = match repeat.value {
        Value::Float(number) => Some(Repeat::Broken(number)),
        _ => repeat.int().map(Repeat::Whole),
    };
    let no_number = || wrong(repeat, format!("`repeat_time` is {}, and has to be a number", repeat.kind()));
    Ok(Entry {
        name: name.to_owned(),
        root,
        annotation,
        data_augment: !matches!(member("data_augment")?.value, Value::Bool(false) | Value::Null),
        repeat_time: repeat_time.ok_or_else(no_number)?,
        length: value.get("length").and_then(Node::int),
        at: Some((place.at, repeat.at)),
    })
}

/// The rule: below 1 the first `int(n * r)`, above 1 the list so many times.
fn part(entry: &Entry) -> Result<Part, Mistake> {
    let wrong =
        |why: String| Mistake::at(entry.at.map(|(_, number)| number), format!("{}: {why}", entry.name));
    let (take, repeat) = match entry.repeat_time {
        Repeat::Broken(number) if number > 1.0 => {
            return Err(wrong(format!(
                "`repeat_time` is {number:?}, and the fine-tuning script stops at a number above 1 that is not written \
                 as a whole one; the scripts for pretraining and MPO take it {} times",
                number.floor()
            )));
        }
        Repeat::Broken(number) if number < 1.0 => (Take::First(Size::Share(number)), number),
        Repeat::Whole(number) if number < 1 => (Take::First(Size::Share(number as f64)), number as f64),
        Repeat::Broken(_) => (Take::Passes(1), 1.0),
        Repeat::Whole(number) => {
            let times =
                u64::try_from(number).map_err(|_| wrong("more samples than can be counted".to_owned()))?;
            (Take::Passes(times), number as f64)
        }
    };
    let source = Source::Paths(vec![entry.annotation.clone()]);
    let at = entry.at.map(|(annotation, _)| annotation);
    Ok(Part { take, repeat, stated: entry.length, ..Part::all(&entry.name, source, at) })
}

/// Says parts of a mixture in this format.
pub(crate) fn say(said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    let mut entries: Vec<Entry> = Vec::new();
    for part in said {
        for (annotation, repeat_time) in repeats(part)? {
            lines_only(&annotation)?;
            let name = free_name(&part.piece.title, |name| entries.iter().any(|entry| entry.name == name));
            let (root, length) = (String::new(), Some(i128::from(part.piece.of)));
            entries.push(Entry {
                name,
                root,
                annotation,
                data_augment: false,
                repeat_time,
                length,
                at: None,
            });
        }
        if part.drawn() > 0 {
            notes.push(format!("{}; the trainer takes as many first ones instead", part.words()));
        }
    }
    notes.push("`root` is left empty: the folders of the pictures have to be filled in".to_owned());
    Ok(Meta(entries).write())
}

/// Files with numbers that come to what is taken of a part.
fn repeats(part: &Said<'_>) -> Result<Vec<(String, Repeat)>, String> {
    let whole = Repeat::Whole(i128::from(part.passes));
    if part.is_whole_passes() {
        return Ok(part.piece.files.iter().map(|file| (file.clone(), whole)).collect());
    }
    let file = part.file()?.to_owned();
    let first = match part.window {
        Window::Whole => part.drawn(),
        Window::First if part.passes == 1 && part.drawn() == 0 => part.length,
        _ => return Err(part.refused("only the first ones and whole passes can be said")),
    };
    let n = part.piece.of;
    let share = match first {
        0 => Repeat::Whole(0),
        first if first % n == 0 => Repeat::Whole(i128::from(first / n)),
        first => {
            let share = decimal(first, n, |share| cut_off(n as f64 * share)).filter(|&share| share < 1.0);
            Repeat::Broken(share.ok_or_else(|| part.refused("no share comes to as many"))?)
        }
    };
    let passes = (part.window == Window::Whole && part.passes > 0).then(|| (file.clone(), whole));
    Ok(passes.into_iter().chain([(file, share)]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn with_repeat(number: &str) -> String {
        format!(
            r#"{{"bee": {{"root": "", "annotation": "a.jsonl", "data_augment": false, "repeat_time": {number}}}}}"#
        )
    }

    #[test]
    fn repeats_are_the_first_ones_or_whole_passes() {
        for (number, n, taken) in [
            ("0.29", 100, 28),
            ("0.125", 100, 12),
            ("0", 10, 0),
            ("-0.25", 50, 38),
            ("-1", 10, 0),
            ("1", 10, 10),
            ("1.0", 10, 10),
            ("3", 10, 30),
            ("true", 10, 10),
            ("false", 10, 0),
        ] {
            let mixture = Meta::parse(&with_repeat(number)).unwrap().mixture().unwrap();
            assert_eq!(mixture.parts[0].pick(n, &[]).unwrap().samples(), Some(taken), "{number}");
        }
    }

    #[test]
    fn what_stops_the_script_stops() {
        for number in ["2.5", "2.0", "1e3", "\"2\"", "null", "[1]"] {
            let mistake = Meta::parse(&with_repeat(number)).and_then(|meta| meta.mixture()).unwrap_err();
            assert!(mistake.at.is_some() && mistake.why.contains("bee"), "{number}: {mistake}");
        }
        for text in [
            "{}",
            "[]",
            r#"{"a": 1}"#,
            r#"{"a": {"annotation": "a.jsonl", "data_augment": false, "repeat_time": 1}}"#,
            r#"{"a": {"root": "", "annotation": "a.json", "data_augment": false, "repeat_time": 1}}"#,
            r#"{"a": {"root": "", "annotation": "a.jsonl", "repeat_time": 1}}"#,
        ] {
            assert!(Meta::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn of_a_doubled_name_the_last_counts_in_the_place_of_the_first() {
        let entry = |file: &str| {
            format!(r#"{{"root": "", "annotation": "{file}", "data_augment": false, "repeat_time": 1}}"#)
        };
        let text =
            format!(r#"{{"a": {}, "b": {}, "a": {}}}"#, entry("1.jsonl"), entry("2.jsonl"), entry("3.jsonl"));
        let files: Vec<_> = Meta::parse(&text).unwrap().0.into_iter().map(|entry| entry.annotation).collect();
        assert_eq!(files, ["3.jsonl", "2.jsonl"]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            entries in prop::collection::btree_map("\\PC{0,8}", ("\\PC{0,8}", any::<bool>(), prop_oneof![
                (-5_i128..9).prop_map(Repeat::Whole), (0.0_f64..1.0).prop_map(Repeat::Broken)
            ], prop::option::of(0_i128..1_000_000)), 1..5)
        ) {
            let entry = |(name, (file, data_augment, repeat_time, length)): (String, (String, bool, Repeat, _))| Entry {
                name, root: file.clone(), annotation: format!("{file}.jsonl"), data_augment, repeat_time, length, at: None,
            };
            let meta = Meta(entries.into_iter().map(entry).collect());
            prop_assert_eq!(Meta::parse(&meta.write()), Ok(meta));
        }
    }
}
