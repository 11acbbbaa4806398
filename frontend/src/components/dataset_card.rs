//! A dataset's card on the home page.

use super::{ReferenceBadge, TermsBadge, Thumbnail};
use crate::{
    address::at,
    blend, browser, format,
    live::{effect, live},
    text,
};
use blendscope_shared::{
    dataset::{Dataset, LanguageCount},
    paths,
    search::SearchParams,
};
use leptos::{html::Div, prelude::*};

/// Pictures on a card.
const COVERS: usize = 3;
/// Languages named on a card.
const LANGUAGES: usize = 3;

/// Pictures, name, counts, and what is not as documented. The whole card leads to the dataset; what is wrong and its
/// recipes are links of their own. Pictures are asked for when the card is seen.
#[component]
pub(crate) fn DatasetCard(
    /// What to show.
    dataset: Dataset,
) -> impl IntoView {
    let swatch = blend::swatch(&dataset.slug);
    let covers: Vec<_> = dataset.covers.iter().take(COVERS).cloned().collect();
    let is_bare = covers.is_empty();
    let layout = format!("card__covers card__covers--{}", covers.len());
    let is_seen = RwSignal::new(false);
    let place = NodeRef::<Div>::new();
    effect(move || {
        if let Some(place) = place.get() {
            browser::when_seen(&place, move || {
                // The card may be gone by then.
                let _ = is_seen.try_set(true);
            });
        }
    });
    let pictures = move || {
        let covers = covers.clone();
        is_seen
            .get()
            .then(|| covers.into_iter().map(|image| view! { <Thumbnail image width=140.0 /> }).collect_view())
    };
    let covers = (!is_bare).then(|| view! { <div class=layout node_ref=place>{live(pictures)}</div> });
    let documented = documented(&dataset, &swatch);
    let facts = facts(&dataset);
    let troubles = troubles(&dataset);
    let terms = dataset.terms.clone().filter(|_| dataset.is_restricted);
    let is_reference = dataset.is_reference;
    let so_far = (!dataset.complete).then_some(" so far");
    let plural = if dataset.samples == 1 { " sample" } else { " samples" };
    view! {
        <article class="card" data-testid="card">
            {covers}
            <a class="card__title" href=at(&paths::dataset_page(&dataset.slug)) dir="auto">
                <span class=format!("swatch {swatch}") aria-hidden="true"></span>
                <span class="card__name">{dataset.title.clone()}</span>
            </a>
            {documented}
            <p class="card__counts">
                <strong>{format::count(dataset.samples)}</strong>
                {plural}
                {so_far}
            </p>
            <p class="card__facts muted">{facts}</p>
            {troubles}
            <p class="card__notes">
                {is_reference.then(|| view! { <ReferenceBadge /> })}
                {terms.map(|terms| view! { <TermsBadge terms is_small=true /> })}
            </p>
        </article>
    }
}

/// A bar of what is here of the documented number, where that is another one: news, and not an error, for most roots
/// have a part.
fn documented(dataset: &Dataset, swatch: &str) -> Option<AnyView> {
    let documented = dataset.documented_samples.filter(|&documented| documented != dataset.samples)?;
    let here = (dataset.samples as f64 / documented.max(1) as f64).min(1.0);
    let title = format!("{} of {} documented", format::count(dataset.samples), format::count(documented));
    let width = format::decimal(here * 100.0, 2) + "%";
    Some(
        view! {
            <span class=format!("card__documented plan__piece {swatch}") title=title.clone()>
                <span class=swatch.to_owned() style:width=width></span>
            </span>
            <span class="off-screen">{title}</span>
        }
        .into_any(),
    )
}

/// Languages and length, in a line.
fn facts(dataset: &Dataset) -> String {
    let languages =
        dataset.languages.iter().take(LANGUAGES).map(|entry| format::language(&entry.lang).to_owned());
    let of = dataset.documented_samples.filter(|&documented| documented != dataset.samples);
    let of = of.map(|documented| format!("of {} documented", format::count(documented)));
    // Words say nothing of languages without spaces; where both are spoken, both are said.
    let is_unspaced = |entry: &LanguageCount| text::is_unspaced(&entry.lang);
    let characters = dataset.languages.iter().any(is_unspaced);
    let characters = characters.then(|| format!("{} characters", format::compact(dataset.characters)));
    let words = !dataset.languages.iter().all(is_unspaced);
    let words = words.then(|| format!("{} words", format::compact(dataset.words)));
    let pictures = match dataset.images_referenced {
        0 => Some("text only".to_owned()),
        _ => None,
    };
    of.into_iter()
        .chain(languages)
        .chain(words)
        .chain(characters)
        .chain(pictures)
        .collect::<Vec<_>>()
        .join(" · ")
}

/// What is not as it should be, each the way to its samples.
fn troubles(dataset: &Dataset) -> Option<AnyView> {
    let status = |count: u64, status: &str, words: String| {
        let filters = [("image_status".to_owned(), vec![status.to_owned()])].into();
        let params = SearchParams { dataset: vec![dataset.slug.clone()], filters, ..SearchParams::default() };
        (count > 0)
            .then(|| view! { <a class="bad" href=at(&paths::search_page(&params))>{words}</a> }.into_any())
    };
    let missing = format!(
        "{} of {} missing",
        format::count(dataset.images_missing),
        format::counted(dataset.images_referenced, "picture", "pictures")
    );
    let broken = format!("{} broken", format::counted(dataset.images_broken, "picture", "pictures"));
    let skipped = (dataset.skipped > 0).then(|| {
        let href = at(&format!("{}#about", paths::dataset_page(&dataset.slug)));
        let words = format::counted(dataset.skipped, "bad record", "bad records");
        view! { <a class="bad" href=href>{words}</a> }.into_any()
    });
    let troubles = [
        status(dataset.images_missing, "missing", missing),
        status(dataset.images_broken, "broken", broken),
        skipped,
    ];
    let troubles: Vec<_> = troubles.into_iter().flatten().collect();
    (!troubles.is_empty()).then(|| view! { <p class="card__troubles">{troubles}</p> }.into_any())
}
