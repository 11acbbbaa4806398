//! A snippet with its matches marked.

use crate::marks;
use blendscope_shared::search::Snippet;
use leptos::prelude::*;

/// The text of a snippet; matches are `<mark>`.
#[component]
pub(crate) fn MarkedText(
    /// What to show.
    snippet: Snippet,
) -> impl IntoView {
    marks::pieces(&snippet.text, &snippet.marks)
        .into_iter()
        .map(|piece| {
            let text = piece.text.to_owned();
            if piece.is_mark { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() }
        })
        .collect_view()
}
