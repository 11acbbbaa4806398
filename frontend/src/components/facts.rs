//! What is known about a sample beside its conversation: where it lies, and the fields that are shown nowhere else.

use super::DatasetChip;
use crate::{address::at, format};
use blendscope_shared::{image::ImageStatus, paths, sample::SampleView};
use leptos::prelude::*;
use serde_json::Value;

/// Elements of a list in the tree that are shown at once.
const LISTED: usize = 100;

/// Place, images, other fields.
#[component]
pub(crate) fn Facts(
    /// The sample.
    sample: SampleView,
) -> impl IntoView {
    let SampleView { dataset, key, id, ordinal, file, images, extra, odd, .. } = sample;
    let in_file = format!("{}?at={ordinal}", paths::dataset_page(&dataset));
    let record =
        format!("record {} from byte {}", format::count(file.record), format::count(file.byte_offset));
    let odd = (!odd.is_empty()).then(|| odd.join("; "));
    let image = |image: blendscope_shared::image::ImageView| {
        // What lies elsewhere has no key, and no page.
        let page = (!image.key.is_empty()).then(|| at(&paths::image_page(&image.key)));
        let name = if image.key.is_empty() { image.written } else { image.key };
        let status = (image.status != ImageStatus::Present)
            .then(|| view! { <span class="tag tag--bad">{image_status(image.status)}</span> });
        view! { <li><a class="mono" dir="auto" href=page>{name}</a>{status}</li> }
    };
    let pictures = (!images.is_empty()).then(|| {
        view! {
            <section>
                <h2>"Pictures"</h2>
                <ol class="facts__pictures">{images.into_iter().map(image).collect_view()}</ol>
            </section>
        }
    });
    let others = (!extra.is_empty()).then(|| {
        let fields = extra.into_iter().map(|(name, value)| branch(name, &value, 0)).collect_view();
        view! {
            <section>
                <h2>"Other fields"</h2>
                <ul class="tree" data-testid="fields">{fields}</ul>
            </section>
        }
    });
    view! {
        <section>
            <h2>"Where it lies"</h2>
            <dl class="dl">
                <dt>"Dataset"</dt>
                <dd><a href=at(&paths::dataset_page(&dataset))><DatasetChip slug=dataset.clone() /></a></dd>
                <dt>"Number"</dt>
                <dd><a href=at(&in_file)>{format::count(ordinal + 1)}</a></dd>
                <dt>"Id"</dt>
                <dd dir="auto">{id.unwrap_or_else(|| "none".to_owned())}</dd>
                <dt>"Key"</dt>
                <dd class="mono">{key}</dd>
                <dt>"File"</dt>
                <dd class="mono" dir="auto">{file.path}</dd>
                <dt></dt>
                <dd class="muted">{record}</dd>
                {odd.map(|odd| view! { <dt>"Odd"</dt><dd dir="auto">{odd}</dd> })}
            </dl>
        </section>
        {pictures}
        {others}
    }
}

/// A value of a record under its name; objects and lists unfold.
fn branch(name: String, value: &Value, depth: usize) -> AnyView {
    let (count, inner): (String, Vec<(String, &Value)>) = match value {
        Value::Object(fields) => (
            format!("{{{}}}", fields.len()),
            fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        ),
        Value::Array(values) => (
            format!("[{}]", values.len()),
            values.iter().enumerate().map(|(number, value)| (number.to_string(), value)).collect(),
        ),
        leaf => {
            let written = leaf.as_str().filter(|text| !text.is_empty());
            let text = written.map_or_else(|| leaf.to_string(), str::to_owned);
            return view! { <li><span class="tree__key">{name}</span>": "<span class="tree__leaf" dir="auto">{text}</span></li> }.into_any();
        }
    };
    let more = inner.len().saturating_sub(LISTED);
    let branches: Vec<_> =
        inner.into_iter().take(LISTED).map(|(name, value)| branch(name, value, depth + 1)).collect();
    let is_open = depth == 0 && branches.len() < 6;
    view! {
        <li>
            <details open=is_open>
                <summary><span class="tree__key">{name}</span>" "<span class="muted">{count}</span></summary>
                <ul>{branches}{(more > 0).then(|| view! { <li class="muted">{format!("and {more} more")}</li> })}</ul>
            </details>
        </li>
    }
    .into_any()
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
