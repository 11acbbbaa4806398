//! An address that leads nowhere.

use crate::{address::at, components::PageHeading, router};
use blendscope_shared::{paths, search::SearchParams};
use leptos::prelude::*;

/// Says so, looks for the last part of the address, and shows where one can go.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    let path = router::path_now();
    let last = path.trim_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let last = percent_encoding::percent_decode_str(&last).decode_utf8_lossy().into_owned();
    let search = (!last.is_empty()).then(|| {
        let url = paths::search_page(&SearchParams { q: last.clone(), ..SearchParams::default() });
        view! {
            <a class="button" href=at(&url) data-testid="search-instead">
                {format!("Search for “{last}”")}
            </a>
        }
    });
    view! {
        <article class="page page--narrow" data-testid="not-found">
            <p class="heading heading--status muted">"404"</p>
            <PageHeading title=Signal::stored("Not found".to_owned())>"There is no such page"</PageHeading>
            <p><code dir="auto">{path}</code></p>
            <p>"The address may be cut short, or written for another version."</p>
            <p class="notice__ways">
                <a class="button button--main" href=at("/")>
                    "All datasets"
                </a>
                <a class="button" href=at("/search")>
                    "Every sample"
                </a>
                {search}
            </p>
        </article>
    }
}
