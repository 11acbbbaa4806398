//! One image: what it is, and all that is said about it.

mod samples;

use crate::{
    api::Answer,
    components::{CopyLink, ErrorNotice, Figure, Footer, PageHeading, Skeleton, Viewer, image_status},
    format,
    library::Library,
    live::live,
    router::Router,
};
use blendscope_shared::{
    image::{ImageDetail, ImageView},
    paths,
};
use leptos::prelude::*;
use samples::Samples;

/// `/i/{source}/{name}`
#[component]
pub(crate) fn ImagePage() -> impl IntoView {
    let router = Router::here();
    let library = Library::here();
    let key = Signal::derive(move || router.named.get().0);
    let answer = Answer::<ImageDetail>::at(move || {
        library.refreshes.track();
        Some(paths::image_detail(&key.get()))
    });
    let shown = RwSignal::new(None::<usize>);
    let content = move || match answer.get() {
        None => view! { <Skeleton count=4 class="skeleton--turn" /> }.into_any(),
        Some(Err(error)) => view! { <ErrorNotice error retry=move |()| answer.refetch() /> }.into_any(),
        Some(Ok(detail)) => view! { <Passport detail shown /> }.into_any(),
    };
    view! {
        <article class="page sample" data-testid="image">
            <div class="page__head">
                <PageHeading title=key>
                    <span class="sample__name">{live(move || key.get())}</span>
                </PageHeading>
                <div class="page__tools">
                    <CopyLink path=move |()| paths::image_page(&key.get_untracked()) />
                </div>
            </div>
            {live(content)}
        </article>
        <Footer json=Signal::derive(move || paths::image_detail(&key.get())) />
    }
}

/// The picture, the samples that show it, and the facts.
#[component]
fn Passport(detail: ImageDetail, shown: RwSignal<Option<usize>>) -> impl IntoView {
    let open = Callback::new(move |number| shown.set(Some(number)));
    let show = Callback::new(move |number| shown.set(number));
    let first = detail.samples.items.first().and_then(|hit| hit.snippets.first());
    let alt = first.map_or_else(String::new, |snippet| snippet.text.clone());
    let key = detail.key.clone();
    let samples = detail.samples.clone();
    let image = ImageView {
        key: detail.key.clone(),
        status: detail.status,
        width: detail.width,
        height: detail.height,
        tried: detail.tried.clone(),
        trouble: detail.trouble.clone(),
        terms: detail.terms.clone(),
        thumbnail: paths::thumbnail(&detail.key, 320),
        ..ImageView::default()
    };
    let images = Signal::stored(vec![image.clone()]);
    view! {
        <div class="sample__columns">
            <div class="sample__main">
                <div class="strip strip--one"><Figure image place=0 alt open /></div>
                <Viewer images shown=shown.into() show />
                <Samples key samples />
            </div>
            <aside class="sample__side" aria-label="Facts">
                <ImageFacts detail />
            </aside>
        </div>
    }
}

#[component]
fn ImageFacts(detail: ImageDetail) -> impl IntoView {
    let size = detail.width.zip(detail.height).map(|(width, height)| format!("{width} × {height}"));
    let facts = [
        ("Status", Some(image_status(detail.status).to_owned())),
        ("Size", size),
        ("Format", detail.format),
        ("Bytes", detail.bytes.map(format::bytes)),
        ("Place", detail.place),
        ("Trouble", detail.trouble),
        ("Note", detail.note),
        ("Terms", detail.terms),
    ];
    let rows = facts.into_iter().filter_map(|(name, value)| {
        value.map(|value| {
            view! {
                <dt>{name}</dt>
                <dd dir="auto">{value}</dd>
            }
            .into_any()
        })
    });
    view! {
        <dl class="facts">
            <dt>"Key"</dt>
            <dd class="facts__path" dir="auto">
                {detail.key}
            </dd>
            {rows.collect_view()}
        </dl>
    }
}
