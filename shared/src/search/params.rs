//! Search parameters and their query-string form.

use crate::paths::escape;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What to look for and how to show it. The same names in the API's query string, its JSON body and the UI's address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchParams {
    /// The query; empty means every sample.
    pub q: String,
    /// The last word of `q` is still being typed: take it as a prefix.
    pub typing: bool,
    /// Only these datasets (slugs); empty means all.
    pub dataset: Vec<String>,
    /// Only datasets that are parts of these recipes (slugs); empty means all.
    pub recipe: Vec<String>,
    /// Only datasets of these stages, each `recipe/number` counted from 1, or a number alone for a stage of the recipes
    /// that are asked for; empty means all.
    pub stage: Vec<String>,
    /// Only samples that these lists of ids name (slugs); empty means all.
    pub subset: Vec<String>,
    /// Whether reference datasets count in the blend of a result as the others do. They are searched in any case; without
    /// this, only those that `dataset` names are part of the blend and of what it is compared with.
    pub reference: bool,
    /// Further filters by name, each with the values of which a sample needs one: facets such as `lang` with `["ja"]`,
    /// ranges such as `turns` with `["4..8"]`. Which names there are is known to the server alone.
    pub filters: BTreeMap<String, Vec<String>>,
    /// Order; see [`SearchParams::effective_sort`] for the default.
    pub sort: Option<Sort>,
    /// Seed of the random order.
    pub seed: u64,
    /// Items per answer, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// Opaque place to go on from, out of an earlier answer's `next`.
    pub cursor: Option<String>,
    /// Items to leave out at the beginning; an alternative to `cursor`.
    pub offset: u64,
}

/// The order of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Sort {
    /// Best match first.
    Relevance,
    /// As they lie in the files, dataset by dataset.
    File,
    /// Most characters first.
    Longest,
    /// Fewest characters first.
    Shortest,
    /// Shuffled by `seed`: the same seed gives the same order.
    Random,
    /// By a number of the sample, the smallest first.
    Up(SortBy),
    /// By a number of the sample, the largest first.
    Down(SortBy),
}

/// A number of a sample to sort by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// Turns.
    Turns,
    /// Unicode characters of all turns.
    Characters,
    /// Whitespace-separated words of all turns.
    Words,
    /// Words of the instructions.
    WordsHuman,
    /// Words of the responses.
    WordsGpt,
    /// Images.
    Images,
    /// Language, by its code.
    Lang,
}

impl SortBy {
    const ALL: [Self; 7] = [
        Self::Turns,
        Self::Characters,
        Self::Words,
        Self::WordsHuman,
        Self::WordsGpt,
        Self::Images,
        Self::Lang,
    ];

    fn descending(self) -> &'static str {
        match self {
            Self::Turns => "-turns",
            Self::Characters => "-characters",
            Self::Words => "-words",
            Self::WordsHuman => "-words_human",
            Self::WordsGpt => "-words_gpt",
            Self::Images => "-images",
            Self::Lang => "-lang",
        }
    }

    /// The name in query strings.
    pub fn name(self) -> &'static str {
        &self.descending()[1..]
    }
}

impl Sort {
    /// The orders that have names of their own.
    pub const NAMED: [Self; 5] = [Self::Relevance, Self::File, Self::Longest, Self::Shortest, Self::Random];

    /// Every order.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::NAMED.into_iter().chain(SortBy::ALL.into_iter().flat_map(|by| [Self::Up(by), Self::Down(by)]))
    }

    /// The name in query strings: for a number its name, with `-` before it for the largest first.
    pub fn name(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::File => "file",
            Self::Longest => "longest",
            Self::Shortest => "shortest",
            Self::Random => "random",
            Self::Up(by) => by.name(),
            Self::Down(by) => by.descending(),
        }
    }

    /// The order with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|sort| sort.name() == name)
    }

    /// What is wrong with a name that no order has.
    fn unknown(name: &str) -> String {
        let names: Vec<_> = Self::all().map(Self::name).collect();
        format!("`{name}` is not one of {}", names.join(", "))
    }
}

impl TryFrom<String> for Sort {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::from_name(&name).ok_or_else(|| Self::unknown(&name))
    }
}

impl From<Sort> for String {
    fn from(sort: Sort) -> Self {
        sort.name().to_owned()
    }
}

/// A parameter that is unknown or has a value that cannot be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamError {
    /// Name of the parameter.
    pub parameter: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for ParamError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "parameter `{}`: {}", self.parameter, self.message)
    }
}

impl std::error::Error for ParamError {}

impl SearchParams {
    /// The largest `limit`.
    pub const MAX_LIMIT: u32 = 200;
    /// The longest `q`, in bytes.
    pub const MAX_QUERY: usize = 128 << 10;
    /// The most values that filters may have together.
    pub const MAX_VALUES: usize = 10_000;
    /// The `limit` of a query that names none.
    pub const DEFAULT_LIMIT: u32 = 50;

    /// Reads decoded query-string pairs. Bad values are errors that name the parameter; other names than the ones here
    /// are filters, which the server knows or refuses.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ParamError> {
        let mut params = Self::default();
        let mut values = 0;
        for (name, value) in pairs {
            let bad = |message| ParamError { parameter: name.to_owned(), message };
            values += 1;
            if values > Self::MAX_VALUES {
                return Err(bad(Self::too_many_values()));
            }
            params.set(name, value).map_err(bad)?;
        }
        if params.cursor.is_some() && params.offset > 0 {
            let message = "cannot be combined with `offset`".to_owned();
            return Err(ParamError { parameter: "cursor".to_owned(), message });
        }
        Ok(params)
    }

    /// What is wrong with more than [`SearchParams::MAX_VALUES`] values.
    pub fn too_many_values() -> String {
        format!("is one of more than {} values; ask for fewer at once", Self::MAX_VALUES)
    }

    /// Refuses queries that are longer than any that is worth asking.
    pub fn check_query(q: &str) -> Result<(), ParamError> {
        if q.len() <= Self::MAX_QUERY {
            return Ok(());
        }
        let message = format!("has {} bytes; {} are the most", q.len(), Self::MAX_QUERY);
        Err(ParamError { parameter: "q".to_owned(), message })
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "q" => {
                Self::check_query(value).map_err(|error| error.message)?;
                value.clone_into(&mut self.q);
            }
            "typing" => self.typing = boolean(value)?,
            "dataset" => self.dataset.push(value.to_owned()),
            "recipe" => self.recipe.push(value.to_owned()),
            "stage" => self.stage.push(value.to_owned()),
            "subset" => self.subset.push(value.to_owned()),
            "reference" => self.reference = boolean(value)?,
            "sort" => {
                self.sort = Some(Sort::try_from(value.to_owned())?);
            }
            "seed" => self.seed = number(value)?,
            "limit" => {
                let limit: u32 = number(value)?;
                if !(1..=Self::MAX_LIMIT).contains(&limit) {
                    return Err(format!("must be from 1 to {}, not {value}", Self::MAX_LIMIT));
                }
                self.limit = Some(limit);
            }
            "cursor" => self.cursor = Some(value.to_owned()),
            "offset" => self.offset = number(value)?,
            _ => self.filters.entry(name.to_owned()).or_default().push(value.to_owned()),
        }
        Ok(())
    }

    /// The query string without `?`: parameters in a fixed order, defaults left out.
    pub fn to_query(&self) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        let mut push = |name, value: String| pairs.push((name, value));
        if !self.q.is_empty() {
            push("q", self.q.clone());
        }
        if self.typing {
            push("typing", "true".to_owned());
        }
        for slug in &self.dataset {
            push("dataset", slug.clone());
        }
        for slug in &self.recipe {
            push("recipe", slug.clone());
        }
        for stage in &self.stage {
            push("stage", stage.clone());
        }
        for slug in &self.subset {
            push("subset", slug.clone());
        }
        if self.reference {
            push("reference", "true".to_owned());
        }
        for (name, values) in &self.filters {
            pairs.extend(values.iter().map(|value| (name.as_str(), value.clone())));
        }
        let mut push = |name, value: String| pairs.push((name, value));
        if let Some(sort) = self.sort {
            push("sort", sort.name().to_owned());
        }
        if self.seed != 0 {
            push("seed", self.seed.to_string());
        }
        if let Some(limit) = self.limit {
            push("limit", limit.to_string());
        }
        if let Some(cursor) = &self.cursor {
            push("cursor", cursor.clone());
        }
        if self.offset != 0 {
            push("offset", self.offset.to_string());
        }
        pairs
            .iter()
            .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
            .collect::<Vec<_>>()
            .join("&")
    }

    /// The values that a facet is restricted to, empty for none: also of `dataset`, `recipe`, `stage` and `subset`.
    pub fn chosen(&self, facet: &str) -> &[String] {
        match facet {
            "dataset" => &self.dataset,
            "recipe" => &self.recipe,
            "stage" => &self.stage,
            "subset" => &self.subset,
            _ => self.filters.get(facet).map_or(&[], Vec::as_slice),
        }
    }

    /// Restricts a facet to values; none lifts the restriction.
    pub fn choose(&mut self, facet: &str, values: Vec<String>) {
        match facet {
            "dataset" => self.dataset = values,
            "recipe" => self.recipe = values,
            "stage" => self.stage = values,
            "subset" => self.subset = values,
            _ if values.is_empty() => drop(self.filters.remove(facet)),
            _ => drop(self.filters.insert(facet.to_owned(), values)),
        }
    }

    /// Whether anything but the query restricts what is found.
    pub fn is_filtered(&self) -> bool {
        let named = [&self.dataset, &self.recipe, &self.stage, &self.subset];
        named.iter().any(|values| !values.is_empty()) || !self.filters.is_empty()
    }

    /// The order in force: as asked, else relevance for a query and file order for everything.
    pub fn effective_sort(&self) -> Sort {
        let default = if self.q.trim().is_empty() { Sort::File } else { Sort::Relevance };
        match self.sort {
            Some(Sort::Relevance) if default == Sort::File => Sort::File,
            Some(sort) => sort,
            None => default,
        }
    }

    /// The number of items per answer in force.
    pub fn effective_limit(&self) -> usize {
        self.limit.unwrap_or(Self::DEFAULT_LIMIT) as usize
    }
}

fn number<N: std::str::FromStr>(value: &str) -> Result<N, String> {
    value.parse().map_err(|_| format!("`{value}` is not a whole number in range"))
}

fn boolean(value: &str) -> Result<bool, String> {
    value.parse().map_err(|_| format!("`{value}` is neither `true` nor `false`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    fn reparse(query: &str) -> SearchParams {
        let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
        let pairs: Vec<_> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(name, value)| (decode(name), decode(value)))
            .collect();
        SearchParams::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))).unwrap()
    }

    proptest! {
        #[test]
        fn every_search_survives_its_query_string(
            q in ".*", typing: bool, dataset in prop::collection::vec(".*", 0..3), seed: u64,
            sort in prop::option::of(prop::sample::select(Sort::all().collect::<Vec<_>>())),
            limit in prop::option::of(1u32..=200), offset: u64,
            recipe in prop::collection::vec(".*", 0..3), stage in prop::collection::vec(".*", 0..3),
            subset in prop::collection::vec(".*", 0..3), reference: bool,
            filters in prop::collection::btree_map("[a-z_]{2,8} [=&]", prop::collection::vec(".*", 1..3), 0..3),
        ) {
            let params = SearchParams {
                q, typing, dataset, recipe, stage, subset, reference, filters, sort, seed, limit, cursor: None, offset,
            };
            prop_assert_eq!(reparse(&params.to_query()), params);
        }
    }

    #[test]
    fn a_bad_parameter_is_named() {
        for (name, value) in
            [("limit", "0"), ("limit", "201"), ("sort", "best"), ("offset", "-1"), ("seed", "red")]
        {
            let error = SearchParams::parse([(name, value)]).unwrap_err();
            assert_eq!(error.parameter, name);
        }
    }
}
