//! Lists of ids that say which samples of a dataset were chosen.

use std::path::PathBuf;

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
        self.files.iter().any(|file| plain(super::paths::split(file).1) == plain(name))
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
