//! A search: the types of its answers (hits, blend, facets, explanation, templates) and of its parameters.

mod params;

pub use params::{ParamError, SearchParams, Sort, SortBy};

use crate::image::ImageView;
use crate::role::Role;
use crate::sample::Flag;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Answer of `GET /api/v1/search`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchAnswer {
    /// How many samples match.
    pub total: Total,
    /// Time in the engine in milliseconds: parsing, the page of hits, the exact total.
    pub took_ms: f64,
    /// Time until the answer was complete, in milliseconds.
    pub total_ms: f64,
    /// The query as it was understood.
    pub understood: Understood,
    /// What the result consists of, dataset by dataset, largest first.
    pub blend: Vec<BlendPart>,
    /// Samples of reference datasets in the total that the blend leaves out; see the parameter `reference`.
    #[serde(default)]
    pub left_out: u64,
    /// This page of hits.
    pub items: Vec<SearchHit>,
    /// Place of the next page, null on the last.
    pub next: Option<String>,
    /// Why the answer is not all there is, when a part of the index did not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<String>,
}

/// A count that may still grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Total {
    /// Samples.
    pub count: u64,
    /// False while indexing goes on.
    #[serde(rename = "final")]
    pub is_final: bool,
}

/// The query as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Understood {
    /// What was looked for, piece by piece.
    pub terms: Vec<Term>,
    /// Remarks on how the query was read, in words.
    pub notes: Vec<String>,
    /// The query written out as it was read; reading it again means the same.
    #[serde(default)]
    pub query: String,
    /// For an empty result: each part that all samples have to match, with how many there would be without it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<Part>,
}

/// A part of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// As it was read.
    pub part: String,
    /// Samples that match all other parts and the filters.
    pub count: u64,
}

/// A piece of the query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// As it was typed, without quotes and signs.
    pub text: String,
    /// The field it was restricted to, null for every turn.
    pub field: Option<String>,
    /// Samples that match it by itself, filters left aside.
    pub count: u64,
    /// `word`, `phrase`, `prefix`, `fuzzy`, `near` or `fact`.
    pub kind: String,
    /// Whether samples with it are left out.
    pub excluded: bool,
    /// Words of the index that it stands for, the most frequent first, at most twelve.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<TermForm>,
    /// How many words it stands for.
    #[serde(default)]
    pub form_count: u64,
    /// Words of the index that may have been meant where one does not occur.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<String>,
}

/// A word of the index that a piece of the query stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermForm {
    /// The word, folded.
    pub text: String,
    /// Samples with it, counted once for each role that says it.
    pub count: u64,
}

/// One dataset's share of a set of samples.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BlendPart {
    /// Slug.
    pub dataset: String,
    /// Samples.
    pub count: u64,
    /// Part of the whole, 0 to 1.
    pub share: f64,
    /// Share here divided by the share in all data; 1 means as usual.
    pub lift: f64,
}

/// One sample of a result.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchHit {
    /// Slug of its dataset.
    pub dataset: String,
    /// Its lasting name.
    pub key: String,
    /// The record's own id as text.
    pub id: Option<String>,
    /// Position in the dataset in file order, from 0.
    pub ordinal: u64,
    /// Address of the page about it.
    pub url: String,
    /// Its images, in order, at most eight; `image_count` tells how many there are.
    pub images: Vec<ImageView>,
    /// Number of images.
    pub image_count: u64,
    /// Number of turns.
    pub turn_count: u64,
    /// Whitespace-separated words of all turns.
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
    /// Beginning of its first instruction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Beginning of its first response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Relevance, zero in other orders.
    pub score: f32,
    /// What to read of it: the passages that match, or its beginning.
    pub snippets: Vec<Snippet>,
    /// Set when the record could not be read back, such as when its file changed; the rest is then empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// A passage of a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snippet {
    /// Number of the turn, from 0.
    pub turn: u64,
    /// Who speaks.
    pub role: Role,
    /// The passage, with `…` where it was cut.
    pub text: String,
    /// Spans `[begin, end)` of the matches in `text`, in Unicode scalar values, ascending, never overlapping.
    pub marks: Vec<[usize; 2]>,
}

/// Answer of `GET /api/v1/samples/{dataset}/{key}/explain`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Relevance: the sum of the terms' scores. Zero when the sample does not match.
    pub score: f32,
    /// Whether the sample matches the query.
    pub is_match: bool,
    /// What adds to the score, the most first.
    pub terms: Vec<ExplainedTerm>,
}

/// What one word or phrase of the query adds in one field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExplainedTerm {
    /// The word as it stands in the index, or the phrase as typed.
    pub text: String,
    /// The field: `human`, `gpt`, `system` or `extra`.
    pub field: String,
    /// How often the sample has it in this field.
    pub occurrences: u64,
    /// Samples that have it in this field.
    pub samples: u64,
    /// What it adds.
    pub score: f32,
}

/// Answer of `GET /api/v1/facets`: for the same parameters as a search.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FacetsAnswer {
    /// How many samples match, as the search says.
    pub total: Total,
    /// Time until the answer was complete, in milliseconds.
    pub took_ms: f64,
    /// All facets and histograms in the order to show them, also those without a value here.
    pub dimensions: Vec<Dimension>,
    /// By the name of a facet: its values, the most frequent in the result first.
    pub facets: BTreeMap<String, Vec<FacetValue>>,
    /// By the name of a number: how samples are spread over it.
    pub histograms: BTreeMap<String, Histogram>,
    /// Why the answer is not all there is, when a part of the index did not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<String>,
}

/// A facet or a histogram. Its name is that of the search parameter that filters by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimension {
    /// Name of the search parameter.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Whether it is a number with a histogram (filter `name=a..b`, both ends included) and not a facet.
    pub is_range: bool,
}

/// One value of a facet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetValue {
    /// As the search parameter takes it.
    pub value: String,
    /// What people call it, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Samples of the result with it, this facet's own restriction left aside: what choosing it would add.
    pub count: u64,
    /// Samples of everything with it.
    pub all: u64,
}

/// How samples are spread over a number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    /// Limits of the bars, ascending, one more than bars: bar `i` counts the values from `bounds[i]` to
    /// `bounds[i + 1] - 1`.
    pub bounds: Vec<u64>,
    /// Samples of the result per bar, this number's own restriction left aside.
    pub counts: Vec<u64>,
    /// Samples of everything per bar.
    pub all: Vec<u64>,
}

/// Answer of `GET /api/v1/templates`: the most frequent first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Templates {
    /// This page.
    pub items: Vec<Template>,
    /// How many templates there are.
    pub total: u64,
    /// Samples with at least one of them.
    pub samples: u64,
    /// Whether every file was read, so that nothing will be added.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// Place of the next page, null on the last.
    pub next: Option<String>,
}

/// The constant part of instructions that many samples share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The value of the search parameter `template`; the same text has the same id everywhere.
    pub id: String,
    /// The constant part; `…` stands for what varies.
    pub text: String,
    /// Samples with it.
    pub samples: u64,
    /// The datasets it occurs in, most samples first.
    pub datasets: Vec<TemplateUse>,
    /// Address of the search page that shows its samples.
    pub url: String,
    /// What is answered in these samples, where it was asked for and all of it could be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<AnswersOf>,
}

/// How long all responses of some samples are together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswersOf {
    /// Words between blanks.
    pub words: u64,
    /// Unicode characters.
    pub characters: u64,
}

/// How often a dataset uses a template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateUse {
    /// Slug.
    pub dataset: String,
    /// Samples with the template.
    pub samples: u64,
}
