//! One sample on a page of its own: where it stands, what it is, and the way to its neighbours.

use crate::{
    address::{at, plain},
    api::{self, Answer},
    components::{
        CopyLink, CopyMenu, DatasetChip, ErrorNotice, Footer, Icon, PageHeading, Skeleton, Symbol,
        WholeSample,
    },
    format, json, keys,
    library::Library,
    live::{live, memo},
    router::{Entry, Router},
    url_state::ListState,
};
use blendscope_shared::{
    paths,
    sample::SampleView,
    search::{SearchAnswer, SearchHit, SearchParams},
};
use leptos::prelude::*;

/// `/s/{dataset}/{key}`
#[component]
pub(crate) fn SamplePage() -> impl IntoView {
    let router = Router::here();
    let library = Library::here();
    let place = router.named;
    let query = memo(move || router.state.with(|state| state.params.q.clone()));
    let address = move || {
        place.with(|(dataset, key)| query.with(|query| Some(api::sample_address(dataset, key, query))))
    };
    let answer = Answer::read_by(address, api::sample);
    let content = move || {
        match answer.get() {
        None => view! { <Skeleton count=4 class="skeleton--turn" /> }.into_any(),
        Some(Err(error)) => view! {
            <PageHeading title="Not found".to_owned() class="off-screen">"This sample cannot be shown"</PageHeading>
            <ErrorNotice error retry=move |()| answer.refetch() />
        }
        .into_any(),
        Some(Ok(sample)) => view! { <WholeSample sample /> }.into_any(),
    }
    };
    let number = move || {
        let ordinal = answer.get()?.ok()?.ordinal;
        let slug = place.get().0;
        let page = format!("{}?at={ordinal}", paths::dataset_page(&slug));
        Some(view! {
            <span aria-hidden="true">"›"</span>
            <a class="num" href=at(&page)>{format::count(ordinal + 1)}</a>
        })
    };
    let crumbs = move || {
        let slug = place.get().0;
        view! {
            <a href=at("/") class="crumbs__root">{live(move || library.name())}</a>
            <span aria-hidden="true">"›"</span>
            <a class="chip" href=at(&paths::dataset_page(&slug))><DatasetChip slug=slug.clone() /></a>
        }
    };
    let sample = Signal::derive(move || answer.good());
    let copies = move || sample.get().map(|sample| view! { <CopyMenu sample /> });
    let json = Signal::derive(move || place.with(|(dataset, key)| paths::sample(dataset, key)));
    let link = move |()| router.changed(|list| list.params.typing = false);
    view! {
        <article class="page page--sample">
            <div class="page__bar">
                <nav class="crumbs" aria-label="Where it lies">{live(crumbs)}{live(number)}</nav>
                <WalkBar sample />
                <CopyLink path=link />
                {live(copies)}
            </div>
            {live(content)}
        </article>
        <Footer json />
    }
}

/// Where "previous" and "next" lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Ways {
    previous: Option<String>,
    next: Option<String>,
    /// Where the list is in which one walks, and its name.
    back: Option<(String, String)>,
}

/// Links to the neighbours, in the result one came from, else in file order; `j`, `k` and the arrow keys follow them.
#[component]
fn WalkBar(
    /// The sample in view.
    sample: Signal<Option<SampleView>>,
) -> impl IntoView {
    let router = Router::here();
    let library = Library::here();
    let list = memo(move || {
        router
            .state
            .with(|state| ListState { sample: crate::url_state::SampleState::default(), ..state.clone() })
    });
    let neighbours = Answer::read_by(
        move || list.with(around),
        |body| Ok((body.address.clone(), plain(json::read::<SearchAnswer>(&body.text)?))),
    );
    let ways = memo(move || {
        let Some(sample) = sample.get() else { return Ways::default() };
        let total = library.samples(&sample.dataset);
        let key = (sample.dataset.clone(), sample.key.clone());
        let found = list.with(|list| {
            // Those of another place are on their way out.
            let (_, answer) = neighbours.good().filter(|(asked, _)| Some(asked) == around(list).as_ref())?;
            ways_in_result(list, &answer, &key)
        });
        found.unwrap_or_else(|| ways_in_file(&sample, total))
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
            <a class="button button--icon" href=at(&url) aria-label=label title=label>
                <Icon symbol />
            </a>
        }
        .into_any(),
        None => view! {
            <span class="button button--icon button--off" aria-hidden="true">
                <Icon symbol />
            </span>
        }
        .into_any(),
    };
    let links = move || {
        let Ways { previous, next, back } = ways.get();
        let back = back.map(|(url, words)| {
            view! { <a class="walk__back num" href=at(&url) title="Back to the list (Esc)">{words}</a> }
        });
        view! {
            {back}
            {step(previous, "Previous sample (k)", Symbol::Previous)}
            {step(next, "Next sample (j)", Symbol::Next)}
        }
    };
    view! { <nav class="walk" aria-label="Neighbours">{live(links)}</nav> }
}

/// Where the neighbours in a list are asked for.
fn around(list: &ListState) -> Option<String> {
    let offset = list.at?.saturating_sub(1);
    Some(paths::search(&SearchParams { offset, limit: Some(3), ..list.params.clone() }))
}

fn ways_in_file(sample: &SampleView, total: Option<u64>) -> Ways {
    let back = format!("{}?at={}", paths::dataset_page(&sample.dataset), sample.ordinal);
    let of = total.map(|total| format!(" of {}", format::count(total))).unwrap_or_default();
    Ways {
        previous: sample.previous.clone(),
        next: sample.next.clone(),
        back: Some((back, format!("{}{of}", format::count(sample.ordinal + 1)))),
    }
}

/// Nothing when the sample is no longer where the address says: the list has changed since.
fn ways_in_result(list: &ListState, answer: &SearchAnswer, key: &(String, String)) -> Option<Ways> {
    let at = list.at?;
    let offset = at.saturating_sub(1);
    let place = answer.items.iter().position(|hit| hit.dataset == key.0 && hit.key == key.1)? as u64;
    let way = |row: u64, hit: &SearchHit| ListState { at: Some(row), ..list.clone() }.sample_page(&hit.url);
    let neighbour = |place: u64| answer.items.get(place as usize).map(|hit| way(offset + place, hit));
    let name = if list.params.q.is_empty() { String::new() } else { format!(" in “{}”", list.params.q) };
    let words =
        format!("{} of {}{name}", format::count(offset + place + 1), format::count(answer.total.count));
    Some(Ways {
        previous: place.checked_sub(1).and_then(neighbour),
        next: neighbour(place + 1),
        back: Some((ListState { at: Some(offset + place), ..list.clone() }.back(), words)),
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
        let params = SearchParams { q: "bus".to_owned(), ..SearchParams::default() };
        let list = ListState { params, at: Some(at), ..ListState::default() };
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
