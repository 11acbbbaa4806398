//! One image as a passport: the picture with the boxes of all datasets, and everything that they say about it.

mod references;
mod said;
mod stages;
mod who;

use crate::{
    address::at,
    api::{self, Answer},
    boxes::{self, DrawnBox, Frame},
    components::{
        BoxesOnPictures, CopyButton, CopyLink, ErrorNotice, Figure, Footer, Icon, PageHeading, Skeleton,
        Symbol, TermsBadge, Viewer, image_status,
    },
    format, keys,
    library::Library,
    live::live,
    passport::{self, Said},
    router::Router,
};
use blendscope_shared::{
    image::ImageView,
    image_page::{ImageDetail, SayingKind},
    paths,
    search::{SearchHit, SearchParams},
};
use leptos::{prelude::*, task::spawn_local};
use references::References;
use said::{Everything, box_count};
use stages::InStages;
use who::WhoSaysHowMuch;

/// `/i/{source}/{name}`
#[component]
pub(crate) fn ImagePage() -> impl IntoView {
    let router = Router::here();
    let library = Library::here();
    let key = Signal::derive(move || router.named.get().0);
    let answer = Answer::<ImageDetail>::at(move || {
        library.refreshes.track();
        Some(api::whole_image(&key.get()))
    });
    let content = move || match answer.get() {
        None => view! { <Skeleton count=4 class="skeleton--turn" /> }.into_any(),
        Some(Err(error)) => view! { <ErrorNotice error retry=move |()| answer.refetch() /> }.into_any(),
        Some(Ok(detail)) => view! { <Passport detail /> }.into_any(),
    };
    let crumbs = move || {
        let key = key.get();
        let source = key.split('/').next().unwrap_or_default().to_owned();
        let filters = [("source".to_owned(), vec![source.clone()])].into();
        let of_source = paths::search_page(&SearchParams { filters, ..SearchParams::default() });
        view! {
            <a href=at("/") class="crumbs__root">{live(move || library.name())}</a>
            <span aria-hidden="true">"›"</span>
            <a href=at(&of_source)>{source}</a>
        }
    };
    view! {
        <article class="page page--broad page--image" data-testid="image">
            <div class="page__bar">
                <nav class="crumbs" aria-label="Where it belongs">{live(crumbs)}</nav>
                <CopyButton label="Copy key" text=key class="button button--narrow" testid="copy-key" />
                <CopyLink path=move |()| paths::image_page(&key.get_untracked()) />
            </div>
            <PageHeading title=key class="title title--page">
                {live(move || key.with(|key| key.rsplit('/').next().unwrap_or_default().to_owned()))}
            </PageHeading>
            {live(content)}
        </article>
        <Footer json=Signal::derive(move || api::whole_image(&key.get())) />
    }
}

/// The samples that are known so far, and what they say.
#[derive(Clone, Copy)]
struct Known {
    said: RwSignal<Vec<Said>>,
    hits: RwSignal<Vec<SearchHit>>,
    /// Place of the next page.
    next: RwSignal<Option<String>>,
    total: u64,
}

/// The search for the samples that show an image.
fn samples_with(key: &str) -> SearchParams {
    SearchParams { q: format!("image:\"{key}\""), ..SearchParams::default() }
}

/// The picture with its facts at the side, and everything that is said.
#[component]
fn Passport(detail: ImageDetail) -> impl IntoView {
    let mut samples = detail.samples.clone();
    let said = passport::texts(&mut samples);
    let alt = said.first().map_or_else(String::new, |said| said.saying.text.clone());
    let drawn = drawn_boxes(&said, &samples.boxes);
    let boxes = BoxesOnPictures::provide(drawn, None, Frame::Picture);
    let known = Known {
        said: RwSignal::new(said),
        hits: RwSignal::new(samples.items),
        next: RwSignal::new(samples.next),
        total: samples.total,
    };
    let key = detail.key.clone();
    view! {
        <p class="page__lead" data-testid="total">{live(move || summary(known))}</p>
        <div class="passport">
            <aside class="passport__side" aria-label="The picture">
                <Portrait detail=detail.clone() alt boxes />
                <PictureFacts detail />
                {(known.total > 0).then(|| view! { <InStages key=key.clone() /> })}
            </aside>
            <div class="passport__main">
                {live(move || known.said.with(|said| view! { <WhoSaysHowMuch said=said.clone() /> <Everything said=said.clone() /> }.into_any()))}
                <MoreSamples key known />
                {live(move || view! { <References hits=known.hits.get() total=known.total /> })}
            </div>
        </div>
    }
}

/// How much is said, in one line.
fn summary(known: Known) -> String {
    if known.total == 0 {
        return "No sample shows it.".to_owned();
    }
    known.said.with(|said| {
        let datasets = known.hits.with(|hits| {
            let mut slugs: Vec<&str> = hits.iter().map(|hit| hit.dataset.as_str()).collect();
            slugs.sort_unstable();
            slugs.dedup();
            slugs.len() as u64
        });
        let of = |kind| said.iter().filter(|said| said.saying.kind == kind).count() as u64;
        let parts: Vec<_> = [
            (of(SayingKind::Caption), "caption", "captions"),
            (of(SayingKind::Answer), "answer", "answers"),
            (of(SayingKind::Region), "region", "regions"),
            (of(SayingKind::Document), "document", "documents"),
        ]
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format::counted(count, one, many))
        .collect();
        let shown = known.hits.with(|hits| hits.len() as u64);
        let first = if shown < known.total {
            format!("; of the first {}: ", format::count(shown))
        } else {
            ": ".to_owned()
        };
        format!(
            "Shown in {} of {}{first}{}",
            format::counted(known.total, "sample", "samples"),
            format::counted(datasets, "dataset", "datasets"),
            if parts.is_empty() { "nothing is said about it".to_owned() } else { parts.join(", ") },
        )
    })
}

/// The boxes that are written in the texts, numbered in their order, then those of box files.
fn drawn_boxes(said: &[Said], labelled: &[blendscope_shared::sample::LabelledBox]) -> Vec<DrawnBox> {
    let texts = said.iter().filter(|said| box_count(said) > 0);
    let texts: Vec<&str> =
        texts.flat_map(|said| [said.saying.question.as_str(), &said.saying.text]).collect();
    boxes::of_texts(&texts, labelled)
}

/// The picture, which opens in its size, and what is drawn on it.
#[component]
fn Portrait(detail: ImageDetail, alt: String, boxes: BoxesOnPictures) -> impl IntoView {
    let shown = RwSignal::new(None::<usize>);
    let open = Callback::new(move |number| shown.set(Some(number)));
    let show = Callback::new(move |number| shown.set(number));
    let first = detail.samples.items.iter().flat_map(|hit| &hit.images).find(|image| image.key == detail.key);
    let image = ImageView {
        key: detail.key.clone(),
        status: detail.status,
        width: detail.width,
        height: detail.height,
        written: first.map(|image| image.written.clone()).unwrap_or_default(),
        tried: detail.tried.clone(),
        trouble: detail.trouble.clone(),
        note: first.and_then(|image| image.note.clone()),
        thumbnail: first.map_or_else(|| paths::thumbnail(&detail.key, 320), |image| image.thumbnail.clone()),
        ..ImageView::default()
    };
    let images = Signal::stored(vec![image.clone()]);
    let count = boxes.count();
    keys::on_key(move |key| {
        match key {
            "b" if count > 0 => {
                boxes.toggle();
            }
            "z" => open.run(0),
            _ => return false,
        }
        true
    });
    let switch = (count > 0).then(|| {
        view! {
            <button
                class="button button--small"
                type="button"
                title="Boxes on the picture (b)"
                data-testid="boxes"
                aria-pressed=move || boxes.is_drawn().to_string()
                on:click=move |_| {
                    boxes.toggle();
                }
            >
                "Boxes of all datasets"
                <span class="tag__count">{count}</span>
            </button>
        }
    });
    let original = detail.bytes.is_some().then(|| {
        view! {
            <a class="button button--small" href=at(&paths::image(&detail.key)) target="_blank">
                <Icon symbol=Symbol::Open />
                "Original"
            </a>
        }
    });
    view! {
        <div class="strip strip--one passport__picture"><Figure image place=0 alt open is_first=true /></div>
        <Viewer images shown=shown.into() show />
        <div class="tags">{switch}{original}</div>
    }
}

/// What the picture is, and where it lies.
#[component]
fn PictureFacts(detail: ImageDetail) -> impl IntoView {
    let size = detail.width.zip(detail.height).map(|(width, height)| format!("{width} × {height}"));
    let bytes = detail.bytes.map(|bytes| format!("{} bytes", format::count(bytes)));
    let format = detail.format.map(|format| format.to_uppercase());
    let kind: Vec<String> = [format, size, bytes].into_iter().flatten().collect();
    let kind = (!kind.is_empty()).then(|| kind.join(", "));
    let row = |name: &'static str, value: Option<String>, class: &'static str| {
        value.map(|value| view! { <dt>{name}</dt><dd class=class dir="auto">{value}</dd> }.into_any())
    };
    let search = paths::search_page(&samples_with(&detail.key));
    let total = detail.samples.total;
    view! {
        <dl class="facts">
            <dt>"Key"</dt>
            <dd class="facts__path" dir="auto">{detail.key}</dd>
            {row("Found at", detail.place, "facts__path")}
            <dt>"Status"</dt>
            <dd>{image_status(detail.status)}</dd>
            {row("Kind", kind, "")}
            {row("Trouble", detail.trouble, "bad")}
            {row("Note", detail.note, "")}
            {(total > 0).then(|| view! {
                <dt>"Samples"</dt>
                <dd><a href=at(&search) data-testid="as-list">{format!("{} as a list, grid or table", format::count(total))}</a></dd>
            })}
            {detail.terms.map(|terms| view! { <dt>"Terms"</dt><dd><TermsBadge terms /></dd> })}
        </dl>
    }
}

/// The way to the samples that are not asked for yet.
#[component]
fn MoreSamples(key: String, known: Known) -> impl IntoView {
    let failure = RwSignal::new(None);
    let is_asked = RwSignal::new(false);
    let key = StoredValue::new(key);
    let fetch = move || {
        let Some(cursor) = known.next.get_untracked() else { return };
        is_asked.set(true);
        failure.set(None);
        spawn_local(async move {
            match api::image_from(&key.get_value(), &cursor).await {
                Ok(mut more) => {
                    known.next.set(more.samples.next.take());
                    let said = passport::texts(&mut more.samples);
                    known.hits.update(|hits| hits.extend(more.samples.items));
                    known.said.update(|known| known.extend(said));
                }
                Err(error) => failure.set(Some(error)),
            }
            is_asked.set(false);
        });
    };
    live(move || {
        let failure = failure.get().map(|error| view! { <ErrorNotice error retry=move |()| fetch() /> });
        let button = (known.next.with(Option::is_some) && !is_asked.get()).then(|| {
            view! {
                <button class="button" type="button" data-testid="more" on:click=move |_| fetch()>
                    "More samples"
                </button>
            }
        });
        view! { {failure} {button} }
    })
}
