//! A small picture in a box of fixed size.

use super::{Icon, Symbol};
use blendscope_shared::image::{ImageStatus, ImageView};
use leptos::prelude::*;

/// The picture, or a labelled place-holder of the same size.
#[component]
pub(crate) fn Thumbnail(
    /// Which picture.
    image: ImageView,
    /// Text that says what is on it.
    #[prop(into)]
    alt: String,
) -> impl IntoView {
    let failed = RwSignal::new(false);
    let label = match image.status {
        ImageStatus::Missing => Some("missing"),
        ImageStatus::Broken => Some("broken"),
        ImageStatus::NotEmbedded => Some("not in the file"),
        ImageStatus::Remote => Some("on the web"),
        ImageStatus::Present if image.thumbnail.is_empty() => Some("not shown here"),
        ImageStatus::Present | ImageStatus::Unchecked => None,
    };
    move || match label.or(failed.get().then_some("cannot be shown")) {
        Some(label) => view! {
            <span class="thumbnail thumbnail--absent" title=image.written.clone()>
                <Icon symbol=Symbol::NoPicture />
                <span>{label}</span>
            </span>
        }
        .into_any(),
        None => view! {
            <img
                class="thumbnail"
                src=image.thumbnail.clone()
                alt=alt.clone()
                loading="lazy"
                decoding="async"
                on:error=move |_| failed.set(true)
            />
        }
        .into_any(),
    }
}
