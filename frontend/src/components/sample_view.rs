//! A sample: what it is, its pictures, its conversation, and what is known about it. The same on its page and beside a
//! list.

use super::{
    BoxesOnPictures, Conversation, DatasetChip, Hits, Icon, PageHeading, PictureStrip, Symbol, TermsBadge,
    Viewer,
    conversation::{is_document, numbered},
    copy_menu::CopyMenu,
    facts::Facts,
};
use crate::{
    address::at,
    boxes::{self, Frame},
    browser, format, json,
    live::{live, memo},
    markdown::Markdown,
    router::{self, Entry, Router},
    text,
    url_state::{self, Tab},
};
use blendscope_shared::{paths, role::Role, sample::SampleView, search::SearchParams};
use leptos::prelude::*;

/// Where the choice of the boxes' frame is kept.
const FRAME_STORAGE: &str = "blendscope.boxes";
/// What it is there for boxes that are shares of a padded square.
const PADDED: &str = "on padded square";
/// Characters of a caption that stand for a picture, and in a title.
const CAPTION_LENGTH: usize = 180;

/// A sample in full.
#[component]
pub(crate) fn WholeSample(
    /// The sample.
    sample: SampleView,
    /// Beside a list, where there is less room.
    #[prop(optional)]
    is_drawer: bool,
    /// Goes on to the next or former sample of the list.
    #[prop(optional)]
    step: Option<Callback<bool>>,
) -> impl IntoView {
    let router = Router::here();
    let state = memo(move || router.state.with(|state| state.sample.clone()));
    let tab = memo(move || state.with(|state| state.tab));
    let asked = state.with_untracked(|state| state.boxes);
    BoxesOnPictures::provide(boxes::of_sample(&sample), asked, remembered_frame());
    let hits = Hits::provide(numbered(&sample).1);
    let show = Callback::new(move |number: Option<usize>| {
        let url = router.changed(|list| list.sample.picture = number);
        router.go(&url, Entry::Replace);
    });
    let open = Callback::new(move |number: usize| show.run(Some(number)));
    let images = Signal::stored(sample.images.clone());
    let shown = Signal::derive(move || state.with(|state| state.picture));
    let heading = heading(&sample);
    let lang = text::lang(&sample.lang);
    let heading = if is_drawer {
        view! {
            <h2 class="title" dir="auto" lang=lang>
                {heading}
            </h2>
        }
        .into_any()
    } else {
        view! {
            <PageHeading title=title(&sample) class="title title--page">
                <span lang=lang>{heading}</span>
            </PageHeading>
        }
        .into_any()
    };
    let has_strip = !sample.images.is_empty() && !is_document(&sample);
    let alt = caption(&sample).unwrap_or_default();
    let strip = has_strip.then(|| view! { <PictureStrip images=sample.images.clone() alt open /> });
    let body = StoredValue::new(sample.clone());
    let content = move || match tab.get() {
        Tab::Json => {
            let record = body.with_value(|sample| pretty(&sample.raw));
            view! {
                <pre class="raw" dir="auto" tabindex="0">
                    {record}
                </pre>
            }
            .into_any()
        }
        Tab::Markdown | Tab::Raw => {
            view! { <Conversation sample=body.get_value() tab open hits /> }.into_any()
        }
    };
    view! {
        <div class="whole" class:whole--drawer=is_drawer data-testid="sample">
            <div class="whole__head">
                {heading} <Tags sample=sample.clone() />
                {is_drawer.then(|| view! { <CopyMenu sample=sample.clone() is_row=true /> })}
            </div>
            <div class="whole__main">
                {strip} <section class="talk" aria-label="Conversation">
                    <TalkHead sample=sample.clone() tab />
                    {live(content)}
                </section>
            </div>
            <aside class="whole__side" aria-label="Facts">
                <Facts sample />
            </aside>
            <Viewer images shown show step />
        </div>
    }
}

/// The line above the turns: where something was found, boxes, and how texts are shown.
#[component]
fn TalkHead(sample: SampleView, tab: Memo<Tab>) -> impl IntoView {
    let router = Router::here();
    let boxes: BoxesOnPictures = expect_context();
    let is_document = is_document(&sample);
    let has_written = sample.turns.iter().any(|turn| blendscope_shared::boxes::has_box(&turn.text));
    let toggle = move || {
        let is_drawn = boxes.toggle();
        router::rewrite(&router.changed(|list| list.sample.boxes = Some(is_drawn)));
    };
    crate::keys::on_key(move |key| {
        let is_mine = key == "b" && boxes.count() > 0;
        if is_mine {
            toggle();
        }
        is_mine
    });
    let boxes_button = (boxes.count() > 0).then(|| {
        view! {
            <button
                class="button button--small"
                type="button"
                title="Boxes on the picture (b)"
                data-testid="boxes"
                aria-pressed=move || boxes.is_drawn().to_string()
                on:click=move |_| toggle()
            >
                "Boxes"
                <span class="tag__count">{boxes.count()}</span>
            </button>
        }
    });
    let tab_button = move |kind: Tab| {
        let name = match kind {
            Tab::Markdown if is_document => "Document",
            Tab::Markdown => "Markdown",
            Tab::Raw => "raw",
            Tab::Json => "JSON",
        };
        let press = move |_| {
            let url = router.changed(|list| list.sample.tab = kind);
            router.go(&url, Entry::Replace);
        };
        view! {
            <button
                type="button"
                aria-pressed=move || (tab.get() == kind).to_string()
                data-testid=format!("tab-{}", kind.name())
                on:click=press
            >
                {name}
            </button>
        }
    };
    let frame_switch =
        move || (has_written && tab.get() != Tab::Json).then(|| view! { <FrameSwitch boxes /> });
    let markdown = Markdown::here();
    let plain = move || {
        (tab.get() == Tab::Markdown && markdown.has_failed()).then(|| {
            view! { <span class="bad">"Shown plain, as what reads Markdown did not arrive; reload the page."</span> }
        })
    };
    view! {
        <div class="talk__head">
            <h2>{if is_document { "Document" } else { "Conversation" }}</h2>
            {turns_with_hits(&sample)}
            {boxes_button}
            {frame_switch}
            {live(plain)}
            <div class="segments segments--small" role="group" aria-label="Text as">
                {Tab::ALL.map(tab_button).collect_view()}
            </div>
        </div>
    }
}

/// The first response: what a picture shows, in the data's own words.
fn caption(sample: &SampleView) -> Option<String> {
    let response = sample.turns.iter().find(|turn| turn.role == Role::Gpt)?;
    short(&response.text)
}

/// What a sample is about in one line: the caption of a single picture with one answer, else the first question.
fn heading(sample: &SampleView) -> String {
    let question =
        sample.turns.iter().find(|turn| turn.role == Role::Human).and_then(|turn| short(&turn.text));
    let is_caption = sample.turns.len() <= 2;
    let words = if is_caption { caption(sample).or(question) } else { question.or_else(|| caption(sample)) };
    words.or_else(|| sample.id.clone()).unwrap_or_else(|| sample.key.clone())
}

/// The beginning of a text without place-holders, cut between words.
fn short(text: &str) -> Option<String> {
    let text = text.replace(blendscope_shared::content::IMAGE_TOKEN, " ");
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return None;
    }
    let Some((end, _)) = line.char_indices().nth(CAPTION_LENGTH) else { return Some(line) };
    let cut = line[..end].rfind(' ').filter(|gap| end - gap < 24).unwrap_or(end);
    Some(format!("{}…", &line[..cut]))
}

/// The title of the window.
pub(crate) fn title(sample: &SampleView) -> String {
    let heading = heading(sample);
    match &sample.id {
        Some(id) if *id != heading => format!("{id}: {heading}"),
        _ => heading,
    }
}

/// What the sample is, each a filter that finds all that are the same.
#[component]
fn Tags(sample: SampleView) -> impl IntoView {
    let search = |name: &str, value: String| {
        let params =
            SearchParams { filters: [(name.to_owned(), vec![value])].into(), ..SearchParams::default() };
        at(&paths::search_page(&params))
    };
    let exactly = |number: u64| format!("{number}..{number}");
    let tag = |words: String, href: String| view! { <a class="tag" href=href>{words}</a> }.into_any();
    let mut tags = Vec::new();
    if text::lang(&sample.lang).is_some() {
        tags.push(tag(format::language(&sample.lang).to_owned(), search("lang", sample.lang.clone())));
    }
    let (images, turns) = (sample.images.len() as u64, sample.turns.len() as u64);
    tags.push(match images {
        0 => tag("text only".to_owned(), search("image_status", "text_only".to_owned())),
        _ => tag(format::counted(images, "picture", "pictures"), search("images", exactly(images))),
    });
    tags.push(tag(format::counted(turns, "turn", "turns"), search("turns", exactly(turns))));
    let length = text::length(&sample.lang, sample.words, sample.characters);
    let unit = if text::is_unspaced(&sample.lang) {
        ("characters", sample.characters)
    } else {
        ("words", sample.words)
    };
    tags.push(tag(length, search(unit.0, exactly(unit.1))));
    for flag in &sample.flags {
        let href = search("flag", flag.name.clone());
        let class = if flag.name == "boxes" { "tag" } else { "tag tag--flag" };
        tags.push(view! { <a class=class href=href>{flag.title.clone()}</a> }.into_any());
    }
    for stage in &sample.stages {
        let params = SearchParams { stage: vec![stage.value.clone()], ..SearchParams::default() };
        tags.push(view! { <a class="tag tag--line" href=at(&paths::search_page(&params))>"in "{stage.title.clone()}</a> }.into_any());
    }
    if sample.stages.is_empty() {
        tags.push(view! { <span class="tag tag--line">"in no recipe"</span> }.into_any());
    }
    for twin in &sample.twins {
        tags.push(view! { <a class="tag" href=at(&twin.url)>"also in "<DatasetChip slug=twin.dataset.clone() /></a> }.into_any());
    }
    if let Some(terms) = sample.terms.clone() {
        tags.push(view! { <TermsBadge terms /> }.into_any());
    }
    view! { <div class="tags" data-testid="tags">{tags}</div> }
}

/// Links to the turns in which something was found.
fn turns_with_hits(sample: &SampleView) -> Option<AnyView> {
    const NAMED: usize = 12;
    let turns: Vec<usize> =
        sample.marks.iter().filter(|marks| !marks.marks.is_empty()).map(|marks| marks.turn + 1).collect();
    if turns.is_empty() || sample.turns.len() < 3 {
        return None;
    }
    let more = turns.len().saturating_sub(NAMED);
    let link = |number: usize| {
        let href = move || {
            at(&format!("{}#turn-{number}", url_state::with_query(&router::path_now(), &router::query_now())))
        };
        view! { <a href=href>{number}</a> }
    };
    Some(
        view! {
            <span class="talk__hits">
                "found in turns "
                {turns.into_iter().take(NAMED).map(link).collect_view()}
                {(more > 0).then(|| format!("and {more} more"))}
            </span>
        }
        .into_any(),
    )
}

/// What written boxes are shares of, as it was chosen last.
fn remembered_frame() -> Frame {
    let is_padded = browser::remembered(FRAME_STORAGE).as_deref() == Some(PADDED);
    if is_padded { Frame::PaddedSquare } else { Frame::Picture }
}

/// What the numbers of written boxes are shares of; remembered, for it is a matter of the data one works with.
#[component]
fn FrameSwitch(boxes: BoxesOnPictures) -> impl IntoView {
    let is_padded = move || boxes.frame.get() == Frame::PaddedSquare;
    let toggle = move |_| {
        let frame = if untrack(is_padded) { Frame::Picture } else { Frame::PaddedSquare };
        boxes.frame.set(frame);
        browser::remember(FRAME_STORAGE, if frame == Frame::PaddedSquare { PADDED } else { "" });
    };
    view! {
        <button
            class="button button--small"
            type="button"
            title="LLaVA-1.5 wrote boxes as shares of the picture padded to a square"
            aria-pressed=move || is_padded().to_string()
            on:click=toggle
        >
            <Icon symbol=Symbol::Image />
            "on padded square"
        </button>
    }
}

/// A record over several lines; as it stands where it is no JSON.
fn pretty(raw: &str) -> String {
    let pretty = json::parse(raw).ok().and_then(|value| serde_json::to_string_pretty(&value).ok());
    pretty.unwrap_or_else(|| raw.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_short_and_without_placeholders() {
        assert_eq!(short("<image>\nWhat is  it?").as_deref(), Some("What is it?"));
        assert_eq!(short("<image>"), None);
        let long = short(&"word ".repeat(100)).unwrap();
        assert!(long.ends_with("word…") && long.chars().count() <= CAPTION_LENGTH + 1);
    }

    #[test]
    fn numbers_stay_as_they_are_written() {
        assert_eq!(
            pretty("{\"big\":12345678901234567890123,\"half\":1.50}"),
            "{\n  \"big\": 12345678901234567890123,\n  \"half\": 1.50\n}"
        );
        assert_eq!(pretty("a,b,c"), "a,b,c");
    }
}
