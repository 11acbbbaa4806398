//! Types of the catalog: training recipes as the documents state them, and lists of ids that say which samples were
//! chosen.

use crate::paths;
use std::path::PathBuf;

/// A model's training plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipe {
    /// Name in links, such as `convllava`.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// Address of the document that states it.
    pub document: Option<String>,
    /// What has to be known about it, such as how the parts are sampled.
    pub note: Option<String>,
    /// Its stages in order.
    pub stages: Vec<Stage>,
}

/// One step of a training plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// Name for people.
    pub title: String,
    /// What has to be known about it.
    pub note: Option<String>,
    /// The datasets that are concatenated in it.
    pub parts: Vec<Part>,
}

/// One dataset's share of a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Slugs of its datasets; several where the document gives one number for them together.
    pub datasets: Vec<String>,
    /// Name for people.
    pub title: String,
    /// How much is taken, in the document's own words, such as `6M` or `a part of`.
    pub take: String,
    /// What the document's number counts.
    pub unit: Unit,
    /// The document's number, when it gives one.
    pub documented: Option<u64>,
    /// What has to be known about it: why documented and found may differ, what cannot be decided.
    pub note: Option<String>,
    /// Slug of the list of ids that says which samples are taken.
    pub subset: Option<String>,
    /// What the document says it is made of.
    pub parts: Vec<SubPart>,
}

/// A row of the document that is inside another part's annotation file.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubPart {
    /// Name for people.
    pub title: String,
    /// The document's own words for how much, such as `53K`.
    #[serde(default)]
    pub take: String,
    /// The document's number of samples.
    #[serde(default)]
    pub documented: Option<u64>,
}

/// What a number in a document counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Records.
    #[default]
    Samples,
    /// Pictures.
    Images,
    /// What a loader makes of several records, such as four pairs.
    Items,
}

impl Unit {
    /// The name used in answers and in the catalog's TOML.
    pub fn name(self) -> &'static str {
        match self {
            Self::Samples => "samples",
            Self::Images => "images",
            Self::Items => "items",
        }
    }
}

/// A list of ids that a project publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdList {
    /// Name in links, such as `llm-jp-coyo-6m`.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// Paths as the document names them; the name alone is looked for, packed by gzip or not.
    pub files: Vec<String>,
    /// Slug of the dataset that its ids are of.
    pub dataset: String,
    /// What a line holds.
    pub form: ListForm,
    /// What has to be known about it.
    pub note: Option<String>,
}

/// What a line of an id list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListForm {
    /// The id of a sample.
    Ids,
    /// `shard_number,index`: the number of a shard, and that of a record in it.
    ShardIndex,
}

/// An id list that is under the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundIdList {
    /// Name in links.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// Absolute.
    pub path: PathBuf,
    /// Relative to the root, with `/`.
    pub relative: String,
    /// Size on disk.
    pub bytes: u64,
    /// Slug of the dataset that its ids are of.
    pub dataset: String,
    /// What a line holds.
    pub form: ListForm,
    /// What has to be known about it.
    pub note: Option<String>,
}

impl IdList {
    /// Whether a file is this list, by its name.
    pub fn is_named(&self, name: &str) -> bool {
        let plain = |name: &str| name.strip_suffix(".gz").unwrap_or(name).to_owned();
        self.files.iter().any(|file| plain(paths::split(file).1) == plain(name))
    }
}

impl ListForm {
    /// The name used in the catalog's TOML.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ids => "ids",
            Self::ShardIndex => "shard_index",
        }
    }
}
