//! Instructions that samples repeat word for word, the most frequent first.

use crate::{
    address::at,
    api::Answer,
    blend,
    components::{CopyLink, DatasetChip, ErrorNotice, Footer, PageHeading, Skeleton},
    format,
    library::Library,
    live::{live, memo},
};
use blendscope_shared::{
    paths,
    search::{Template, Templates},
};
use leptos::prelude::*;

/// Datasets that are named with a template; the bar shows the others too.
const NAMED: usize = 4;

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
            <Page offset=0 most=0 />
        </article>
        <Footer json=paths::templates(0) />
    }
}

/// A page of the list, and behind it the next one once it is asked for.
#[component]
fn Page(
    /// Templates before this page.
    offset: u64,
    /// Samples of the most frequent template; the first page knows it itself.
    most: u64,
) -> impl IntoView {
    let library = Library::here();
    let answer = Answer::<Templates>::at(move || {
        library.refreshes.track();
        Some(paths::templates(offset))
    });
    let content = move || match answer.get() {
        None => view! { <Skeleton count=8 class="skeleton--turn" /> }.into_any(),
        Some(Err(error)) => view! { <ErrorNotice error retry=move |()| answer.refetch() /> }.into_any(),
        Some(Ok(templates)) => list(templates, most),
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
        Some((offset, most)) if is_asked.get() => view! { <Page offset most /> }.into_any(),
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
fn list(templates: Templates, most: u64) -> AnyView {
    let Templates { items, total, samples, .. } = templates;
    let Some(first) = items.first() else {
        let words =
            "No instruction is repeated often enough; templates are counted while the files are read.";
        return view! { <p class="notice">{words}</p> }.into_any();
    };
    let is_first = most == 0;
    let most = if is_first { first.samples } else { most };
    let total = format::counted(total, "template", "templates");
    let summary = format!("{total} in {}", format::counted(samples, "sample", "samples"));
    let rows = items.into_iter().map(|template| view! { <Row template most /> }).collect_view();
    view! {
        {is_first
            .then(|| {
                view! {
                    <p class="templates__total" data-testid="total">
                        {summary}
                    </p>
                }
            })}
        <ol class="templates">{rows}</ol>
    }
    .into_any()
}

/// A template: its text, the datasets it occurs in, how many samples have it, and a bar of that as long as it is
/// frequent. All of it leads to these samples.
#[component]
fn Row(template: Template, most: u64) -> impl IntoView {
    let url = template.url;
    let (text, title) = (template.text.clone(), template.text);
    let width = format::decimal(template.samples as f64 / most as f64 * 100.0, 2) + "%";
    let piece = |(slug, samples): (String, u64)| {
        let swatch = move || blend::swatch(&slug);
        view! { <span class=swatch style:flex-grow=samples.to_string()></span> }
    };
    let pieces: Vec<_> = template.datasets.iter().map(|of| piece((of.dataset.clone(), of.samples))).collect();
    let others = template.datasets.len().saturating_sub(NAMED);
    let chip = |(slug, samples): (String, u64)| {
        let page = at(&format!("{url}&dataset={}", paths::escape(&slug)));
        view! {
            <a href=page>
                <DatasetChip slug />
                <span class="tag__count">{format::compact(samples)}</span>
            </a>
        }
    };
    let named = template.datasets.into_iter().take(NAMED);
    let named = named.map(|of| chip((of.dataset, of.samples))).collect_view();
    view! {
        <li class="template" data-testid="template">
            <div>
                <a class="template__text" href=at(&url) dir="auto" title=title>
                    {text}
                </a>
                <p class="template__datasets">
                    {named} {(others > 0).then(|| view! { <span class="muted">{format!("{others} more")}</span> })}
                </p>
            </div>
            <a class="template__count" href=at(&url)>
                {format::counted(template.samples, "sample", "samples")} <span class="template__bar" style:width=width>
                    {pieces}
                </span>
            </a>
        </li>
    }
}
