//! One dataset: what it is, what is wrong with it, and all its samples.

mod about;

use super::search::{ListPlace, Listing, PlaceInList};
use crate::{
    api::{self, ApiError},
    components::{CopyLink, ErrorNotice, Icon, PageHeading, ReferenceBadge, Skeleton, Symbol, TermsBadge},
    format,
    library::Library,
    results::Results,
    router::{self, Router},
    url_state,
};
use about::About;
use blendscope_shared::{dataset::DatasetDetail, paths, search::SearchParams};
use leptos::prelude::*;

/// `/datasets/{slug}`
#[component]
pub(crate) fn DatasetPage() -> impl IntoView {
    let router = Router::here();
    let library = Library::here();
    let slug = Signal::derive(move || router.named.get().0);
    let detail = LocalResource::new(move || {
        library.refreshes.track();
        let slug = slug.get();
        async move { api::dataset(&slug).await }
    });
    let params = Memo::new(move |_| SearchParams { dataset: vec![slug.get()], ..SearchParams::default() });
    let results = Results::follow(params, move || router::list_now().at.unwrap_or(0));
    let is_missing = move |answer: &Option<Result<DatasetDetail, ApiError>>| matches!(answer, Some(Err(error)) if error.is_not_found());
    let unknown = Memo::new(move |_| detail.with(is_missing));
    let title = Signal::derive(move || library.title(&slug.get()));
    let place = ListPlace::new(results);
    let about = move || match detail.get() {
        None => view! { <Skeleton count=5 class="skeleton--line" /> }.into_any(),
        Some(Err(error)) => view! { <ErrorNotice error retry=move |()| detail.refetch() /> }.into_any(),
        Some(Ok(detail)) => view! { <About detail /> }.into_any(),
    };
    let swatch = move || format!("swatch swatch--large {}", library.swatch(&slug.get()));
    view! {
        <div class="listing listing--dataset">
            <section class="listing__main">
                <div class="listing__head">
                    <div class="listing__row">
                        <PageHeading title><span class=swatch aria-hidden="true"></span>{move || title.get()}</PageHeading>
                        <Reference detail />
                        <Terms detail/>
                        <Counts detail/>
                        <div class="listing__tools">
                            <PlaceInList place/>
                            <button
                                class="button listing__filters"
                                type="button"
                                popovertarget="about"
                            >
                                "About"
                            </button>
                            <a class="button button--narrow" href=move || url_state::search_in(&slug.get())>
                                <Icon symbol=Symbol::Search/>
                                <span>"Search in it"</span>
                            </a>
                            <CopyLink path=move |()| here(&slug.get_untracked())/>
                        </div>
                    </div>
                </div>
                <Show when=move || !unknown.get() fallback=move || about().into_any()>
                    <Listing results place/>
                </Show>
            </section>
            <aside
                class="listing__side listing__side--about"
                id="about"
                popover="auto"
                aria-label="About the dataset"
            >
                {move || (!unknown.get()).then(about)}
                <button
                    class="button listing__done"
                    type="button"
                    popovertarget="about"
                    popovertargetaction="hide"
                >
                    "Close"
                </button>
            </aside>
        </div>
    }
}

/// The page's lasting link, with the position one has scrolled to.
fn here(slug: &str) -> String {
    let page = paths::dataset_page(slug);
    router::list_now().at.map_or_else(|| page.clone(), |at| format!("{page}?at={at}"))
}

/// The badge of a dataset that is restricted.
#[component]
fn Terms(detail: api::Answer<DatasetDetail>) -> impl IntoView {
    move || {
        let terms = detail.with(|answer| {
            let dataset = &answer.as_ref()?.as_ref().ok()?.dataset;
            dataset.terms.clone().filter(|_| dataset.is_restricted)
        })?;
        Some(view! { <TermsBadge terms /> }.into_any())
    }
}

/// The badge of a reference dataset.
#[component]
fn Reference(detail: api::Answer<DatasetDetail>) -> impl IntoView {
    move || {
        let is_reference =
            detail.with(|answer| Some(answer.as_ref()?.as_ref().ok()?.dataset.is_reference))?;
        is_reference.then(|| view! { <ReferenceBadge /> }.into_any())
    }
}

#[component]
fn Counts(detail: api::Answer<DatasetDetail>) -> impl IntoView {
    let words = move || {
        detail.with(|answer| {
            let dataset = &answer.as_ref()?.as_ref().ok()?.dataset;
            let so_far = if dataset.complete { "" } else { " so far" };
            Some(format!("{}{so_far}", format::counted(dataset.samples, "sample", "samples")))
        })
    };
    view! {
        <strong class="summary__total" data-testid="total" aria-live="polite">
            {words}
        </strong>
    }
}
