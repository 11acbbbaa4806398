//! Walking from sample to sample: through the result one came from, else in file order.

use super::{Icon, Symbol};
use crate::{
    api, format, keys,
    router::{Entry, Router},
    url_state::ListState,
};
use blendscope_shared::{
    sample::SampleView,
    search::{SearchAnswer, SearchHit, SearchParams},
};
use leptos::prelude::*;

/// Where "previous" and "next" lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Ways {
    previous: Option<String>,
    next: Option<String>,
    /// Where the list is in which one walks, and its name.
    back: Option<(String, String)>,
}

/// Links to the neighbours; `j`, `k` and the arrow keys follow them.
#[component]
pub(crate) fn WalkBar(
    /// The sample in view.
    #[prop(into)]
    sample: Signal<Option<SampleView>>,
) -> impl IntoView {
    let router = Router::here();
    let neighbours = neighbours(router);
    let ways = Signal::derive(move || {
        let in_file = sample.with(|sample| sample.as_ref().map(ways_in_file)).unwrap_or_default();
        let key =
            sample.with(|sample| sample.as_ref().map(|sample| (sample.dataset.clone(), sample.key.clone())));
        let found = neighbours.get().and_then(Result::ok).flatten();
        key.zip(found)
            .and_then(|(key, (list, answer))| ways_in_result(&list, &answer, &key))
            .unwrap_or(in_file)
    });
    keys::on_key(move |key| {
        let way = ways.with_untracked(|ways| match key {
            "j" | "ArrowRight" => ways.next.clone(),
            "k" | "ArrowLeft" => ways.previous.clone(),
            "Escape" => ways.back.as_ref().map(|(url, _)| url.clone()),
            _ => None,
        });
        way.inspect(|url| router.go(url, Entry::Push)).is_some()
    });
    let step = move |way: Option<String>, label: &'static str, symbol: Symbol| match way {
        Some(url) => view! {
            <a class="button" href=url aria-label=label title=label>
                <Icon symbol />
            </a>
        }
        .into_any(),
        None => view! {
            <span class="button button--off" aria-hidden="true">
                <Icon symbol />
            </span>
        }
        .into_any(),
    };
    view! {
        <nav class="walk" aria-label="Neighbours">
            {move || {
                let Ways { previous, next, back } = ways.get();
                view! {
                    {back
                        .map(|(url, words)| {
                            view! {
                                <a class="walk__back" href=url title="Back to the list (Esc)">
                                    {words}
                                </a>
                            }
                        })}
                    {step(previous, "Previous sample (k)", Symbol::Previous)}
                    {step(next, "Next sample (j)", Symbol::Next)}
                }
            }}
        </nav>
    }
}

/// The samples around this one in the list that the address names.
fn neighbours(router: Router) -> api::Answer<Option<(ListState, SearchAnswer)>> {
    LocalResource::new(move || {
        let list = router.list();
        async move {
            let Some(at) = list.at else { return Ok(None) };
            let offset = at.saturating_sub(1);
            let around = SearchParams { offset, limit: Some(3), ..list.params.clone() };
            Ok(Some((list, api::search(&around, None).await?)))
        }
    })
}

fn ways_in_file(sample: &SampleView) -> Ways {
    let back = format!("{}?at={}", blendscope_shared::paths::dataset_page(&sample.dataset), sample.ordinal);
    Ways {
        previous: sample.previous.clone(),
        next: sample.next.clone(),
        back: Some((back, format!("#{} in file order", format::count(sample.ordinal)))),
    }
}

/// Nothing when the sample is no longer where the address says: the list has changed since.
fn ways_in_result(list: &ListState, answer: &SearchAnswer, key: &(String, String)) -> Option<Ways> {
    let at = list.at?;
    let offset = at.saturating_sub(1);
    let place = answer.items.iter().position(|hit| hit.dataset == key.0 && hit.key == key.1)? as u64;
    let way = |row: u64, hit: &SearchHit| {
        ListState { params: list.params.clone(), at: Some(row) }.sample_page(&hit.url)
    };
    let neighbour = |place: u64| answer.items.get(place as usize).map(|hit| way(offset + place, hit));
    let name =
        if list.params.q.is_empty() { "the list".to_owned() } else { format!("“{}”", list.params.q) };
    let words =
        format!("#{} of {} in {name}", format::count(offset + place), format::count(answer.total.count));
    Some(Ways {
        previous: place.checked_sub(1).and_then(neighbour),
        next: neighbour(place + 1),
        back: Some((
            ListState { params: list.params.clone(), at: Some(offset + place) }.search_page(),
            words,
        )),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(keys: &[&str]) -> SearchAnswer {
        let hit = |key: &&str| SearchHit {
            dataset: "d".to_owned(),
            key: (*key).to_owned(),
            url: format!("/s/d/{key}"),
            ..SearchHit::default()
        };
        SearchAnswer { items: keys.iter().map(hit).collect(), ..SearchAnswer::default() }
    }

    fn ways(at: u64, keys: &[&str], key: &str) -> Option<Ways> {
        let list = ListState {
            params: SearchParams { q: "bus".to_owned(), ..SearchParams::default() },
            at: Some(at),
        };
        ways_in_result(&list, &answer(keys), &("d".to_owned(), key.to_owned()))
    }

    #[test]
    fn neighbours_carry_the_search_and_their_own_place() {
        let found = ways(7, &["a", "b", "c"], "b").unwrap();
        assert_eq!(found.previous.as_deref(), Some("/s/d/a?q=bus&at=6"));
        assert_eq!(found.next.as_deref(), Some("/s/d/c?q=bus&at=8"));
        assert_eq!(found.back.unwrap().0, "/search?q=bus&at=7");
    }

    #[test]
    fn the_first_and_the_last_have_one_neighbour() {
        let first = ways(0, &["a", "b", "c"], "a").unwrap();
        assert_eq!((first.previous, first.next.as_deref()), (None, Some("/s/d/b?q=bus&at=1")));
        let last = ways(9, &["a", "b"], "b").unwrap();
        assert_eq!((last.previous.as_deref(), last.next), (Some("/s/d/a?q=bus&at=8"), None));
    }

    #[test]
    fn a_list_that_has_changed_is_not_walked() {
        assert_eq!(ways(7, &["a", "b", "c"], "x"), None);
    }
}
