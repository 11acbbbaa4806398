//! One sample: its conversation, its pictures, and what is known about it.

use crate::{
    api,
    boxes::{self, Frame},
    browser,
    components::{
        BoxPreview, BoxesToggle, CopyLink, CopyMenu, DrawnBoxes, ErrorNotice, Facts, Footer, HitWalk, Hits,
        Lightbox, PageHeading, Picture, PointedBox, Segments, Skeleton, TermsBadge, TurnBubble, WalkBar,
    },
    keys,
    marks::{self, Marks},
    router::Router,
};
use blendscope_shared::{
    content,
    image::{ImageStatus, ImageView},
    paths,
    role::Role,
    sample::{SampleView, Turn, TurnMarks},
};
use leptos::prelude::*;

/// Where the choice of the boxes' frame is kept.
const FRAME_STORAGE: &str = "blendscope.boxes";
/// What boxes can be shares of, and how that is called.
const FRAMES: [Frame; 2] = [Frame::Picture, Frame::PaddedSquare];
const FRAME_NAMES: [&str; 2] = ["boxes on picture", "on padded square"];
/// Characters of the first caption that stand for a picture, and in the title.
const ALT_LENGTH: usize = 120;

/// `/s/{dataset}/{key}`
#[component]
pub(crate) fn SamplePage() -> impl IntoView {
    let router = Router::here();
    let place = router.named;
    let query = Memo::new(move |_| router.list().params.q);
    let answer = LocalResource::new(move || {
        let (dataset, key) = place.get();
        let query = query.get();
        async move { api::sample(&dataset, &key, &query).await }
    });
    let sample = Signal::derive(move || answer.get().and_then(Result::ok));
    let name = move || {
        sample
            .with(|sample| sample.as_ref().and_then(|sample| sample.id.clone()))
            .unwrap_or_else(|| place.get().1)
    };
    let title = Signal::derive(move || {
        sample.with(|sample| sample.as_ref().map(title)).unwrap_or_else(|| place.get().1)
    });
    let lightbox = RwSignal::new(None);
    let drawn = DrawnBoxes::provide();
    keys::on_key(move |key| {
        let is_mine = key == "b";
        if is_mine {
            drawn.toggle();
        }
        is_mine
    });
    let content = move || match answer.get() {
        None => view! { <Skeleton count=4 class="skeleton--turn" /> }.into_any(),
        Some(Err(error)) => view! { <ErrorNotice error retry=move |()| answer.refetch() /> }.into_any(),
        Some(Ok(sample)) => {
            drawn.follow(&sample);
            view! { <Tabs sample lightbox /> }.into_any()
        }
    };
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
fn Tabs(sample: SampleView, lightbox: RwSignal<Option<ImageView>>) -> impl IntoView {
    let tab = RwSignal::new(0);
    let frame = RwSignal::new(remembered_frame());
    let has_boxes = sample.turns.iter().any(|turn| boxes::has_box(&turn.text));
    let terms = sample.terms.clone();
    let stored = StoredValue::new(sample.clone());
    view! {
        <div class="sample__columns">
            <div class="sample__main">
                <div class="sample__bar">
                    <Segments
                        label="How the sample is shown"
                        names=&["Conversation", "Raw JSON"]
                        chosen=tab
                    />
                    <BoxesToggle />
                    {has_boxes.then(|| view! { <FrameSwitch frame /> })}
                    {terms.map(|terms| view! { <TermsBadge terms /> })}
                </div>
                {move || {
                    let sample = stored.get_value();
                    if tab.get() == 1 {
                        view! {
                            <pre class="raw" dir="auto">
                                {pretty(&sample.raw)}
                            </pre>
                        }
                            .into_any()
                    } else {
                        view! { <Conversation sample lightbox frame=Signal::derive(move || FRAMES[frame.get()]) /> }
                            .into_any()
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
    let (marks, total) = numbered(&sample.turns, &sample.marks);
    let hits = Hits::provide(total);
    let mut first_image = 0;
    let turns: Vec<_> = sample
        .turns
        .into_iter()
        .zip(marks)
        .enumerate()
        .map(|(number, (turn, marks))| {
            let first = first_image;
            first_image += content::image_tokens(&turn.text);
            view! { <TurnBubble turn number marks first_image=first images open frame alt /> }
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
        {(total > 0).then(|| view! { <HitWalk hits /> })}
        {pictured.map(|image| view! { <BoxPreview image frame /> })}
    }
}

/// The hits of each turn, numbered over all turns, and how many there are.
fn numbered(turns: &[Turn], marks: &[TurnMarks]) -> (Vec<Marks>, usize) {
    let mut total = 0;
    let of_turn = |(number, turn): (usize, &Turn)| {
        let found = marks.iter().find(|marks| marks.turn == number);
        let spans = found.map_or_else(Vec::new, |found| marks::seen(&turn.text, &found.marks));
        let first = total;
        total += spans.len();
        Marks { first, spans }
    };
    (turns.iter().enumerate().map(of_turn).collect(), total)
}

/// What the numbers of boxes are shares of; remembered, for it is a matter of the data one works with.
#[component]
fn FrameSwitch(frame: RwSignal<usize>) -> impl IntoView {
    Effect::new(move || browser::remember(FRAME_STORAGE, FRAME_NAMES[frame.get()]));
    let label = "LLaVA-1.5 wrote boxes as shares of the picture padded to a square";
    view! { <Segments label names=&FRAME_NAMES chosen=frame /> }
}

fn remembered_frame() -> usize {
    let name = browser::remembered(FRAME_STORAGE);
    FRAME_NAMES.iter().position(|&known| Some(known) == name.as_deref()).unwrap_or(0)
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

/// A record over several lines; as it stands where it is no JSON.
fn pretty(raw: &str) -> String {
    let json: Result<serde_json::Value, _> = serde_json::from_str(raw);
    json.and_then(|json| serde_json::to_string_pretty(&json)).unwrap_or_else(|_| raw.to_owned())
}
