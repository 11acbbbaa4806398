//! What an address says: a search, a place in its result, how it is shown, and what of a sample is in view.

use crate::routes::Route;
use blendscope_shared::{paths, search::SearchParams};
use percent_encoding::percent_decode_str;

/// Names that are no filters, though they are no search parameters of a page either. Whatever else is none is a filter:
/// which there are, the server knows.
const NOT_SEARCHED: [&str; 11] =
    ["limit", "cursor", "offset", "at", "view", "zoom", "open", "tab", "picture", "boxes", ""];

/// How a list of samples is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// Passages beside a picture.
    List,
    /// Pictures in justified rows.
    #[default]
    Grid,
    /// A line for each sample, a column for each fact.
    Table,
}

impl View {
    /// All of them, in the order of their keys `1`, `2`, `3`.
    pub const ALL: [Self; 3] = [Self::List, Self::Grid, Self::Table];

    /// The name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Grid => "grid",
            Self::Table => "table",
        }
    }

    /// The view with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }
}

/// What an address says about a list of samples, and about the sample that is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListState {
    /// What is listed.
    pub params: SearchParams,
    /// How it is shown, where the address says it.
    pub view: Option<View>,
    /// Height of a row of pictures in pixels, where the address says it.
    pub zoom: Option<u32>,
    /// Position of the sample on top, or of the one that is open, from 0; absent when the address does not name one.
    pub at: Option<u64>,
    /// The sample that is open beside the list: `dataset/key`.
    pub open: Option<String>,
    /// What of the sample is in view.
    pub sample: SampleState,
}

/// What of a sample is in view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SampleState {
    /// Whether turns are shown as they stand (`raw`), or the record as JSON (`json`); else as Markdown.
    pub tab: Tab,
    /// The picture that is looked at closely, from 0.
    pub picture: Option<usize>,
    /// Whether the boxes of box files are drawn, where the address says it.
    pub boxes: Option<bool>,
}

/// How the turns of a sample are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Markdown, formulas, tables.
    #[default]
    Markdown,
    /// Every character as it stands.
    Raw,
    /// The record.
    Json,
}

impl Tab {
    /// All of them, as they are offered.
    pub const ALL: [Self; 3] = [Self::Markdown, Self::Raw, Self::Json];

    /// The name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Raw => "raw",
            Self::Json => "json",
        }
    }
}

impl ListState {
    /// Reads a query string without `?`. Names and values that make no sense are left out: an address typed by hand
    /// still shows something.
    pub fn from_query(query: &str) -> Self {
        let pairs = pairs(query);
        let value =
            |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let usable = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|&(name, _)| !NOT_SEARCHED.contains(&name))
            .filter(|&pair| SearchParams::parse([pair]).is_ok());
        let tab = Tab::ALL.into_iter().find(|tab| value("tab") == Some(tab.name()));
        let picture = value("picture").and_then(|number| number.parse::<usize>().ok());
        Self {
            params: SearchParams::parse(usable).unwrap_or_default(),
            view: value("view").and_then(View::from_name),
            zoom: value("zoom").and_then(|zoom| zoom.parse().ok()),
            at: value("at").and_then(|at| at.parse().ok()),
            open: value("open").map(str::to_owned),
            sample: SampleState {
                tab: tab.unwrap_or_default(),
                picture: picture.and_then(|number| number.checked_sub(1)),
                boxes: value("boxes").and_then(|drawn| drawn.parse().ok()),
            },
        }
    }

    /// The query string without `?`. Words that are still being typed are not told: what is sent to somebody else means
    /// what it says.
    pub fn to_query(&self) -> String {
        let mut query = self.params.to_query();
        let mut push = |name: &str, value: String| {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
            query.push_str(&value);
        };
        if let Some(view) = self.view {
            push("view", view.name().to_owned());
        }
        if let Some(zoom) = self.zoom {
            push("zoom", zoom.to_string());
        }
        if let Some(at) = self.at {
            push("at", at.to_string());
        }
        if let Some(open) = &self.open {
            push("open", paths::escape_path(open));
        }
        let SampleState { tab, picture, boxes } = self.sample;
        if tab != Tab::default() {
            push("tab", tab.name().to_owned());
        }
        if let Some(picture) = picture {
            push("picture", (picture + 1).to_string());
        }
        if let Some(boxes) = boxes {
            push("boxes", boxes.to_string());
        }
        query
    }

    /// The list that a page shows.
    pub fn of_page(route: &Route, query: &str) -> Self {
        let mut list = Self::from_query(query);
        if let Route::Dataset(slug) = route {
            list.params.dataset = vec![slug.clone()];
        }
        list
    }

    /// Address of the page with this list: that of the dataset where it lists one dataset on its own page.
    pub fn page(&self, route: &Route) -> String {
        match (route, self.params.dataset.as_slice()) {
            (Route::Dataset(slug), [only]) if slug == only => {
                let params = SearchParams { dataset: Vec::new(), ..self.params.clone() };
                with_query(&paths::dataset_page(slug), &Self { params, ..self.clone() }.to_query())
            }
            _ => with_query("/search", &self.to_query()),
        }
    }

    /// Address of the list that one comes back to from a sample.
    pub fn back(&self) -> String {
        let list = Self { sample: SampleState::default(), open: None, ..self.clone() };
        let is_dataset = self.params.q.is_empty() && self.params.dataset.len() == 1;
        match self.params.dataset.first().filter(|_| is_dataset) {
            Some(slug) => list.page(&Route::Dataset(slug.clone())),
            None => list.page(&Route::Search),
        }
    }

    /// Address of a sample that was found at `self.at`, so that its page can walk through the same list.
    pub fn sample_page(&self, url: &str) -> String {
        with_query(url, &Self { open: None, ..self.clone() }.to_query())
    }
}

/// Appends a query string to a path, if there is one.
pub fn with_query(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Address of the samples of one stage of a recipe, counted from 1.
pub fn search_stage(recipe: &str, stage: u32) -> String {
    paths::search_page(&SearchParams { stage: vec![format!("{recipe}/{stage}")], ..SearchParams::default() })
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
        let sample = SampleState { tab: Tab::Raw, picture: Some(2), boxes: Some(false) };
        let state = ListState {
            params,
            at: Some(123_456),
            view: Some(View::Table),
            zoom: Some(240),
            open: Some("a set/key~2".to_owned()),
            sample,
        };
        assert_eq!(ListState::from_query(&state.to_query()), state);
    }

    #[test]
    fn nonsense_in_an_address_is_left_out() {
        let state = ListState::from_query(
            "q=red+bus&sort=best&at=-3&limit=200&offset=9&cursor=c&typing=yes&=&=x&seed=x",
        );
        assert_eq!(
            state,
            ListState {
                params: SearchParams { q: "red bus".to_owned(), ..Default::default() },
                ..Default::default()
            }
        );
    }
}
