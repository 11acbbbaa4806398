//! Text of a turn: line breaks kept, boxes drawn on the picture when pointed at.

use super::HitText;
use crate::{
    boxes::{self, Corners, Piece},
    marks::Marks,
};
use leptos::prelude::*;

/// The box that is pointed at. Provided by the page of a sample.
#[derive(Clone, Copy)]
pub(crate) struct PointedBox(pub(crate) RwSignal<Option<Corners>>);

/// The text as it stands.
#[component]
pub(crate) fn BoxedText(
    /// What to show.
    #[prop(into)]
    text: String,
    /// The hits in it.
    marks: Marks,
) -> impl IntoView {
    let pointed = use_context::<PointedBox>();
    let mut begin = 0;
    let mut marked = |text: &str| {
        let length = text.chars().count();
        let marks = marks.within(begin, length);
        begin += length;
        view! { <HitText text=text.to_owned() marks /> }.into_any()
    };
    boxes::pieces(&text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => marked(text),
            Piece::Box(written, corners) => {
                let written = marked(written);
                let point = move |corners| {
                    if let Some(PointedBox(signal)) = pointed {
                        signal.set(corners);
                    }
                };
                view! {
                    <span
                        class="box-in-text"
                        tabindex="0"
                        title="Shown on the picture"
                        on:mouseenter=move |_| point(Some(corners))
                        on:mouseleave=move |_| point(None)
                        on:focus=move |_| point(Some(corners))
                        on:blur=move |_| point(None)
                    >
                        {written}
                    </span>
                }
                .into_any()
            }
        })
        .collect_view()
}
