//! The badge of a dataset that is to be looked things up in and not trained on.

use leptos::prelude::*;

/// What it means is said on hover.
#[component]
pub(crate) fn ReferenceBadge() -> impl IntoView {
    let title = "Captions or questions to look things up in: searched, and in a blend only when asked for";
    view! {
        <span class="tag" title=title data-testid="reference-badge">
            "reference"
        </span>
    }
}
