//! Filters that came with a link, each to be taken back.

use super::{Icon, Symbol};
use crate::{live::live, url_state};
use blendscope_shared::{paths, search::SearchParams};
use leptos::prelude::*;

/// A chip per recipe, stage and subset in force; a click takes it back.
#[component]
pub(crate) fn FilterChips(
    /// The search in force.
    params: Signal<SearchParams>,
) -> impl IntoView {
    let chip = |filter: url_state::Removable| {
        let label = format!("Remove the filter {} {}", filter.kind, filter.value);
        view! {
            <a
                class="tag tag--filter"
                href=paths::search_page(&filter.without)
                aria-label=label
                data-testid="filter"
            >
                <span class="muted">{filter.kind}</span>
                <span dir="auto">{filter.value}</span>
                <Icon symbol=Symbol::Close />
            </a>
        }
        .into_any()
    };
    live(move || {
        let filters = params.with(url_state::removable);
        (!filters.is_empty()).then(|| {
            view! { <p class="filter-chips">{filters.into_iter().map(chip).collect_view()}</p> }.into_any()
        })
    })
}
