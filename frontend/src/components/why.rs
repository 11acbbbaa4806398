//! Why a hit stands where it stands.

use super::Skeleton;
use crate::{api::Answer, format, json, live::live};
use blendscope_shared::{
    paths,
    search::{ExplainedTerm, Explanation},
};
use leptos::prelude::*;

/// Length of the longest bar in pixels.
const BAR: f64 = 52.0;

/// A button that opens what the relevance of a hit is made of. It is asked for when it is opened first.
#[component]
pub(crate) fn Why(
    /// Slug of the hit's dataset.
    dataset: String,
    /// Its key.
    key: String,
    /// The query that found it.
    query: String,
) -> impl IntoView {
    let id = format!("why-{dataset}-{key}");
    let is_asked = RwSignal::new(false);
    let hit = StoredValue::new((dataset, key, query));
    let content = move || is_asked.get().then(|| view! { <Explained hit /> });
    view! {
        <button class="why" type="button" popovertarget=id.clone() on:click=move |_| is_asked.set(true)>
            "why?"
        </button>
        <div class="popover" popover="auto" id=id>
            {live(content)}
        </div>
    }
}

#[component]
fn Explained(hit: StoredValue<(String, String, String)>) -> impl IntoView {
    let answer = Answer::<Explanation>::read_by(
        move || hit.with_value(|(dataset, key, query)| Some(paths::explain(dataset, key, query))),
        |body| json::read(&body.text),
    );
    move || match answer.get() {
        None => view! { <Skeleton count=3 class="skeleton--line" /> }.into_any(),
        Some(Err(error)) => view! { <p class="bad">{error.to_string()}</p> }.into_any(),
        Some(Ok(explanation)) => terms(explanation),
    }
}

/// The terms, the most important first, with bars of their parts of the score.
fn terms(explanation: Explanation) -> AnyView {
    let most = explanation.terms.first().map_or(1.0, |term| f64::from(term.score));
    let row = |term: ExplainedTerm| {
        let part = f64::from(term.score);
        let width = format::decimal(part / most * BAR, 1) + "px";
        let times = format::counted(term.occurrences, "time", "times");
        let samples = format::counted(term.samples, "sample has it", "samples have it");
        let cells =
            [term.text, term.field, times, samples].map(|words| view! { <td dir="auto">{words}</td> });
        view! {
            <tr>
                {cells.into_iter().collect_view()} <td>
                    <span class="why__bar" style:width=width></span>
                    {format::decimal(part, 2)}
                </td>
            </tr>
        }
    };
    let rows = explanation.terms.into_iter().map(row).collect_view();
    view! {
        <h3>"Relevance " {format::decimal(f64::from(explanation.score), 2)}</h3>
        <table class="table">{rows}</table>
        <p class="muted">
            "A word adds the more, the rarer it is, the more often it occurs and the shorter the text is."
        </p>
    }
    .into_any()
}
