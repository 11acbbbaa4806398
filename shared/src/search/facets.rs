//! What a result consists of, beyond its datasets.

use super::Total;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
