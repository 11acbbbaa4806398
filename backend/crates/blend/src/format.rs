//! The kinds of mixtures: their names, how they are told apart, and how their trainers read annotation files.

use crate::document::{Mistake, Node, parse_json, parse_yaml};
use serde::{Serialize, Serializer};

/// A kind of mixture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// LLaVA-NeXT and LLaVA-OneVision: YAML, or a path with braces.
    LlavaNext,
    /// VILA's `mixtures.yaml`.
    Vila,
    /// VILA's `--data_mixture`: `a+b*2`.
    VilaString,
    /// The `--data_mixture` of VILA 1.5 and of llm-jp: `a+b`.
    Vila15,
    /// `ConvLLaVA`'s `--dataset`: `a,b`.
    ConvLlava,
    /// `InternVL`'s meta JSON, as its fine-tuning script reads it.
    InternVl,
    /// `XComposer`'s `data.txt` in thousands.
    XComposer,
    /// `XComposer`'s `data.txt` in ratios.
    XComposerRatio,
    /// Qwen-VL's `dataset_use`: `a%50,b`.
    Qwen,
    /// Megatron-Energon's metadataset.
    Energon,
    /// LLaMA-Factory's training YAML, or its `dataset_info.json`.
    LlamaFactory,
    /// Blendscope's own TOML.
    Blendscope,
}

/// How the records of a file are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Records {
    /// One JSON array.
    Array,
    /// A record per line; an empty line stops the trainer.
    Lines,
    /// A record per line, empty ones counted.
    AllLines,
    /// An array or lines, whichever the first character says.
    Either,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::LlavaNext,
        Self::Vila,
        Self::VilaString,
        Self::Vila15,
        Self::ConvLlava,
        Self::InternVl,
        Self::XComposer,
        Self::XComposerRatio,
        Self::Qwen,
        Self::Energon,
        Self::LlamaFactory,
        Self::Blendscope,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::LlavaNext => "llava-next",
            Self::Vila => "vila",
            Self::VilaString => "vila-string",
            Self::Vila15 => "vila-1.5",
            Self::ConvLlava => "convllava",
            Self::InternVl => "internvl",
            Self::XComposer => "xcomposer",
            Self::XComposerRatio => "xcomposer-ratio",
            Self::Qwen => "qwen",
            Self::Energon => "energon",
            Self::LlamaFactory => "llama-factory",
            Self::Blendscope => "blendscope",
        }
    }

    /// The format of a [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// Whether its mixtures are strings and no files.
    pub fn is_string(self) -> bool {
        matches!(self, Self::VilaString | Self::Vila15 | Self::ConvLlava | Self::Qwen)
    }

    /// What a string is: braces are LLaVA-NeXT's, `%N` Qwen's, a comma `ConvLLaVA`'s, anything else VILA's.
    pub fn of_string(text: &str) -> Self {
        let is_rate = |(at, _): (usize, &str)| text[at + 1..].starts_with(|next: char| next.is_ascii_digit());
        if text.contains('{') && text.contains('}') {
            Self::LlavaNext
        } else if text.match_indices('%').any(is_rate) {
            Self::Qwen
        } else if text.contains(',') {
            Self::ConvLlava
        } else {
            Self::VilaString
        }
    }

    /// What a file is, by the end of its name and its keys.
    pub fn of_file(name: &str, text: &str) -> Result<Self, Mistake> {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        match ending {
            "txt" => return Ok(Self::XComposer),
            "toml" => return Ok(Self::Blendscope),
            _ => {}
        }
        let is_json = ending == "json";
        let document = if is_json { parse_json(text)? } else { parse_yaml(text)? };
        Self::of_document(&document, is_json).ok_or_else(|| {
            Mistake::at(document.at, "no mixture that is known by its keys; name its kind with `--format`")
        })
    }

    fn of_document(document: &Node, is_json: bool) -> Option<Self> {
        let Some(entries) = document.entries() else {
            return (is_json && document.list().is_some()).then_some(Self::LlavaNext);
        };
        let any =
            |keys: &[&str]| entries.iter().any(|(_, entry)| keys.iter().any(|key| entry.get(key).is_some()));
        let has = |key: &str| document.get(key).is_some();
        if is_json {
            let of_factory =
                ["file_name", "hf_hub_url", "ms_hub_url", "om_hub_url", "script_url", "cloud_file_name"];
            return if any(&["annotation", "repeat_time"]) {
                Some(Self::InternVl)
            } else {
                any(&of_factory).then_some(Self::LlamaFactory)
            };
        }
        let is_names = |entry: &Node| {
            entry
                .list()
                .is_some_and(|list| !list.is_empty() && list.iter().all(|member| member.text().is_some()))
        };
        if has("splits") || has("__module__") {
            Some(Self::Energon)
        } else if document.get("datasets").is_some_and(|datasets| !is_names(datasets)) {
            Some(Self::LlavaNext)
        } else if has("dataset") || has("dataset_dir") {
            Some(Self::LlamaFactory)
        } else {
            entries.iter().any(|(_, entry)| is_names(entry)).then_some(Self::Vila)
        }
    }

    /// How the trainer reads an annotation file of this name, or why it does not.
    pub fn records(self, file: &str) -> Result<Records, String> {
        let is = |ending: &str| ends_in(file, ending);
        match self {
            Self::LlavaNext if is(".json") => Ok(Records::Array),
            Self::LlavaNext if !is(".jsonl") => Err("the trainer reads only names that end in `.json` or `.jsonl`".to_owned()),
            Self::InternVl if is("jsonl") => Ok(Records::AllLines),
            Self::InternVl => Err("the trainer takes only annotations that end in `jsonl`".to_owned()),
            Self::XComposer | Self::XComposerRatio => Ok(Records::Array),
            Self::Energon if !is(".jsonl") => Err("only `.jsonl` files are read here; give the number of samples of a prepared folder with `--count NAME=N`".to_owned()),
            Self::LlamaFactory | Self::Blendscope => Ok(Records::Either),
            Self::LlavaNext
            | Self::Energon
            | Self::Vila
            | Self::VilaString
            | Self::Vila15
            | Self::ConvLlava
            | Self::Qwen => {
                Ok(if is(".jsonl") { Records::Lines } else { Records::Array })
            }
        }
    }
}

impl Serialize for Format {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Whether a path ends so, in this case of letters: Python's `endswith`, by which trainers tell files apart.
pub(crate) fn ends_in(path: &str, ending: &str) -> bool {
    path.ends_with(ending)
}

/// The name of a file without its folder and its ending.
pub(crate) fn stem(path: &str) -> String {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| if stem.is_empty() { name } else { stem }).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_known_by_their_signs() {
        for (text, format) in [
            ("{a,b}.json", Format::LlavaNext),
            ("a%50,b", Format::Qwen),
            ("a,b", Format::ConvLlava),
            ("a+b*2", Format::VilaString),
            ("50%,b", Format::ConvLlava),
        ] {
            assert_eq!(Format::of_string(text), format, "{text}");
        }
    }

    #[test]
    fn files_are_known_by_their_keys() {
        for (name, text, format) in [
            ("a.txt", "", Format::XComposer),
            ("a.toml", "", Format::Blendscope),
            ("a.json", r#"{"a": {"annotation": "a.jsonl"}}"#, Format::InternVl),
            ("a.json", r#"{"a": {"file_name": "a.json"}}"#, Format::LlamaFactory),
            ("a.json", "[]", Format::LlavaNext),
            ("a.yaml", "datasets:\n", Format::LlavaNext),
            ("a.yaml", "datasets: [{json_path: a.json}]", Format::LlavaNext),
            ("a.yaml", "splits: {}", Format::Energon),
            ("a.yaml", "dataset: a, b", Format::LlamaFactory),
            ("a.yaml", "dataset: [a, b]", Format::LlamaFactory),
            ("a.yaml", "datasets: [a, b]", Format::Vila),
            ("a.yaml", "a: [b]\nc: 5", Format::Vila),
            ("a.yaml", "a: [b, c]", Format::Vila),
        ] {
            assert_eq!(Format::of_file(name, text), Ok(format), "{text}");
        }
        assert!(Format::of_file("a.yaml", "a: 1").is_err());
        assert!(Format::ALL.into_iter().all(|format| Format::from_name(format.name()) == Some(format)));
    }

    #[test]
    fn stems() {
        assert_eq!(
            ["a/b.json", "b", "a/.b", "x.y.jsonl", "pages/"].map(stem),
            ["b", "b", ".b", "x.y", "pages"]
        );
    }
}
