//! Text with what was looked for marked.

use super::Hits;
use crate::marks::{self, Marks};
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

/// A part of a turn with the hits in it, each to be walked to by its number.
#[component]
pub(crate) fn HitText(
    /// The part.
    text: String,
    /// The hits in it.
    marks: Marks,
) -> impl IntoView {
    if marks.spans.is_empty() {
        return text.into_any();
    }
    let hits = Hits::here();
    let mut numbers = marks.first..;
    marks::pieces(&text, &marks.spans)
        .into_iter()
        .map(|piece| {
            let text = piece.text.to_owned();
            let number = piece.is_mark.then(|| numbers.next()).flatten();
            let Some(number) = number else { return text.into_any() };
            let is_current = move || hits.is_current(number).then_some("true");
            view! {
                <mark id=Hits::id(number) aria-current=is_current>
                    {text}
                </mark>
            }
            .into_any()
        })
        .collect_view()
        .into_any()
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
