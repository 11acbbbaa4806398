//! The datasets as a shelf: those with pictures first. While files are read no card moves: new ones come to the end.

use crate::{
    blend,
    components::DatasetCard,
    format,
    live::{live, memo},
};
use blendscope_shared::dataset::{Dataset, Unclaimed};
use leptos::prelude::*;

/// The cards in two parts. The order is that of their first sight.
#[component]
pub(super) fn Shelf(datasets: Memo<Vec<Dataset>>) -> impl IntoView {
    let places = Memo::new(move |before: Option<&Vec<(String, bool)>>| {
        let mut places = before.cloned().unwrap_or_default();
        datasets.with(|datasets| {
            places.retain(|(slug, _)| datasets.iter().any(|dataset| dataset.slug == *slug));
            let new = datasets.iter().filter(|dataset| places.iter().all(|(slug, _)| *slug != dataset.slug));
            let new: Vec<&Dataset> = blend::largest_first(new.collect::<Vec<_>>(), |dataset| dataset.samples);
            places.extend(new.into_iter().map(|dataset| (dataset.slug.clone(), !dataset.covers.is_empty())));
        });
        places
    });
    let part = move |has_covers: bool| {
        let cards = move || {
            places.with(|places| {
                let own = places.iter().filter(|(_, covers)| *covers == has_covers);
                own.map(|(slug, _)| slug.clone()).collect::<Vec<_>>()
            })
        };
        view! {
            <For each=cards key=|slug| slug.clone() children=move |slug| card(datasets, slug) />
        }
        .into_any()
    };
    let count = move || {
        let count = datasets.with(|datasets| datasets.len() as u64);
        format!("{}, largest first; pictures from all over each", format::count(count))
    };
    let has_bare = memo(move || places.with(|places| places.iter().any(|(_, covers)| !covers)));
    let has_covers = memo(move || places.with(|places| places.iter().any(|(_, covers)| *covers)));
    view! {
        <section aria-labelledby="shelf">
            <h2 id="shelf">"Datasets " <span class="muted">{live(count)}</span></h2>
            <div class="shelf" class:off=move || !has_covers.get()>{part(true)}</div>
            {live(move || {
                (has_bare.get() && has_covers.get())
                    .then(|| view! { <h3 class="shelf__bare">"Without a picture to show: text, or their pictures are missing"</h3> })
            })}
            <div class="shelf shelf--bare">{part(false)}</div>
        </section>
    }
}

/// A card that is drawn anew when its own numbers change, and no other time.
fn card(datasets: Memo<Vec<Dataset>>, slug: String) -> AnyView {
    let dataset =
        memo(move || datasets.with(|datasets| datasets.iter().find(|dataset| dataset.slug == slug).cloned()));
    live(move || dataset.get().map(|dataset| view! { <DatasetCard dataset /> }))
}

/// Files that nothing reads, and why.
#[component]
pub(super) fn Unread(unclaimed: Vec<Unclaimed>) -> impl IntoView {
    if unclaimed.is_empty() {
        return ().into_any();
    }
    let title = format!("{} not opened", format::counted(unclaimed.len() as u64, "file", "files"));
    let row = |file: Unclaimed| {
        view! {
            <li class="unclaimed__item">
                <code dir="auto">{file.path}</code>
                <span class="muted" dir="auto">
                    {file.reason}
                </span>
            </li>
        }
    };
    view! {
        <section class="unclaimed" id="unread">
            <h2>{title}</h2>
            <ul class="unclaimed__items">{unclaimed.into_iter().map(row).collect_view()}</ul>
        </section>
    }
    .into_any()
}
