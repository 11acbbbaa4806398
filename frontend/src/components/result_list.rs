//! The list of samples: any number of them in a bounded number of elements.

mod list;

use super::{HitRow, Icon, Symbol, Why};
use crate::{
    api::ApiError,
    format, keys,
    results::{Page, Results},
};
use blendscope_shared::search::{SearchHit, Sort};
use leptos::prelude::*;
use list::{List, ROW};

/// The scrolling box.
#[component]
pub(crate) fn ResultList(
    /// What is listed.
    results: Results,
    /// Number of the row on top, for whoever shows it.
    position: RwSignal<u64>,
    /// A row to go to, set from outside.
    target: RwSignal<Option<u64>>,
    /// Called with the number of the row on top when scrolling has come to rest.
    #[prop(into)]
    on_rest: Callback<u64>,
) -> impl IntoView {
    let list = List::new(results, position, on_rest);
    list.watch_size();
    list.stand_where_the_search_begins();
    list.follow_target(target);
    keys::on_key(move |key| list.walk(key));
    let rows = Memo::new(move |_| list.geometry.get().rows(list.place.get()));
    Effect::new(move || results.look_at(rows.get()));
    let keyed_rows = move || {
        let generation = results.head.with(|head| head.as_ref().map_or(0, |head| head.generation));
        rows.get().map(move |row| (generation, row)).collect::<Vec<_>>()
    };
    let spacer = move || format::decimal(list.geometry.get().spacer(), 0) + "px";
    let offset = move || {
        let rows = rows.get();
        format!("translateY({}px)", format::decimal(list.geometry.get().offset(list.place.get(), &rows), 1))
    };
    view! {
        <div
            node_ref=list.element
            class="results"
            class:results--searching=move || results.is_searching.get()
            data-testid="results"
            tabindex="0"
            role="region"
            aria-label="Samples"
            aria-busy=move || results.is_searching.get().to_string()
            on:scroll=move |_| list.on_scroll()
            on:keydown=move |event| list.on_edge_keys(&event)
        >
            <div class="results__spacer" style:height=spacer>
                <ol class="results__rows" style:transform=offset>
                    <For each=keyed_rows key=|row| *row let((_, row))>
                        <Row list row/>
                    </For>
                </ol>
            </div>
        </div>
    }
}

#[component]
fn Row(list: List, row: u64) -> impl IntoView {
    let (page, place) = list.results.page(row);
    let total = move || list.geometry.get().total.to_string();
    let content = move || match page.get() {
        Page::Loading => view! { <Loading /> }.into_any(),
        Page::Ready(hits) => hits.get(place).cloned().map(|hit| view! { <Hit list row hit /> }).into_any(),
        Page::Failed(error) => view! { <Failed error retry=move |()| list.results.retry(row) /> }.into_any(),
    };
    view! {
        <li
            class="results__row"
            class:results__row--selected=move || list.selected.get() == Some(row)
            style:height=format::decimal(ROW, 0) + "px"
            aria-setsize=total
            aria-posinset=(row + 1).to_string()
        >
            <span class="results__number">{format::count(row)}</span>
            {content}
        </li>
    }
}

/// A hit, and in the order of relevance why it stands there.
#[component]
fn Hit(list: List, row: u64, hit: SearchHit) -> impl IntoView {
    // Without following it: a row is drawn anew for another search.
    let query = list.results.head.with_untracked(|head| {
        let params = &head.as_ref()?.params;
        (params.effective_sort() == Sort::Relevance).then(|| params.q.clone())
    });
    let (dataset, key) = (hit.dataset.clone(), hit.key.clone());
    view! {
        <HitRow href=list.href(row, &hit) hit />
        {query.map(|query| view! { <Why dataset key query /> })}
    }
}

/// The shape of a row that is on its way.
#[component]
fn Loading() -> impl IntoView {
    view! {
        <span class="hit hit--loading" aria-hidden="true">
            <span class="skeleton skeleton--thumbnail"></span>
            <span class="hit__body">
                <span class="skeleton skeleton--line"></span>
                <span class="skeleton skeleton--line skeleton--short"></span>
            </span>
        </span>
    }
}

/// A row that could not be fetched.
#[component]
fn Failed(error: ApiError, #[prop(into)] retry: Callback<()>) -> impl IntoView {
    view! {
        <span class="hit hit--failed">
            <Icon symbol=Symbol::Warning />
            <span>{error.to_string()}</span>
            <button class="button button--small" type="button" on:click=move |_| retry.run(())>
                "Try again"
            </button>
        </span>
    }
}
