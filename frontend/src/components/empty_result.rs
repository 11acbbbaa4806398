//! A search without result: why, and what to do.

use super::result_summary::TermTag;
use crate::{results::Head, url_state};
use blendscope_shared::{
    paths,
    search::{SearchParams, Term},
};
use leptos::prelude::*;

/// Each term's own count, and links that drop what is in the way.
#[component]
pub(crate) fn EmptyResult(
    /// The search and how it was understood.
    head: Head,
) -> impl IntoView {
    let params = head.params;
    let terms = head.understood.terms;
    let has_filters = url_state::has_filters(&params);
    let reason = reason(&terms, has_filters, head.total.is_final);
    let unfiltered = paths::search_page(&url_state::without_filters(&params));
    let shorter = shorter(&params, &terms);
    let everything = paths::search_page(&SearchParams { q: String::new(), typing: false, ..params });
    view! {
        <div class="notice">
            <div>
                <p class="notice__title">"No sample matches"</p>
                <p>{reason}</p>
                <p class="notice__terms">
                    {terms.into_iter().map(|term| view! { <TermTag term /> }).collect_view()}
                </p>
                <p class="notice__ways">
                    {has_filters
                        .then(|| {
                            view! {
                                <a class="button" href=unfiltered>
                                    "Search everything"
                                </a>
                            }
                        })}
                    {shorter
                        .into_iter()
                        .map(|(term, url)| {
                            view! {
                                <a class="button" href=url>
                                    "Without “"
                                    {term}
                                    "”"
                                </a>
                            }
                        })
                        .collect_view()} <a class="button" href=everything>
                        "Show every sample"
                    </a>
                </p>
            </div>
        </div>
    }
}

/// For each term that can be left out, the search without it.
fn shorter(params: &SearchParams, terms: &[Term]) -> Vec<(String, String)> {
    let link = |term: &Term| {
        let q = url_state::without_term(&params.q, &term.text)?;
        let changed = SearchParams { q, typing: false, ..params.clone() };
        Some((term.text.clone(), paths::search_page(&changed)))
    };
    terms.iter().filter(|term| !term.excluded).filter_map(link).collect()
}

fn reason(terms: &[Term], has_filters: bool, is_final: bool) -> String {
    let absent: Vec<_> = terms
        .iter()
        .filter(|term| !term.excluded && term.count == 0)
        .map(|term| format!("“{}”", term.text))
        .collect();
    let reason = if !absent.is_empty() {
        format!("Nowhere to be found: {}.", absent.join(", "))
    } else if has_filters {
        "The words are there, but not in what was chosen.".to_owned()
    } else if terms.len() > 1 {
        "Every word is there, but never all together in one sample. Leave one out.".to_owned()
    } else {
        "There is nothing here.".to_owned()
    };
    if is_final { reason } else { format!("{reason} Indexing goes on; more may come.") }
}
