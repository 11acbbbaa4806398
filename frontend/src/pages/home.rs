//! The root at a glance: what there is and how it blends, where to begin, what is wrong.

mod begin;
mod empty;
mod plans;
mod shelf;

use crate::{
    address::at,
    api::Answer,
    blend::{self, Share},
    components::{BlendBar, CopyLink, ErrorNotice, Footer, PageHeading, Segments, Skeleton, TroubleList},
    format,
    library::{Library, Progress},
    live::{live, memo},
    url_state,
};
use begin::Begin;
use blendscope_shared::{
    dataset::{Dataset, Layout},
    overview::Troubles,
    paths,
    search::SearchParams,
};
use empty::{NothingYet, reading};
use leptos::prelude::*;
use plans::Plans;
use shelf::{Shelf, Unread};

/// What the blend bar counts.
#[derive(Clone, Copy)]
enum Measure {
    Samples,
    Words,
    Characters,
    Images,
}

impl Measure {
    const ALL: [Self; 4] = [Self::Samples, Self::Words, Self::Characters, Self::Images];
    const NAMES: [&'static str; 4] = ["samples", "words", "characters", "images"];

    fn of(self, dataset: &Dataset) -> u64 {
        match self {
            Self::Samples => dataset.samples,
            Self::Words => dataset.words,
            Self::Characters => dataset.characters,
            Self::Images => dataset.images_referenced,
        }
    }
}

/// Whether the blend bar counts reference sets.
const REFERENCE: [&str; 2] = ["without reference sets", "with reference sets"];
/// Languages that are named with the totals.
const LANGUAGES: usize = 4;
/// What is wrong is asked for again after so many times at which other numbers are brought up to date.
const REFRESHES: u32 = 8;
/// Layouts that are named in the head.
const LAYOUTS: usize = 3;

/// What there is, as far as it is known.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    Failure,
    Empty,
    Datasets,
}

/// `/`
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let library = Library::here();
    let root = move || library.name();
    let known = memo(move || {
        library.datasets.with(|answer| match answer {
            None => Known::Nothing,
            Some(Err(_)) => Known::Failure,
            Some(Ok(answer)) if answer.items.is_empty() => Known::Empty,
            Some(Ok(_)) => Known::Datasets,
        })
    });
    let content = move || match known.get() {
        Known::Nothing => view! { <Skeleton count=8 class="skeleton--card" /> }.into_any(),
        Known::Failure => {
            let error = library.datasets.with(|answer| answer?.as_ref().err().cloned());
            error
                .map(|error| view! { <ErrorNotice error retry=move |()| library.datasets.refetch() /> })
                .into_any()
        }
        Known::Empty => view! { <NothingYet /> }.into_any(),
        Known::Datasets => view! { <Overview /> }.into_any(),
    };
    let notice = memo(move || {
        library.progress.with(|progress| match progress {
            Progress::Known(status) => status.notice.clone(),
            Progress::Unknown | Progress::Offline => None,
        })
    });
    let layouts = memo(move || library.datasets.good().map(|answer| answer.layouts).unwrap_or_default());
    view! {
        <article class="page page--broad home">
            <div class="page__head">
                <PageHeading title=Signal::derive(root)>{live(root)}</PageHeading>
                {live(move || laid_out(layouts.get()))}
                <div class="page__tools">
                    <CopyLink path=|()| "/".to_owned() />
                </div>
            </div>
            {live(move || notice.get().map(|notice| view! { <p class="home__notice" dir="auto" data-testid="notice">{notice}</p> }))}
            {live(content)}
        </article>
        <Footer json=paths::datasets() />
    }
}

/// Everything, in parts that are drawn anew one by one while numbers grow.
#[component]
fn Overview() -> impl IntoView {
    let library = Library::here();
    let datasets = memo(move || library.datasets.good().map(|answer| answer.items).unwrap_or_default());
    let unclaimed = memo(move || library.datasets.good().map(|answer| answer.unclaimed).unwrap_or_default());
    let samples = Signal::derive(move || datasets.with(|datasets| sum(datasets, |dataset| dataset.samples)));
    // Most of it is known only at the end; while files are read it is enough to ask now and then.
    let turn = memo(move || (library.is_reading(), library.refreshes.get() / REFRESHES));
    let troubles = Answer::<Troubles>::at(move || {
        turn.track();
        Some(paths::troubles())
    });
    let wrong = move || {
        troubles.good().map(|troubles| {
            let missing = with_filter("image_status", "missing");
            let count = troubles.missing;
            let lack = (count > 0).then(|| {
                let words = format!("{} lack a picture", format::counted(count, "sample", "samples"));
                view! { <a class="home__all" href=at(&missing)>{words}</a> }
            });
            view! { <h2 id="wrong">"What is wrong" {lack}</h2> <TroubleList troubles /> }
        })
    };
    view! {
        {live(move || datasets.with(|datasets| totals(datasets, library.is_reading())))}
        {live(move || library.progress.with(reading))}
        <Blend datasets />
        <div class="home__columns">
            <Begin samples />
            <Plans />
            <section class="home__wrong" aria-label="What is wrong">{live(wrong)}</section>
        </div>
        <Shelf datasets />
        {live(move || view! { <Unread unclaimed=unclaimed.get() /> })}
    }
}

/// How much there is, each number the way to what it counts.
fn totals(datasets: &[Dataset], is_reading: bool) -> AnyView {
    let total = |count: u64, words: String, href: Option<String>| {
        view! { <li><a href=href><strong>{format::count(count)}</strong>" "{words}</a></li> }.into_any()
    };
    let (samples, images) = (sum(datasets, |of| of.samples), sum(datasets, |of| of.images_referenced));
    let plural =
        |count: u64, one: &str, many: &str| if count == 1 { one.to_owned() } else { many.to_owned() };
    let mut items = vec![
        total(samples, plural(samples, "sample", "samples"), Some(at("/search"))),
        total(
            datasets.len() as u64,
            plural(datasets.len() as u64, "dataset", "datasets"),
            Some(at("/#shelf")),
        ),
        total(images, plural(images, "image reference", "image references"), None),
    ];
    items.extend(languages(datasets).into_iter().take(LANGUAGES).map(|(lang, count)| {
        total(count, format::language(&lang).to_owned(), Some(at(&with_filter("lang", &lang))))
    }));
    let so_far = is_reading.then(|| view! { <li class="totals__so-far" data-testid="so-far">"so far"</li> });
    view! { <ul class="totals" aria-live="polite" data-testid="totals">{items}{so_far}</ul> }.into_any()
}

/// The languages of all samples, the most frequent first.
fn languages(datasets: &[Dataset]) -> Vec<(String, u64)> {
    let mut languages: Vec<(String, u64)> = Vec::new();
    for language in datasets.iter().flat_map(|dataset| &dataset.languages) {
        match languages.iter_mut().find(|(known, _)| *known == language.lang) {
            Some((_, count)) => *count += language.count,
            None => languages.push((language.lang.clone(), language.count)),
        }
    }
    blend::largest_first(languages, |(_, count)| *count)
}

/// The blend of everything, with what it counts to choose from, and the languages.
#[component]
fn Blend(datasets: Memo<Vec<Dataset>>) -> impl IntoView {
    let measure = RwSignal::new(0);
    let with_reference = RwSignal::new(0);
    let has_reference = memo(move || datasets.with(|datasets| has_both(datasets)));
    let shares = Signal::derive(move || {
        let has_reference = has_reference.get();
        let is_counted =
            |dataset: &Dataset| !has_reference || with_reference.get() == 1 || !dataset.is_reference;
        datasets.with(|datasets| shares(datasets, Measure::ALL[measure.get()], is_counted))
    });
    let reference = move || {
        has_reference.get().then(|| {
            view! { <Segments label="Which datasets the bar counts" names=&REFERENCE chosen=with_reference /> }
        })
    };
    view! {
        <section class="home__blend" aria-labelledby="blend">
            <div class="home__blend-head">
                <h2 id="blend">"Everything, by dataset"</h2>
                {live(reference)}
                <Segments label="What the bar counts" names=&Measure::NAMES chosen=measure />
            </div>
            <BlendBar
                shares
                unit=Signal::derive(move || Measure::NAMES[measure.get()])
                href=|slug: String| url_state::search_in(&slug)
            />
            {live(move || datasets.with(|datasets| language_bar(datasets)))}
        </section>
    }
}

/// The languages of all samples as a bar of greys, each piece the way to its samples; nothing for a single one.
fn language_bar(datasets: &[Dataset]) -> Option<AnyView> {
    let languages = languages(datasets);
    let all: u64 = languages.iter().map(|(_, count)| count).sum();
    if languages.len() < 2 {
        return None;
    }
    let piece = |(lang, count): (String, u64)| {
        let share = count as f64 / all as f64;
        let name = format::language(&lang).to_owned();
        let title =
            format!("{name}: {}, {}", format::counted(count, "sample", "samples"), format::percent(share));
        let grow = format::decimal(share, 5);
        view! {
            <a class="language" href=at(&with_filter("lang", &lang)) style:flex-grow=grow title=title>
                <span class="language__name">{name} " " <b>{format::percent(share)}</b></span>
            </a>
        }
        .into_any()
    };
    let pieces: Vec<_> = languages.into_iter().map(piece).collect();
    Some(view! { <div class="languages" role="group" aria-label="Languages of all samples" data-testid="languages">{pieces}</div> }.into_any())
}

/// Whose preparation documents the root follows, and how far; nothing when it follows none.
fn laid_out(layouts: Vec<Layout>) -> Option<AnyView> {
    let found: Vec<_> = layouts.into_iter().filter(|layout| layout.found > 0).collect();
    let more = found.len().saturating_sub(LAYOUTS);
    let names = found.iter().take(LAYOUTS);
    let mut names: Vec<_> =
        names.map(|layout| format!("{} {} of {} places", layout.title, layout.found, layout.total)).collect();
    if more > 0 {
        names.push(format!("{more} more"));
    }
    (!names.is_empty()).then(|| {
        view! { <p class="home__layouts muted" data-testid="layouts">"laid out as " {names.join(", ")}</p> }.into_any()
    })
}

fn with_filter(name: &str, value: &str) -> String {
    let filters = [(name.to_owned(), vec![value.to_owned()])].into();
    paths::search_page(&SearchParams { filters, ..SearchParams::default() })
}

fn sum(datasets: &[Dataset], count: impl Fn(&Dataset) -> u64) -> u64 {
    datasets.iter().map(count).sum()
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
