//! The column of facets: what a result consists of, each piece a filter.
//!
//! Which facets there are, in which order and under which titles, is the server's answer; none is known here by name.

mod bars;
mod values;

use super::{ErrorNotice, Skeleton};
use crate::{
    api::Facets,
    facets::FacetsOf,
    filters,
    router::{Entry, Router},
};
use bars::Bars;
use blendscope_shared::{paths, search::Dimension};
use leptos::{ev, prelude::*};
use values::Values;
use wasm_bindgen::JsCast;

/// All facets and histograms; check boxes and bars write the filters into the address.
#[component]
pub(crate) fn FacetColumn(
    /// What is shown.
    facets: FacetsOf,
) -> impl IntoView {
    let router = Router::here();
    // The parts of the column are made once and stay for all answers.
    let names = Memo::new(move |_| {
        let names = |facets: &Facets| {
            facets.all.iter().map(|facet| facet.dimension.name.as_str()).collect::<Vec<_>>().join("&")
        };
        facets
            .answer
            .with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().ok()).map(names))
            .unwrap_or_default()
    });
    let sections = move || {
        let names = names.get();
        names.split('&').filter_map(|name| section(facets, name)).collect_view()
    };
    let instead = move || match facets
        .answer
        .with(|answer| answer.as_ref().map(|answer| answer.as_ref().err().cloned()))
    {
        // Where the result itself failed, the page says why.
        None if facets.results.failure.with(Option::is_some) => None,
        None => Some(view! { <Skeleton count=12 class="skeleton--line" /> }.into_any()),
        Some(Some(error)) => {
            Some(view! { <ErrorNotice error retry=move |()| facets.answer.refetch() /> }.into_any())
        }
        Some(None) => None,
    };
    let check = move |event: ev::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(input) = input.filter(|input| input.type_() == "checkbox") else { return };
        let changed =
            facets.params.with_untracked(|params| filters::toggled(params, &input.name(), &input.value()));
        router.go(&paths::search_page(&changed), Entry::Push);
    };
    view! {
        <div
            class="facets"
            class:facets--old=move || facets.is_old.get()
            aria-busy=move || facets.is_old.get().to_string()
            on:change=check
        >
            {instead} {sections}
        </div>
    }
}

/// A dimension under its title, to be folded away, and the way to lift its restriction.
fn section(facets: FacetsOf, name: &str) -> Option<AnyView> {
    let Dimension { name, title, is_range } = untrack(|| facets.with(name, |facet| facet.dimension.clone()))?;
    let testid = format!("facet-{name}");
    let label = format!("Lift the filter {title}");
    let heading = title.clone();
    let stored = StoredValue::new(name);
    let clear = move || {
        let name = stored.get_value();
        let url = facets.params.with(|params| {
            let is_chosen = !filters::values(params, &name).is_empty();
            is_chosen.then(|| paths::search_page(&filters::with_values(params, &name, &[])))
        })?;
        Some(
            view! {
                <a class="facet__clear" href=url aria-label=label.clone()>
                    "clear"
                </a>
            }
            .into_any(),
        )
    };
    let content = if is_range {
        view! { <Bars facets name=stored title=title.clone() /> }.into_any()
    } else {
        view! { <Values facets name=stored title=title.clone() /> }.into_any()
    };
    Some(
        view! {
            <div class="facet" role="group" aria-label=title data-testid=testid>
                <details open>
                    <summary class="facet__title">{heading}</summary>
                    {content}
                </details>
                {clear}
            </div>
        }
        .into_any(),
    )
}
