//! Draws: a few samples of a result, chosen by a rule and a seed.

use crate::paths::escape;
use crate::search::{ParamError, SearchHit, SearchParams};
use serde::{Deserialize, Serialize};

/// Samples that a draw has at most.
pub const DRAWN_MAX: u64 = 1_000_000;

/// What is drawn of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrawParams {
    /// The search. Its order is of no account, its page is that of the samples that are drawn.
    pub query: SearchParams,
    /// How many: of each value where `each` says so, else in all.
    pub count: u64,
    /// The facet whose values are told apart.
    pub by: Option<String>,
    /// Whether `count` is meant for each value of the facet, and not parted by how often values occur.
    pub each: bool,
    /// What may come only once.
    pub once: Option<Once>,
    /// Whether the longest samples are taken, and not any.
    pub is_longest: bool,
    /// Seed of what is drawn.
    pub seed: u64,
}

/// What may come only once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Once {
    /// A picture, by its key; samples without one are left out.
    Picture,
    /// What is said: all turns together.
    Text,
}

impl DrawParams {
    /// Samples that are drawn where nothing is said.
    pub const USUAL_COUNT: u64 = 100;

    /// Reads decoded query-string pairs: those of a search, and `n`, `by`, `each`, `once`, `take`, `seed`.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ParamError> {
        let mut params = Self { count: Self::USUAL_COUNT, ..Self::default() };
        let mut of_search = Vec::new();
        for (name, value) in pairs {
            let bad = |message: &str| ParamError {
                parameter: name.to_owned(),
                message: format!("`{value}` {message}"),
            };
            match name {
                "n" => {
                    let count = value.parse().ok().filter(|count| (1..=DRAWN_MAX).contains(count));
                    params.count = count.ok_or_else(|| bad("is no number from 1 to 1000000"))?;
                }
                "by" => params.by = Some(value.to_owned()).filter(|by| !by.is_empty()),
                "each" => {
                    params.each = match value {
                        "true" => true,
                        "false" => false,
                        _ => return Err(bad("is neither `true` nor `false`")),
                    }
                }
                "once" => {
                    params.once = match value {
                        "picture" => Some(Once::Picture),
                        "text" => Some(Once::Text),
                        "" => None,
                        _ => return Err(bad("is neither `picture` nor `text`")),
                    }
                }
                "take" => {
                    params.is_longest = match value {
                        "longest" => true,
                        "any" => false,
                        _ => return Err(bad("is neither `any` nor `longest`")),
                    }
                }
                "seed" => params.seed = value.parse().map_err(|_| bad("is no seed"))?,
                "sort" => {
                    return Err(bad("has no place here: `take` and `seed` say which samples are drawn"));
                }
                _ => of_search.push((name, value)),
            }
        }
        params.query = SearchParams::parse(of_search)?;
        Ok(params)
    }

    /// The query string that says it, the page of the search left out.
    pub fn to_query(&self) -> String {
        let search =
            SearchParams { limit: None, cursor: None, offset: 0, sort: None, seed: 0, ..self.query.clone() };
        let mut pairs = vec![format!("n={}", self.count)];
        pairs.extend(self.by.as_ref().map(|by| format!("by={}", escape(by))));
        if self.each {
            pairs.push("each=true".to_owned());
        }
        pairs.extend(
            self.once.map(|once| format!("once={}", if once == Once::Picture { "picture" } else { "text" })),
        );
        if self.is_longest {
            pairs.push("take=longest".to_owned());
        }
        pairs.push(format!("seed={}", self.seed));
        let search = Some(search.to_query()).filter(|query| !query.is_empty());
        search.into_iter().chain(pairs).collect::<Vec<_>>().join("&")
    }
}

/// Answer of `GET /api/v1/draw?…`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DrawAnswer {
    /// Samples of the search.
    pub there: u64,
    /// Samples that are drawn.
    pub drawn: u64,
    /// Of each value of the facet, those that occur most first.
    pub groups: Vec<DrawGroup>,
    /// Some of the samples, in the order in which they were drawn: `limit` of them from `offset` on.
    pub items: Vec<SearchHit>,
    /// Whether everything is read: another draw by the same seed has the same samples as long as the data is the same.
    pub is_final: bool,
}

/// How many samples with a value are drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DrawGroup {
    /// The value.
    pub value: String,
    /// Name for people.
    pub title: String,
    /// Samples of the search that have it.
    pub there: u64,
    /// Samples that are drawn for it.
    pub drawn: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_round_trips_through_its_address() {
        let params = DrawParams {
            query: SearchParams { q: "dog".to_owned(), ..SearchParams::default() },
            count: 7,
            by: Some("source".to_owned()),
            each: true,
            once: Some(Once::Text),
            is_longest: true,
            seed: 3,
        };
        let query = params.to_query();
        assert_eq!(query, "q=dog&n=7&by=source&each=true&once=text&take=longest&seed=3");
        let pairs: Vec<_> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        assert_eq!(DrawParams::parse(pairs), Ok(params));
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (name, value) in
            [("n", "0"), ("each", "2"), ("once", "id"), ("take", "best"), ("sort", "file"), ("seed", "x")]
        {
            assert_eq!(DrawParams::parse([(name, value)]).unwrap_err().parameter, name);
        }
    }
}
