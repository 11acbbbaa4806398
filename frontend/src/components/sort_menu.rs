//! The order of a result.

use super::{Icon, Symbol};
use crate::{
    browser,
    router::{Entry, Router},
};
use blendscope_shared::{
    paths,
    search::{SearchParams, Sort},
};
use leptos::{ev, prelude::*};

/// A menu of orders; for the random one, its seed and a button to shuffle again.
#[component]
pub(crate) fn SortMenu(
    /// The search in force.
    #[prop(into)]
    params: Memo<SearchParams>,
) -> impl IntoView {
    let router = Router::here();
    let sort = Signal::derive(move || params.with(SearchParams::effective_sort));
    let go = move |changed: SearchParams| router.go(&paths::search_page(&changed), Entry::Push);
    let choose = move |event: ev::Targeted<ev::Event, web_sys::HtmlSelectElement>| {
        let Some(sort) = Sort::from_name(&event.target().value()) else { return };
        let seed = if sort == Sort::Random { browser::fresh_seed() } else { 0 };
        go(SearchParams { sort: Some(sort), seed, ..params.get_untracked() });
    };
    let shuffle = move |_| go(SearchParams { seed: browser::fresh_seed(), ..params.get_untracked() });
    let options = move || {
        let has_query = params.with(|params| !params.q.trim().is_empty());
        Sort::NAMED
            .into_iter()
            .filter(|&sort| has_query || sort != Sort::Relevance)
            .map(|option| {
                view! {
                    <option value=option.name() selected=option == sort.get()>
                        {label(option)}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <div class="sort">
            <label class="sort__label">
                <span class="off-screen">"Order"</span>
                <select class="select" prop:value=move || sort.get().name() on:change:target=choose>
                    {options}
                </select>
            </label>
            {move || {
                (sort.get() == Sort::Random)
                    .then(|| {
                        view! {
                            <button
                                class="button"
                                type="button"
                                title="Shuffle again (r)"
                                on:click=shuffle
                            >
                                <Icon symbol=Symbol::Shuffle />
                                <span>
                                    "seed " {move || params.with(|params| params.seed.to_string())}
                                </span>
                            </button>
                        }
                            .into_any()
                    })
            }}
        </div>
    }
}

fn label(sort: Sort) -> &'static str {
    match sort {
        Sort::Relevance => "Best match",
        Sort::File => "File order",
        Sort::Longest => "Longest first",
        Sort::Shortest => "Shortest first",
        Sort::Random => "Shuffled",
        Sort::Up(by) | Sort::Down(by) => by.name(),
    }
}
