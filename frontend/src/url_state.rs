//! The query string of the address bar: a search and a place in its result.

use blendscope_shared::{paths, search::SearchParams};
use percent_encoding::percent_decode_str;

/// Search parameters that an address of the user interface may name.
const FROM_ADDRESS: [&str; 8] = ["q", "typing", "dataset", "recipe", "stage", "subset", "sort", "seed"];

/// What the address says about a list of samples.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListState {
    /// What is listed.
    pub params: SearchParams,
    /// Position of the sample on top, from 0; absent when the address does not name one.
    pub at: Option<u64>,
}

impl ListState {
    /// Reads a query string without `?`. Names and values that make no sense are left out: an address typed by hand
    /// still shows something.
    pub fn from_query(query: &str) -> Self {
        let pairs = pairs(query);
        let at = pairs.iter().find(|(name, _)| name == "at").and_then(|(_, value)| value.parse().ok());
        let usable = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|&(name, _)| FROM_ADDRESS.contains(&name))
            .filter(|&pair| SearchParams::parse([pair]).is_ok());
        Self { params: SearchParams::parse(usable).unwrap_or_default(), at }
    }

    /// The query string without `?`.
    pub fn to_query(&self) -> String {
        let mut query = self.params.to_query();
        if let Some(at) = self.at {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str("at=");
            query.push_str(&at.to_string());
        }
        query
    }

    /// Address of the search page with this list.
    pub fn search_page(&self) -> String {
        with_query("/search", &self.to_query())
    }

    /// Address of a sample that was found at `self.at`, so that its page can walk through the same list.
    pub fn sample_page(&self, url: &str) -> String {
        with_query(url, &self.to_query())
    }
}

/// Appends a query string to a path, if there is one.
pub fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The same search with one dataset more, or one less when it was there already.
pub fn toggle_dataset(params: &SearchParams, slug: &str) -> SearchParams {
    let mut changed = params.clone();
    match changed.dataset.iter().position(|chosen| chosen == slug) {
        Some(place) => drop(changed.dataset.remove(place)),
        None => changed.dataset.push(slug.to_owned()),
    }
    changed
}

/// The same search in all datasets.
pub fn without_datasets(params: &SearchParams) -> SearchParams {
    SearchParams { dataset: Vec::new(), ..params.clone() }
}

/// The same search without any filter.
pub fn without_filters(params: &SearchParams) -> SearchParams {
    SearchParams { recipe: Vec::new(), stage: Vec::new(), subset: Vec::new(), ..without_datasets(params) }
}

/// Whether the search is restricted to a part of the data.
pub fn has_filters(params: &SearchParams) -> bool {
    !(params.dataset.is_empty()
        && params.recipe.is_empty()
        && params.stage.is_empty()
        && params.subset.is_empty())
}

/// A filter that a reader can take back, and the search without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removable {
    /// What kind of filter it is, in a word.
    pub kind: &'static str,
    /// Its value.
    pub value: String,
    /// The search without it.
    pub without: SearchParams,
}

/// The filters by recipe, stage and subset. A stage goes with the last recipe: it means nothing by itself.
pub fn removable(params: &SearchParams) -> Vec<Removable> {
    let mut filters = Vec::new();
    for (place, slug) in params.recipe.iter().enumerate() {
        let mut without = params.clone();
        without.recipe.remove(place);
        if without.recipe.is_empty() {
            without.stage.clear();
        }
        filters.push(Removable { kind: "recipe", value: slug.clone(), without });
    }
    for (place, number) in params.stage.iter().enumerate() {
        let mut without = params.clone();
        without.stage.remove(place);
        filters.push(Removable { kind: "stage", value: number.to_string(), without });
    }
    for (place, slug) in params.subset.iter().enumerate() {
        let mut without = params.clone();
        without.subset.remove(place);
        filters.push(Removable { kind: "subset", value: slug.clone(), without });
    }
    filters
}

/// A query without one of its words or phrases; nothing when it does not stand there as such, or stands there alone.
pub fn without_term(query: &str, term: &str) -> Option<String> {
    let phrase = format!("\"{term}\"");
    let shorter = if query.contains(&phrase) {
        query.replacen(&phrase, " ", 1)
    } else {
        let words: Vec<_> = query.split_whitespace().collect();
        let place = words.iter().position(|word| *word == term)?;
        [&words[..place], &words[place + 1..]].concat().join(" ")
    };
    let shorter = shorter.split_whitespace().collect::<Vec<_>>().join(" ");
    (!shorter.is_empty()).then_some(shorter)
}

/// Address of the samples of one stage of a recipe, counted from 1.
pub fn search_stage(recipe: &str, stage: u32) -> String {
    let params = SearchParams {
        recipe: vec![recipe.to_owned()],
        stage: vec![stage.to_string()],
        ..SearchParams::default()
    };
    paths::search_page(&params)
}

/// Address of the samples of a dataset that a list of ids names.
pub fn search_subset(dataset: &str, subset: &str) -> String {
    let params = SearchParams {
        dataset: vec![dataset.to_owned()],
        subset: vec![subset.to_owned()],
        ..SearchParams::default()
    };
    paths::search_page(&params)
}

/// Address of one dataset's samples as a search.
pub fn search_in(slug: &str) -> String {
    paths::search_page(&SearchParams { dataset: vec![slug.to_owned()], ..SearchParams::default() })
}

fn pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use blendscope_shared::search::Sort;

    #[test]
    fn an_address_round_trips() {
        let params = SearchParams {
            q: "50% \"東京 & co\" +x".to_owned(),
            dataset: vec!["a".to_owned(), "b c".to_owned()],
            recipe: vec!["llm-jp".to_owned()],
            stage: vec![2],
            subset: vec!["coyo-6m".to_owned()],
            sort: Some(Sort::Random),
            seed: 7,
            ..SearchParams::default()
        };
        let state = ListState { params, at: Some(123_456) };
        assert_eq!(ListState::from_query(&state.to_query()), state);
    }

    #[test]
    fn nonsense_in_an_address_is_left_out() {
        let state = ListState::from_query("q=red+bus&sort=best&colour=1&at=-3&limit=200&typing=yes&=&seed=x");
        assert_eq!(
            state,
            ListState { params: SearchParams { q: "red bus".to_owned(), ..Default::default() }, at: None }
        );
    }

    #[test]
    fn a_term_can_be_left_out() {
        assert_eq!(without_term("red bus stop", "bus").as_deref(), Some("red stop"));
        assert_eq!(without_term("red \"bus stop\"", "bus stop").as_deref(), Some("red"));
        assert_eq!(without_term("bus", "bus"), None);
        assert_eq!(without_term("red -bus", "bus"), None);
    }

    #[test]
    fn each_filter_can_be_taken_back() {
        let params = ListState::from_query("q=bus&recipe=a&stage=1&stage=2&subset=s").params;
        let queries: Vec<_> = removable(&params).iter().map(|filter| filter.without.to_query()).collect();
        assert_eq!(
            queries,
            [
                "q=bus&subset=s",
                "q=bus&recipe=a&stage=2&subset=s",
                "q=bus&recipe=a&stage=1&subset=s",
                "q=bus&recipe=a&stage=1&stage=2"
            ]
        );
        assert!(has_filters(&params) && !has_filters(&without_filters(&params)));
    }

    #[test]
    fn toggling_twice_changes_nothing() {
        let params = SearchParams::default();
        let once = toggle_dataset(&params, "a");
        assert_eq!(once.dataset, ["a"]);
        assert_eq!(toggle_dataset(&once, "a"), params);
    }
}
