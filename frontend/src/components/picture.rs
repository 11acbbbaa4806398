//! A picture of a sample, in a box of its own proportions.

use super::{CopyButton, Icon, PointedBox, Symbol, TermsBadge, labelled_boxes::LabelledBoxes};
use crate::{
    boxes::{self, Frame},
    format,
};
use blendscope_shared::{
    image::{ImageStatus, ImageView},
    paths,
};
use leptos::prelude::*;

/// Proportions while the size is not known.
const UNKNOWN_SIZE: (u32, u32) = (4, 3);
/// Pictures are drawn no higher than this, in pixels.
const MAX_HEIGHT: f64 = 440.0;

/// The picture, or what is wrong with it and where it was looked for.
#[component]
pub(crate) fn Picture(
    /// Which picture.
    image: ImageView,
    /// Text that says what is on it.
    #[prop(into)]
    alt: String,
    /// Opens it in its original size.
    #[prop(into)]
    open: Callback<ImageView>,
    /// What the numbers of a box are shares of.
    #[prop(into)]
    frame: Signal<Frame>,
    /// It is drawn no higher than this, in pixels.
    #[prop(default = MAX_HEIGHT)]
    max_height: f64,
) -> impl IntoView {
    let failed = RwSignal::new(false);
    let can_be_shown = matches!(image.status, ImageStatus::Present | ImageStatus::Unchecked);
    move || {
        let image = image.clone();
        if can_be_shown && !failed.get() {
            view! { <Shown image alt=alt.clone() open frame failed max_height /> }.into_any()
        } else {
            view! { <Absent image /> }.into_any()
        }
    }
}

#[component]
fn Shown(
    image: ImageView,
    alt: String,
    open: Callback<ImageView>,
    frame: Signal<Frame>,
    failed: RwSignal<bool>,
    max_height: f64,
) -> impl IntoView {
    let (width, height) = image.width.zip(image.height).unwrap_or(UNKNOWN_SIZE);
    let is_known = image.width.is_some();
    let box_width = if is_known {
        (max_height * f64::from(width) / f64::from(height)).min(f64::from(width).max(160.0))
    } else {
        max_height
    };
    let thumbnail = |width| paths::thumbnail(&image.key, width);
    let srcset = format!("{} 640w, {} 1280w", thumbnail(640), thumbnail(1280));
    let src = thumbnail(640);
    let size = is_known.then(|| format!("{width} × {height}"));
    let label = format!("Open {} in its original size", image.key);
    let opened = image.clone();
    view! {
        <figure class="picture" style:width=format::decimal(box_width, 0) + "px">
            <button
                class="picture__button"
                type="button"
                aria-label=label
                style:aspect-ratio=format!("{width} / {height}")
                on:click=move |_| open.run(opened.clone())
            >
                <img
                    src=src
                    srcset=srcset
                    sizes="(max-width: 700px) 100vw, 640px"
                    alt=alt
                    decoding="async"
                    on:error=move |_| failed.set(true)
                />
                {is_known.then(|| view! { <LabelledBoxes picture=image.key.clone() width height /> })}
                <BoxOverlay frame width height />
            </button>
            <figcaption class="picture__caption muted">
                <span>{image.key.clone()}</span>
                <span>{size}</span>
                <Remarks image=image.clone() />
            </figcaption>
        </figure>
    }
}

/// Whether a link to a page leads away from the one in view.
pub(super) fn is_elsewhere(page: &str) -> bool {
    location().pathname().is_ok_and(|path| path != page)
}

/// What is to be known about a picture, and the way to all that is said about it.
#[component]
fn Remarks(image: ImageView) -> impl IntoView {
    let page = paths::image_page(&image.key);
    view! {
        {(!image.key.is_empty() && is_elsewhere(&page))
            .then(|| {
                view! {
                    <a class="picture__remark" href=page>
                        "All samples with this image"
                    </a>
                }
            })}
        {image.terms.map(|terms| view! { <TermsBadge terms /> })}
        {image
            .note
            .map(|note| {
                view! {
                    <span class="picture__remark" dir="auto">
                        {note}
                    </span>
                }
            })}
    }
}

/// The box that is pointed at in the text, over a picture of this size.
#[component]
pub(super) fn BoxOverlay(frame: Signal<Frame>, width: u32, height: u32) -> impl IntoView {
    let pointed = use_context::<PointedBox>();
    move || {
        let corners = pointed.and_then(|PointedBox(signal)| signal.get())?;
        let [left, top, box_width, box_height] =
            boxes::placed(boxes::on_picture(corners, frame.get(), width, height));
        Some(view! {
            <span
                class="picture__box"
                style:left=left
                style:top=top
                style:width=box_width
                style:height=box_height
            ></span>
        })
    }
}

/// A labelled place-holder: never a broken icon.
#[component]
pub(super) fn Absent(image: ImageView) -> impl IntoView {
    let title = match image.status {
        ImageStatus::Missing => "Picture missing",
        ImageStatus::NotEmbedded => "Named in the document, not in the file",
        ImageStatus::Remote => "On the web or in a bucket: not fetched",
        ImageStatus::Broken | ImageStatus::Present | ImageStatus::Unchecked => "Picture cannot be shown",
    };
    let remarks = image.clone();
    let is_written = !image.written.is_empty();
    let path = image.tried.first().cloned().unwrap_or_else(|| image.written.clone());
    let has_tried = !image.tried.is_empty();
    view! {
        <figure class="absent">
            <Icon symbol=Symbol::NoPicture />
            <figcaption>
                <strong>{title}</strong>
                {image.trouble.map(|trouble| view! { <span dir="auto">{trouble}</span> })}
                {is_written
                    .then(|| {
                        view! {
                            <span class="muted">"written as " <code dir="auto">{image.written}</code></span>
                        }
                    })}
                {has_tried
                    .then(|| {
                        view! {
                            <span class="muted">
                                {format!(
                                    "looked at {}:",
                                    format::counted(image.tried.len() as u64, "path", "paths"),
                                )}
                            </span>
                        }
                    })}
                {image
                    .tried
                    .into_iter()
                    .map(|path| {
                        view! {
                            <code class="absent__path" dir="auto">
                                {path}
                            </code>
                        }
                    })
                    .collect_view()}
                <CopyButton label="Copy path" text=Signal::stored(path) />
                <Remarks image=remarks />
            </figcaption>
        </figure>
    }
}
