//! Training recipes: what a project's document blends, stage by stage, and how much of it is under the root.

use crate::account::Account;
use serde::{Deserialize, Serialize};

/// Answer of `GET /api/v1/recipes`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recipes {
    /// Mixture files under the root, then every recipe of the catalog, those of which most is there first.
    pub items: Vec<Recipe>,
    /// Always null: the list is never long enough to page.
    pub next: Option<String>,
}

/// A model's training plan. Answer of `GET /api/v1/recipes/{slug}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Name in links, such as `convllava`.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// Address of the document that states it.
    #[serde(default)]
    pub document: Option<String>,
    /// What has to be known about it, such as how the parts are sampled.
    #[serde(default)]
    pub note: Option<String>,
    /// Of a trainer's mixture file that lies under the root: where, relative to the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Whose mixture file it is, such as `llava-next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Why the mixture file cannot be used: its path, line and column, and what is wrong there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<String>,
    /// What the trainer does silently with this mixture, and what could not be found out about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Its stages in order; of a file with several mixtures these.
    pub stages: Vec<Stage>,
}

/// One step of a training plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Name for people.
    pub title: String,
    /// What has to be known about it.
    #[serde(default)]
    pub note: Option<String>,
    /// The datasets that are concatenated in it.
    pub parts: Vec<Part>,
    /// Sum of the parts' documented samples, those without a number left out.
    pub documented: u64,
    /// Whether every part has a documented number of samples.
    #[serde(default)]
    pub documented_is_whole: bool,
    /// What is under the root, in `unit`.
    pub found: u64,
    /// What the sums count: the unit of all parts, or `samples` for what was found of parts with several units.
    #[serde(default)]
    pub unit: String,
    /// Samples of it under the root.
    #[serde(default)]
    pub samples: u64,
    /// Of a mixture: samples that the trainer takes of the parts that are under the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<u64>,
    /// Of a mixture with weights: what these are taken to add up to, in samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
}

impl Stage {
    /// Whether it is what a trainer's mixture file says: of its samples only some may be taken.
    pub fn is_mixture(&self) -> bool {
        self.taken.is_some() || self.total.is_some()
    }
}

/// One dataset's share of a stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Slug of the dataset; of one that is there if there are several.
    pub dataset: String,
    /// Slugs of all its datasets: several where the document gives one number for them together.
    #[serde(default)]
    pub datasets: Vec<String>,
    /// Name for people.
    #[serde(default)]
    pub title: String,
    /// Whether the dataset is under the root.
    #[serde(default)]
    pub is_found: bool,
    /// How much of the dataset is taken, in the document's own words, such as `6M` or `a part of`.
    pub take: String,
    /// What the numbers count: `samples`, `images` or `items`.
    #[serde(default)]
    pub unit: String,
    /// The document's number, in `unit`; null when it gives none.
    pub documented: Option<u64>,
    /// What is under the root, in `unit`.
    pub found: u64,
    /// Samples of it under the root.
    #[serde(default)]
    pub samples: u64,
    /// Its share of what of the stage is under the root, in the stage's unit, 0 to 1.
    pub share: f64,
    /// Its share of the stage's documented numbers, 0 to 1; null when one is missing or they count different things.
    pub share_documented: Option<f64>,
    /// Whitespace words of its samples under the root.
    pub words: u64,
    /// Unicode characters of its samples under the root.
    #[serde(default)]
    pub characters: u64,
    /// What its samples under the root come to.
    #[serde(default)]
    pub account: Account,
    /// Image refs of its samples under the root.
    pub images: u64,
    /// Image refs whose picture is not there.
    #[serde(default)]
    pub images_missing: u64,
    /// What has to be known about it: why documented and found differ, what cannot be decided.
    #[serde(default)]
    pub note: Option<String>,
    /// The search that finds its samples, as in the address of its page; of datasets that are not here too.
    #[serde(default)]
    pub source: String,
    /// ISO 639-1 code of the language that its samples are in: most of those here, else as documented.
    #[serde(default)]
    pub lang: String,
    /// Page of its samples, when there are any.
    #[serde(default)]
    pub url: Option<String>,
    /// Of a mixture: what is taken of the samples, as a board's address says it; empty for all of them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub taking: String,
    /// Of a mixture: samples that the trainer takes; null where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<u64>,
    /// What the document says it is made of.
    #[serde(default)]
    pub parts: Vec<SubPart>,
}

/// A row of the document that is inside another part's annotation file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubPart {
    /// Name for people.
    pub title: String,
    /// The document's own words for how much, such as `53K`.
    pub take: String,
    /// The document's number of samples.
    pub documented: Option<u64>,
}
