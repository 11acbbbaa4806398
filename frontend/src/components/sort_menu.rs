//! The order of a result.

use super::{Icon, Symbol};
use crate::{
    browser,
    live::live,
    router::{Entry, Router},
};
use blendscope_shared::search::{SearchParams, Sort, SortBy};
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
    let go = move |changed: SearchParams| router.go(&router.searched(changed), Entry::Push);
    let choose = move |event: ev::Targeted<ev::Event, web_sys::HtmlSelectElement>| {
        let Some(sort) = Sort::from_name(&event.target().value()) else { return };
        let seed = if sort == Sort::Random { browser::fresh_seed() } else { 0 };
        go(SearchParams { sort: Some(sort), seed, ..params.get_untracked() });
    };
    let shuffle = move |_| go(SearchParams { seed: browser::fresh_seed(), ..params.get_untracked() });
    let options = move || {
        let has_query = params.with(|params| !params.q.trim().is_empty());
        let listed =
            Sort::NAMED.into_iter().filter(|option| !matches!(option, Sort::Shortest | Sort::Longest));
        listed
            .chain([
                Sort::Down(SortBy::Characters),
                Sort::Up(SortBy::Characters),
                Sort::Down(SortBy::Turns),
                Sort::Down(SortBy::Images),
            ])
            .chain(Some(sort.get()).filter(|now| !is_listed(*now)))
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
                    {live(options)}
                </select>
            </label>
            {live(move || {
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
                                    "seed " {live(move || params.with(|params| params.seed.to_string()))}
                                </span>
                            </button>
                        }
                            .into_any()
                    })
            })}
        </div>
    }
}

/// Whether the menu has an order at any time.
fn is_listed(sort: Sort) -> bool {
    match sort {
        Sort::Relevance
        | Sort::File
        | Sort::Random
        | Sort::Down(SortBy::Characters | SortBy::Turns | SortBy::Images) => true,
        Sort::Up(by) => by == SortBy::Characters,
        Sort::Longest | Sort::Shortest | Sort::Down(_) => false,
    }
}

fn label(sort: Sort) -> &'static str {
    match sort {
        Sort::Relevance => "Best match",
        Sort::File => "File order",
        Sort::Longest | Sort::Down(SortBy::Characters) => "Longest first",
        Sort::Shortest | Sort::Up(SortBy::Characters) => "Shortest first",
        Sort::Random => "Shuffled",
        Sort::Down(SortBy::Turns) => "Most turns",
        Sort::Up(SortBy::Turns) => "Fewest turns",
        Sort::Down(SortBy::Words) => "Most words",
        Sort::Up(SortBy::Words) => "Fewest words",
        Sort::Down(SortBy::WordsHuman) => "Longest questions",
        Sort::Up(SortBy::WordsHuman) => "Shortest questions",
        Sort::Down(SortBy::WordsGpt) => "Longest answers",
        Sort::Up(SortBy::WordsGpt) => "Shortest answers",
        Sort::Down(SortBy::Images) => "Most pictures",
        Sort::Up(SortBy::Images) => "Fewest pictures",
        Sort::Up(SortBy::Lang) => "Language, A to Z",
        Sort::Down(SortBy::Lang) => "Language, Z to A",
    }
}
