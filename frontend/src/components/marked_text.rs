//! A snippet with its matches marked.

use crate::marks;
use blendscope_shared::{
    content::{self, IMAGE_TOKEN, Part},
    search::Snippet,
};
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
            if piece.is_mark {
                view! { <mark>{piece.text.to_owned()}</mark> }.into_any()
            } else {
                view! { <Quiet text=piece.text.to_owned() /> }.into_any()
            }
        })
        .collect_view()
}

/// Text in which the place-holders of images step back behind the words.
#[component]
fn Quiet(text: String) -> impl IntoView {
    content::parts(&text, 0)
        .into_iter()
        .map(|part| match part {
            Part::Text(text) => text.to_owned().into_any(),
            Part::Image(_) => view! { <span class="snippet__token">{IMAGE_TOKEN}</span> }.into_any(),
        })
        .collect_view()
}
