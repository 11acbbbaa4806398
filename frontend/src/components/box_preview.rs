//! The picture in a corner while a box in the text is pointed at: the picture itself may be scrolled away.

use super::{PointedBox, picture::BoxOverlay};
use crate::boxes::Frame;
use blendscope_shared::image::ImageView;
use leptos::prelude::*;

/// Shown only while there is a box to show.
#[component]
pub(crate) fn BoxPreview(
    /// The picture that the boxes are on.
    image: ImageView,
    /// What the numbers of a box are shares of.
    #[prop(into)]
    frame: Signal<Frame>,
) -> impl IntoView {
    let pointed = use_context::<PointedBox>();
    let is_pointed = move || pointed.is_some_and(|PointedBox(signal)| signal.with(Option::is_some));
    let (width, height) = image.width.zip(image.height).unwrap_or((1, 1));
    move || {
        is_pointed().then(|| {
            view! {
                <div class="box-preview" style:aspect-ratio=format!("{width} / {height}") aria-hidden="true">
                    <img src=image.thumbnail.clone() alt="" />
                    <BoxOverlay frame width height />
                </div>
            }
            .into_any()
        })
    }
}
