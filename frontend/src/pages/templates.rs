//! Instructions that samples repeat word for word, the most frequent first.

use crate::{
    address::at,
    api::Answer,
    blend,
    components::{CopyLink, DatasetChip, ErrorNotice, Footer, PageHeading, Skeleton},
    format,
    library::Library,
    live::{live, memo},
    text,
};
use blendscope_shared::{
    paths,
    search::{Template, Templates},
};
use leptos::prelude::*;

/// Datasets that are named with a template.
const NAMED: usize = 4;

/// What stands in the columns.
const NAMES: [&str; 4] = ["instruction", "how often", "where", "answers of such a sample, on average"];

/// `/templates`
#[component]
pub(crate) fn TemplatesPage() -> impl IntoView {
    view! {
        <article class="page">
            <div class="page__head">
                <PageHeading title=Signal::stored("Templates".to_owned())>"Templates"</PageHeading>
                <div class="page__tools">
                    <CopyLink path=|()| "/templates".to_owned() />
                </div>
            </div>
            <p class="page__lead">
                "Instructions that many samples repeat word for word; … stands for what differs."
            </p>
            <Page offset=0 most=0 longest=RwSignal::new(0) />
        </article>
        <Footer json=paths::templates_with_lengths(0) />
    }
}

/// A page of the list, and behind it the next one once it is asked for.
#[component]
fn Page(
    /// Templates before this page.
    offset: u64,
    /// Samples of the most frequent template; the first page knows it itself.
    most: u64,
    /// Characters of the longest mean answer of all pages so far.
    longest: RwSignal<u64>,
) -> impl IntoView {
    let library = Library::here();
    let answer = Answer::<Templates>::at(move || {
        library.refreshes.track();
        Some(paths::templates_with_lengths(offset))
    });
    let content = move || match answer.get() {
        None => view! { <Skeleton count=8 class="skeleton--turn" /> }.into_any(),
        Some(Err(error)) => view! { <ErrorNotice error retry=move |()| answer.refetch() /> }.into_any(),
        Some(Ok(templates)) => list(templates, most, longest),
    };
    let next = memo(move || {
        answer.with(|answer| {
            let templates = answer?.as_ref().ok().filter(|templates| templates.next.is_some())?;
            let most = if most > 0 { most } else { templates.items.first()?.samples };
            Some((offset + templates.items.len() as u64, most))
        })
    });
    let is_asked = RwSignal::new(false);
    let rest = move || match next.get() {
        None => ().into_any(),
        Some((offset, most)) if is_asked.get() => view! { <Page offset most longest /> }.into_any(),
        Some(_) => view! {
            <button
                class="button"
                type="button"
                data-testid="more"
                on:click=move |_| is_asked.set(true)
            >
                "More templates"
            </button>
        }
        .into_any(),
    };
    view! {
        {live(content)}
        {live(rest)}
    }
}

/// The templates of a page; above those of the first, how many there are. `most` is zero on the first page.
fn list(templates: Templates, most: u64, longest: RwSignal<u64>) -> AnyView {
    let Templates { items, total, samples, .. } = templates;
    let Some(first) = items.first() else {
        let words =
            "No instruction is repeated often enough; templates are counted while the files are read.";
        return view! { <p class="notice">{words}</p> }.into_any();
    };
    let is_first = most == 0;
    let most = if is_first { first.samples } else { most };
    let here = items.iter().filter_map(mean).map(|(_, characters)| characters).max().unwrap_or(0);
    if here > longest.get_untracked() {
        longest.set(here);
    }
    let total = format::counted(total, "template", "templates");
    let summary = format!("{total} in {}", format::counted(samples, "sample", "samples"));
    let rows = items.into_iter().map(|template| view! { <Row template most longest /> }).collect_view();
    view! {
        {is_first
            .then(|| {
                view! {
                    <p class="templates__total" data-testid="total">
                        {summary}
                    </p>
                    <p class="template templates__head" aria-hidden="true">
                        {NAMES.map(|name| view! { <span>{name}</span> }).collect_view()}
                    </p>
                }
            })}
        <ol class="templates">{rows}</ol>
    }
    .into_any()
}

/// What is answered to a sample of a template on average: words and characters.
fn mean(template: &Template) -> Option<(f64, u64)> {
    let answers = template.answers.filter(|_| template.samples > 0)?;
    Some((answers.words as f64 / template.samples as f64, answers.characters / template.samples))
}

/// A template: its text, how many samples have it, where they are, how long they are answered; all of it leads to these
/// samples.
#[component]
fn Row(template: Template, most: u64, longest: RwSignal<u64>) -> impl IntoView {
    let counts_words = text::has_spaces(&template.text);
    let answered = mean(&template).map(|mean| view! { <Answered mean counts_words longest /> });
    let (url, samples) = (template.url, template.samples);
    let (text, title) = (template.text.clone(), template.text);
    let width = width(samples, most);
    let others = template.datasets.len().saturating_sub(NAMED);
    let use_of = |(slug, count): (String, u64)| {
        let page = at(&format!("{url}&dataset={}", paths::escape(&slug)));
        let bar = format!("length__bar {}", blend::swatch(&slug));
        let width = self::width(count, samples);
        view! {
            <a href=page>
                <DatasetChip slug />
                <span class="length"><i class=bar style:width=width></i></span>
                <span class="num">{format::compact(count)}</span>
            </a>
        }
    };
    let named = template.datasets.into_iter().take(NAMED);
    let named = named.map(|of| use_of((of.dataset, of.samples))).collect_view();
    view! {
        <li class="template" data-testid="template">
            <a class="template__text" href=at(&url) dir="auto" title=title>
                {text}
            </a>
            <a class="template__count" href=at(&url)>
                <span class="num">{format::counted(samples, "sample", "samples")}</span>
                <span class="length"><i class="length__bar" style:width=width></i></span>
            </a>
            <p class="template__datasets">
                {named} {(others > 0).then(|| view! { <span class="muted">{format!("{others} more")}</span> })}
            </p>
            {answered}
        </li>
    }
}

/// How long a template is answered, on one scale for all of them.
#[component]
fn Answered(
    /// Words and characters on average.
    mean: (f64, u64),
    /// Whether a number of words says something.
    counts_words: bool,
    /// Characters of the longest mean answer.
    longest: RwSignal<u64>,
) -> impl IntoView {
    let (words, characters) = mean;
    let counted = format::counted(characters, "character", "characters");
    let words = counts_words.then(|| {
        view! { <span class="muted num">{format!("{} words", format::decimal(words, 1))}</span> }
    });
    view! {
        <p class="template__answers" data-testid="answers">
            <span class="num">{counted}</span>
            <span class="length"><i class="length__bar" style:width=move || width(characters, longest.get())></i></span>
            {words}
        </p>
    }
}

/// A part of something as the width of a bar.
fn width(part: u64, whole: u64) -> String {
    format::decimal(part as f64 / whole.max(1) as f64 * 100.0, 2) + "%"
}
