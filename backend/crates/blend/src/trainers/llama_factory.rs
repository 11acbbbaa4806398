//! LLaMA-Factory: the training YAML with `dataset:`, and the `dataset_info.json` that it points to.
//!
//! Source: hiyouga/LLaMA-Factory, `src/llamafactory/data/parser.py`, `loader.py`, `data_utils.py` and
//! `hparams/data_args.py`, ff6d4d1.

use crate::document::{Mistake, Node, Position, Value, parse_json, parse_yaml, quoted};
use crate::format::{Format, ends_in};
use crate::interleave::{Interleaving, Until};
use crate::mixture::{Mixture, Order, Part, Source, Take};
use crate::python;
use crate::said::{Said, Window, free_name};
use crate::trainers::Load;

/// What trains without another number; it is also the seed of the draws of sources.
const SEED: u64 = 42;

/// Keys of sets that are fetched from a hub or made by a script.
const ELSEWHERE: [&str; 5] = ["hf_hub_url", "ms_hub_url", "om_hub_url", "script_url", "cloud_file_name"];

/// The part of a training YAML that says what is trained on.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    /// Names of sets.
    pub dataset: Vec<String>,
    /// The folder of `dataset_info.json`.
    pub dataset_dir: String,
    /// When taking in turn ends; one after the other without.
    pub interleave: Option<Until>,
    /// How likely each set is to be next.
    pub interleave_probs: Option<Vec<f64>>,
    /// No more than so many of each set.
    pub max_samples: Option<u64>,
    /// Seed of the draws of sources.
    pub seed: u64,
}

impl Training {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let document = parse_yaml(text)?;
        let dataset = names(&document)?;
        let text_of = |key: &str| match document.get(key) {
            None | Some(Node { value: Value::Null, .. }) => Ok(None),
            Some(node) => node
                .text()
                .map(Some)
                .ok_or_else(|| node.mistake(format!("`{key}` is {}, and has to be text", node.kind()))),
        };
        let interleave = match text_of("mix_strategy")? {
            None | Some("concat") => None,
            Some("interleave_under") => Some(Until::First),
            Some("interleave_over") => Some(Until::All),
            Some("interleave_once") => Some(Until::AllOnce),
            Some(other) => {
                let node = document.get("mix_strategy").unwrap_or(&document);
                return Err(node.mistake(format!(
                    "`mix_strategy` is `{other}`; there are concat, interleave_under, interleave_over and interleave_once"
                )));
            }
        };
        let interleave_probs = probabilities(&document, interleave.is_some(), dataset.len())?;
        Ok(Self {
            dataset,
            dataset_dir: text_of("dataset_dir")?.unwrap_or("data").to_owned(),
            interleave,
            interleave_probs,
            max_samples: count(&document, "max_samples")?,
            seed: count(&document, "seed")?.unwrap_or(SEED),
        })
    }

    /// Writes the file.
    pub fn write(&self) -> String {
        let mut lines = vec![format!("dataset_dir: {}", quoted(&self.dataset_dir)), "dataset:".to_owned()];
        lines.extend(self.dataset.iter().map(|name| format!("  - {}", quoted(name))));
        lines.extend(self.interleave.map(|until| {
            let name = match until {
                Until::First => "interleave_under",
                Until::All => "interleave_over",
                Until::AllOnce => "interleave_once",
            };
            format!("mix_strategy: {name}")
        }));
        lines.extend(self.interleave_probs.as_ref().map(|probabilities| {
            let numbers: Vec<String> = probabilities.iter().map(|number| format!("{number:?}")).collect();
            format!("interleave_probs: {}", quoted(&numbers.join(",")))
        }));
        lines.extend(self.max_samples.map(|most| format!("max_samples: {most}")));
        lines.extend((self.seed != SEED).then(|| format!("seed: {}", self.seed)));
        lines.join("\n") + "\n"
    }
}

impl Training {
    /// How so many sets follow one another.
    fn order(self, sets: usize, notes: &mut Vec<String>) -> Order {
        let Some(until) = self.interleave else { return Order::Concatenated };
        if sets < 2 {
            notes.push("a single set is not interleaved".to_owned());
            return Order::Concatenated;
        }
        let (probabilities, seed) = (self.interleave_probs, self.seed);
        if probabilities.is_some() {
            notes.push(format!(
                "which set is next is drawn with the trainer's seed; the counts are those of seed {seed}"
            ));
        }
        Order::Interleaved(Interleaving { until, probabilities, seed })
    }
}

/// `dataset`: a text with commas, or a list; blanks around names go.
fn names(document: &Node) -> Result<Vec<String>, Mistake> {
    let node = document.get("dataset").filter(|node| node.value != Value::Null);
    let node = node.ok_or_else(|| document.mistake("`dataset` is missing: there is nothing to train on"))?;
    let names: Vec<String> = match &node.value {
        Value::Text(text) => text.split(',').map(|name| name.trim().to_owned()).collect(),
        Value::List(members) => {
            let name = |member: &Node| {
                member.text().map(str::to_owned).ok_or_else(|| {
                    member.mistake(format!("a name in `dataset` is {}, and has to be text", member.kind()))
                })
            };
            members.iter().map(name).collect::<Result<_, _>>()?
        }
        _ => return Err(node.mistake(format!("`dataset` is {}, and has to be text or a list", node.kind()))),
    };
    if names.is_empty() {
        return Err(node.mistake("`dataset` is empty: there is nothing to train on"));
    }
    Ok(names)
}

/// `interleave_probs`: only where sets are interleaved, and one for each.
fn probabilities(document: &Node, is_interleaved: bool, sets: usize) -> Result<Option<Vec<f64>>, Mistake> {
    let Some(node) = document.get("interleave_probs").filter(|node| node.value != Value::Null) else {
        return Ok(None);
    };
    let wrong = || node.mistake("`interleave_probs` are numbers between commas");
    let numbers: Option<Vec<f64>> = match &node.value {
        Value::Text(text) => text.split(',').map(python::float).collect(),
        Value::List(members) => members.iter().map(Node::number).collect(),
        _ => node.number().map(|number| vec![number]),
    };
    let numbers = numbers.ok_or_else(wrong)?;
    if !is_interleaved {
        return Err(
            node.mistake("`interleave_probs` without an interleaving `mix_strategy` stop the trainer")
        );
    }
    if numbers.len() != sets {
        return Err(
            node.mistake(format!("{} `interleave_probs` for {sets} names in `dataset`", numbers.len()))
        );
    }
    Ok(Some(numbers))
}

fn count(node: &Node, key: &str) -> Result<Option<u64>, Mistake> {
    let Some(number) = node.get(key).filter(|number| number.value != Value::Null) else { return Ok(None) };
    let count = number.int().and_then(|count| u64::try_from(count).ok());
    let wrong = || number.mistake(format!("`{key}` has to be a whole number of 0 or more"));
    count.map(Some).ok_or_else(wrong)
}

/// `dataset_info.json`: sets by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Info(pub Vec<Set>);

/// One set of it.
#[derive(Clone, Debug)]
pub struct Set {
    /// Its name.
    pub name: String,
    /// Its file or folder, or where else it comes from.
    pub place: Place,
    /// So many samples, drawn.
    pub num_samples: Option<u64>,
    /// Where it stands.
    pub at: Option<Position>,
}

/// Where a set is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A file or folder, relative to `dataset_dir`.
    File(String),
    /// The key and value that say from where it is fetched.
    Elsewhere(String, String),
}

impl PartialEq for Set {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.place, self.num_samples) == (&other.name, &other.place, other.num_samples)
    }
}

impl Info {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let document = parse_json(text)?;
        let entries = document.entries().ok_or_else(|| {
            document.mistake(format!(
                "`dataset_info.json` is an object with a set per name, and this is {}",
                document.kind()
            ))
        })?;
        Ok(Self(entries.iter().map(|(name, value)| set(name, value)).collect::<Result<_, _>>()?))
    }

    /// Writes the file.
    pub fn write(&self) -> String {
        let sets = self.0.iter().map(|set| {
            let (key, value) = match &set.place {
                Place::File(path) => ("file_name", path),
                Place::Elsewhere(key, value) => (key.as_str(), value),
            };
            let samples =
                set.num_samples.map_or(String::new(), |count| format!(",\n    \"num_samples\": {count}"));
            format!("  {}: {{\n    {}: {}{samples}\n  }}", quoted(&set.name), quoted(key), quoted(value))
        });
        format!("{{\n{}\n}}\n", sets.collect::<Vec<_>>().join(",\n"))
    }

    fn part(&self, name: &str, max_samples: Option<u64>, source: impl Fn(&str) -> Source) -> Option<Part> {
        let set = self.0.iter().find(|set| set.name == name)?;
        let source = match &set.place {
            Place::File(path) => source(path),
            Place::Elsewhere(key, value) => Source::Elsewhere(format!("`{key}` {value}")),
        };
        let take = Take::Sampled { num_samples: set.num_samples, max_samples };
        Some(Part { take, ..Part::all(name, source, set.at) })
    }
}

fn set(name: &str, node: &Node) -> Result<Set, Mistake> {
    let wrong = |node: &Node, why: &str| node.mistake(format!("{name}: {why}"));
    let elsewhere = ELSEWHERE.iter().find_map(|key| Some((*key, node.get(key)?)));
    let place = match (elsewhere, node.get("file_name")) {
        (Some((key, value)), _) => {
            Place::Elsewhere(key.to_owned(), value.text().unwrap_or_default().to_owned())
        }
        (None, Some(file)) => {
            Place::File(file.text().ok_or_else(|| wrong(file, "`file_name` has to be text"))?.to_owned())
        }
        (None, None) => return Err(wrong(node, "`file_name` is missing")),
    };
    let num_samples = count(node, "num_samples")
        .map_err(|mistake| Mistake { why: format!("{name}: {}", mistake.why), ..mistake })?;
    Ok(Set { name: name.to_owned(), place, num_samples, at: Some(node.at) })
}

/// What the trainer takes of a training YAML, or of all sets of a `dataset_info.json`.
pub fn read(text: &str, file: &str, load: Load<'_>) -> Result<Mixture, Mistake> {
    if ends_in(file, ".json") {
        let info = Info::parse(text)?;
        let beside = |path: &str| Source::Beside(path.to_owned());
        let parts = info.0.iter().filter_map(|set| info.part(&set.name, None, beside)).collect();
        return Ok(mixture(parts, Order::Concatenated, Vec::new()));
    }
    let training = Training::parse(text)?;
    let document = parse_yaml(text)?;
    let at = document.get("dataset").map(|node| node.at);
    let folder = training.dataset_dir.trim_end_matches('/');
    let path = format!("{folder}/dataset_info.json");
    let info =
        load(&path).map_err(|why| Mistake::at(document.get("dataset_dir").map(|node| node.at), why))?;
    let info = Info::parse(info.strip_prefix('\u{feff}').unwrap_or(&info));
    let info = info.map_err(|mistake| Mistake::at(at, format!("in {path}:{mistake}")))?;
    let (mut parts, mut notes): (Vec<Part>, Vec<String>) = (Vec::new(), Vec::new());
    let below = |file: &str| {
        let is_absolute = file.starts_with('/');
        Source::Paths(vec![if is_absolute { file.to_owned() } else { format!("{folder}/{file}") }])
    };
    for name in &training.dataset {
        if parts.iter().any(|part| part.name == *name) {
            notes.push(format!("{name} stands twice and is taken once"));
            continue;
        }
        let part = info.part(name, training.max_samples, below);
        let part = part.ok_or_else(|| Mistake::at(at, format!("`{name}` is not in {path}")))?;
        // Where the set stands in the other file is no place in this one.
        parts.push(Part { at, ..part });
    }
    let order = training.order(parts.len(), &mut notes);
    Ok(mixture(parts, order, notes))
}

fn mixture(parts: Vec<Part>, order: Order, mut notes: Vec<String>) -> Mixture {
    let is_drawn = |part: &&Part| matches!(part.take, Take::Sampled { num_samples: Some(_), .. });
    notes.extend(
        parts
            .iter()
            .filter(is_drawn)
            .map(|part| format!("{}: `num_samples` are drawn at random and are not the first", part.name)),
    );
    Mixture { format: Format::LlamaFactory, parts, order, total: None, notes }
}

/// Says parts of a mixture as a `dataset_info.json`, all sets of which are meant.
pub(crate) fn say(said: &[Said<'_>], notes: &mut Vec<String>) -> Result<String, String> {
    let mut sets: Vec<Set> = Vec::new();
    for part in said {
        for (path, num_samples) in samples_of_files(part)? {
            let name = free_name(&part.piece.title, |name| sets.iter().any(|set| set.name == name));
            sets.push(Set { name, place: Place::File(path), num_samples, at: None });
        }
        if part.window != Window::Whole {
            notes.push(part.drawn_instead());
        }
    }
    let note =
        "`formatting` and `columns` of the sets have to be filled in where they are not LLaMA-Factory's own";
    notes.push(note.to_owned());
    Ok(Info(sets).write())
}

/// Files or a folder, with numbers of samples that come to what is taken of a part.
fn samples_of_files(part: &Said<'_>) -> Result<Vec<(String, Option<u64>)>, String> {
    let files = part.piece.folder.as_ref().map_or(part.piece.files.as_slice(), std::slice::from_ref);
    let passes = part.entries()?.flat_map(|_| files).map(|file| (file.clone(), None));
    if part.is_whole_passes() && part.passes > 0 {
        return Ok(passes.collect());
    }
    let [file] = files else {
        return Err(part.refused("a part of several files cannot be said in this format"));
    };
    // A number of samples is drawn each at most once up to all of them, and only then again.
    let is_drawn = part.passes == 0 && (part.again == 0 || part.distinct == part.length);
    let is_filled = part.passes == 1 && part.distinct == 0;
    if part.window != Window::Whole || is_drawn || is_filled {
        return Ok(vec![(file.clone(), Some(part.samples()))]);
    }
    Ok(passes.chain([(file.clone(), Some(part.drawn()))]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{Asked, Facts, evaluate};
    use proptest::prelude::*;

    const INFO: &str = r#"{"a": {"file_name": "a.json"}, "b": {"file_name": "b.json", "num_samples": 20},
        "far": {"hf_hub_url": "x/far", "file_name": "far.json"}}"#;

    fn mixture(text: &str) -> Result<Mixture, Mistake> {
        read(text, "train.yaml", &mut |path| {
            if path == "data/dataset_info.json" {
                Ok(INFO.to_owned())
            } else {
                Err(format!("{path} is not there"))
            }
        })
    }

    fn counts(text: &str, of: &[u64]) -> Vec<u64> {
        let facts: Vec<Facts> = of.iter().map(|&of| Facts { of, ..Facts::default() }).collect();
        let evaluation = evaluate(&mixture(text).unwrap(), &facts, Asked::default()).unwrap();
        evaluation.parts.into_iter().map(|part| part.samples.unwrap()).collect()
    }

    #[test]
    fn sets_are_drawn_and_then_cut() {
        assert_eq!(counts("dataset: a, b", &[30, 12]), [30, 20]);
        assert_eq!(counts("dataset: [a, b]\nmax_samples: 5", &[30, 12]), [5, 5]);
        assert_eq!(counts("dataset: a,b,a", &[30, 50]), [30, 20]);
    }

    #[test]
    fn sets_are_interleaved() {
        assert_eq!(counts("dataset: a,b\nmix_strategy: interleave_under", &[9, 50]), [9, 9]);
        assert_eq!(counts("dataset: a,b\nmix_strategy: interleave_over", &[9, 50]), [20, 20]);
        assert_eq!(counts("dataset: a\nmix_strategy: interleave_over", &[9]), [9]);
        let probs = "dataset: a,b\nmix_strategy: interleave_under\ninterleave_probs: 0.5,0.5";
        assert!(counts(probs, &[9, 50]).contains(&9));
    }

    #[test]
    fn what_stops_the_trainer_stops() {
        for text in [
            "dataset: a,c",
            "dataset: ",
            "dataset: []",
            "dataset: {a: 1}",
            "stage: sft",
            "dataset: a\ndataset_dir: other",
            "dataset: a\nmix_strategy: interleave",
            "dataset: a,b\ninterleave_probs: 0.5,0.5",
            "dataset: a,b\nmix_strategy: interleave_under\ninterleave_probs: 0.5",
            "dataset: a\nmax_samples: -1",
        ] {
            assert!(mixture(text).is_err(), "{text}");
        }
        assert!(Info::parse(r#"{"a": {"file_name": "a", "num_samples": -1}}"#).is_err());
        assert!(Info::parse(r#"{"a": {}}"#).is_err());
        let far = mixture("dataset: far").unwrap();
        assert_eq!(far.parts[0].source, Source::Elsewhere("`hf_hub_url` x/far".into()));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            dataset in prop::collection::vec("\\PC{0,8}", 1..5),
            dataset_dir in "\\PC{1,8}",
            until in prop::option::of(prop_oneof![Just(Until::First), Just(Until::All), Just(Until::AllOnce)]),
            has_probabilities: bool,
            max_samples in prop::option::of(0_u64..1_000_000),
            seed in 0_u64..100,
            sets in prop::collection::btree_map("\\PC{0,8}", ("\\PC{0,8}", prop::option::of(0_u64..99), any::<bool>()), 0..5),
        ) {
            let interleave_probs = (until.is_some() && has_probabilities).then(|| vec![0.1; dataset.len()]);
            let training = Training { dataset, dataset_dir, interleave: until, interleave_probs, max_samples, seed };
            prop_assert_eq!(Training::parse(&training.write()), Ok(training));
            let set = |(name, (path, num_samples, is_here)): (String, (String, _, bool))| {
                let place = if is_here { Place::File(path) } else { Place::Elsewhere("hf_hub_url".into(), path) };
                Set { name, place, num_samples, at: None }
            };
            let info = Info(sets.into_iter().map(set).collect());
            prop_assert_eq!(Info::parse(&info.write()), Ok(info));
        }
    }
}
