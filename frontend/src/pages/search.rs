//! A search and its result.

use crate::{
    components::{Browse, PageHeading, title_of},
    live::live,
    router::Router,
};
use leptos::prelude::*;

/// `/search`
#[component]
pub(crate) fn SearchPage() -> impl IntoView {
    let router = Router::here();
    let title = Signal::derive(move || router.state.with(title_of));
    let head =
        move || view! { <PageHeading title class="off-screen">{live(move || title.get())}</PageHeading> };
    view! { <Browse head /> }
}
