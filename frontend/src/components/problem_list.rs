//! Bad records and where they are.

use crate::format;
use blendscope_shared::dataset::RecordProblem;
use leptos::prelude::*;

/// What was skipped, record by record.
#[component]
pub(crate) fn ProblemList(
    /// The first of them.
    problems: Vec<RecordProblem>,
    /// How many there are.
    total: u64,
) -> impl IntoView {
    let shown = problems.len() as u64;
    let item = |problem: RecordProblem| {
        let record = problem
            .record
            .map_or_else(|| "whole file".to_owned(), |record| format!("record {}", format::count(record)));
        view! {
            <li class="problem">
                <span dir="auto">{problem.message}</span>
                <span class="muted problem__place">
                    {format!("{} · {record} · byte {}", problem.file, format::count(problem.byte_offset))}
                </span>
            </li>
        }
    };
    view! {
        <ul class="problems">{problems.into_iter().map(item).collect_view()}</ul>
        {(total > shown)
            .then(|| view! { <p class="muted">{format!("and {} more", format::count(total - shown))}</p> })}
    }
}
