//! Megatron-Energon's metadataset, of both versions: weights for a stream without end, or exact repetitions.
//!
//! Source: NVIDIA/Megatron-Energon, `metadataset/metadataset.py`, `metadataset_v2.py`, `wrappers/repeat_dataset.py`,
//! `wrappers/blend_dataset.py`, bef8be2.

use crate::document::{Mistake, Node, Position, parse_yaml, quoted};
use crate::format::{Format, ends_in, stem};
use crate::mixture::{Mixture, Order, Part, Range, Source, Take};
use crate::python::cut_off;
use crate::said::{Piece, Said, Window, decimal, lines_only};
use crate::trainers::Load;

/// Files within one another.
const DEEPEST: usize = 20;

/// The training split of a metadataset.
#[derive(Clone, Debug, PartialEq)]
pub struct Metadataset {
    /// How its entries are mixed.
    pub mixing: Mixing,
    /// The entries.
    pub entries: Vec<Entry>,
    /// Keys that are passed over, with their lines.
    pub unread: Vec<(usize, String)>,
}

/// How entries are mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mixing {
    /// `blend`: a stream without end, by weight.
    Weights,
    /// `blend_epochized`: repetitions.
    Repetitions,
    /// One plain `path`.
    Plain,
}

/// One entry.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Path as written, relative to the file.
    pub path: String,
    /// Weight or repetitions.
    pub number: f64,
    /// The range of it that is taken.
    pub range: Option<Range>,
    /// Where it stands.
    pub at: Option<Position>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, self.number, self.range) == (&other.path, other.number, other.range)
    }
}

impl Metadataset {
    /// Reads the training split.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let document = parse_yaml(text)?;
        let splits =
            document.get("splits").ok_or_else(|| document.mistake("no metadataset: `splits` is missing"))?;
        let split = splits.get("train").ok_or_else(|| splits.mistake("there is no split `train`"))?;
        let is_first = document.get("__class__").is_none_or(|class| class.text() == Some("Metadataset"));
        if is_first && split.get("datasets").is_some() {
            return Self::of_list(split, "datasets", Mixing::Weights);
        }
        if is_first && document.get("__class__").is_some() {
            return Err(split.mistake("a `Metadataset` has its entries in `datasets`, and there is none"));
        }
        let kinds: Vec<&str> = ["path", "join", "blend", "blend_epochized"]
            .into_iter()
            .filter(|kind| split.get(kind).is_some())
            .collect();
        match kinds.as_slice() {
            ["path"] => Ok(Self {
                mixing: Mixing::Plain,
                entries: vec![entry(split, Mixing::Plain)?],
                unread: unread(split, Mixing::Plain),
            }),
            ["blend"] => Self::of_list(split, "blend", Mixing::Weights),
            ["blend_epochized"] => Self::of_list(split, "blend_epochized", Mixing::Repetitions),
            ["join"] => {
                Err(split
                    .mistake("`join` puts records of several datasets together, which is not reckoned here"))
            }
            [] => Err(split.mistake(
                "the split has neither `path` nor `blend` nor `blend_epochized`: there is no dataset in it",
            )),
            several => Err(split.mistake(format!(
                "the split has {} at once, and the trainer takes one of them",
                several.join(" and ")
            ))),
        }
    }

    fn of_list(split: &Node, key: &str, mixing: Mixing) -> Result<Self, Mistake> {
        let node = split.get(key).ok_or_else(|| split.mistake(format!("`{key}` is missing")))?;
        let list = node.list().filter(|list| !list.is_empty());
        let list =
            list.ok_or_else(|| node.mistake(format!("`{key}` is empty: there is no dataset in it")))?;
        let entries = list.iter().map(|node| entry(node, mixing)).collect::<Result<_, _>>()?;
        Ok(Self { mixing, entries, unread: list.iter().flat_map(|node| unread(node, mixing)).collect() })
    }

    /// Writes the file.
    pub fn write(&self) -> String {
        let mut lines: Vec<String> =
            ["__module__: megatron.energon", "__class__: MetadatasetV2", "splits:", "  train:"]
                .map(str::to_owned)
                .into();
        let (kind, indent) = match self.mixing {
            Mixing::Weights => (Some(("blend", "weight")), "        "),
            Mixing::Repetitions => (Some(("blend_epochized", "repetitions")), "        "),
            Mixing::Plain => (None, "    "),
        };
        lines.extend(kind.map(|(kind, _)| format!("    {kind}:")));
        for entry in &self.entries {
            lines.extend(kind.map(|(_, key)| format!("      - {key}: {}", number(entry.number))));
            lines.push(format!("{indent}path: {}", quoted(&entry.path)));
            if let Some(range) = entry.range {
                lines.extend([format!("{indent}subset:"), format!("{indent}  range: {}", range_text(range))]);
            }
        }
        lines.join("\n") + "\n"
    }
}

/// A number as YAML of either version reads it.
fn number(number: f64) -> String {
    let text = format!("{number:?}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    match text.split_once('e') {
        Some((mantissa, exponent)) => {
            let point = if mantissa.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            format!("{mantissa}{point}e{sign}{exponent}")
        }
        None => text.to_owned(),
    }
}

fn range_text(range: Range) -> String {
    match range {
        Range::Shares(from, to) => format!("[{}%, {}%]", from * 100.0, to * 100.0),
        Range::Ordinals(from, Some(to)) => format!("[{from}, {to}]"),
        Range::Ordinals(from, None) => format!("[{from}, end]"),
    }
}

fn unread(node: &Node, mixing: Mixing) -> Vec<(usize, String)> {
    let known = match mixing {
        Mixing::Weights => "weight",
        Mixing::Repetitions => "repetitions",
        Mixing::Plain => "path",
    };
    let others = [
        "path",
        "subset",
        "subflavor",
        "subflavors",
        "split_part",
        "split_config",
        "dataset_config",
        "shuffle_over_epochs_multiplier",
        "shuffle_over_epochs",
        "shuffle_buffer_size",
        "aux",
        "name",
    ];
    let is_odd = |key: &str| key != known && !others.contains(&key);
    let entries = node.entries().unwrap_or_default();
    entries.iter().filter(|(key, _)| is_odd(key)).map(|(key, value)| (value.at.line, key.clone())).collect()
}

fn entry(node: &Node, mixing: Mixing) -> Result<Entry, Mistake> {
    let path = node.get("path").ok_or_else(|| match node.get("join") {
        Some(join) => {
            join.mistake("`join` puts records of several datasets together, which is not reckoned here")
        }
        None => node.mistake("an entry without `path`"),
    })?;
    let text =
        path.text().ok_or_else(|| path.mistake(format!("`path` is {}, and has to be text", path.kind())))?;
    let key = if mixing == Mixing::Weights { "weight" } else { "repetitions" };
    let number = match node.get(key).filter(|_| mixing != Mixing::Plain) {
        None => 1.0,
        Some(number) => number.number().ok_or_else(|| {
            number.mistake(format!("{}: `{key}` is {}, and has to be a number", stem(text), number.kind()))
        })?,
    };
    let is_fine = if mixing == Mixing::Weights { number > 0.0 } else { number >= 0.0 } && number.is_finite();
    if !is_fine {
        let place = node.get(key).unwrap_or(node);
        let least = if mixing == Mixing::Weights { "above 0" } else { "of 0 or more" };
        return Err(place.mistake(format!("{}: `{key}` is a number {least}, and not {number}", stem(text))));
    }
    let range = node.get("subset").and_then(|subset| subset.get("range")).map(range).transpose()?;
    Ok(Entry { path: text.to_owned(), number, range, at: Some(path.at) })
}

/// A subset: shares `[25%, 75%]`, or ordinals `[100, 200]` and `[100, end]`.
fn range(node: &Node) -> Result<Range, Mistake> {
    let wrong = || node.mistake("a range is `[25%, 75%]`, `[100, 200]` or `[100, end]`");
    let [from, to] = node.list().ok_or_else(wrong)? else { return Err(wrong()) };
    let share = |node: &Node| {
        node.text()
            .and_then(|text| text.strip_suffix('%')?.trim().parse::<f64>().ok())
            .map(|percent| percent / 100.0)
    };
    let ordinal = |node: &Node| {
        node.int().or_else(|| node.text()?.parse().ok()).and_then(|ordinal| u64::try_from(ordinal).ok())
    };
    match (share(from), share(to)) {
        (Some(from), Some(to)) if 0.0 <= from && from <= to && to <= 1.0 => Ok(Range::Shares(from, to)),
        (None, None) => {
            let from = ordinal(from).ok_or_else(wrong)?;
            if to.text() == Some("end") {
                return Ok(Range::Ordinals(from, None));
            }
            let to = ordinal(to).filter(|&to| from <= to).ok_or_else(wrong)?;
            Ok(Range::Ordinals(from, Some(to)))
        }
        _ => Err(wrong()),
    }
}

/// What the trainer takes, files within files included.
pub fn read(text: &str, file: &str, load: Load<'_>) -> Result<Mixture, Mistake> {
    let name = file.rsplit('/').next().unwrap_or(file).to_owned();
    let mut reading = Reading { load, leaves: Vec::new(), mixing: None, notes: Vec::new() };
    let outer =
        Outer { folder: String::new(), within: vec![name], number: 1.0, ranges: Vec::new(), at: None };
    reading.take(&Metadataset::parse(text)?, &outer)?;
    let Reading { mut leaves, mixing, mut notes, .. } = reading;
    if mixing == Some(Mixing::Weights) {
        notes.push(
            "a stream without end by weight: each set is repeated for ever, so there are shares and no counts".to_owned(),
        );
        for part in &mut leaves {
            part.weight = Some(part.repeat);
            part.repeat = 1.0;
        }
    } else if let Some(none) = leaves.iter().find(|part| part.repeat == 0.0).filter(|_| leaves.len() > 1) {
        let why = format!("{}: 0 repetitions stop the trainer; leave the entry out", none.name);
        return Err(Mistake::at(none.at, why));
    }
    for part in &mut leaves {
        if let Take::Epochs { repetitions, .. } = &mut part.take {
            *repetitions = part.repeat;
        }
    }
    Ok(Mixture { format: Format::Energon, parts: leaves, order: Order::Concatenated, total: None, notes })
}

/// What is around an entry.
struct Outer {
    folder: String,
    within: Vec<String>,
    number: f64,
    ranges: Vec<Range>,
    at: Option<Position>,
}

struct Reading<'r> {
    load: Load<'r>,
    leaves: Vec<Part>,
    mixing: Option<Mixing>,
    notes: Vec<String>,
}

impl Reading<'_> {
    fn take(&mut self, set: &Metadataset, outer: &Outer) -> Result<(), Mistake> {
        let sum: f64 = set.entries.iter().map(|entry| entry.number).sum();
        if set.mixing != Mixing::Plain {
            if self.mixing.is_some_and(|mixing| mixing != set.mixing) {
                return Err(Mistake::at(
                    outer.at,
                    "`blend` within `blend_epochized`, or the reverse, stops the trainer",
                ));
            }
            self.mixing = Some(set.mixing);
        }
        self.notes.extend(
            set.unread
                .iter()
                .map(|(line, key)| format!("line {line}: `{key}` is not known here and was passed over")),
        );
        for entry in &set.entries {
            // Weights of a nested set part what the entry has; repetitions of it multiply.
            let is_nested = outer.within.len() > 1;
            let share =
                if set.mixing == Mixing::Weights && is_nested { entry.number / sum } else { entry.number };
            self.entry(entry, share, outer)?;
        }
        Ok(())
    }

    fn entry(&mut self, entry: &Entry, number: f64, outer: &Outer) -> Result<(), Mistake> {
        let at = if outer.within.len() == 1 { entry.at } else { outer.at };
        let path = joined(&outer.folder, &entry.path);
        let mut ranges: Vec<Range> = entry.range.into_iter().collect();
        ranges.extend(&outer.ranges);
        let number = outer.number * number;
        if !ends_in(&path, ".yaml") && !ends_in(&path, ".yml") {
            let part = Part::all(stem(&path), Source::Beside(path), at);
            self.leaves.push(Part {
                take: Take::Epochs { ranges, repetitions: number },
                repeat: number,
                ..part
            });
            return Ok(());
        }
        if ranges.iter().any(|range| matches!(range, Range::Ordinals(..))) {
            return Err(Mistake::at(
                at,
                format!("{path}: a range of ordinals is for files, and this is a metadataset"),
            ));
        }
        let is_circle = outer.within.contains(&path);
        if is_circle || outer.within.len() > DEEPEST {
            return Err(Mistake::at(at, format!("{path} holds itself, so this never ends")));
        }
        let text = (self.load)(&path).map_err(|why| Mistake::at(at, why))?;
        let nested = Metadataset::parse(text.strip_prefix('\u{feff}').unwrap_or(&text));
        let nested = nested.map_err(|mistake| Mistake::at(at, format!("in {path}:{mistake}")))?;
        let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        let within = outer.within.iter().cloned().chain([path]).collect();
        self.take(&nested, &Outer { folder, within, number, ranges, at })
    }
}

/// A path relative to a folder, without `.` and with `..` resolved as far as it goes.
fn joined(folder: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let mut segments: Vec<&str> = Vec::new();
    for segment in folder.split('/').chain(path.split('/')) {
        match segment {
            "" | "." => {}
            ".." if segments.last().is_some_and(|last| *last != "..") => drop(segments.pop()),
            other => segments.push(other),
        }
    }
    let start = if folder.starts_with('/') { "/" } else { "" };
    format!("{start}{}", segments.join("/"))
}

/// Says the parts of a stream without end in this format.
pub(crate) fn say_weights(pieces: &[Piece]) -> Result<String, String> {
    let entry = |piece: &Piece| {
        let [path] = piece.files.as_slice() else {
            return Err(format!("{}: a part of several files cannot be said in this format", piece.title));
        };
        lines_only(path)?;
        Ok(Entry { path: path.clone(), number: piece.weight.unwrap_or(1.0), range: None, at: None })
    };
    let entries = pieces.iter().map(entry).collect::<Result<_, _>>()?;
    Ok(Metadataset { mixing: Mixing::Weights, entries, unread: Vec::new() }.write())
}

/// Says parts of a mixture in this format.
pub(crate) fn say(said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    let mut entries = Vec::new();
    for part in said {
        if part.samples() == 0 {
            notes.push(part.left_out());
            continue;
        }
        if !part.is_whole_passes() {
            part.file()?;
        }
        let range = (part.window != Window::Whole)
            .then_some(Range::Ordinals(part.within.start, Some(part.within.end)));
        let number = repetitions(part)?;
        for path in &part.piece.files {
            lines_only(path)?;
            entries.push(Entry { path: path.clone(), number, range, at: None });
        }
    }
    Ok(Metadataset { mixing: Mixing::Repetitions, entries, unread: Vec::new() }.write())
}

/// The repetitions that come to what is taken of a part.
fn repetitions(part: &Said<'_>) -> Result<f64, String> {
    if part.again > 0 {
        return Err(part.refused("samples drawn on top, each as often as it comes, cannot be said"));
    }
    let (length, whole) = (part.length as f64, part.passes as f64);
    if part.distinct == part.length {
        return Ok(whole + 1.0);
    }
    let broken = decimal(part.distinct, part.length, |broken| {
        let repetitions = whole + broken;
        cut_off(length * (repetitions - repetitions.floor()))
    });
    Ok(whole + broken.ok_or_else(|| part.refused("no number of repetitions comes to as many"))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(body: &str) -> String {
        format!("__module__: megatron.energon\n__class__: MetadatasetV2\nsplits:\n  train:\n    {body}\n")
    }

    fn mixture(text: &str, files: &[(&str, String)]) -> Result<Mixture, Mistake> {
        read(text, "mix.yaml", &mut |path| {
            let found = files.iter().find(|(name, _)| *name == path);
            found.map(|(_, text)| text.clone()).ok_or_else(|| format!("{path} is not there"))
        })
    }

    #[test]
    fn nested_weights_part_and_nested_repetitions_multiply() {
        let inner = set("blend: [{weight: 1, path: c.jsonl}, {weight: 3, path: d.jsonl}]");
        let outer = set("blend: [{weight: 5, path: a.jsonl}, {weight: 2, path: sub/inner.yaml}]");
        let weights: Vec<_> = mixture(&outer, &[("sub/inner.yaml", inner.clone())])
            .unwrap()
            .parts
            .into_iter()
            .map(|part| (part.source, part.weight))
            .collect();
        let beside = |path: &str| Source::Beside(path.to_owned());
        assert_eq!(
            weights,
            [
                (beside("a.jsonl"), Some(5.0)),
                (beside("sub/c.jsonl"), Some(0.5)),
                (beside("sub/d.jsonl"), Some(1.5))
            ]
        );

        let inner_epochs = set("blend_epochized: [{repetitions: 2.5, path: c.jsonl}]");
        let outer_epochs = set("blend_epochized: [{repetitions: 2, path: inner.yaml}, {path: a.jsonl}]");
        let parts = mixture(&outer_epochs, &[("inner.yaml", inner_epochs)]).unwrap().parts;
        assert_eq!(parts.iter().map(|part| part.repeat).collect::<Vec<_>>(), [5.0, 1.0]);
        assert!(mixture(&outer_epochs, &[("inner.yaml", inner)]).is_err(), "kinds of mixing are not mixed");
        let plain = set("path: c.jsonl");
        assert_eq!(mixture(&outer, &[("sub/inner.yaml", plain)]).unwrap().parts[1].weight, Some(2.0));
    }

    #[test]
    fn the_first_version_has_weights_in_a_list() {
        let text = "splits:\n  train:\n    datasets:\n      - weight: 3\n        path: a.jsonl\n      - path: b.jsonl\n";
        let weights: Vec<_> =
            mixture(text, &[]).unwrap().parts.into_iter().map(|part| part.weight.unwrap()).collect();
        assert_eq!(weights, [3.0, 1.0]);
    }

    #[test]
    fn subsets_lie_within_one_another() {
        let inner = set("path: c.jsonl\n    subset: {range: [20, end]}");
        let outer = set("blend_epochized: [{path: inner.yaml, subset: {range: [0%, 50%]}}]");
        let parts = mixture(&outer, &[("inner.yaml", inner)]).unwrap().parts;
        assert_eq!(parts[0].pick(100, &[]).unwrap().within, 20..60);
        for range in ["[25%, end]", "[3, 1]", "[50%, 150%]", "[1]", "x", "[-1, 4]", "[75%, 25%]"] {
            assert!(
                mixture(&set(&format!("path: a.jsonl\n    subset: {{range: {range}}}")), &[]).is_err(),
                "{range}"
            );
        }
        let of_nested = set("blend: [{path: inner.yaml, subset: {range: [1, 2]}}]");
        assert!(mixture(&of_nested, &[("inner.yaml", set("path: c.jsonl"))]).is_err());
    }

    #[test]
    fn what_stops_the_trainer_stops() {
        for body in [
            "blend: []",
            "blend: [{weight: 0, path: a.jsonl}]",
            "blend: [{weight: -1, path: a.jsonl}]",
            "blend: [{weight: x, path: a.jsonl}]",
            "blend: [{weight: 1}]",
            "blend: [{path: mix.yaml}]",
            "blend_epochized: [{repetitions: 0, path: a.jsonl}, {path: b.jsonl}]",
            "join: [{path: a.jsonl}]",
            "x: 1",
        ] {
            assert!(mixture(&set(body), &[]).is_err(), "{body}");
        }
        assert!(mixture("a: 1", &[]).is_err() && mixture("splits: {val: {path: a.jsonl}}", &[]).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            entries in prop::collection::vec(("\\PC{0,8}", 0.001_f64..1e9, prop::option::of(prop_oneof![
                (0_u64..50, 50_u64..99).prop_map(|(from, to)| Range::Ordinals(from, Some(to))),
                (0_u64..50).prop_map(|from| Range::Ordinals(from, None)),
                (0_u32..4, 4_u32..8).prop_map(|(from, to)| Range::Shares(f64::from(from) / 8.0, f64::from(to) / 8.0)),
            ])), 1..5),
            is_weighted: bool,
        ) {
            let mixing = if is_weighted { Mixing::Weights } else { Mixing::Repetitions };
            let entry = |(path, number, range)| Entry { path, number, range, at: None };
            let set = Metadataset { mixing, entries: entries.into_iter().map(entry).collect(), unread: Vec::new() };
            prop_assert_eq!(Metadataset::parse(&set.write()), Ok(set));
        }
    }
}
