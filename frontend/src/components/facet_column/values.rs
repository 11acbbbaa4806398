//! The values of a facet as check boxes.

use crate::{facets::FacetsOf, filters, format, histogram::extent, library::Library};
use blendscope_shared::search::FacetValue;
use leptos::prelude::*;

/// Values in view before "show all".
const FOLDED: usize = 8;
/// Values in view at most; the others are found by typing.
const UNFOLDED: usize = 150;
/// From so many values on there is a box to type into.
const SEARCHED: usize = 16;

/// The most frequent values, all of them on demand; several chosen together mean any of them.
#[component]
pub(super) fn Values(
    /// What is shown.
    facets: FacetsOf,
    /// Name of the facet.
    name: StoredValue<String>,
    /// What people call it.
    title: String,
) -> impl IntoView {
    let library = Library::here();
    let is_unfolded = RwSignal::new(false);
    // What the listed values contain.
    let needle = RwSignal::new(String::new());
    let count = move || facets.with(&name.read_value(), |facet| facet.values.len()).unwrap_or(0);
    let rows = move || {
        let name = name.get_value();
        let chosen = facets.params.with(|params| filters::values(params, &name));
        let is_unfolded = is_unfolded.get();
        // One more takes no more room than the button.
        let most = if is_unfolded { UNFOLDED } else { FOLDED + usize::from(count() == FOLDED + 1) };
        let listed = facets.with(&name, |facet| {
            let largest = facet.values.iter().map(|value| value.all).max();
            (facet.listed(&chosen, &needle.get(), most), largest.unwrap_or(0))
        });
        let ((values, more), largest) = listed.unwrap_or_default();
        let is_dataset = name == "dataset";
        let row = |value: FacetValue| {
            let tone = if is_dataset { library.swatch(&value.value) } else { String::new() };
            let is_chosen = chosen.contains(&value.value);
            row(&name, value, is_chosen, largest, tone)
        };
        let rows = values.into_iter().map(row).collect_view();
        let rest = (is_unfolded && more > 0)
            .then(|| view! { <li class="muted">{format!("and {more} more")}</li> }.into_any());
        (rows, rest)
    };
    let label = format!("Find in {title}");
    let finder = move || {
        (is_unfolded.get() && count() >= SEARCHED).then(|| {
            view! {
                <input
                    class="facet__finder"
                    type="search"
                    placeholder="Find a value"
                    aria-label=label.clone()
                    on:input:target=move |event| needle.set(event.target().value())
                />
            }
            .into_any()
        })
    };
    let unfold = move || {
        let words = match (is_unfolded.get(), count()) {
            (_, count) if count <= FOLDED + 1 => return None,
            (true, _) => "Show fewer".to_owned(),
            (false, count) => format!("Show all {}", format::count(count as u64)),
        };
        let press = move |_| {
            needle.set(String::new());
            is_unfolded.update(|is_unfolded| *is_unfolded = !*is_unfolded);
        };
        Some(
            view! {
                <button
                    class="facet__unfold"
                    type="button"
                    aria-expanded=is_unfolded.get().to_string()
                    on:click=press
                >
                    {words}
                </button>
            }
            .into_any(),
        )
    };
    view! {
        {finder}
        <ul class="facet__values">{rows}</ul>
        {unfold}
    }
}

/// A value: its name, its count in the result, and a bar of that before a grey one of everything.
fn row(name: &str, value: FacetValue, is_chosen: bool, largest: u64, tone: String) -> AnyView {
    let FacetValue { value, title, count, all } = value;
    let title = title.unwrap_or_else(|| value.clone());
    let hint = format!("{title}: {} of {}", format::count(count), format::count(all));
    let width = |count| format::decimal(extent(count, largest) * 100.0, 1) + "%";
    let has_swatch = !tone.is_empty();
    let class = format!("facet__bar {tone}");
    view! {
        <li class:facet__value--none=count == 0>
            <label class="facet__value" title=hint>
                <input type="checkbox" name=name.to_owned() value=value prop:checked=is_chosen />
                {has_swatch.then(|| view! { <span class=format!("swatch {tone}") aria-hidden="true"></span> })}
                <span class="facet__name" dir="auto">
                    {title}
                </span>
                <span class="facet__count">{format::count(count)}</span>
                <span class=class style=("--all", width(all)) style=("--here", width(count))></span>
            </label>
        </li>
    }
    .into_any()
}
