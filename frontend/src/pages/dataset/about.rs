//! What is known about a dataset beside its samples.

use crate::{
    address::at,
    api::Answer,
    components::{CopyButton, ProblemList, TroubleList},
    format,
    live::live,
    url_state,
};
use blendscope_shared::{
    dataset::{AnnotationFile, Dataset, DatasetDetail, KeyCount, Subset},
    overview::Troubles,
    paths,
};
use leptos::prelude::*;

/// Containers whose images are inside of them.
const WITH_IMAGES: [&str; 4] = ["pickle", "parquet", "arrow", "tar"];

/// Facts, the name it could have, subsets, files, problems.
#[component]
pub(super) fn About(detail: DatasetDetail, troubles: Answer<Troubles>) -> impl IntoView {
    let wrong = move || {
        troubles
            .good()
            .map(|troubles| view! { <section><h2>"What is wrong"</h2><TroubleList troubles /></section> })
    };
    let DatasetDetail { mut dataset, problems, problems_total } = detail;
    let has_problems = problems_total > 0;
    let files = std::mem::take(&mut dataset.files);
    let files_total = dataset.files_total.max(files.len() as u64);
    let more = files_total - files.len() as u64;
    let subsets = std::mem::take(&mut dataset.subsets);
    let suggestion = dataset.suggestion.take();
    let images_in = images_in(&dataset.image_root, &files);
    let slug = dataset.slug.clone();
    view! {
        <DatasetFacts dataset images_in />
        {live(wrong)}
        {suggestion.map(|suggestion| view! { <Suggestion suggestion /> })}
        {section(
            format::counted(subsets.len() as u64, "Subset", "Subsets"),
            subsets.into_iter().map(|list| subset(&slug, list)).collect(),
        )}
        {section(
            format::counted(files_total, "File", "Files"),
            files.into_iter().map(file).chain((more > 0).then(|| and_more(more))).collect(),
        )}
        {has_problems
            .then(|| {
                view! {
                    <section>
                        <h2>{format::counted(problems_total, "Problem", "Problems")}</h2>
                        <ProblemList problems total=problems_total />
                    </section>
                }
            })}
    }
}

#[component]
fn DatasetFacts(dataset: Dataset, images_in: String) -> impl IntoView {
    let languages = dataset
        .languages
        .iter()
        .map(|entry| format!("{} {}", format::language(&entry.lang), format::count(entry.count)))
        .collect::<Vec<_>>()
        .join(", ");
    let documented = dataset.documented_samples.map_or_else(|| "not said".to_owned(), format::count);
    let differs = dataset.complete
        && dataset.documented_samples.is_some_and(|documented| documented != dataset.samples);
    let reading = dataset.reading.unwrap_or_default();
    let layouts = (!dataset.layouts.is_empty()).then(|| dataset.layouts.join(", "));
    view! {
        <dl class="facts">
            <dt>"Documented"</dt>
            <dd class:bad=differs>{documented}</dd>
            <dt>"Found"</dt>
            <dd>{format::count(dataset.samples)}{(!dataset.complete).then_some(" so far")}</dd>
            <dt>"Skipped"</dt>
            <dd>{format::count(dataset.skipped)}</dd>
            <dt>"Images"</dt>
            <dd>{format::count(dataset.images_referenced)}</dd>
            <dt>"Missing"</dt>
            <dd class:bad=dataset.images_missing != 0>{format::count(dataset.images_missing)}</dd>
            {(dataset.images_broken != 0)
                .then(|| {
                    view! {
                        <dt>"Broken"</dt>
                        <dd class="bad">{format::count(dataset.images_broken)}</dd>
                    }
                })}
            {(dataset.images_remote != 0)
                .then(|| {
                    view! {
                        <dt>"Remote"</dt>
                        <dd>{format::count(dataset.images_remote)}</dd>
                    }
                })}
            <dt>"Text only"</dt>
            <dd>{format::count(dataset.text_only)}</dd>
            <dt>"Turns"</dt>
            <dd>{format::count(dataset.turns)}</dd>
            <dt>"Words"</dt>
            <dd>{format::count(dataset.words)}</dd>
            <dt>"Languages"</dt>
            <dd>{languages}</dd>
            <dt>"Images in"</dt>
            <dd class="facts__path" dir="auto">
                {images_in}
            </dd>
            {fact("Turns from", read_from(reading.turns))}
            {fact("Pictures from", read_from(reading.pictures))}
            {fact("Other keys", read_from(reading.unread))}
            {fact("Layout", layouts.map(IntoAny::into_any))}
            {fact("Recipes", recipes(dataset.recipes))}
            {fact("Terms", dataset.terms.map(IntoAny::into_any))}
        </dl>
    }
}

/// A row of the facts that is there only when there is something to say.
fn fact(name: &'static str, value: Option<AnyView>) -> Option<AnyView> {
    value.map(|value| {
        view! {
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
        }
        .into_any()
    })
}

/// Keys of records with their numbers, as in `conversations: from, value (2,183)`.
fn read_from(keys: Vec<KeyCount>) -> Option<AnyView> {
    let line = |key: KeyCount| {
        let text = format!("{} ({})", key.key, format::count(key.records));
        view! { <span class="facts__line">{text}</span> }.into_any()
    };
    (!keys.is_empty()).then(|| keys.into_iter().map(line).collect_view().into_any())
}

fn recipes(slugs: Vec<String>) -> Option<AnyView> {
    let link = |slug: String| {
        let page = at(&paths::recipe_page(&slug));
        view! {
            <a class="facts__line" href=page>
                {slug}
            </a>
        }
        .into_any()
    };
    (!slugs.is_empty()).then(|| slugs.into_iter().map(link).collect_view().into_any())
}

/// Where the images are, in words.
fn images_in(image_root: &str, files: &[AnnotationFile]) -> String {
    let are_inside = files.iter().all(|file| WITH_IMAGES.contains(&file.container.as_str()));
    match image_root {
        _ if are_inside && !files.is_empty() => "the files themselves".to_owned(),
        "" => "the root".to_owned(),
        folder => folder.to_owned(),
    }
}

/// The catalog entry that would name the dataset, to be copied.
#[component]
fn Suggestion(suggestion: String) -> impl IntoView {
    view! {
        <section data-testid="suggestion">
            <h2>"Name this dataset"</h2>
            <p class="muted">"The catalog does not know it. Put this into your catalog file:"</p>
            <pre class="raw raw--small">{suggestion.clone()}</pre>
            <CopyButton label="Copy TOML" text=Signal::stored(suggestion) />
        </section>
    }
}

/// A list under its heading, when there is anything in it.
fn section(title: String, items: Vec<AnyView>) -> Option<AnyView> {
    (!items.is_empty()).then(|| {
        view! {
            <section>
                <h2>{title}</h2>
                <ul class="files">{items}</ul>
            </section>
        }
        .into_any()
    })
}

fn subset(dataset: &str, subset: Subset) -> AnyView {
    let counts = match subset.found {
        Some(found) => {
            format!(
                "{} here, of {} listed",
                format::count(found),
                format::counted(subset.listed, "id", "ids")
            )
        }
        None => format!("{} listed", format::counted(subset.listed, "id", "ids")),
    };
    let title = if subset.found.is_some() {
        let url = url_state::search_subset(dataset, &subset.slug);
        view! { <a href=at(&url)>{subset.title}</a> }.into_any()
    } else {
        view! { <span>{subset.title}</span> }.into_any()
    };
    view! {
        <li class="file" data-testid="subset">
            {title}
            <span class="muted">{counts}</span>
            {subset.note.map(|note| view! { <span class="muted" dir="auto">{note}</span> })}
        </li>
    }
    .into_any()
}

/// The end of a list that is cut short.
fn and_more(files: u64) -> AnyView {
    let text = format!("and {} more", format::count(files));
    view! { <li class="file muted">{text}</li> }.into_any()
}

fn file(file: AnnotationFile) -> AnyView {
    let facts = format!(
        "{}, {} · {}{}",
        format::container(&file.container),
        format::bytes(file.bytes),
        format::counted(file.samples, "sample", "samples"),
        if file.complete { "" } else { " so far" },
    );
    let skipped = (file.skipped > 0).then(|| format!(" · {} skipped", format::count(file.skipped)));
    let missing = (file.images_missing > 0)
        .then(|| format!(" · {} images missing", format::count(file.images_missing)));
    view! {
        <li class="file">
            <code dir="auto">{file.path}</code>
            <span class="muted">{facts}{skipped}{missing}</span>
        </li>
    }
    .into_any()
}
