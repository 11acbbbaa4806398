//! A dataset on the shelf.

use super::{ReferenceBadge, TermsBadge, Thumbnail};
use crate::{address::at, blend, format};
use blendscope_shared::{dataset::Dataset, paths};
use leptos::prelude::*;

/// Pictures on a card.
const COVERS: usize = 3;
/// Languages named on a card.
const LANGUAGES: usize = 3;

/// Pictures, name, counts, and what is not as documented. The whole card leads to the dataset; its recipes are links of
/// their own.
#[component]
pub(crate) fn DatasetCard(
    /// What to show.
    dataset: Dataset,
) -> impl IntoView {
    let swatch = format!("swatch {}", blend::swatch(&dataset.slug));
    let covers: Vec<_> = dataset.covers.iter().take(COVERS).cloned().collect();
    let layout = format!("card__covers card__covers--{}", covers.len());
    let empty = covers.is_empty().then(|| view! { <span class="card__no-cover">{no_cover(&dataset)}</span> });
    let languages = languages(&dataset);
    let notes = notes(&dataset);
    let recipes = recipes(dataset.recipes);
    let is_reference = dataset.is_reference;
    // News, not an error: most roots have a part.
    let documented = dataset
        .documented_samples
        .filter(|&documented| documented != dataset.samples)
        .map(|documented| format!(" of {} documented", format::count(documented)));
    let terms = dataset.terms.filter(|_| dataset.is_restricted);
    view! {
        <article class="card">
            <div class=layout>
                {covers.into_iter().map(|image| view! { <Thumbnail image alt="" /> }).collect_view()} {empty}
            </div>
            <div class="card__body">
                <a class="card__title" href=at(&paths::dataset_page(&dataset.slug)) dir="auto">
                    <span class=swatch aria-hidden="true"></span>
                    <span class="card__name">{dataset.title.clone()}</span>
                </a>
                <p class="card__counts">
                    <strong>{format::count(dataset.samples)}</strong>
                    {if dataset.samples == 1 { " sample" } else { " samples" }}
                    {(!dataset.complete).then_some(" so far")}
                    <span class="muted">{documented}{format!(" · {} words", format::compact(dataset.words))}</span>
                </p>
                <p class="card__languages muted">{languages}</p>
                {recipes}
                <p class="card__notes">
                    {is_reference.then(|| view! { <ReferenceBadge /> })}
                    {terms.map(|terms| view! { <TermsBadge terms /> })}
                    {notes
                        .into_iter()
                        .map(|note| view! { <span class="tag tag--warning">{note}</span> })
                        .collect_view()}
                </p>
            </div>
        </article>
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

/// Links to the recipes it is a part of.
fn recipes(slugs: Vec<String>) -> Option<AnyView> {
    let link = |slug: String| {
        let page = at(&paths::recipe_page(&slug));
        view! { <a href=page>{slug}</a> }.into_any()
    };
    (!slugs.is_empty()).then(|| {
        view! {
            <p class="card__recipes">
                <span class="muted">"in "</span>
                {slugs.into_iter().map(link).collect_view()}
            </p>
        }
        .into_any()
    })
}

/// What is not as it should be, in a few words each.
fn notes(dataset: &Dataset) -> Vec<String> {
    let mut notes = Vec::new();
    if dataset.images_missing > 0 {
        let share = dataset.images_missing as f64 / dataset.images_referenced.max(1) as f64;
        notes.push(format!("{} images missing", format::percent(share)));
    }
    for (count, what) in [(dataset.images_broken, "broken"), (dataset.images_remote, "remote")] {
        if count > 0 {
            notes.push(format!("{} {what}", format::counted(count, "image", "images")));
        }
    }
    if dataset.skipped > 0 {
        notes.push(format!("{} skipped", format::count(dataset.skipped)));
    }
    notes
}
