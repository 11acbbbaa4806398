//! A piece of the query as it was understood.

use crate::format;
use blendscope_shared::search::{Term, TermForm};
use leptos::prelude::*;

/// The piece and how many samples it is in by itself; the words that it stands for, on demand.
#[component]
pub(crate) fn TermTag(
    /// What to show.
    term: Term,
) -> impl IntoView {
    let Term { text, field, count, kind, excluded, forms, form_count, .. } = term;
    let text = match kind.as_str() {
        "phrase" => format!("“{text}”"),
        "prefix" if !text.ends_with('*') => format!("{text}…"),
        _ => text,
    };
    let field_shown = field.as_ref().map(|field| format!("{field}: "));
    let title = match field {
        Some(field) => format!("{kind} in {field}"),
        None => kind,
    };
    let said = view! {
        {excluded.then_some("without ")}
        {field_shown.map(|field| view! { <span class="muted">{field}</span> })}
        <span dir="auto">{text}</span>
        <span class="tag__count">{format::count(count)}</span>
    };
    let class = if excluded { "tag tag--excluded" } else { "tag" };
    if form_count < 2 {
        return view! {
            <span class=class title=title>
                {said}
            </span>
        }
        .into_any();
    }
    let form = |form: TermForm| {
        view! {
            <li>
                <span dir="auto">{form.text}</span>
                <span class="tag__count">{format::count(form.count)}</span>
            </li>
        }
        .into_any()
    };
    let more = form_count.saturating_sub(forms.len() as u64);
    let title = format!("{title}: {}", format::counted(form_count, "form", "forms"));
    view! {
        <details class="term" data-testid="term">
            <summary class=class title=title.clone()>
                {said}
            </summary>
            <div class="term__forms">
                <p class="muted">{title}</p>
                <ul>
                    {forms.into_iter().map(form).collect_view()}
                    {(more > 0).then(|| view! { <li class="muted">{format!("and {} more", format::count(more))}</li> })}
                </ul>
            </div>
        </details>
    }
    .into_any()
}
