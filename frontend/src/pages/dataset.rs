//! One dataset: all its samples, to be searched and filtered, under what it is and what is wrong with it.

mod about;

use crate::{
    address::at,
    api::{self, Answer},
    blend, browser,
    components::{Browse, ErrorNotice, Icon, PageHeading, ReferenceBadge, Skeleton, Symbol, TermsBadge},
    library::Library,
    live::{effect, live, memo},
    router::Router,
};
use about::About;
use blendscope_shared::{dataset::DatasetDetail, overview::Troubles, paths, search::SearchParams};
use leptos::prelude::*;

/// `/datasets/{slug}`
#[component]
pub(crate) fn DatasetPage() -> impl IntoView {
    let router = Router::here();
    let library = Library::here();
    let slug = memo(move || router.named.get().0);
    let address = move || {
        library.refreshes.track();
        Some(paths::dataset(&slug.get()))
    };
    let detail = Answer::read_by(address, api::dataset);
    let unknown = memo(move || {
        detail.with(|answer| answer?.as_ref().err().filter(|error| error.is_not_found()).cloned())
    });
    let title = Signal::derive(move || library.title(&slug.get()));
    let head = move || {
        view! {
            <div class="result__line dataset-head">
                <PageHeading title>
                    <span class=move || format!("swatch swatch--large {}", blend::swatch(&slug.get())) aria-hidden="true"></span>
                    {live(move || title.get())}
                </PageHeading>
                <Badges detail />
                <button class="button" type="button" popovertarget="about" data-testid="about">
                    "About"
                </button>
            </div>
        }
    };
    let troubles = Answer::<Troubles>::at(move || {
        library.refreshes.track();
        Some(paths::troubles_of(&slug.get()))
    });
    // `#about` opens what is known about the dataset: links from elsewhere point at its bad records.
    effect(move || {
        let is_meant = router.hash.with(|hash| hash == "about") && detail.good().is_some();
        if is_meant {
            request_animation_frame(|| browser::press("[popovertarget=about]:not([popovertargetaction])"));
        }
    });
    let about = move || match detail.get() {
        None => view! { <Skeleton count=5 class="skeleton--line" /> }.into_any(),
        Some(Err(error)) => view! { <ErrorNotice error retry=move |()| detail.refetch() /> }.into_any(),
        Some(Ok(detail)) => view! { <About detail troubles /> }.into_any(),
    };
    move || {
        match unknown.get() {
        Some(error) => view! {
            <article class="page">
                <PageHeading title class="off-screen">"There is no such dataset"</PageHeading>
                <ErrorNotice error retry=move |()| detail.refetch() />
            </article>
        }
        .into_any(),
        None => view! {
            <Browse head />
            <aside class="popover about" id="about" popover="auto" aria-label="About the dataset">
                <button class="button button--icon button--quiet about__close" type="button" popovertarget="about" popovertargetaction="hide" aria-label="Close">
                    <Icon symbol=Symbol::Close />
                </button>
                {live(about)}
            </aside>
        }
        .into_any(),
    }
    }
}

/// What has to be known before one looks: terms, whether it is a reference set, what is missing; each number leads to
/// its samples.
#[component]
fn Badges(detail: Answer<DatasetDetail>) -> impl IntoView {
    let router = Router::here();
    move || {
        let dataset = detail.get()?.ok()?.dataset;
        let slug = dataset.slug.clone();
        let with_status = |status: &str| {
            let filters = [("image_status".to_owned(), vec![status.to_owned()])].into();
            router.searched(SearchParams { dataset: vec![slug.clone()], filters, ..SearchParams::default() })
        };
        let troubles = [(dataset.images_missing, "missing"), (dataset.images_broken, "broken")];
        let trouble = |(count, status): (u64, &'static str)| {
            (count > 0).then(|| {
                let words = format!("{} {status}", crate::format::counted(count, "image", "images"));
                view! { <a class="tag tag--bad" href=at(&with_status(status))>{words}</a> }
            })
        };
        let recipes = dataset.recipes.clone().into_iter().map(|slug| {
            view! { <a class="tag tag--line" href=at(&paths::recipe_page(&slug))>"in "{slug.clone()}</a> }
        });
        let terms = dataset.terms.clone().filter(|_| dataset.is_restricted);
        Some(view! {
            <span class="tags dataset-head__tags">
                {dataset.is_reference.then(|| view! { <ReferenceBadge /> })}
                {troubles.map(trouble).collect_view()}
                {recipes.collect_view()}
                {terms.map(|terms| view! { <TermsBadge terms /> })}
            </span>
        })
    }
}
