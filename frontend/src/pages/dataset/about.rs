//! What is known about a dataset beside its samples.

use crate::{
    address::at,
    api::Answer,
    blend,
    components::{CopyButton, ProblemList, TroubleList},
    format,
    live::live,
    url_state,
};
use blendscope_shared::{
    dataset::{AnnotationFile, Dataset, DatasetDetail, KeyCount, Subset},
    overview::Troubles,
    paths,
    search::SearchParams,
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
    let reading = dataset.reading.clone().unwrap_or_default();
    let layouts = (!dataset.layouts.is_empty()).then(|| dataset.layouts.join(", "));
    // A number that can be looked at leads to its samples.
    let looked_at = |name: &'static str, count: u64, filter: (&str, &str), is_bad: bool| {
        let (field, value) = filter;
        let filters = [(field.to_owned(), vec![value.to_owned()])].into();
        let params = SearchParams { dataset: vec![dataset.slug.clone()], filters, ..SearchParams::default() };
        let class = if is_bad { "bad" } else { "" };
        let link = view! { <a class=class href=at(&paths::search_page(&params))>{format::count(count)}</a> };
        fact(name, (count > 0).then(|| link.into_any()))
    };
    let of_images = |name, count, status, is_bad| looked_at(name, count, ("image_status", status), is_bad);
    let counted = |name, count: u64| fact(name, Some(format::count(count).into_any()));
    let in_language = dataset.languages.iter().map(|entry| {
        let filters = [("lang".to_owned(), vec![entry.lang.clone()])].into();
        let params = SearchParams { dataset: vec![dataset.slug.clone()], filters, ..SearchParams::default() };
        let words = format!("{} {}", format::language(&entry.lang), format::count(entry.count));
        view! { <a class="facts__line" href=at(&paths::search_page(&params))>{words}</a> }.into_any()
    });
    let in_language: Vec<_> = in_language.collect();
    view! {
        <dl class="facts">
            {fact("Samples", Some(samples(&dataset)))}
            {counted("Bad records", dataset.skipped)}
            {counted("Image refs", dataset.images_referenced)}
            {of_images("Missing", dataset.images_missing, "missing", true)}
            {of_images("Broken", dataset.images_broken, "broken", true)}
            {of_images("Remote", dataset.images_remote, "remote", false)}
            {of_images("Text only", dataset.text_only, "text_only", false)}
            {counted("Turns", dataset.turns)}
            {counted("Words", dataset.words)}
            {counted("Characters", dataset.characters)}
            {fact("Languages", (!in_language.is_empty()).then(|| in_language.into_any()))}
            <dt>"Images in"</dt>
            <dd class="facts__path" dir="auto">
                {images_in}
            </dd>
            {fact("Turns from", read_from(reading.turns))}
            {fact("Pictures from", read_from(reading.pictures))}
            {fact("Other keys", read_from(reading.unread))}
            {fact("Layout", layouts.map(IntoAny::into_any))}
            {fact("Recipes", recipes(dataset.recipes.clone()))}
            {fact("Terms", dataset.terms.clone().map(IntoAny::into_any))}
        </dl>
    }
}

/// What is here, beside what its document says.
fn samples(dataset: &Dataset) -> AnyView {
    let here = format!("{}{}", format::count(dataset.samples), if dataset.complete { "" } else { " so far" });
    let documented = dataset.documented_samples.filter(|documented| *documented > 0).map(|documented| {
        let share = (dataset.samples as f64 / documented as f64).min(1.0);
        let width = format::decimal(share * 100.0, 2) + "%";
        let swatch = blend::swatch(&dataset.slug);
        let words = format!(" of {} documented, {}", format::count(documented), format::percent(share));
        view! {
            {words}
            <span class=format!("card__documented plan__piece {swatch}")><span class=swatch.clone() style:width=width></span></span>
        }
    });
    view! { <b>{here}</b> {documented} }.into_any()
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
