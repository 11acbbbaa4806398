//! What is wrong, cause by cause: how many samples, which they are, and what to do.

use crate::{address::at, format};
use blendscope_shared::overview::{Trouble, Troubles};
use leptos::prelude::*;

/// Causes that are shown at once; the others on demand.
const AT_ONCE: usize = 4;

/// The causes; what was looked for and not found stands below them.
#[component]
pub(crate) fn TroubleList(
    /// What is wrong.
    troubles: Troubles,
) -> impl IntoView {
    let Troubles { mut items, clear, is_final, .. } = troubles;
    let others = items.split_off(AT_ONCE.min(items.len()));
    let is_clear = items.is_empty() && is_final;
    let clear = (!clear.is_empty() && is_final).then(|| {
        let words = format!("Looked for, not found: {}.", clear.join(", "));
        view! { <p class="wrong__clear muted">{words}</p> }
    });
    let rest = (!others.is_empty()).then(|| {
        let summary = format::counted(others.len() as u64, "more cause", "more causes");
        view! {
            <details>
                <summary class="more">{summary}</summary>
                <ul>{others.into_iter().map(line).collect_view()}</ul>
            </details>
        }
    });
    view! {
        <div class="wrong" data-testid="troubles">
            {is_clear.then(|| view! { <p>"Nothing is wrong as far as was looked."</p> })}
            <ul>{items.into_iter().map(line).collect_view()}</ul>
            {rest}
            {(!is_final).then(|| view! { <p class="wrong__clear muted" data-testid="more-to-come">"So far: pictures are looked up when all files are read; more may be told then."</p> })}
            {clear}
        </div>
    }
}

fn line(trouble: Trouble) -> AnyView {
    let sign = if trouble.stops_training { "wrong__sign wrong__sign--stops" } else { "wrong__sign" };
    let meaning = if trouble.stops_training { "stops training: " } else { "worth a look: " };
    let unit = trouble.unit.strip_suffix('s').unwrap_or(&trouble.unit).to_owned();
    let count = format::counted(trouble.count, &unit, &trouble.unit);
    view! {
        <li class="wrong__line" data-testid="trouble">
            <p class="wrong__title">
                <span class=sign title=meaning aria-hidden="true"></span>
                <b dir="auto"><span class="off-screen">{meaning}</span>{trouble.title}</b>
                <a class="num" href=at(&trouble.url)>{count}</a>
            </p>
            {trouble.detail.map(|detail| view! { <p class="wrong__detail" dir="auto">{detail}</p> })}
            <p class="wrong__remedy muted" dir="auto">{trouble.remedy}</p>
        </li>
    }
    .into_any()
}
