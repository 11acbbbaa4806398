//! A row of a recipe's stage.

use super::DatasetChip;
use crate::{address::at, blend, format, library::Library, live::live, recipe};
use blendscope_shared::{
    paths,
    recipe::{Part, SubPart},
};
use leptos::prelude::*;

/// A dataset's share of a stage: what the document says, what is found, and how the two differ.
#[component]
pub(crate) fn RecipePart(
    /// What to show.
    part: Part,
) -> impl IntoView {
    let dataset = part.dataset.clone();
    let swatch = format!("swatch {}", blend::swatch(&dataset));
    let difference = recipe::difference(&part);
    let contents = part.is_found.then(|| view! { <Contents part=part.clone() /> });
    let has_parts = !part.parts.is_empty();
    let is_one = part.datasets.len() < 2;
    let title = if part.is_found && is_one {
        view! { <a href=at(&paths::dataset_page(&part.dataset))>{part.title.clone()}</a> }.into_any()
    } else {
        view! { <span>{part.title.clone()}</span> }.into_any()
    };
    let datasets = (!is_one).then(|| several(part.datasets.clone()));
    view! {
        <li class="part" class:part--absent=!part.is_found data-testid="part">
            <p class="part__title" dir="auto">
                <span class=swatch aria-hidden="true"></span>
                {title}
                {take(&part.take)}
            </p>
            {datasets}
            <Numbers part=part.clone() is_different=difference.is_some() />
            {difference.map(|words| view! { <p><span class="tag tag--warning">{words}</span></p> })}
            {contents}
            {part.note.map(|note| view! { <p class="part__note" dir="auto">{note}</p> })}
            {has_parts
                .then(|| {
                    view! {
                        <p class="muted">"As documented, made of these; the data does not tell them apart:"</p>
                        <ul class="part__parts">
                            {part.parts.into_iter().map(sub_part).collect_view()}
                        </ul>
                    }
                })}
        </li>
    }
}

/// Documented and found, one below the other, each with its share of the stage. What is found leads to its samples.
#[component]
fn Numbers(part: Part, is_different: bool) -> impl IntoView {
    let documented =
        part.documented.map_or_else(|| "not said".to_owned(), |number| recipe::counted(number, &part.unit));
    let found = recipe::counted(part.found, &part.unit);
    let class = if is_different { "part__found bad" } else { "part__found" };
    view! {
        <dl class="part__numbers">
            <dt>"Documented"</dt>
            <dd class="muted">{documented}</dd>
            <dd class="part__share">{part.share_documented.map(format::percent)}</dd>
            <dt>"Found"</dt>
            <dd class=class>
                <a href=part.url.as_deref().map(at)>{found}</a>
            </dd>
            <dd class="part__share">
                <a href=part.url.as_deref().map(at)>{part.is_found.then(|| format::percent(part.share))}</a>
            </dd>
        </dl>
    }
}

/// The datasets of a part that has several, those that are here as links.
fn several(slugs: Vec<String>) -> AnyView {
    let library = Library::here();
    let dataset = move |slug: &String| {
        let slug = slug.clone();
        if library.has(&slug) {
            let page = at(&paths::dataset_page(&slug));
            view! {
                <a href=page>
                    <DatasetChip slug />
                </a>
            }
            .into_any()
        } else {
            view! { <span class="muted">{slug}</span> }.into_any()
        }
    };
    view! {
        <p class="part__datasets">{live(move || slugs.iter().map(dataset).collect_view())}</p>
    }
    .into_any()
}

fn sub_part(part: SubPart) -> AnyView {
    view! {
        <li>
            <span dir="auto">{part.title}</span>
            {take(&part.take)}
            <span class="part__share">{part.documented.map(format::count)}</span>
        </li>
    }
    .into_any()
}

/// The document's own words for how much.
fn take(words: &str) -> Option<AnyView> {
    let words = words.to_owned();
    (!words.is_empty()).then(|| {
        view! {
            <q class="part__take" title="In the document's own words">
                {words}
            </q>
        }
        .into_any()
    })
}

/// What is in the samples that are here. Every number leads to them, that of missing images to those that miss one.
#[component]
fn Contents(part: Part) -> impl IntoView {
    let missing = format!("{} missing", format::count(part.images_missing));
    let numbers = [
        (recipe::samples(&part.unit, part.samples), "", part.url.clone()),
        (Some(format::counted(part.images, "image", "images")), "", part.url.clone()),
        ((part.images_missing > 0).then_some(missing), "bad", recipe::missing_page(&part)),
        (Some(format!("{} words", format::compact(part.words))), "", part.url),
    ];
    let link = |(words, class, url): (Option<String>, &'static str, Option<String>)| {
        words.map(|words| {
            view! {
                <a class=class href=url.as_deref().map(at)>
                    {words}
                </a>
            }
        })
    };
    view! { <p class="part__contents">{numbers.map(link).into_iter().collect_view()}</p> }
}
