//! The root at a glance: what keeps its data from being trained on, by cause, and where to begin to look.

use crate::image::ImageView;
use serde::{Deserialize, Serialize};

/// Answer of `GET /api/v1/troubles`: what is wrong, by cause, what stops training first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Troubles {
    /// The causes.
    pub items: Vec<Trouble>,
    /// Always null: the list is never long enough to page.
    pub next: Option<String>,
    /// What was looked for and not found, in words.
    pub clear: Vec<String>,
    /// Samples that lack a picture.
    pub missing: u64,
    /// Whether everything was read and looked up, so that nothing will be added.
    #[serde(rename = "final")]
    pub is_final: bool,
}

/// One cause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// `folder_absent`, `folder_partial`, `pictures_broken`, `records_skipped`, `files_unread`, or the name of a flag.
    pub kind: String,
    /// What is wrong, in words.
    pub title: String,
    /// Which folders, files or messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// What to do about it.
    pub remedy: String,
    /// How many it concerns: as many as `url` leads to, in `unit`.
    pub count: u64,
    /// `samples`, `records` or `files`.
    pub unit: String,
    /// Page that shows exactly these.
    pub url: String,
    /// Whether a trainer would stop at them, or train on something else than was meant.
    pub stops_training: bool,
}

/// Answer of `GET /api/v1/examples`: searches that are worth a look, made from the data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Examples {
    /// The searches.
    pub items: Vec<Example>,
    /// Always null: the list is never long enough to page.
    pub next: Option<String>,
}

/// A search that finds something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// What is looked for, as people write it.
    pub title: String,
    /// Language of the title: ISO 639-1 code, or `und`.
    pub lang: String,
    /// Samples that it finds.
    pub count: u64,
    /// Page of the result.
    pub url: String,
    /// Some of its pictures, from all over the result.
    pub images: Vec<ImageView>,
}
