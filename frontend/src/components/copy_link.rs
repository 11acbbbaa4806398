//! The button that copies the lasting link to a page; `c` does the same.

use super::{CopyButton, Symbol};
use crate::browser;
use leptos::prelude::*;

/// Copies the absolute form of `path`.
#[component]
pub(crate) fn CopyLink(
    /// Path and query string; read at the moment of the click.
    #[prop(into)]
    path: Callback<(), String>,
) -> impl IntoView {
    let link = Signal::derive(move || browser::absolute(&path.run(())));
    view! {
        <CopyButton
            label="Copy link"
            text=link
            class="button button--narrow"
            symbol=Symbol::Link
            key="c"
            testid="copy-link"
        />
    }
}
