//! One sample: its conversation, its pictures, and what is known about it.

use crate::{
    api,
    boxes::{self, Frame},
    browser,
    components::{
        BoxPreview, CopyLink, CopyMenu, ErrorNotice, Facts, Footer, Lightbox, PageHeading, Picture,
        PointedBox, Skeleton, TurnBubble, WalkBar,
    },
    fetch::Fetched,
    json,
    live::{act, live},
    router::Router,
};
use blendscope_shared::{
    content,
    image::{ImageStatus, ImageView},
    paths,
    role::Role,
    sample::SampleView,
};
use leptos::prelude::*;

/// Where the choice of the boxes' frame is kept.
const FRAME_STORAGE: &str = "blendscope.boxes";
/// Characters of the first caption that stand for a picture, and in the title.
const ALT_LENGTH: usize = 120;

/// `/s/{dataset}/{key}`
#[component]
pub(crate) fn SamplePage() -> impl IntoView {
    let router = Router::here();
    let place = router.named;
    let answer = Fetched::follow(move || {
        let (dataset, key) = place.get();
        Some(Box::pin(async move { api::sample(&dataset, &key).await }))
    });
    let sample = Signal::derive(move || answer.get().and_then(Result::ok));
    let name = live(move || {
        sample
            .with(|sample| sample.as_ref().and_then(|sample| sample.id.clone()))
            .unwrap_or_else(|| place.get().1)
    });
    let title = Signal::derive(move || {
        sample.with(|sample| sample.as_ref().map(title)).unwrap_or_else(|| place.get().1)
    });
    let lightbox = RwSignal::new(None);
    let content = live(move || match answer.get() {
        None => view! { <Skeleton count=4 class="skeleton--turn" /> }.into_any(),
        Some(Err(error)) => view! { <ErrorNotice error retry=move |()| answer.again() /> }.into_any(),
        Some(Ok(sample)) => view! { <Sample sample lightbox /> }.into_any(),
    });
    let json = Signal::derive(move || place.with(|(dataset, key)| paths::sample(dataset, key)));
    let link = move |()| {
        let (dataset, key) = place.get_untracked();
        paths::sample_page(&dataset, &key)
    };
    view! {
        <article class="page sample" data-testid="sample">
            <div class="page__head">
                <PageHeading title>
                    <span class="sample__name">{name}</span>
                </PageHeading>
                <div class="page__tools">
                    <WalkBar sample />
                    <CopyLink path=link />
                </div>
            </div>
            {content}
        </article>
        <Lightbox image=lightbox />
        <Footer json />
    }
}

#[component]
fn Sample(sample: SampleView, lightbox: RwSignal<Option<ImageView>>) -> impl IntoView {
    let shows_raw = RwSignal::new(false);
    let frame = RwSignal::new(remembered_frame());
    let has_boxes = sample.turns.iter().any(|turn| boxes::has_box(&turn.text));
    let stored = StoredValue::new(sample.clone());
    let tab = move |raw: bool, label: &'static str| {
        view! {
            <button
                type="button"
                class="segments__item"
                aria-pressed=live(move || (shows_raw.get() == raw).to_string())
                on:click=act(move |_| shows_raw.set(raw))
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="sample__columns">
            <div class="sample__main">
                <div class="sample__bar">
                    <div class="segments" role="group" aria-label="How the sample is shown">
                        {tab(false, "Conversation")}
                        {tab(true, "Raw JSON")}
                    </div>
                    {has_boxes.then(|| view! { <FrameSwitch frame /> })}
                </div>
                {move || {
                    let sample = stored.get_value();
                    if shows_raw.get() {
                        view! {
                            <pre class="raw" dir="auto">
                                {json::pretty(&sample.raw)}
                            </pre>
                        }
                            .into_any()
                    } else {
                        view! { <Conversation sample lightbox frame /> }.into_any()
                    }
                }}
            </div>
            <aside class="sample__side" aria-label="Facts">
                <CopyMenu sample=sample.clone() />
                <Facts sample />
            </aside>
        </div>
    }
}

/// The turns, with pictures that no turn names in front of them.
#[component]
fn Conversation(
    sample: SampleView,
    lightbox: RwSignal<Option<ImageView>>,
    #[prop(into)] frame: Signal<Frame>,
) -> impl IntoView {
    provide_context(PointedBox(RwSignal::new(None)));
    let alt = StoredValue::new(caption(&sample));
    let open = Callback::new(move |image| lightbox.set(Some(image)));
    let named: usize = sample.turns.iter().map(|turn| content::image_tokens(&turn.text)).sum();
    let unnamed: Vec<_> = sample.images.iter().skip(named).cloned().collect();
    let pictured = sample.images.iter().find(|image| image.status == ImageStatus::Present).cloned();
    let images = StoredValue::new(sample.images);
    let mut first_image = 0;
    let turns: Vec<_> = sample
        .turns
        .into_iter()
        .enumerate()
        .map(|(number, turn)| {
            let first = first_image;
            first_image += content::image_tokens(&turn.text);
            view! { <TurnBubble turn number first_image=first images open frame alt /> }
        })
        .collect();
    let has_unnamed = !unnamed.is_empty();
    view! {
        {has_unnamed
            .then(|| {
                view! {
                    <div class="pictures">
                        {unnamed
                            .into_iter()
                            .map(|image| view! { <Picture image alt=alt.get_value() open frame /> })
                            .collect_view()}
                    </div>
                }
            })}
        <ol class="turns">{turns}</ol>
        {pictured.map(|image| view! { <BoxPreview image frame /> })}
    }
}

/// What the numbers of boxes are shares of; remembered, for it is a matter of the data one works with.
#[component]
fn FrameSwitch(frame: RwSignal<Frame>) -> impl IntoView {
    let option = move |value: Frame, label: &'static str| {
        let choose = move |_| {
            frame.set(value);
            browser::remember(FRAME_STORAGE, if value == Frame::PaddedSquare { "square" } else { "picture" });
        };
        view! {
            <button
                type="button"
                class="segments__item"
                aria-pressed=live(move || (frame.get() == value).to_string())
                on:click=act(choose)
            >
                {label}
            </button>
        }
    };
    view! {
        <div
            class="segments"
            role="group"
            aria-label="Boxes are shares of"
            title="LLaVA-1.5 wrote boxes as shares of the picture padded to a square"
        >
            {option(Frame::Picture, "boxes on picture")}
            {option(Frame::PaddedSquare, "on padded square")}
        </div>
    }
}

fn remembered_frame() -> Frame {
    match browser::remembered(FRAME_STORAGE).as_deref() {
        Some("square") => Frame::PaddedSquare,
        _ => Frame::Picture,
    }
}

/// The first response: what a picture shows, in the data's own words.
fn caption(sample: &SampleView) -> String {
    let response = sample.turns.iter().find(|turn| turn.role == Role::Gpt);
    response.map_or_else(String::new, |turn| turn.text.chars().take(ALT_LENGTH).collect())
}

fn title(sample: &SampleView) -> String {
    let caption = caption(sample);
    let name = sample.id.as_deref().unwrap_or(&sample.key);
    if caption.is_empty() { name.to_owned() } else { format!("{name}: {caption}") }
}
