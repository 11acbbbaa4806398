//! One sample in full.

use crate::image::ImageView;
use crate::role::Role;
use serde::{Deserialize, Serialize};

/// Answer of `GET /api/v1/samples/{dataset}/{key}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleView {
    /// Slug of its dataset.
    pub dataset: String,
    /// Lasting name: 13 characters, with `~2`, `~3`… for further equal records of the dataset.
    pub key: String,
    /// The record's own id as text, if it has one.
    pub id: Option<String>,
    /// Position in the dataset in file order, from 0.
    pub ordinal: u64,
    /// Address of the page about it.
    pub url: String,
    /// Where the record lies.
    pub file: FilePlace,
    /// The conversation, in order.
    pub turns: Vec<Turn>,
    /// Whitespace-separated words of all turns.
    #[serde(default)]
    pub words: u64,
    /// Unicode characters of all turns.
    #[serde(default)]
    pub characters: u64,
    /// Its language: ISO 639-1 code or `und`.
    #[serde(default)]
    pub lang: String,
    /// What is remarkable about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
    /// Stages of recipes that it is part of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<StageOf>,
    /// The images, in order.
    pub images: Vec<ImageView>,
    /// Boxes that box files name for the sample's id, drawn on the first image.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub boxes: Vec<LabelledBox>,
    /// Terms of use of its dataset, in the documents' own words, where they restrict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// Every hit of the query that was asked with it, turn by turn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<TurnMarks>,
    /// All other keys of the record, as they stood.
    pub extra: serde_json::Map<String, serde_json::Value>,
    /// What is odd about parts of it, such as `turn 1 is no text`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub odd: Vec<String>,
    /// The record as it stands in the file, without embedded image bytes.
    pub raw: String,
    /// Page of the sample before it in the dataset.
    pub previous: Option<String>,
    /// Page of the sample after it in the dataset.
    pub next: Option<String>,
    /// Samples with the same key in other datasets.
    pub twins: Vec<Twin>,
}

/// Something remarkable about a sample, a value of the search parameter `flag`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// As the search parameter takes it.
    pub name: String,
    /// What people call it.
    pub title: String,
}

/// A stage of a recipe that a sample is part of, a value of the search parameter `stage`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageOf {
    /// As the search parameter takes it: `recipe/number`.
    pub value: String,
    /// What people call it.
    pub title: String,
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Who speaks.
    pub role: Role,
    /// What is said, as it stands; `<image>` marks the place of an image.
    pub text: String,
}

/// The hits in one turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnMarks {
    /// Number of the turn, from 0.
    pub turn: usize,
    /// Begin and end of each hit, in Unicode scalar values from the start of the turn's text.
    pub marks: Vec<[usize; 2]>,
}

/// A box that a detector drew, out of a box file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelledBox {
    /// Left, top, right and bottom edge in pixels of the picture.
    pub edges: [f64; 4],
    /// What the detector saw.
    pub label: String,
    /// How sure it was, 0 to 1.
    pub score: Option<f64>,
}

/// Where a record lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePlace {
    /// Annotation file, relative to the root.
    pub path: String,
    /// Number of the record in the file, from 0, skipped records counted.
    pub record: u64,
    /// Where it begins, in bytes; in the unpacked text for compressed files.
    pub byte_offset: u64,
}

/// A sample with the same key in another dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Twin {
    /// Slug of the other dataset.
    pub dataset: String,
    /// Page of the sample there.
    pub url: String,
}
