//! A dataset on the shelf.

use super::Thumbnail;
use crate::{blend, format};
use blendscope_shared::{dataset::Dataset, paths};
use leptos::prelude::*;

/// Pictures on a card.
const COVERS: usize = 4;
/// Languages named on a card.
const LANGUAGES: usize = 3;

/// Pictures, name, counts, and what is not as documented. The whole card is a link.
#[component]
pub(crate) fn DatasetCard(
    /// What to show.
    dataset: Dataset,
    /// Its place in the catalog, which gives the colour.
    place: usize,
) -> impl IntoView {
    let swatch = format!("swatch {}", blend::swatch(Some(place)));
    let covers: Vec<_> = dataset.covers.iter().take(COVERS).cloned().collect();
    let layout = format!("card__covers card__covers--{}", covers.len());
    let empty = covers.is_empty().then(|| view! { <span class="card__no-cover">{no_cover(&dataset)}</span> });
    let languages = languages(&dataset);
    let notes = notes(&dataset);
    view! {
        <a class="card" href=paths::dataset_page(&dataset.slug)>
            <span class=layout>
                {covers.into_iter().map(|image| view! { <Thumbnail image alt="" /> }).collect_view()} {empty}
            </span>
            <span class="card__body">
                <span class="card__title" dir="auto">
                    <span class=swatch aria-hidden="true"></span>
                    <span class="card__name">{dataset.title.clone()}</span>
                </span>
                <span class="card__counts">
                    <strong>{format::count(dataset.samples)}</strong>
                    {if dataset.samples == 1 { " sample" } else { " samples" }}
                    {(!dataset.complete).then_some(" so far")}
                    <span class="muted">{format!(" · {} words", format::compact(dataset.words))}</span>
                </span>
                <span class="card__languages muted">{languages}</span>
                <span class="card__notes">
                    {notes
                        .into_iter()
                        .map(|note| view! { <span class="tag tag--warning">{note}</span> })
                        .collect_view()}
                </span>
            </span>
        </a>
    }
}

fn no_cover(dataset: &Dataset) -> &'static str {
    if dataset.images_referenced == 0 { "text only" } else { "no picture here" }
}

fn languages(dataset: &Dataset) -> String {
    let names: Vec<_> =
        dataset.languages.iter().take(LANGUAGES).map(|entry| format::language(&entry.lang)).collect();
    names.join(", ")
}

/// What is not as it should be, in a few words each.
fn notes(dataset: &Dataset) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(documented) = dataset.documented_samples.filter(|&documented| documented != dataset.samples) {
        notes.push(format!("of {} documented", format::count(documented)));
    }
    if dataset.images_missing > 0 {
        let share = dataset.images_missing as f64 / dataset.images_referenced.max(1) as f64;
        notes.push(format!("{} images missing", format::percent(share)));
    }
    if dataset.skipped > 0 {
        notes.push(format!("{} skipped", format::count(dataset.skipped)));
    }
    notes
}
