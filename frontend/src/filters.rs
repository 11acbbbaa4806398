//! What restricts a search beside its words: which filters are in force, and the same search with others.
//!
//! A filter is what its search parameter is in the address, a name and a value, whichever there are: that is the
//! server's business.

use crate::{
    format,
    url_state::{self, ListState},
};
use blendscope_shared::{
    paths,
    search::{FacetValue, SearchParams},
};

/// Search parameters that restrict nothing.
const NO_FILTERS: [&str; 5] = ["q", "typing", "sort", "seed", "reference"];

/// The filters in force, each with its name and one of its values.
pub fn in_force(params: &SearchParams) -> Vec<(String, String)> {
    let mut pairs = url_state::pairs(&params.to_query());
    pairs.retain(|(name, _)| !NO_FILTERS.contains(&name.as_str()));
    pairs
}

/// Names of the filters in force.
pub fn names(params: &SearchParams) -> Vec<String> {
    let mut names: Vec<_> = in_force(params).into_iter().map(|(name, _)| name).collect();
    names.dedup();
    names
}

/// What a filter restricts to; nothing when it is not in force.
pub fn values(params: &SearchParams, name: &str) -> Vec<String> {
    in_force(params).into_iter().filter(|filter| filter.0 == name).map(|(_, value)| value).collect()
}

/// The same search restricted to these values; none lifts the restriction. The bare number of a stage means nothing
/// without a recipe and goes with the last one.
pub fn with_values(params: &SearchParams, name: &str, values: &[String]) -> SearchParams {
    let has_lost_recipe = name == "recipe" && values.is_empty();
    let goes = |other: &str, value: &str| {
        other == name
            || has_lost_recipe && other == "stage" && value.bytes().all(|digit| digit.is_ascii_digit())
    };
    let pair = |name: &str, value: &str| format!("{}={}", paths::escape(name), paths::escape(value));
    let mut pairs = Vec::new();
    for (other, value) in url_state::pairs(&params.to_query()) {
        if !goes(&other, &value) {
            pairs.push(pair(&other, &value));
        }
    }
    pairs.extend(values.iter().map(|value| pair(name, value)));
    ListState::from_query(&pairs.join("&")).params
}

/// The same search with one value more, or one less when it was there already.
pub fn toggled(params: &SearchParams, name: &str, value: &str) -> SearchParams {
    let mut values = values(params, name);
    match values.iter().position(|chosen| chosen == value) {
        Some(place) => drop(values.remove(place)),
        None => values.push(value.to_owned()),
    }
    with_values(params, name, &values)
}

/// What people call a value of a filter.
pub fn value_name(filter: &str, value: &FacetValue) -> String {
    if let Some(title) = &value.title {
        return title.clone();
    }
    match (filter, value.value.as_str()) {
        ("lang", code) => format::language(code),
        ("image_status", "text_only") => "none: text only",
        ("image_status", "not_embedded") => "not in the file",
        ("image_status", "remote") => "on the web",
        ("image_status", "unchecked") => "not looked at yet",
        ("role", "human") => "question (human)",
        ("role", "gpt") => "answer (gpt)",
        ("role", "system") => "system prompt",
        (_, value) => value,
    }
    .to_owned()
}

/// The same search without any filter.
pub fn without_any(params: &SearchParams) -> SearchParams {
    let SearchParams { q, typing, sort, seed, .. } = params.clone();
    SearchParams { q, typing, sort, seed, ..SearchParams::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(query: &str) -> SearchParams {
        ListState::from_query(query).params
    }

    #[test]
    fn each_value_can_be_taken_back() {
        let params = search("q=bus&dataset=d&recipe=a&stage=1&stage=2&subset=s&lang=ja&turns=4..8&seed=7");
        let queries: Vec<_> =
            in_force(&params).iter().map(|(name, value)| toggled(&params, name, value).to_query()).collect();
        assert_eq!(
            queries,
            [
                "q=bus&recipe=a&stage=1&stage=2&subset=s&lang=ja&turns=4..8&seed=7",
                "q=bus&dataset=d&subset=s&lang=ja&turns=4..8&seed=7",
                "q=bus&dataset=d&recipe=a&stage=2&subset=s&lang=ja&turns=4..8&seed=7",
                "q=bus&dataset=d&recipe=a&stage=1&subset=s&lang=ja&turns=4..8&seed=7",
                "q=bus&dataset=d&recipe=a&stage=1&stage=2&lang=ja&turns=4..8&seed=7",
                "q=bus&dataset=d&recipe=a&stage=1&stage=2&subset=s&turns=4..8&seed=7",
                "q=bus&dataset=d&recipe=a&stage=1&stage=2&subset=s&lang=ja&seed=7",
            ]
        );
        assert_eq!(names(&params), ["dataset", "recipe", "stage", "subset", "lang", "turns"]);
    }

    #[test]
    fn without_filters_the_words_and_the_order_stay() {
        let params = search("q=bus&lang=ja&recipe=a&sort=random&seed=7");
        assert_eq!(without_any(&params).to_query(), "q=bus&sort=random&seed=7");
        assert!(!without_any(&params).is_filtered());
    }

    #[test]
    fn toggling_twice_changes_nothing() {
        let params = search("q=50%25 %26 %22東京 x%22&lang=de&typing=true");
        for (name, value) in [
            ("dataset", "a b"),
            ("recipe", "r"),
            ("stage", "3"),
            ("subset", "s"),
            ("lang", "ja"),
            ("a=&", "…"),
        ] {
            let once = toggled(&params, name, value);
            assert!(values(&once, name).contains(&value.to_owned()), "{name}");
            assert_eq!(toggled(&once, name, value), params, "{name}");
        }
    }
}
