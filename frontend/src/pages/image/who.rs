//! Who says how much about a picture: a line for each author and language, a bar for each of the questions that several
//! of them answer, or for all texts where there is no such question.

use crate::{
    components::DatasetChip,
    format,
    passport::{self, Said},
    text,
};
use blendscope_shared::image_page::SayingKind;
use leptos::prelude::*;

/// Questions that have a column.
const COLUMNS: usize = 4;
/// Lines that are shown.
const LINES: usize = 24;

/// The table; nothing where only one says something.
#[component]
pub(super) fn WhoSaysHowMuch(said: Vec<Said>) -> impl IntoView {
    let languages = passport::languages(&said);
    let lines = lines(&said);
    if lines.len() < 2 {
        return ().into_any();
    }
    let captions = passport::of_kind(&said, SayingKind::Caption);
    let mut columns = vec![("Captions".to_owned(), "captions".to_owned(), captions)];
    columns.retain(|(.., texts)| !texts.is_empty());
    let mut questions: Vec<_> =
        passport::questions(passport::of_kind(&said, SayingKind::Answer)).into_iter().enumerate().collect();
    questions.retain(|(_, question)| question.answers.len() > 1);
    questions.truncate(COLUMNS - columns.len());
    columns.extend(questions.into_iter().map(|(number, question)| {
        (question.asked[0].1.clone(), format!("question-{}", number + 1), question.answers)
    }));
    if columns.is_empty() {
        columns.push(("All texts".to_owned(), "said".to_owned(), said.clone()));
    }
    let longest = said.iter().map(Said::characters).max().unwrap_or(1).max(1);
    let head = columns
        .iter()
        .map(|(title, id, _)| {
            let href = anchor(id);
            view! { <th scope="col"><a href=href title=title.clone()>{title.clone()}</a></th> }
        })
        .collect_view();
    let rest = lines.len().saturating_sub(LINES);
    let line = |of: &Said| {
        let cell = |texts: &Vec<Said>| {
            let own: Vec<&Said> = texts.iter().filter(|said| is_same(said, of)).collect();
            let count = own.len() as u64;
            let characters: u64 = own.iter().map(|said| said.characters()).sum();
            let mean = characters.checked_div(count)?;
            let width = format::decimal(mean as f64 / longest as f64 * 100.0, 2) + "%";
            let words = if count > 1 {
                format!("{count} × ⌀ {}", format::count(mean))
            } else {
                format::count(mean)
            };
            Some(
                view! { <span class="length"><i class="length__bar" style:width=width></i></span><span class="num">{words}</span> },
            )
        };
        let cells = columns
            .iter()
            .map(|(title, _, texts)| {
                view! { <td data-label=title.clone()><span class="who__cell">{cell(texts)}</span></td> }
            })
            .collect_view();
        view! {
            <tr class=format!("length--{}", place(&languages, of))>
                <th scope="row">{author(of)}</th>
                <td>{format::language(&of.lang).to_owned()}</td>
                {cells}
            </tr>
        }
    };
    view! {
        <section aria-labelledby="who">
            <h2 id="who">"Who says how much" <span class="muted">"mean characters of a text"</span></h2>
            <div class="who-box" tabindex="0" role="group" aria-label="Lengths of texts by author">
                <table class="who" data-testid="who">
                    <thead><tr><th scope="col">"who says it"</th><th scope="col">"in"</th>{head}</tr></thead>
                    <tbody>{lines.iter().take(LINES).map(line).collect_view()}</tbody>
                </table>
            </div>
            {(rest > 0).then(|| view! { <p class="muted">{format!("and {rest} more")}</p> })}
            <p class="passport__note muted">
                "An author is what the record calls its model, else a model that is named in its id or its file; else the dataset stands for it."
            </p>
        </section>
    }
    .into_any()
}

/// Who says a text, in words: the model, or the dataset where none is known.
pub(super) fn author(said: &Said) -> AnyView {
    match said.who() {
        (Some(author), _) => view! { <b dir="auto">{author.to_owned()}</b> }.into_any(),
        (None, dataset) => view! { <DatasetChip slug=dataset.to_owned() /> }.into_any(),
    }
}

/// How long a text is, as a bar and in words.
pub(super) fn length(said: &Said, longest: u64) -> AnyView {
    let characters = said.characters();
    let width = format::decimal(characters as f64 / longest.max(1) as f64 * 100.0, 2) + "%";
    let words = (!text::is_unspaced(&said.lang))
        .then(|| format!(", {}", format::counted(said.words(), "word", "words")));
    view! {
        <p class="text__length">
            <span class="length"><i class="length__bar" style:width=width></i></span>
            <span class="num">{format::counted(characters, "character", "characters")}{words}</span>
        </p>
    }
    .into_any()
}

/// The address of a part of this page.
pub(super) fn anchor(id: &str) -> String {
    crate::address::at(&format!("{}#{id}", crate::router::path_now()))
}

/// The place of a text's language among all of them; 2 for all behind the first two.
pub(super) fn place(languages: &[String], said: &Said) -> usize {
    languages.iter().position(|lang| *lang == said.lang).unwrap_or(2).min(2)
}

/// One text of each author and language, in the order of the languages.
fn lines(said: &[Said]) -> Vec<Said> {
    let mut lines: Vec<Said> = Vec::new();
    for lang in passport::languages(said) {
        for text in said.iter().filter(|said| said.lang == lang) {
            if !lines.iter().any(|line| is_same(line, text)) {
                lines.push(text.clone());
            }
        }
    }
    lines
}

fn is_same(one: &Said, other: &Said) -> bool {
    one.lang == other.lang && one.who() == other.who()
}
