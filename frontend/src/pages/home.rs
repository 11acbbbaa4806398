//! The root at a glance: what there is, how it blends, what is wrong.

use crate::{
    address::at,
    blend::{self, Share},
    components::{BlendBar, CopyLink, DatasetCard, ErrorNotice, Footer, PageHeading, Segments, Skeleton},
    format,
    library::Library,
    live::live,
    url_state,
};
use blendscope_shared::{
    dataset::{Dataset, Datasets, Layout, Unclaimed},
    paths,
    search::SearchParams,
};
use leptos::prelude::*;

/// What the blend bar counts.
#[derive(Clone, Copy)]
enum Measure {
    Samples,
    Words,
    Images,
}

impl Measure {
    const ALL: [Self; 3] = [Self::Samples, Self::Words, Self::Images];
    const NAMES: [&'static str; 3] = ["samples", "words", "images"];

    fn of(self, dataset: &Dataset) -> u64 {
        match self {
            Self::Samples => dataset.samples,
            Self::Words => dataset.words,
            Self::Images => dataset.images_referenced,
        }
    }
}

/// Whether the blend bar counts reference sets.
const REFERENCE: [&str; 2] = ["without reference sets", "with reference sets"];

/// `/`
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let library = Library::here();
    let root = move || library.name();
    let content = move || match library.datasets.get() {
        None => view! { <Skeleton count=8 class="skeleton--card" /> }.into_any(),
        Some(Err(error)) => {
            view! { <ErrorNotice error retry=move |()| library.datasets.refetch() /> }.into_any()
        }
        Some(Ok(datasets)) if datasets.items.is_empty() => {
            view! { <NothingYet unclaimed=datasets.unclaimed /> }.into_any()
        }
        Some(Ok(datasets)) => view! { <Overview datasets /> }.into_any(),
    };
    view! {
        <article class="page home">
            <div class="page__head">
                <PageHeading title=Signal::derive(root)>{live(root)}</PageHeading>
                <div class="page__tools">
                    <a class="button button--main" href=at("/search") data-testid="browse-all">
                        "Browse all samples"
                    </a>
                    <CopyLink path=|()| "/".to_owned() />
                </div>
            </div>
            {live(content)}
        </article>
        <Footer json=paths::datasets() />
    }
}

#[component]
fn Overview(datasets: Datasets) -> impl IntoView {
    let measure = RwSignal::new(0);
    let totals = Totals::of(&datasets.items);
    let items = StoredValue::new(datasets.items.clone());
    let with_reference = RwSignal::new(0);
    let has_reference = has_both(&datasets.items);
    let shares = Signal::derive(move || {
        let is_counted =
            |dataset: &Dataset| !has_reference || with_reference.get() == 1 || !dataset.is_reference;
        items.with_value(|items| shares(items, Measure::ALL[measure.get()], is_counted))
    });
    view! {
        <ul class="totals" aria-live="polite">
            <li>
                <strong>{format::count(totals.samples)}</strong>
                " samples"
            </li>
            <li>
                <strong>{format::count(totals.images)}</strong>
                " images"
            </li>
            <li>
                <strong>{format::compact(totals.words)}</strong>
                " words"
            </li>
            <li>
                <strong>{format::count(datasets.items.len() as u64)}</strong>
                " datasets"
            </li>
        </ul>
        <Layouts layouts=datasets.layouts.clone() />
        <div class="home__blend">
            <Segments label="What the bar counts" names=&Measure::NAMES chosen=measure />
            {has_reference
                .then(|| {
                    view! {
                        <Segments label="Which datasets the bar counts" names=&REFERENCE chosen=with_reference />
                    }
                })}
            <BlendBar
                shares
                unit=Signal::derive(move || Measure::NAMES[measure.get()])
                href=|slug: String| url_state::search_in(&slug)
            />
        </div>
        <Troubles datasets=datasets.clone() />
        <section aria-labelledby="shelf">
            <h2 id="shelf">"Datasets"</h2>
            <div class="shelf">
                {shelf(datasets.items)
                    .into_iter()
                    .map(|dataset| view! { <DatasetCard dataset /> })
                    .collect_view()}
            </div>
        </section>
        <Unopened unclaimed=datasets.unclaimed />
    }
}

/// Whose preparation documents the root follows, and how far; nothing when it follows none.
#[component]
fn Layouts(layouts: Vec<Layout>) -> impl IntoView {
    let names: Vec<_> = layouts
        .into_iter()
        .filter(|layout| layout.found > 0)
        .map(|layout| format!("{} ({} of {} places)", layout.title, layout.found, layout.total))
        .collect();
    (!names.is_empty()).then(|| {
        view! {
            <p class="home__layouts" data-testid="layouts">
                <span class="muted">"Laid out as "</span>
                {names.join(", ")}
            </p>
        }
        .into_any()
    })
}

/// What is wrong, dataset by dataset; nothing when all is well.
#[component]
fn Troubles(datasets: Datasets) -> impl IntoView {
    let troubled: Vec<Dataset> = datasets
        .items
        .into_iter()
        .filter(|dataset| {
            let absent = dataset.images_missing + dataset.images_broken;
            dataset.skipped > 0 || (dataset.complete && absent > 0)
        })
        .collect();
    let skipped: u64 = troubled.iter().map(|dataset| dataset.skipped).sum();
    let missing: u64 = troubled.iter().map(|dataset| dataset.images_missing).sum();
    let broken: u64 = troubled.iter().map(|dataset| dataset.images_broken).sum();
    let unopened = datasets.unclaimed.len() as u64;
    if troubled.is_empty() && unopened == 0 {
        return ().into_any();
    }
    let missing = (missing > 0).then(|| format!("{} missing", format::counted(missing, "image", "images")));
    let broken = (broken > 0).then(|| format!("{} broken", format::counted(broken, "image", "images")));
    let skipped =
        (skipped > 0).then(|| format!("{} skipped", format::counted(skipped, "bad record", "bad records")));
    let unopened =
        (unopened > 0).then(|| format!("{} not opened", format::counted(unopened, "file", "files")));
    let summary =
        [missing, broken, skipped, unopened.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let has_rows = !troubled.is_empty();
    let row = |dataset: Dataset| {
        let filters = [("image_status".to_owned(), vec!["missing".to_owned()])].into();
        let params = SearchParams { dataset: vec![dataset.slug.clone()], filters, ..SearchParams::default() };
        let missing = (dataset.images_missing > 0).then(|| at(&paths::search_page(&params)));
        view! {
            <tr>
                <th scope="row">
                    <a href=at(&paths::dataset_page(&dataset.slug))>{dataset.title}</a>
                </th>
                <td>
                    <a href=missing>{format::count(dataset.images_missing)}</a>
                    <span class="muted">" of " {format::count(dataset.images_referenced)}</span>
                </td>
                <td>{format::count(dataset.skipped)}</td>
            </tr>
        }
    };
    view! {
        <details class="troubles">
            <summary>
                <span class="troubles__sign" aria-hidden="true">
                    "!"
                </span>
                {summary}
            </summary>
            <div class="table-box">
                {has_rows
                    .then(|| {
                        view! {
                            <table class="table">
                                <thead>
                                    <tr>
                                        <th scope="col">"Dataset"</th>
                                        <th scope="col">"Images missing"</th>
                                        <th scope="col">"Records skipped"</th>
                                    </tr>
                                </thead>
                                <tbody>{troubled.into_iter().map(row).collect_view()}</tbody>
                            </table>
                        }
                    })}
                {unopened.map(|words| view! { <p class="muted">{words}": the end of this page says why"</p> })}
            </div>
        </details>
    }
    .into_any()
}

/// Files that nothing reads, and why.
#[component]
fn Unopened(unclaimed: Vec<Unclaimed>) -> impl IntoView {
    if unclaimed.is_empty() {
        return ().into_any();
    }
    let title = format!("{} not opened", format::counted(unclaimed.len() as u64, "file", "files"));
    let row = |file: Unclaimed| {
        view! {
            <li class="unclaimed__item">
                <code dir="auto">{file.path}</code>
                <span class="muted" dir="auto">
                    {file.reason}
                </span>
            </li>
        }
    };
    view! {
        <section class="unclaimed">
            <h2>{title}</h2>
            <ul class="unclaimed__items">{unclaimed.into_iter().map(row).collect_view()}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn NothingYet(unclaimed: Vec<Unclaimed>) -> impl IntoView {
    view! {
        <div class="notice">
            <div>
                <p class="notice__title">"No training records here"</p>
                <p>
                    "Blendscope looks for JSON, JSON lines, pickle, Parquet and tar files with training records"
                    " in the folder it was started with. Start it with the folder that holds your annotation files."
                </p>
            </div>
        </div>
        <Unopened unclaimed />
    }
}

#[derive(Clone, Copy)]
struct Totals {
    samples: u64,
    images: u64,
    words: u64,
}

impl Totals {
    fn of(datasets: &[Dataset]) -> Self {
        Self {
            samples: datasets.iter().map(|dataset| dataset.samples).sum(),
            images: datasets.iter().map(|dataset| dataset.images_referenced).sum(),
            words: datasets.iter().map(|dataset| dataset.words).sum(),
        }
    }
}

/// Largest first.
fn shelf(datasets: Vec<Dataset>) -> Vec<Dataset> {
    blend::largest_first(datasets, |dataset| dataset.samples)
}

/// Whether there are reference sets, and others from which to keep them apart.
fn has_both(datasets: &[Dataset]) -> bool {
    let is_there = |is_reference: bool| datasets.iter().any(|dataset| dataset.is_reference == is_reference);
    is_there(true) && is_there(false)
}

fn shares(datasets: &[Dataset], measure: Measure, is_counted: impl Fn(&Dataset) -> bool) -> Vec<Share> {
    let part = |dataset: &Dataset| Share {
        slug: dataset.slug.clone(),
        title: dataset.title.clone(),
        count: measure.of(dataset),
        swatch: blend::swatch(&dataset.slug),
        ..Share::default()
    };
    blend::shares(datasets.iter().filter(|dataset| is_counted(dataset)).map(part).collect())
}
