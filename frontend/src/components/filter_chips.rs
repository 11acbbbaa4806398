//! The filters in force, each to be taken back.

use super::{Icon, Symbol};
use crate::{
    address::at, facets::FacetsOf, filters, histogram::Span, library::Library, router::Router, routes::Route,
};
use leptos::prelude::*;

/// A chip per value that a filter restricts to; a click takes it back.
#[component]
pub(crate) fn FilterChips(
    /// The search in force, and what the server calls its filters.
    facets: FacetsOf,
) -> impl IntoView {
    let library = Library::here();
    let router = Router::here();
    let chip = move |name: &str, value: &str| {
        let known = facets
            .with(name, |facet| (facet.dimension.title.clone(), facet.title_of(value).map(str::to_owned)));
        let (kind, title) = known.unwrap_or_else(|| (name.to_owned(), None));
        let title = title.unwrap_or_else(|| match Span::parse(value) {
            _ if name == "dataset" => library.title(value),
            Some(span) if value.contains("..") => span.words(),
            _ => value.to_owned(),
        });
        let label = format!("Remove the filter {name} {title}");
        let hint = title.clone();
        let url = at(&router.searched(facets.params.with(|params| filters::toggled(params, name, value))));
        view! {
            <a
                class="tag tag--filter"
                href=url
                aria-label=label
                title=hint
                data-testid="filter"
            >
                <span class="muted">{kind}</span>
                <span class="tag__text" dir="auto">
                    {title}
                </span>
                <Icon symbol=Symbol::Close />
            </a>
        }
        .into_any()
    };
    move || {
        let here = router.route.get();
        let mut filters = facets.params.with(filters::in_force);
        // The page of a dataset says so already.
        filters.retain(|(name, value)| here != Route::Dataset(value.clone()) || name != "dataset");
        let chips: Vec<_> = filters.iter().map(|(name, value)| chip(name, value)).collect();
        let all = at(&router.searched(facets.params.with(filters::without_any)));
        let clear = (chips.len() > 1).then(|| {
            view! {
                <a class="filter-chips__clear" href=all data-testid="clear-filters">
                    "Clear all"
                </a>
            }
            .into_any()
        });
        (!chips.is_empty()).then(|| view! { <p class="filter-chips">{chips} {clear}</p> }.into_any())
    }
}
