//! A search without result: what is known of what was typed, why nothing matches, and what would bring results back.

use super::{DatasetChip, Icon, Symbol, Thumbnail};
use crate::{
    address::at,
    api::Answer,
    facets::FacetsOf,
    filters, format,
    live::{live, memo},
    lookup::{self, Found},
    results::Head,
    rewrite,
    router::Router,
};
use blendscope_shared::{
    paths,
    search::{SearchAnswer, SearchParams, Term},
};
use leptos::prelude::*;

/// What is said where parts of the index did not answer.
const IN_MISSING_PARTS: &str = "The parts that are missing may have some: search again when they are back.";

/// First what is known of a pasted id, path or key, then each word by itself, then links that drop what is in the way,
/// with what they would find.
#[component]
pub(crate) fn EmptyResult(
    /// The search and how it was understood.
    head: Head,
    /// What the server calls its filters.
    facets: FacetsOf,
) -> impl IntoView {
    let router = Router::here();
    let shorter = shorter(router, &head);
    let Head { params, understood, total, incomplete, .. } = head;
    let is_all = incomplete.is_none();
    let names = filters::names(&params);
    let everything = router.searched(SearchParams { q: String::new(), typing: false, ..params.clone() });
    let mut fewer: Vec<_> =
        names.iter().map(|name| (name.clone(), filters::with_values(&params, name, &[]))).collect();
    if fewer.len() > 1 {
        fewer.push((String::new(), filters::without_any(&params)));
    }
    let fewer = fewer.into_iter().map(|(name, params)| view! { <Way name params facets /> });
    let q = StoredValue::new(params.q.clone());
    let known = LocalResource::new(move || {
        let sources: Option<Vec<String>> =
            facets.with("source", |facet| facet.values.iter().map(|value| value.value.clone()).collect());
        async move { lookup::find(&q.get_value(), &sources.unwrap_or_default()).await }
    });
    let has_known = memo(move || known.get().is_some_and(|found: Vec<Found>| !found.is_empty()));
    let term_params = params.clone();
    let rows: Vec<_> =
        understood.terms.into_iter().map(|term| term_row(router, &term_params, term, is_all)).collect();
    let has_rows = !rows.is_empty();
    let (title, reason) = if is_all {
        ("No sample matches", reason(!names.is_empty(), rows.len(), total.is_final))
    } else {
        ("No sample matches in the parts that answered", IN_MISSING_PARTS.to_owned())
    };
    view! {
        <div class="empty" data-testid="results" tabindex="-1">
            <div class="empty__card">
                <h2 class="empty__title">{title}</h2>
                {live(move || known.get().map(|found| found.into_iter().map(|found| view! { <Known found /> }).collect_view()))}
                {live(move || (!has_known.get()).then(|| view! { <p>{reason.clone()}</p> }))}
                {has_rows
                    .then(|| {
                        view! {
                            <section>
                                <h3>"Each part by itself"</h3>
                                <table class="why-table"><tbody>{rows}</tbody></table>
                            </section>
                        }
                    })}
                <section>
                    <h3>"What would bring results"</h3>
                    <p class="notice__ways" data-testid="ways">
                        {shorter}
                        {fewer.collect_view()}
                        <a class="button" href=at(&everything)>
                            "Show every sample"
                        </a>
                    </p>
                </section>
            </div>
        </div>
    }
}

/// Something that what was typed is the name of.
#[component]
fn Known(found: Found) -> impl IntoView {
    let Found { what, count, url, example } = found;
    let picture = example.images.first().cloned();
    view! {
        <a class="found" href=at(&url) data-testid="known">
            {match picture {
                Some(image) => view! { <Thumbnail image width=96.0 /> }.into_any(),
                None => view! { <Icon symbol=Symbol::Text /> }.into_any(),
            }}
            <span>
                <strong>{what}</strong>
                <br />
                <DatasetChip slug=example.dataset />
            </span>
            <span class="button">{format::counted(count, "sample", "samples")}" →"</span>
        </a>
    }
}

/// A part of the query: how many samples it is in, and what may have been meant where that is none.
fn term_row(router: Router, params: &SearchParams, term: Term, is_all: bool) -> AnyView {
    let meant = |word: &String| {
        let q = rewrite::corrected(&params.q, &term.text, word)?;
        let url = router.searched(SearchParams { q, typing: false, ..params.clone() });
        Some(view! { <a class="button button--small" href=at(&url) dir="auto">"Search "{word.clone()}</a> })
    };
    let suggestions: Vec<_> = term.suggestions.iter().filter_map(meant).collect();
    let has_suggestions = !suggestions.is_empty();
    let count = match term.count {
        0 if is_all => "nowhere".to_owned(),
        0 => "in none of these parts".to_owned(),
        count => format::counted(count, "sample", "samples"),
    };
    let class = if term.count == 0 && !term.excluded { "right zero" } else { "right" };
    view! {
        <tr>
            <td dir="auto">{term.excluded.then_some("without ")}<b>{term.text.clone()}</b></td>
            <td class=class>{count}</td>
            <td data-testid=has_suggestions.then_some("suggestions")>{suggestions}</td>
        </tr>
    }
    .into_any()
}

/// The search without a filter, once it is known that it finds something.
#[component]
fn Way(
    /// Name of the filter, empty for all of them.
    name: String,
    /// The search without it.
    params: SearchParams,
    /// What the server calls it.
    facets: FacetsOf,
) -> impl IntoView {
    let url = Router::here().searched(params.clone());
    let answer = Answer::<SearchAnswer>::at(move || {
        Some(paths::search(&SearchParams { limit: Some(1), ..params.clone() }))
    });
    move || {
        let count =
            answer.with(|answer| Some(answer?.as_ref().ok()?.total.count)).filter(|count| *count > 0)?;
        let title = facets.with(&name, |facet| facet.dimension.title.clone());
        let label = match title {
            Some(title) => format!("the filter {title}"),
            None if name.is_empty() => "any filter".to_owned(),
            None => format!("the filter {name}"),
        };
        Some(way(&label, &url, count))
    }
}

/// A link to the search without something.
fn way(label: &str, url: &str, count: u64) -> AnyView {
    view! {
        <a class="button" href=at(url)>
            <span dir="auto">{format!("Without {label}")}</span>
            <span class="tag__count">{format::counted(count, "sample", "samples")}</span>
        </a>
    }
    .into_any()
}

/// The search without each of its parts, where that finds something.
fn shorter(router: Router, head: &Head) -> Vec<AnyView> {
    let parts = &head.understood.without;
    let link = |(number, part): (usize, &blendscope_shared::search::Part)| {
        let q = rewrite::without_part(&head.understood.query, parts, number)?;
        let url = router.searched(SearchParams { q, typing: false, ..head.params.clone() });
        (part.count > 0).then(|| way(&format!("“{}”", part.part.trim_matches('"')), &url, part.count))
    };
    parts.iter().enumerate().filter_map(link).collect()
}

fn reason(has_filters: bool, terms: usize, is_final: bool) -> String {
    let reason = if has_filters {
        "Not in what was chosen: filters keep everything out."
    } else if terms > 1 {
        "Never all together in one sample. Leave one out."
    } else {
        "It stands in no turn, and is the name of nothing."
    };
    if is_final { reason.to_owned() } else { format!("{reason} Indexing goes on; more may come.") }
}
