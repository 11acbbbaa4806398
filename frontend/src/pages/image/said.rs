//! Everything that is said about a picture, in full: captions, answers by their question, regions, documents; texts in
//! two languages side by side.

use super::who::{author, length, place};
use crate::{
    address::at,
    boxes,
    components::{DatasetChip, TurnText, as_markdown},
    format,
    live::live,
    marks::Marks,
    passport::{self, Said},
    text,
};
use blendscope_shared::image_page::SayingKind;
use leptos::prelude::*;

/// Questions that are shown at once; the others on demand.
const QUESTIONS_AT_ONCE: usize = 40;

/// What all texts need to be shown.
#[derive(Clone)]
struct Shown {
    /// Characters of the longest text.
    longest: u64,
    /// The two languages that stand side by side.
    languages: Vec<String>,
    /// Number of the first box of each text that has some, by its address.
    first_boxes: Vec<(String, usize)>,
}

/// All texts, kind by kind.
#[component]
pub(super) fn Everything(said: Vec<Said>) -> impl IntoView {
    let languages = passport::languages(&said);
    let shown = Shown {
        longest: said.iter().map(Said::characters).max().unwrap_or(0),
        first_boxes: first_boxes(&said),
        languages: languages.clone(),
    };
    let only = RwSignal::new(None::<usize>);
    let of = |kind| passport::of_kind(&said, kind);
    let captions = of(SayingKind::Caption);
    let regions = of(SayingKind::Region);
    let documents = of(SayingKind::Document);
    let answers = of(SayingKind::Answer);
    let class = move || match only.get() {
        None => "said".to_owned(),
        Some(number) => format!("said said--only-{number}"),
    };
    view! {
        <div class=class id="said">
            {(languages.len() > 1).then(|| view! { <Languages languages only /> })}
            {section("captions", "Captions", captions, &shown, captions_of)}
            {section("questions", "Questions", answers, &shown, questions_of)}
            {section("regions", "Regions", regions, &shown, texts_of)}
            {section("documents", "Documents", documents, &shown, texts_of)}
        </div>
    }
}

/// A choice between both languages and one of them.
#[component]
fn Languages(languages: Vec<String>, only: RwSignal<Option<usize>>) -> impl IntoView {
    let button = |number: Option<usize>, name: String| {
        view! {
            <button
                type="button"
                aria-pressed=move || (only.get() == number).to_string()
                on:click=move |_| only.set(number)
            >
                {name}
            </button>
        }
    };
    let names = languages.iter().take(2).enumerate();
    let names =
        names.map(|(number, lang)| button(Some(number), format::language(lang).to_owned())).collect_view();
    view! {
        <div class="segments segments--small said__languages" role="group" aria-label="Languages">
            {button(None, "all languages".to_owned())} {names}
        </div>
    }
}

/// A kind of texts under its heading, when there are any.
fn section(
    id: &'static str,
    title: &'static str,
    said: Vec<Said>,
    shown: &Shown,
    draw: fn(Vec<Said>, &Shown) -> AnyView,
) -> Option<AnyView> {
    if said.is_empty() {
        return None;
    }
    let counts: Vec<String> = passport::languages(&said)
        .iter()
        .map(|lang| {
            let count = said.iter().filter(|said| said.lang == *lang).count() as u64;
            format!("{} {}", format::count(count), format::language(lang))
        })
        .collect();
    Some(
        view! {
            <section aria-labelledby=id data-testid=id>
                <h2 id=id>{title} <span class="muted">{counts.join(", ")}</span></h2>
                {draw(said, shown)}
            </section>
        }
        .into_any(),
    )
}

/// Captions: one question after all, so they stand together; what was asked stands with each where it differs.
fn captions_of(said: Vec<Said>, shown: &Shown) -> AnyView {
    let questions = passport::questions(said.clone());
    match questions.as_slice() {
        [one] => asked("caption-1", &one.asked, one.answers.clone(), false, shown),
        _ => asked("caption-1", &[], said, true, shown),
    }
}

/// Answers under their questions.
fn questions_of(said: Vec<Said>, shown: &Shown) -> AnyView {
    let questions = passport::questions(said);
    let rest = questions.len().saturating_sub(QUESTIONS_AT_ONCE);
    let has_pairs = questions.iter().any(|question| question.asked.len() > 1);
    let draw = |(number, question): (usize, passport::Question), shown: &Shown| {
        asked(&format!("question-{}", number + 1), &question.asked, question.answers, false, shown)
    };
    let mut numbered = questions.into_iter().enumerate();
    let first: Vec<_> = numbered.by_ref().take(QUESTIONS_AT_ONCE).map(|one| draw(one, shown)).collect();
    let others = StoredValue::new(numbered.collect::<Vec<_>>());
    let shown = StoredValue::new(shown.clone());
    let all = RwSignal::new(rest == 0);
    let more = move || {
        if !all.get() {
            return view! {
                <button class="button" type="button" on:click=move |_| all.set(true)>
                    {format!("Show {} more", format::counted(rest as u64, "question", "questions"))}
                </button>
            }
            .into_any();
        }
        let draw = |one: passport::Question, number| shown.with_value(|shown| draw((number, one), shown));
        others.get_value().into_iter().map(|(number, one)| draw(one, number)).collect_view().into_any()
    };
    // Without counterparts there is room for two questions side by side.
    let class = if has_pairs { "" } else { "said__columns" };
    view! { <div class=class>{first} {live(more)}</div> }.into_any()
}

/// Texts one after the other, each with what was asked.
fn texts_of(said: Vec<Said>, shown: &Shown) -> AnyView {
    let texts: Vec<_> = said.into_iter().map(|said| one_text(said, true, shown)).collect();
    view! { <div class="asked__rest">{texts}</div> }.into_any()
}

/// A question with its answers: those that have a counterpart in the other language side by side, then the others.
fn asked(
    id: &str,
    questions: &[(String, String)],
    answers: Vec<Said>,
    with_question: bool,
    shown: &Shown,
) -> AnyView {
    let heads: Vec<_> = questions
        .iter()
        .filter(|(_, question)| !question.is_empty())
        .map(|(lang, question)| {
            let text = question.clone();
            view! { <p dir="auto" lang=text::lang(lang)>{text}</p> }
        })
        .collect();
    let head = (!heads.is_empty()).then(|| view! { <header class="asked__head">{heads}</header> });
    let (pairs, rest) = passport::side_by_side(answers);
    let pairs: Vec<_> = pairs
        .into_iter()
        .map(|pair| {
            view! { <div class="asked__pair" data-testid="pair">{pair.map(|said| one_text(said, with_question, shown)).collect_view()}</div> }
        })
        .collect();
    let rest_of = (!pairs.is_empty() && !rest.is_empty()).then(|| {
        let names: Vec<_> =
            passport::languages(&rest).iter().map(|lang| format::language(lang).to_owned()).collect();
        view! { <p class="asked__only muted">{format!("in {} only", names.join(" and "))}</p> }
    });
    let rest: Vec<_> = rest.into_iter().map(|said| one_text(said, with_question, shown)).collect();
    view! {
        <div class="asked" id=id.to_owned()>
            {head} {pairs} {rest_of}
            <div class="asked__rest">{rest}</div>
        </div>
    }
    .into_any()
}

/// One text in full: who says it and where, what was asked, the text, how long it is.
fn one_text(said: Said, with_question: bool, shown: &Shown) -> AnyView {
    let place = place(&shown.languages, &said);
    let lang = text::lang(&said.lang);
    let first = shown.first_boxes.iter().find(|(url, _)| *url == said.url).map_or(0, |(_, first)| *first);
    let in_question = boxes::written(&said.saying.question).len();
    let drawn = |text: &str, first_box: usize| {
        as_markdown(TurnText {
            text: StoredValue::new(text.to_owned()),
            marks: StoredValue::new(Marks::default()),
            first_image: 0,
            images: 0,
            first_box,
            open: Callback::new(|_| ()),
        })
    };
    let has_question = with_question && !said.saying.question.is_empty();
    let question = has_question.then(|| {
        let question = said.saying.question.clone();
        let lang = lang.clone();
        view! { <div class="text__question muted" dir="auto" lang=lang>{live(move || drawn(&question, first))}</div> }
    });
    let has_author = said.saying.author.is_some();
    let content = said.saying.text.clone();
    let number = format!("#{}", format::count(said.ordinal + 1));
    let label = format!(
        "Sample {} of {}, turn {}",
        format::count(said.ordinal + 1),
        said.dataset,
        said.saying.turn + 1
    );
    let dataset = said.dataset.clone();
    view! {
        <article class=format!("text text--{place}") data-testid="said">
            <p class="text__by">
                {author(&said)}
                <a class="text__place" href=at(&said.url) title=label>
                    {has_author.then(|| view! { <DatasetChip slug=dataset is_small=true /> })} {number}
                </a>
            </p>
            {question}
            <div class="text__say" dir="auto" lang=lang>{live(move || drawn(&content, first + in_question))}</div>
            {length(&said, shown.longest)}
        </article>
    }
    .into_any()
}

/// Boxes that are written in a text and in its question.
pub(super) fn box_count(said: &Said) -> usize {
    boxes::written(&said.saying.question).len() + boxes::written(&said.saying.text).len()
}

/// For each text with boxes, the number of its first one.
fn first_boxes(said: &[Said]) -> Vec<(String, usize)> {
    let mut first = 0;
    let mut places = Vec::new();
    for text in said.iter().filter(|said| box_count(said) > 0) {
        places.push((text.url.clone(), first));
        first += box_count(text);
    }
    places
}
