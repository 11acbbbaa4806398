//! Whether a file that lies somewhere in a root is a mixture, by what is in it.
//!
//! [`Format::of_file`] is asked about a file that somebody calls a mixture; here nobody did. So each kind is known by keys
//! that nothing else has, and a file that cannot be parsed by the words that only a mixture says.

use crate::document::{Node, parse_json, parse_yaml};
use crate::format::{Format, ends_in};
use crate::trainers::blendscope;

/// Keys of LLaMA-Factory's training files beside `dataset`.
const OF_FACTORY: [&str; 9] = [
    "dataset_dir",
    "template",
    "finetuning_type",
    "cutoff_len",
    "mix_strategy",
    "interleave_probs",
    "model_name_or_path",
    "max_samples",
    "preprocessing_num_workers",
];

/// Places in LLaMA-Factory's `dataset_info.json`.
const PLACES: [&str; 6] =
    ["file_name", "hf_hub_url", "ms_hub_url", "om_hub_url", "script_url", "cloud_file_name"];

/// What a file of this name and text is, if it is a mixture; a broken one too, whose [`read`](crate::trainers::read) then
/// says what is wrong.
pub fn recognise(name: &str, text: &str) -> Option<Format> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let has = |words: &[&str]| words.iter().all(|word| text.contains(word));
    match name.rsplit_once('.')?.1 {
        "txt" => is_of_xcomposer(text).then_some(Format::XComposer),
        "toml" => {
            let is_whole = blendscope::File::parse(text).is_ok_and(|file| !file.parts.is_empty());
            let is_broken = || has(&["[[part]]"]) && text.contains("files") | text.contains("name");
            (is_whole || is_broken()).then_some(Format::Blendscope)
        }
        "yaml" | "yml" => match parse_yaml(text) {
            Ok(document) => of_yaml(name, &document),
            Err(_) if has(&["json_path"]) => Some(Format::LlavaNext),
            Err(_) => has(&["splits", "Metadataset"]).then_some(Format::Energon),
        },
        "json" => match parse_json(text) {
            Ok(document) => of_json(&document),
            Err(_) => has(&["\"annotation\"", "\"repeat_time\""]).then_some(Format::InternVl),
        },
        _ => None,
    }
}

/// Lines of the path of an annotation file and a number, all of them; empty lines and comments may stand between, at
/// which the trainer stops.
fn is_of_xcomposer(text: &str) -> bool {
    let is_part = |line: &&str| {
        let (path, number) = line.rsplit_once(' ').unwrap_or((line, ""));
        ends_in(path.trim_end(), ".json") && number.parse::<f64>().is_ok()
    };
    let mut lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
    lines.peek().is_some() && lines.all(|line| is_part(&line))
}

fn of_yaml(name: &str, document: &Node) -> Option<Format> {
    let entries = document.entries()?;
    let is_text =
        |key: &str| document.get(key).is_some_and(|value| value.text().is_some() || are_names(value));
    let has_paths = document.get("datasets").and_then(Node::list).is_some_and(|datasets| {
        !datasets.is_empty() && datasets.iter().all(|dataset| dataset.get("json_path").is_some())
    });
    let of_split = ["blend", "blend_epochized", "join", "path", "datasets"];
    let is_split = |split: &Node| of_split.iter().any(|key| split.get(key).is_some());
    let splits = document.get("splits").and_then(Node::entries);
    // Lists of names are common; those of a registry lie in a file that is called after what it is.
    let is_registry =
        name.to_lowercase().contains("mix") && entries.iter().all(|(_, entry)| are_names(entry));
    if has_paths {
        Some(Format::LlavaNext)
    } else if splits.is_some_and(|splits| splits.iter().any(|(_, split)| is_split(split))) {
        Some(Format::Energon)
    } else if is_text("dataset") && OF_FACTORY.iter().any(|key| document.get(key).is_some()) {
        Some(Format::LlamaFactory)
    } else {
        (is_registry && !entries.is_empty()).then_some(Format::Vila)
    }
}

fn of_json(document: &Node) -> Option<Format> {
    let entries = document.entries().filter(|entries| !entries.is_empty())?;
    let all = |keys: &[&str]| {
        entries.iter().all(|(_, entry)| {
            keys.iter().any(|key| entry.get(key).is_some_and(|place| place.text().is_some()))
        })
    };
    if all(&["annotation"]) { Some(Format::InternVl) } else { all(&PLACES).then_some(Format::LlamaFactory) }
}

/// A list of names, each without blanks.
fn are_names(node: &Node) -> bool {
    let is_name = |member: &Node| member.text().is_some_and(|name| !name.is_empty() && !name.contains(' '));
    node.list().is_some_and(|list| !list.is_empty() && list.iter().all(is_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mixtures_are_known_by_what_only_they_say() {
        for (name, text, format) in [
            ("a.yaml", "datasets:\n  - json_path: a.json", Format::LlavaNext),
            ("a.yaml", "datasets:\n  - json_path: a.json\n    sampling_strategy: [", Format::LlavaNext),
            ("mixtures.yaml", "a: [b, c*2]\nd: [a, e@0.5]", Format::Vila),
            ("a.yaml", "splits: {train: {blend: [{path: a.jsonl}]}}", Format::Energon),
            ("a.yaml", "dataset: a, b\ndataset_dir: data", Format::LlamaFactory),
            (
                "a.json",
                r#"{"a": {"root": "x", "annotation": "a.jsonl", "repeat_time": 1}}"#,
                Format::InternVl,
            ),
            ("a.json", r#"{"a": {"annotation": "a.jsonl", "repeat_time": 1},}"#, Format::InternVl),
            ("dataset_info.json", r#"{"a": {"file_name": "a.json"}}"#, Format::LlamaFactory),
            ("data.txt", "data/a.json 0.02\ndata/b.json 1\n\n", Format::XComposer),
            ("a.toml", "[[part]]\nname = \"a\"", Format::Blendscope),
            ("a.toml", "[[part]]\nname = \"a\"\nfirst =", Format::Blendscope),
        ] {
            assert_eq!(recognise(name, text), Some(format), "{text}");
        }
    }

    #[test]
    fn other_files_are_none() {
        for (name, text) in [
            ("a.json", r#"[{"id": 1, "annotation": "a", "conversations": []}]"#),
            ("a.json", r#"{"images": [], "annotations": []}"#),
            ("a.json", r#"{"000001": {"file_name": 5}}"#),
            ("a.json", "{}"),
            ("labels.yaml", "classes: [cat, dog]"),
            ("config.yaml", "dataset: coco\nmodel: yolo"),
            ("a.yaml", "splits: [train, test]"),
            ("a.yaml", "- a\n- b"),
            ("notes.txt", "a.json is the file\n"),
            ("notes.txt", ""),
            ("labels.txt", "0 0.5 0.5 0.1 0.1"),
            ("pyproject.toml", "[project]\nname = \"a\""),
            ("README", "datasets:"),
        ] {
            assert_eq!(recognise(name, text), None, "{name}: {text}");
        }
    }
}
