//! What a search found, in one line: how many, how fast, and what was understood.

use super::TermTag;
use crate::{
    address::at,
    format,
    live::live,
    results::{Head, Results},
    rewrite,
};
use blendscope_shared::{
    paths,
    search::{SearchParams, Term},
};
use leptos::prelude::*;

/// Total, time, terms with their own counts, remarks, words that may have been meant.
#[component]
pub(crate) fn ResultSummary(
    /// The result.
    results: Results,
) -> impl IntoView {
    let head = move |read: fn(&Head) -> String| {
        results.head.with(|head| head.as_ref().map_or_else(String::new, read))
    };
    let terms = move || {
        let terms = results.head.with(|head| head.as_ref().map(|head| head.understood.terms.clone()));
        terms.unwrap_or_default().into_iter().map(|term| view! { <TermTag term /> }).collect_view()
    };
    let notes = move || {
        results.head.with(|head| {
            let head = head.as_ref()?;
            let note = |note: &String| view! { <p class="summary__note">{note.clone()}</p> }.into_any();
            let notes = head.understood.notes.iter().map(note).collect::<Vec<_>>();
            // An empty result says it below, beside each word.
            let has_any = head.total.count > 0;
            let unknown = |term| has_any.then(|| meant(&head.params, term)).flatten();
            Some((notes, head.understood.terms.iter().filter_map(unknown).collect::<Vec<_>>()))
        })
    };
    view! {
        <div class="summary">
            {live(move || {
                let why = results.head.with(|head| head.as_ref()?.incomplete.clone())?;
                Some(view! {
                    <p class="summary__note bad" role="alert" data-testid="incomplete">
                        "Not all there is: " {why} ". Counts are those of the parts that answered; shares are not drawn."
                    </p>
                })
            })}
            <div class="summary__line">
                <strong class="summary__total" data-testid="total" aria-live="polite">
                    {live(move || head(total))}
                </strong>
                <span class="muted">{live(move || head(time))}</span>
                {live(terms)}
            </div>
            {live(notes)}
        </div>
    }
}

fn total(head: &Head) -> String {
    let so_far = match (head.total.is_final, &head.incomplete) {
        (true, _) => "",
        (false, None) => " so far",
        (false, Some(_)) => " at least",
    };
    format!("{}{so_far}", format::counted(head.total.count, "sample", "samples"))
}

fn time(head: &Head) -> String {
    format!("in {}", format::millis(head.took_ms))
}

/// Words of the index in the place of one that does not occur, each a link that searches for it.
fn meant(params: &SearchParams, term: &Term) -> Option<AnyView> {
    let link = |word: &String| {
        let q = rewrite::corrected(&params.q, &term.text, word)?;
        let url = at(&paths::search_page(&SearchParams { q, typing: false, ..params.clone() }));
        Some(
            view! {
                <a href=url dir="auto">
                    {word.clone()}
                </a>
            }
            .into_any(),
        )
    };
    let links: Vec<_> = term.suggestions.iter().filter_map(link).collect();
    (!links.is_empty()).then(|| {
        view! {
            <p class="summary__note summary__meant" data-testid="suggestions">
                {format!("“{}” does not occur. Did you mean", term.text)}
                {links}
            </p>
        }
        .into_any()
    })
}
