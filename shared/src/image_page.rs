//! All that is said about one picture, and who says it.

use crate::image::ImageStatus;
use crate::sample::LabelledBox;
use crate::search;
use serde::{Deserialize, Serialize};

/// All that is said about one image. Answer of `GET /api/v1/images?source=&name=`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImageDetail {
    /// `source/name`: the same for every spelling of one picture.
    pub key: String,
    /// Whether it can be shown.
    pub status: ImageStatus,
    /// Width in pixels after EXIF rotation, when it is present.
    pub width: Option<u32>,
    /// Height in pixels after EXIF rotation, when it is present.
    pub height: Option<u32>,
    /// What its bytes are, such as `jpeg`, when it is present.
    pub format: Option<String>,
    /// Size of the picture's bytes, when it is present.
    pub bytes: Option<u64>,
    /// Address of the page about it.
    pub url: String,
    /// Where it lies, relative to the root, and inside which file.
    #[serde(default)]
    pub place: Option<String>,
    /// Paths looked at, relative to the root, in order, when it is missing.
    #[serde(default)]
    pub tried: Vec<String>,
    /// Terms of use of its image source, in the documents' own words, where they restrict.
    #[serde(default)]
    pub terms: Option<String>,
    /// What has to be known about its image source.
    #[serde(default)]
    pub note: Option<String>,
    /// What is wrong with a broken picture.
    #[serde(default)]
    pub trouble: Option<String>,
    /// Samples of all datasets that show it.
    pub samples: ImageSamples,
}

/// Samples that show one image, a page of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImageSamples {
    /// How many there are.
    pub total: u64,
    /// A page of them, dataset by dataset in file order.
    pub items: Vec<search::SearchHit>,
    /// What the samples of this page say, in full, sample by sample.
    #[serde(default)]
    pub said: Vec<Saying>,
    /// Boxes that box files name for the samples of this page, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub boxes: Vec<LabelledBox>,
    /// Opaque place of the next page.
    pub next: Option<String>,
}

/// A text that a sample has to say about its picture, and what was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saying {
    /// Which of the page's samples says it, from 0.
    pub sample: usize,
    /// Number of its turn, from 0.
    pub turn: u64,
    /// What kind of text it is.
    pub kind: SayingKind,
    /// The instruction before it without the marks of pictures; empty where nothing was asked.
    pub question: String,
    /// The text without the marks of pictures.
    pub text: String,
    /// The model that wrote it, where the record or the name of its file says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
}

/// What kind of text is said about a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SayingKind {
    /// What answers an instruction to describe the picture, or stands beside it without any.
    Caption,
    /// What answers a question.
    #[default]
    Answer,
    /// An answer or a question with a box in it.
    Region,
    /// A text in which the picture stands among others.
    Document,
}
