//! Every reference to a picture: which sample refers to it, how it writes the path, and where that was found.

use crate::{
    address::at,
    components::{DatasetChip, image_status},
    format,
};
use blendscope_shared::{image::ImageStatus, paths, search::SearchHit};
use leptos::prelude::*;

const COLUMNS: [&str; 5] = ["dataset", "place", "id", "as written", "as found"];

/// A line for each sample.
#[component]
pub(super) fn References(hits: Vec<SearchHit>, total: u64) -> impl IntoView {
    if hits.is_empty() {
        return ().into_any();
    }
    let key = crate::router::Router::here().named.get_untracked().0;
    let shown = hits.len() as u64;
    let count = if shown < total {
        format!("{} of {}", format::count(shown), format::count(total))
    } else {
        format::count(total)
    };
    let row = |hit: SearchHit| {
        let page = at(&paths::sample_page(&hit.dataset, &hit.key));
        let image = hit.images.iter().find(|image| image.key == key).or(hit.images.first()).cloned();
        let image = image.unwrap_or_default();
        let found = match image.status {
            ImageStatus::Present => match image.tried.last() {
                Some(path) if *path == image.written => "there".to_owned(),
                Some(path) => path.clone(),
                None => "inside the file".to_owned(),
            },
            status => image_status(status).to_owned(),
        };
        let is_bad = matches!(image.status, ImageStatus::Missing | ImageStatus::Broken);
        let others =
            if hit.image_count > 1 { format!("(one of {})", hit.image_count) } else { String::new() };
        let number = format!("#{}", format::count(hit.ordinal + 1));
        let cells = [
            ("", view! { <DatasetChip slug=hit.dataset.clone() /> }.into_any()),
            ("num", view! { <a href=page>{number}</a> }.into_any()),
            ("mono", hit.id.unwrap_or_default().into_any()),
            ("mono", [image.written, others].join(" ").into_any()),
            (if is_bad { "mono bad" } else { "mono" }, found.into_any()),
        ];
        let cell = |(class, content): (&'static str, AnyView)| {
            view! { <td class=class dir="auto">{content}</td> }.into_any()
        };
        view! { <tr data-testid="reference">{cells.map(cell).into_iter().collect_view()}</tr> }
    };
    view! {
        <section aria-labelledby="references">
            <h2 id="references">"Every reference " <span class="muted">{count}</span></h2>
            <div class="who-box" tabindex="0" role="group" aria-label="Every reference">
                <table class="references">
                    <thead>
                        <tr>{COLUMNS.map(|name| view! { <th scope="col">{name}</th> }.into_any()).into_iter().collect_view()}</tr>
                    </thead>
                    <tbody>{hits.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
