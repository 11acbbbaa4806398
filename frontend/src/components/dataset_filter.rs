//! The filter by dataset, with counts.

use crate::{
    api,
    fetch::Fetched,
    format,
    library::Library,
    live::{Derived, act, derived, live, memo},
    results::Results,
    router::{Entry, Router},
    url_state,
};
use blendscope_shared::{
    paths,
    search::{BlendPart, SearchParams},
};
use leptos::prelude::*;

/// All datasets as check boxes; several together mean any of them.
#[component]
pub(crate) fn DatasetFilter(
    /// The search in force.
    #[prop(into)]
    params: Signal<SearchParams>,
    /// Its result.
    results: Results,
) -> impl IntoView {
    let library = Library::here();
    let counts = counts_without_filter(params, results);
    let items = memo(move || {
        library.datasets.with(|answer| match answer {
            Some(Ok(datasets)) => {
                datasets.items.iter().map(|dataset| (dataset.slug.clone(), dataset.title.clone())).collect()
            }
            _ => Vec::new(),
        })
    });
    let has_filter = move || params.with(|params| !params.dataset.is_empty());
    view! {
        <fieldset class="filter">
            <legend class="filter__title">"Datasets"</legend>
            {live(move || {
                has_filter()
                    .then(|| {
                        view! {
                            <a
                                class="filter__clear"
                                href=move || {
                                    params
                                        .with(|params| paths::search_page(
                                            &url_state::without_datasets(params),
                                        ))
                                }
                            >
                                "all"
                            </a>
                        }
                            .into_any()
                    })
            })}
            <ul class="filter__items">
                {live(move || {
                    items
                        .get()
                        .into_iter()
                        .map(|(slug, title)| view! { <Choice slug title params counts /> }.into_any())
                        .collect_view()
                })}
            </ul>
        </fieldset>
    }
}

#[component]
fn Choice(
    slug: String,
    title: String,
    params: Signal<SearchParams>,
    counts: Derived<Option<Vec<BlendPart>>>,
) -> impl IntoView {
    let library = Library::here();
    let router = Router::here();
    let slug = StoredValue::new(slug);
    let swatch = live(move || format!("swatch {}", slug.with_value(|slug| library.swatch(slug))));
    let hint = title.clone();
    let count = derived(move || {
        counts.with(|counts| {
            let parts = counts.as_ref()?;
            Some(slug.with_value(|slug| {
                parts.iter().find(|part| part.dataset == *slug).map_or(0, |part| part.count)
            }))
        })
    });
    let is_chosen = move || params.with(|params| slug.with_value(|slug| params.dataset.contains(slug)));
    let toggle = move |_| {
        let changed =
            params.with_untracked(|params| slug.with_value(|slug| url_state::toggle_dataset(params, slug)));
        router.go(&paths::search_page(&changed), Entry::Push);
    };
    view! {
        <li class="filter__item" class:filter__item--none=live(move || count.get() == Some(0))>
            <label class="filter__label" title=hint>
                <input type="checkbox" prop:checked=is_chosen on:change=act(toggle)/>
                <span class=swatch aria-hidden="true"></span>
                <span class="filter__name">{title}</span>
                <span class="filter__count">{live(move || count.get().map(format::count))}</span>
            </label>
        </li>
    }
}

/// How the result divides among all datasets, whichever are chosen: the result's own blend where none is.
fn counts_without_filter(params: Signal<SearchParams>, results: Results) -> Derived<Option<Vec<BlendPart>>> {
    let refreshes = Library::here().refreshes;
    let unfiltered = derived(move || {
        let params = params.get();
        (!params.dataset.is_empty())
            .then(|| SearchParams { limit: Some(1), ..url_state::without_datasets(&params) })
    });
    let answer = Fetched::follow(move || {
        refreshes.track();
        let params = unfiltered.get()?;
        Some(Box::pin(async move { api::search(&params, None).await }))
    });
    derived(move || {
        if unfiltered.with(Option::is_some) {
            answer.with(|answer| Some(answer?.as_ref().ok()?.blend.clone()))
        } else {
            results.head.with(|head| head.as_ref().map(|head| head.blend.clone()))
        }
    })
}
