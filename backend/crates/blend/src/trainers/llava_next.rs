//! LLaVA-NeXT and LLaVA-OneVision: a YAML file with a strategy per file, or a path with braces.
//!
//! Source: LLaVA-VL/LLaVA-NeXT, `llava/train/train.py` (`LazySupervisedDataset`), df17966.

use crate::document::{Mistake, Node, Position, Value, parse_yaml, quoted};
use crate::format::{Format, ends_in, stem};
use crate::mixture::{Mixture, Order, Part, Size, Source, Take};
use crate::python;
use crate::said::{Said, Window};

/// What `--data_path` leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    /// Files in their order.
    pub entries: Vec<Entry>,
    /// Keys that the trainer passes over, with their places.
    pub unread: Vec<(Position, String)>,
}

/// A file and how it is sampled.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Path as written.
    pub json_path: String,
    /// `sampling_strategy`; `all` where there is none.
    pub strategy: String,
    /// What is taken by it.
    pub take: Take,
    /// Where it stands.
    pub at: Option<Position>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (&self.json_path, &self.strategy) == (&other.json_path, &other.strategy)
    }
}

impl Entry {
    /// An entry, if the trainer reads its strategy.
    pub fn new(json_path: String, strategy: String, at: Option<Position>) -> Result<Self, Mistake> {
        if !ends_in(&json_path, ".json") && !ends_in(&json_path, ".jsonl") {
            let why = format!(
                "`{json_path}` ends neither in `.json` nor in `.jsonl`, and the trainer reads nothing else"
            );
            return Err(Mistake::at(at, why));
        }
        let take = take(&strategy).map_err(|why| Mistake::at(at, format!("{}: {why}", stem(&json_path))))?;
        Ok(Self { json_path, strategy, take, at })
    }
}

impl Data {
    /// Reads the YAML file.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let document = parse_yaml(text)?;
        let datasets = document.get("datasets").ok_or_else(|| {
            document.mistake("the list `datasets` is missing, without which there is nothing to train on")
        })?;
        let list = datasets.list().ok_or_else(|| match datasets.value {
            Value::Null => datasets.mistake("`datasets` is empty: there is nothing to train on"),
            _ => datasets.mistake(format!("`datasets` is {}, and has to be a list", datasets.kind())),
        })?;
        let entries = list.iter().map(entry).collect::<Result<_, _>>()?;
        let unread = list.iter().filter_map(Node::entries).flatten();
        let unread = unread.filter(|(key, _)| key != "json_path" && key != "sampling_strategy");
        Ok(Self { entries, unread: unread.map(|(key, value)| (value.at, key.clone())).collect() })
    }

    /// Reads a path that is no YAML: with braces `before{a,b}.json`, without them one file.
    pub fn of_path(path: &str) -> Result<Self, Mistake> {
        let of = |paths: Vec<String>| {
            let entries = paths.into_iter().map(|path| Entry::new(path, "all".to_owned(), None));
            Ok(Self { entries: entries.collect::<Result<_, _>>()?, unread: Vec::new() })
        };
        if !(path.contains('{') && path.contains('}')) {
            if ends_in(path, ".yml") {
                let why = format!("the trainer reads only `.yaml` as YAML and stops at `{path}`; rename it");
                return Err(Mistake::at(None, why));
            }
            return of(vec![path.to_owned()]);
        }
        let parts = path.strip_suffix("}.json").and_then(|rest| rest.rsplit_once('{'));
        let (before, names) = parts.ok_or_else(|| {
            Mistake::at(None, format!("`{path}`: a path with braces has to end in `{{NAME,NAME}}.json`"))
        })?;
        of(names.split(',').map(|name| format!("{before}{name}.json")).collect())
    }

    /// Writes the YAML file.
    pub fn write(&self) -> String {
        let entry = |entry: &Entry| {
            let (path, strategy) = (quoted(&entry.json_path), quoted(&entry.strategy));
            format!("  - json_path: {path}\n    sampling_strategy: {strategy}\n")
        };
        std::iter::once("datasets:\n".to_owned()).chain(self.entries.iter().map(entry)).collect()
    }

    /// What the trainer takes.
    pub fn mixture(&self) -> Mixture {
        let part = |entry: &Entry| {
            let source = Source::Paths(vec![entry.json_path.clone()]);
            Part { take: entry.take.clone(), ..Part::all(stem(&entry.json_path), source, entry.at) }
        };
        let mut notes: Vec<String> = self.entries.iter().filter_map(note).collect();
        notes.extend(
            self.unread
                .iter()
                .map(|(at, key)| format!("line {}: the trainer does not read `{key}`", at.line)),
        );
        Mixture {
            format: Format::LlavaNext,
            parts: self.entries.iter().map(part).collect(),
            order: Order::Concatenated,
            total: None,
            notes,
        }
    }
}

fn entry(node: &Node) -> Result<Entry, Mistake> {
    let path = node.get("json_path").ok_or_else(|| node.mistake("a dataset without `json_path`"))?;
    let text = path
        .text()
        .ok_or_else(|| path.mistake(format!("`json_path` is {}, and has to be text", path.kind())))?;
    let Some(strategy) = node.get("sampling_strategy") else {
        return Entry::new(text.to_owned(), "all".to_owned(), Some(path.at));
    };
    let Some(words) = strategy.text() else {
        let kind = strategy.kind();
        let why =
            format!("{}: `sampling_strategy` is {kind}, and has to be text such as `first:50`", stem(text));
        return Err(strategy.mistake(why));
    };
    let entry = Entry::new(text.to_owned(), words.to_owned(), Some(path.at));
    entry.map_err(
        |mistake| if text.contains(".json") { Mistake { at: Some(strategy.at), ..mistake } } else { mistake },
    )
}

/// What a strategy takes, or why the trainer stops at it.
fn take(strategy: &str) -> Result<Take, String> {
    let Some((word, number)) = strategy.split_once(':') else { return Ok(Take::Passes(1)) };
    if number.contains(':') {
        return Err(format!("`{strategy}` has two colons, and the trainer reads one"));
    }
    let size = match number.split_once('%') {
        Some((percent, _)) => python::int(percent).map(Size::PercentUp),
        None => python::int(number).map(Size::Count),
    };
    let size = size.ok_or_else(|| {
        format!("`{strategy}`: `{number}` is no whole number, and the trainer reads only whole numbers and whole percents")
    })?;
    Ok(match word {
        "first" => Take::First(size),
        "end" => Take::Last(size),
        "random" => Take::Random(size),
        _ => Take::Passes(1),
    })
}

fn note(entry: &Entry) -> Option<String> {
    let (name, strategy) = (stem(&entry.json_path), &entry.strategy);
    match entry.take {
        Take::Passes(_) if strategy != "all" => Some(format!(
            "{name}: `{strategy}` is no strategy that the trainer knows, and it takes everything without a word"
        )),
        Take::Random(_) => Some(format!(
            "{name}: the trainer draws before it sets a seed, so that each run and each rank draws others"
        )),
        _ => None,
    }
}

/// Says parts of a mixture in this format.
pub(crate) fn say(said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    let mut entries = Vec::new();
    for part in said {
        for (path, strategy) in strategies(part)? {
            entries.push(Entry::new(path, strategy, None).map_err(|mistake| mistake.why)?);
        }
        if part.again > 0 {
            notes.push(format!("{}; those are drawn here each at most once", part.words()));
        }
    }
    Ok(Data { entries, unread: Vec::new() }.write())
}

/// Paths with strategies that come to what is taken of a part.
fn strategies(part: &Said<'_>) -> Result<Vec<(String, String)>, String> {
    if part.is_whole_passes() && part.passes > 0 {
        let files = part.entries()?.flat_map(|_| &part.piece.files);
        return Ok(files.map(|file| (file.clone(), "all".to_owned())).collect());
    }
    let file = part.file()?.to_owned();
    if part.samples() == 0 {
        return Ok(vec![(file, "first:0".to_owned())]);
    }
    let strategy = match part.window {
        Window::Whole => "all".to_owned(),
        Window::First => format!("first:{}", part.length),
        Window::Last => format!("end:{}", part.length),
        Window::Between => return Err(part.refused("only the first or the last ones can be said")),
    };
    let mut strategies: Vec<String> = part.entries()?.map(|_| strategy.clone()).collect();
    for count in [part.distinct, part.again].into_iter().filter(|&count| count > 0) {
        if part.window != Window::Whole || count > part.length {
            return Err(part.refused("such a draw cannot be said"));
        }
        strategies.push(format!("random:{count}"));
    }
    Ok(strategies.into_iter().map(|strategy| (file.clone(), strategy)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(strategy: &str) -> Result<Data, Mistake> {
        Data::parse(&format!("datasets:\n- json_path: a.json\n  sampling_strategy: {strategy}\n"))
    }

    #[test]
    fn strategies_are_read_as_the_trainer_reads_them() {
        for (strategy, take) in [
            ("all", Take::Passes(1)),
            ("first:10", Take::First(Size::Count(10))),
            ("end: 1_0%", Take::Last(Size::PercentUp(10))),
            ("random:-3", Take::Random(Size::Count(-3))),
            ("first:5%5", Take::First(Size::PercentUp(5))),
            ("First:10", Take::Passes(1)),
            ("' end:3'", Take::Passes(1)),
            ("head:10", Take::Passes(1)),
            ("first", Take::Passes(1)),
        ] {
            let data = parse(&format!("\"{}\"", strategy.trim_matches('\''))).unwrap();
            assert_eq!(data.entries[0].take, take, "{strategy}");
            let is_noted = !data.mixture().notes.is_empty();
            assert_eq!(
                is_noted,
                matches!(take, Take::Random(_)) || take == Take::Passes(1) && strategy != "all"
            );
        }
    }

    #[test]
    fn what_stops_the_trainer_is_said_with_its_place() {
        for strategy in ["first:12.5%", "'first:'", "first:%", "a:b:c", "head:x", "50", "~", "first:1.5"] {
            let mistake = parse(strategy).unwrap_err();
            assert_eq!(mistake.at.map(|at| (at.line, at.column)).unwrap(), (3, 22), "{strategy}: {mistake}");
        }
        for text in [
            "",
            "datasets:",
            "datasets: {a: 1}",
            "datasets: [{}]",
            "datasets: [x]",
            "datasets: [{json_path: 5}]",
        ] {
            assert!(Data::parse(text).is_err(), "{text}");
        }
        assert!(Data::parse("datasets: [{json_path: a.txt}]").is_err());
    }

    #[test]
    fn braces_are_names() {
        let paths = |path: &str| {
            Data::of_path(path)
                .map(|data| data.entries.into_iter().map(|entry| entry.json_path).collect::<Vec<_>>())
        };
        assert_eq!(paths("x/{a,b}.json").unwrap(), ["x/a.json", "x/b.json"]);
        assert_eq!(paths("{a, b}.json").unwrap(), ["a.json", " b.json"]);
        assert_eq!(paths("a.json").unwrap(), ["a.json"]);
        assert!(paths("{a,b}.jsonl").is_err() && paths("}{.json").is_err() && paths("a.yml").is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            entries in prop::collection::vec(("\\PC{0,12}", "all|first|(first|end|random):[0-9]{1,4}%?|\\PC{0,5}"), 1..6)
        ) {
            let entries = entries.into_iter().filter_map(|(path, strategy)| {
                Entry::new(format!("{path}.json"), strategy, None).ok()
            });
            let data = Data { entries: entries.collect(), unread: Vec::new() };
            prop_assume!(!data.entries.is_empty());
            prop_assert_eq!(Data::parse(&data.write()), Ok(data));
        }
    }
}
