//! Training recipes as the documents state them.

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
