//! A dataset's name with its colour.

use crate::library::Library;
use leptos::prelude::*;

/// Colour and name, not a link by itself.
#[component]
pub(crate) fn DatasetChip(
    /// Slug of the dataset.
    #[prop(into)]
    slug: String,
) -> impl IntoView {
    let library = Library::here();
    let (for_colour, for_title) = (slug.clone(), slug);
    view! {
        <span class="chip">
            <span
                class=move || format!("swatch {}", library.swatch(&for_colour))
                aria-hidden="true"
            ></span>
            <span class="chip__name">{move || library.title(&for_title)}</span>
        </span>
    }
}
