//! What a search found, in one line: how many, how fast, and what was understood.

use crate::{
    format,
    live::live,
    results::{Head, Results},
};
use blendscope_shared::search::Term;
use leptos::prelude::*;

/// Total, time, terms with their own counts, remarks.
#[component]
pub(crate) fn ResultSummary(
    /// The result.
    results: Results,
) -> impl IntoView {
    let head = move |read: fn(&Head) -> String| {
        results.head.with(|head| head.as_ref().map_or_else(String::new, read))
    };
    let terms = live(move || {
        let terms = results.head.with(|head| head.as_ref().map(|head| head.understood.terms.clone()));
        terms.unwrap_or_default().into_iter().map(|term| view! { <TermTag term /> }).collect_view()
    });
    let notes = live(move || {
        let notes = results.head.with(|head| head.as_ref().map(|head| head.understood.notes.clone()));
        notes
            .unwrap_or_default()
            .into_iter()
            .map(|note| view! { <p class="summary__note">{note}</p> })
            .collect_view()
    });
    view! {
        <div class="summary">
            <p class="summary__line">
                <strong class="summary__total" data-testid="total" aria-live="polite">
                    {live(move || head(total))}
                </strong>
                <span class="muted">{live(move || head(time))}</span>
                {terms}
            </p>
            {notes}
        </div>
    }
}

fn total(head: &Head) -> String {
    let so_far = if head.total.is_final { "" } else { " so far" };
    format!("{}{so_far}", format::counted(head.total.count, "sample", "samples"))
}

fn time(head: &Head) -> String {
    format!("in {}", format::millis(head.took_ms))
}

/// A term as it was understood, and how many samples it is in by itself.
#[component]
pub(super) fn TermTag(term: Term) -> impl IntoView {
    let text = match term.kind.as_str() {
        "phrase" => format!("“{}”", term.text),
        "prefix" => format!("{}…", term.text),
        _ => term.text.clone(),
    };
    let title = match term.field {
        Some(field) => format!("{} in {field}", term.kind),
        None => term.kind,
    };
    view! {
        <span class="tag" class:tag--excluded=term.excluded title=title>
            {term.excluded.then_some("without ")}
            <span dir="auto">{text}</span>
            <span class="tag__count">{format::count(term.count)}</span>
        </span>
    }
}
