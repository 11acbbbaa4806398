//! What is known about a sample beside its conversation.

use super::{CopyButton, DatasetChip};
use crate::format;
use blendscope_shared::{image::ImageStatus, paths, sample::SampleView};
use leptos::prelude::*;

/// Id, place, images, other keys, twins.
#[component]
pub(crate) fn Facts(
    /// The sample.
    sample: SampleView,
) -> impl IntoView {
    let SampleView { dataset, key, id, ordinal, file, images, extra, odd, twins, .. } = sample;
    let file_page = format!("{}?at={ordinal}", paths::dataset_page(&dataset));
    let has_twins = !twins.is_empty();
    let has_images = !images.is_empty();
    let has_extra = !extra.is_empty();
    let has_odd = !odd.is_empty();
    view! {
        <dl class="facts">
            <dt>"Dataset"</dt>
            <dd>
                <a href=paths::dataset_page(&dataset)>
                    <DatasetChip slug=dataset.clone() />
                </a>
            </dd>
            <dt>"Position"</dt>
            <dd>
                <a href=file_page>{format!("#{}", format::count(ordinal))}</a>
            </dd>
            <dt>"Id"</dt>
            <dd dir="auto">{id.unwrap_or_else(|| "none".to_owned())}</dd>
            <dt>"Key"</dt>
            <dd>
                <code>{key}</code>
            </dd>
            <dt>"File"</dt>
            <dd class="facts__path" dir="auto">
                {file.path}
            </dd>
            <dt>"Record"</dt>
            <dd>
                {format!("{}, from byte {}", format::count(file.record), format::count(file.byte_offset))}
            </dd>
            {has_odd
                .then(|| {
                    view! {
                        <dt>"Odd"</dt>
                        <dd dir="auto">{odd.join("; ")}</dd>
                    }
                })}
            {has_images
                .then(|| {
                    view! {
                        <dt>"Images"</dt>
                        <dd>
                            {images
                                .into_iter()
                                .map(|image| {
                                    // What lies elsewhere has no key, and no page.
                                    let page = (!image.key.is_empty()).then(|| paths::image_page(&image.key));
                                    let name = if image.key.is_empty() { image.written } else { image.key };
                                    view! {
                                        <span class="facts__image">
                                            <a class="facts__path" dir="auto" href=page>
                                                {name}
                                            </a>
                                            <span class=format!(
                                                "tag {}",
                                                if image.status == ImageStatus::Present {
                                                    ""
                                                } else {
                                                    "tag--warning"
                                                },
                                            )>{image_status(image.status)}</span>
                                        </span>
                                    }
                                })
                                .collect_view()}
                        </dd>
                    }
                })}
            {has_twins
                .then(|| {
                    view! {
                        <dt>"Also in"</dt>
                        <dd>
                            {twins
                                .into_iter()
                                .map(|twin| {
                                    view! {
                                        <a class="facts__twin" href=twin.url>
                                            <DatasetChip slug=twin.dataset />
                                        </a>
                                    }
                                })
                                .collect_view()}
                        </dd>
                    }
                })}
        </dl>
        {has_extra.then(|| view! { <OtherFields extra /> })}
    }
}

/// The keys of the record that are shown nowhere else.
#[component]
fn OtherFields(
    /// Names and values.
    extra: serde_json::Map<String, serde_json::Value>,
) -> impl IntoView {
    let field = |(name, value): (String, serde_json::Value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        view! {
            <dt dir="auto">{name}</dt>
            <dd dir="auto">{value}</dd>
        }
    };
    view! {
        <section class="extra">
            <h2>"Other fields"</h2>
            <dl class="facts facts--extra">{extra.into_iter().map(field).collect_view()}</dl>
        </section>
    }
}

/// Copies of the parts of a sample that people take elsewhere.
#[component]
pub(crate) fn CopyMenu(sample: SampleView) -> impl IntoView {
    let text = sample
        .turns
        .iter()
        .map(|turn| format!("{}: {}", turn.role.name(), turn.text))
        .collect::<Vec<_>>()
        .join("\n\n");
    let path = sample.images.first().map(|image| image.written.clone());
    view! {
        <div class="copy-menu">
            {sample.id.map(|id| view! { <CopyButton label="Id" text=Signal::stored(id) /> })}
            <CopyButton label="Text" text=Signal::stored(text) />
            <CopyButton label="Raw JSON" text=Signal::stored(sample.raw) />
            {path.map(|path| view! { <CopyButton label="Image path" text=Signal::stored(path) /> })}
        </div>
    }
}

/// What is known about the file behind an image ref, in a word or two.
pub(crate) fn image_status(status: ImageStatus) -> &'static str {
    match status {
        ImageStatus::Present => "present",
        ImageStatus::Missing => "missing",
        ImageStatus::Broken => "broken",
        ImageStatus::NotEmbedded => "not in the file",
        ImageStatus::Remote => "remote",
        ImageStatus::Unchecked => "unchecked",
    }
}
