//! An address that leads nowhere.

use crate::{address::at, components::PageHeading};
use leptos::prelude::*;

/// Says so, and where one can go.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    view! {
        <article class="page page--narrow">
            <PageHeading title=Signal::stored("Not found".to_owned())>"There is no such page"</PageHeading>
            <p>"The address may be cut short, or written for another version."</p>
            <p class="notice__ways">
                <a class="button" href=at("/")>
                    "All datasets"
                </a>
                <a class="button" href=at("/search")>
                    "Every sample"
                </a>
            </p>
        </article>
    }
}
