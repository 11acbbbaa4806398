//! The badge in the header: how far indexing is.

use crate::{
    format,
    library::{Library, Progress},
    live::live,
};
use blendscope_shared::status::{State, Status};
use leptos::prelude::*;

/// Says "indexing 42% · 1.2M samples", "ready", what keeps the index from growing, or that the server is gone.
#[component]
pub(crate) fn ProgressBadge() -> impl IntoView {
    let progress = Library::here().progress;
    let class = move || progress.with(|progress| format!("progress progress--{}", kind(progress)));
    let words = move || progress.with(words);
    let details = move || progress.with(details);
    let done = move || progress.with(|progress| format::decimal(share_done(progress) * 100.0, 2) + "%");
    view! {
        <span class=class data-testid="progress" role="status" title=details>
            <span class="progress__bar" aria-hidden="true">
                <span class="progress__done" style:width=done></span>
            </span>
            <span class="progress__words">{live(words)}</span>
        </span>
    }
}

fn kind(progress: &Progress) -> &'static str {
    match progress {
        Progress::Unknown => "unknown",
        Progress::Offline => "trouble",
        Progress::Known(status) if status.trouble.is_some() => "trouble",
        Progress::Known(status) if status.state == State::Indexing => "indexing",
        Progress::Known(_) => "ready",
    }
}

fn words(progress: &Progress) -> String {
    match progress {
        Progress::Unknown => "connecting".to_owned(),
        Progress::Offline => "server gone".to_owned(),
        Progress::Known(Status { trouble: Some(trouble), .. }) => trouble.clone(),
        Progress::Known(status) if status.state == State::Indexing => {
            let percent = format::decimal((share_done(progress) * 100.0).floor(), 0);
            format!("indexing {percent}% · {} samples", format::compact(status.samples))
        }
        Progress::Known(Status { read_only: true, .. }) => "read only".to_owned(),
        Progress::Known(_) => "ready".to_owned(),
    }
}

fn details(progress: &Progress) -> String {
    let Progress::Known(status) = progress else {
        return "No word from the server yet".to_owned();
    };
    let mut text = format!(
        "{}: {} of {} read, {}, {} skipped",
        status.root,
        format::bytes(status.bytes_done),
        format::bytes(status.bytes_total),
        format::counted(status.samples, "sample", "samples"),
        format::count(status.skipped),
    );
    if status.read_only {
        text.push_str("; another process writes this index");
    }
    let engine = &status.engine;
    if !engine.name.is_empty() {
        text = format!("{text}; engine {} {}", engine.name, engine.version);
    }
    let limit = engine.limits.relevance_offset;
    if limit > 0 && limit < u64::from(u32::MAX) {
        text = format!("{text}, by relevance up to place {}", format::count(limit));
    }
    if let Some(trouble) = &engine.trouble {
        text.push_str(": ");
        text.push_str(trouble);
    }
    if let Some(notice) = &status.notice {
        text.push_str("; ");
        text.push_str(notice);
    }
    text
}

fn share_done(progress: &Progress) -> f64 {
    match progress {
        Progress::Known(status) if status.state == State::Indexing && status.bytes_total > 0 => {
            status.bytes_done as f64 / status.bytes_total as f64
        }
        Progress::Known(_) => 1.0,
        Progress::Unknown | Progress::Offline => 0.0,
    }
}
