//! The query string of the address bar: a search and a place in its result.

use blendscope_shared::{paths, search::SearchParams};
use percent_encoding::percent_decode_str;

/// Names that mean nothing in an address of the user interface, though they are search parameters, and `at`, which is
/// none. Whatever else is no search parameter is a filter: which there are, the server knows.
const NOT_SEARCHED: [&str; 5] = ["limit", "cursor", "offset", "at", ""];

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
            .filter(|&(name, _)| !NOT_SEARCHED.contains(&name))
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

/// The names and values of a query string, decoded.
pub fn pairs(query: &str) -> Vec<(String, String)> {
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
            stage: vec!["2".to_owned()],
            subset: vec!["coyo-6m".to_owned()],
            filters: [("lang".to_owned(), vec!["ja".to_owned(), "de".to_owned()])].into(),
            sort: Some(Sort::Random),
            seed: 7,
            ..SearchParams::default()
        };
        let state = ListState { params, at: Some(123_456) };
        assert_eq!(ListState::from_query(&state.to_query()), state);
    }

    #[test]
    fn nonsense_in_an_address_is_left_out() {
        let state = ListState::from_query(
            "q=red+bus&sort=best&at=-3&limit=200&offset=9&cursor=c&typing=yes&=&=x&seed=x",
        );
        assert_eq!(
            state,
            ListState { params: SearchParams { q: "red bus".to_owned(), ..Default::default() }, at: None }
        );
    }
}
