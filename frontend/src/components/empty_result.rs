//! A search without result: why, and what would bring results back.

use super::TermTag;
use crate::{api, facets::FacetsOf, filters, format, results::Head, rewrite};
use blendscope_shared::{
    paths,
    search::{SearchParams, Term},
};
use leptos::prelude::*;

/// Each term's own count, and links that drop what is in the way, with what they would find.
#[component]
pub(crate) fn EmptyResult(
    /// The search and how it was understood.
    head: Head,
    /// What the server calls its filters, where the page shows them.
    #[prop(optional_no_strip)]
    facets: Option<FacetsOf>,
) -> impl IntoView {
    let shorter = shorter(&head);
    let Head { params, understood, total, .. } = head;
    let names = filters::names(&params);
    let reason = reason(&understood.terms, !names.is_empty(), total.is_final);
    let everything = paths::search_page(&SearchParams { q: String::new(), typing: false, ..params.clone() });
    let mut fewer: Vec<_> =
        names.iter().map(|name| (name.clone(), filters::with_values(&params, name, &[]))).collect();
    if fewer.len() > 1 {
        fewer.push((String::new(), filters::without_any(&params)));
    }
    let fewer = fewer.into_iter().map(|(name, params)| view! { <Way name params facets /> });
    view! {
        <div class="notice">
            <div>
                <p class="notice__title">"No sample matches"</p>
                <p>{reason}</p>
                <div class="notice__terms">
                    {understood.terms.into_iter().map(|term| view! { <TermTag term /> }).collect_view()}
                </div>
                <p class="notice__ways" data-testid="ways">
                    {shorter}
                    {fewer.collect_view()}
                    <a class="button" href=everything>
                        "Show every sample"
                    </a>
                </p>
            </div>
        </div>
    }
}

/// The search without a filter, once it is known that it finds something.
#[component]
fn Way(
    /// Name of the filter, empty for all of them.
    name: String,
    /// The search without it.
    params: SearchParams,
    /// What the server calls it.
    facets: Option<FacetsOf>,
) -> impl IntoView {
    let url = paths::search_page(&params);
    let answer = LocalResource::new(move || {
        let params = SearchParams { limit: Some(1), ..params.clone() };
        async move { api::search(&params, None).await }
    });
    move || {
        let count = answer.with(|answer| Some(answer.as_ref()?.as_ref().ok()?.total.count))?;
        let title = facets.and_then(|facets| facets.with(&name, |facet| facet.dimension.title.clone()));
        let label = match title {
            Some(title) => format!("the filter {title}"),
            None if name.is_empty() => "any filter".to_owned(),
            None => format!("the filter {name}"),
        };
        (count > 0).then(|| way(&label, &url, count))
    }
}

/// A link to the search without something.
fn way(label: &str, url: &str, count: u64) -> AnyView {
    view! {
        <a class="button" href=url.to_owned()>
            <span dir="auto">{format!("Without {label}")}</span>
            <span class="tag__count">{format::counted(count, "sample", "samples")}</span>
        </a>
    }
    .into_any()
}

/// The search without each of its parts, where that finds something.
fn shorter(head: &Head) -> Vec<AnyView> {
    let parts = &head.understood.without;
    let link = |(number, part): (usize, &blendscope_shared::search::Part)| {
        let q = rewrite::without_part(&head.understood.query, parts, number)?;
        let url = paths::search_page(&SearchParams { q, typing: false, ..head.params.clone() });
        (part.count > 0).then(|| way(&format!("“{}”", part.part.trim_matches('"')), &url, part.count))
    };
    parts.iter().enumerate().filter_map(link).collect()
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
        "Each word is there by itself, but not in what was chosen.".to_owned()
    } else if terms.len() > 1 {
        "Every word is there, but never all together in one sample. Leave one out.".to_owned()
    } else {
        "There is nothing here.".to_owned()
    };
    if is_final { reason } else { format!("{reason} Indexing goes on; more may come.") }
}
