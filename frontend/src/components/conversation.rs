//! The turns of a sample in one column, with a rail that says who speaks; a document as numbered sentences with its
//! pictures beside them.

use super::{
    Absent, Figure, HitWalk, Hits, Icon, Symbol, copying,
    hit::role_class,
    rich_text::{TurnText, as_markdown, as_written},
};
use crate::{
    address, boxes, format,
    live::{effect, live, memo},
    marks::{self, Marks},
    router::{self, Router},
    text,
    url_state::Tab,
};
use blendscope_shared::{
    content,
    image::{ImageStatus, ImageView},
    role::Role,
    sample::{SampleView, Turn, TurnMarks},
};
use leptos::prelude::*;
use std::ops::Range;

/// A turn with more characters than this is folded.
const FOLD_FROM: usize = 1_600;
/// Turns that are shown at once; the others on demand.
const TURNS_AT_ONCE: usize = 60;

/// The turns of a sample.
#[component]
pub(crate) fn Conversation(
    /// The sample.
    sample: SampleView,
    /// How texts are shown.
    tab: Memo<Tab>,
    /// Opens a picture by its number, from 0.
    open: Callback<usize>,
    /// The hits of the search, numbered.
    hits: Hits,
) -> impl IntoView {
    let router = Router::here();
    let target = memo(move || {
        router.hash.with(|hash| hash.strip_prefix("turn-").and_then(|number| number.parse::<usize>().ok()))
    });
    let (marks, _) = numbered(&sample);
    let is_document = is_document(&sample);
    let lang = text::lang(&sample.lang);
    let total = sample.turns.len();
    let at_once = target.get_untracked().unwrap_or(0).max(TURNS_AT_ONCE);
    let all_shown = RwSignal::new(total <= at_once + 10 || hits.total > 0);
    let images = StoredValue::new(sample.images.clone());
    let flags: Vec<String> = sample.flags.iter().map(|flag| flag.name.clone()).collect();
    let (mut first_image, mut first_box) = (0, 0);
    let mut turns = Vec::new();
    for (number, (turn, marks)) in sample.turns.into_iter().zip(marks).enumerate() {
        let text = TurnText {
            text: StoredValue::new(turn.text.clone()),
            marks: StoredValue::new(marks.clone()),
            first_image,
            images: sample.images.len(),
            first_box,
            open,
        };
        first_image += content::image_tokens(&turn.text);
        first_box += boxes::written(&turn.text).len();
        turns.push(Drawn {
            turn,
            number,
            text,
            notes: Vec::new(),
            hits: marks.first..marks.first + marks.spans.len(),
        });
    }
    for drawn in &mut turns {
        drawn.notes = notes(drawn, &flags);
    }
    effect(move || {
        if let Some(number) = target.get() {
            // The turns are drawn by then.
            request_animation_frame(move || show_turn(number));
        }
    });
    let lang = StoredValue::new(lang);
    let turns = StoredValue::new(turns);
    let drawn = move || {
        let shown = if all_shown.get() { total } else { at_once };
        turns.with_value(|turns| {
            let draw = |drawn: &Drawn| {
                if is_document && tab.get() == Tab::Markdown {
                    document(drawn.clone(), images, lang.get_value(), open)
                } else {
                    view! { <TurnRow drawn=drawn.clone() lang=lang.get_value() tab target /> }.into_any()
                }
            };
            turns.iter().take(shown).map(draw).collect_view()
        })
    };
    let rest = move || {
        (!all_shown.get()).then(|| {
            view! {
                <div class="fold">
                    <button class="button" type="button" on:click=move |_| all_shown.set(true)>
                        {format!("Show {} more turns", total - at_once)}
                    </button>
                </div>
            }
        })
    };
    view! {
        <ol class="turns">{live(drawn)}</ol>
        {live(rest)}
        {(hits.total > 0).then(|| view! { <HitWalk hits /> })}
    }
}

/// A turn that is ready to be drawn.
#[derive(Clone)]
struct Drawn {
    turn: Turn,
    number: usize,
    text: TurnText,
    /// What is odd about it.
    notes: Vec<&'static str>,
    /// Numbers of the hits in it.
    hits: Range<usize>,
}

#[component]
fn TurnRow(drawn: Drawn, lang: Option<String>, tab: Memo<Tab>, target: Memo<Option<usize>>) -> impl IntoView {
    let Drawn { turn, number, text, notes, hits } = drawn;
    let role = role_class(&turn.role);
    let shown_number = number + 1;
    let length = turn.text.chars().count();
    let is_long = length > FOLD_FROM;
    let is_open = RwSignal::new(!is_long);
    let walk: Hits = expect_context();
    effect(move || {
        if walk.current().is_some_and(|number| hits.contains(&number)) || target.get() == Some(shown_number) {
            is_open.set(true);
        }
    });
    let is_empty = turn.text.trim().is_empty();
    let content = move || match tab.get() {
        _ if is_empty => view! { <p class="muted"><em>"empty: nothing is written here"</em></p> }.into_any(),
        Tab::Raw => as_written(text),
        Tab::Markdown | Tab::Json => as_markdown(text),
    };
    let unfold = is_long.then(|| {
        let words = move || {
            if is_open.get() {
                "show less".to_owned()
            } else {
                format!("show all {} characters", format::count(length as u64))
            }
        };
        view! {
            <button
                class="button button--small turn__unfold"
                type="button"
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                {live(words)}
            </button>
        }
    });
    let flags =
        notes.into_iter().map(|note| view! { <span class="tag tag--flag">{note}</span> }).collect_view();
    view! {
        <li
            class=format!("turn turn--{role}")
            class:turn--target=move || target.get() == Some(shown_number)
            id=format!("turn-{shown_number}")
        >
            <TurnRail role=turn.role number=shown_number text=turn.text />
            <div class="turn__body">
                <div
                    class="turn__text"
                    class:turn__text--raw=move || tab.get() == Tab::Raw
                    class:turn__text--folded=move || !is_open.get()
                    dir="auto"
                    lang=lang
                >
                    {live(content)}
                </div>
                {unfold}
                {flags}
            </div>
        </li>
    }
}

/// Who speaks, the number, which is the link to the turn, and a button that copies its text.
#[component]
fn TurnRail(role: Role, number: usize, text: String) -> impl IntoView {
    let done = RwSignal::new(None::<bool>);
    let link = move || {
        let query = router::query_now();
        let path = crate::url_state::with_query(&router::path_now(), &query);
        address::at(&format!("{path}#turn-{number}"))
    };
    let symbol = move || {
        let symbol = if done.get() == Some(true) { Symbol::Done } else { Symbol::Copy };
        view! { <Icon symbol /> }
    };
    view! {
        <div class="turn__who">
            <span class=format!("role role--{}", role_class(&role))>{role.name().to_owned()}</span>
            <a class="turn__number" href=link aria-label=format!("Turn {number}, link") title="Link to this turn">{number}</a>
            <button
                class="turn__copy"
                type="button"
                title="Copy the text of this turn"
                aria-label=format!("Copy turn {number}")
                on:click=move |_| copying::copy(text.clone(), done)
            >
                {live(symbol)}
            </button>
        </div>
    }
}

/// Whether a sample is a document, not a chat: one text with pictures in it that nobody asked for.
pub(crate) fn is_document(sample: &SampleView) -> bool {
    match sample.turns.as_slice() {
        [only] => only.role != Role::Human && content::image_tokens(&only.text) > 0 && only.text.len() > 200,
        _ => false,
    }
}

/// The sentences of a document, numbered, each with the pictures that stand at it.
fn document(
    drawn: Drawn,
    images: StoredValue<Vec<ImageView>>,
    lang: Option<String>,
    open: Callback<usize>,
) -> AnyView {
    let parts = content::parts(&drawn.turn.text, 0);
    let mut sentences: Vec<(Vec<usize>, usize, String)> = Vec::new();
    let mut waiting = Vec::new();
    let mut place = 0;
    for part in parts {
        match part {
            content::Part::Image(number) => {
                waiting.push(number);
                place += content::IMAGE_TOKEN.len();
            }
            content::Part::Text(text) => {
                for line in text.split_inclusive('\n') {
                    let shown = line.trim();
                    if !shown.is_empty() {
                        let indent = line.chars().take_while(|letter| letter.is_whitespace()).count();
                        sentences.push((std::mem::take(&mut waiting), place + indent, shown.to_owned()));
                    }
                    place += line.chars().count();
                }
            }
        }
    }
    if !waiting.is_empty() {
        sentences.push((waiting, place, String::new()));
    }
    let sentence = |(number, (pictures, begin, text)): (usize, (Vec<usize>, usize, String))| {
        let marks = drawn.text.marks.with_value(|marks| marks.within(begin, text.chars().count()));
        let figure = |place: usize| {
            let image = images.with_value(|images| images.get(place).cloned())?;
            Some(match image.status {
                ImageStatus::Present | ImageStatus::Unchecked => {
                    let alt: String = text.chars().take(120).collect();
                    view! { <Figure image number=Some(place) place alt open /> }.into_any()
                }
                _ => view! { <Absent image number=Some(place) /> }.into_any(),
            })
        };
        let figures: Vec<_> = pictures.into_iter().filter_map(figure).collect();
        let has_figures = !figures.is_empty();
        view! {
            <li class="sentence" class:sentence--picture=has_figures id=format!("sentence-{}", number + 1)>
                <span class="sentence__number">{number + 1}</span>
                <p dir="auto" lang=lang.clone()>{super::marked_text::hit_text(text, &marks)}</p>
                <div class="sentence__pictures">{figures}</div>
            </li>
        }
    };
    let role = drawn.turn.role.name().to_owned();
    let note = format!("{} sentences, as the record has them; {role} says all of it", sentences.len());
    view! {
        <li class="document" id="turn-1">
            <p class="muted document__note">{note}</p>
            <ol class="sentences">{sentences.into_iter().enumerate().map(sentence).collect_view()}</ol>
        </li>
    }
    .into_any()
}

/// The hits of each turn, numbered over all turns, and how many there are.
pub(crate) fn numbered(sample: &SampleView) -> (Vec<Marks>, usize) {
    let mut total = 0;
    let of_turn = |(number, turn): (usize, &Turn)| {
        let found = sample.marks.iter().find(|marks: &&TurnMarks| marks.turn == number);
        let spans = found.map_or_else(Vec::new, |found| marks::seen(&turn.text, &found.marks));
        let first = total;
        total += spans.len();
        Marks { first, spans }
    };
    (sample.turns.iter().enumerate().map(of_turn).collect(), total)
}

/// What is odd about a turn, of what is odd about its sample.
fn notes(drawn: &Drawn, flags: &[String]) -> Vec<&'static str> {
    let has = |name: &str| flags.iter().any(|flag| flag == name);
    let Turn { role, text } = &drawn.turn;
    let mut notes = Vec::new();
    if has("empty_answer") && *role == Role::Gpt && text.trim().is_empty() {
        notes.push("empty response");
    }
    if has("first_turn_not_human") && drawn.number == 0 {
        notes.push("first turn is not human");
    }
    if matches!(role, Role::Other(_)) {
        notes.push("unknown role");
    }
    if drawn.text.first_image + content::image_tokens(text) > drawn.text.images
        && content::image_tokens(text) > 0
    {
        notes.push("more <image> tokens than images");
    }
    notes
}

/// Scrolls to a turn.
fn show_turn(number: usize) {
    if let Some(turn) = document_element(&format!("turn-{number}")) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Start);
        turn.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn document_element(id: &str) -> Option<web_sys::Element> {
    leptos::prelude::document().get_element_by_id(id)
}
