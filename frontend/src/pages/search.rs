//! A search and its result; above the samples of a single template its instruction, and how much is answered to it.

use crate::{
    api::{self, Answer, Facets},
    components::{Browse, PageHeading, title_of},
    format, json,
    live::{live, memo},
    router::Router,
    text,
};
use blendscope_shared::{account::ByRole, paths, search::SearchParams};
use leptos::prelude::*;

/// The filter of a template.
const TEMPLATE: &str = "template";

/// `/search`
#[component]
pub(crate) fn SearchPage() -> impl IntoView {
    let router = Router::here();
    let title = Signal::derive(move || router.state.with(title_of));
    let head = move || {
        view! {
            <PageHeading title class="off-screen">{live(move || title.get())}</PageHeading>
            <Instruction />
        }
    };
    view! { <Browse head /> }
}

/// What is counted of the samples of a template.
#[derive(Clone, Default, PartialEq, serde::Deserialize)]
#[serde(default)]
struct Answered {
    samples: u64,
    words: ByRole,
    characters: ByRole,
}

/// The instruction whose samples are shown, where it is a single one.
#[component]
fn Instruction() -> impl IntoView {
    let router = Router::here();
    let asked = memo(move || {
        let params = router.state.with(|state| state.params.clone());
        matches!(params.chosen(TEMPLATE), [_]).then(|| SearchParams { sort: None, ..params })
    });
    let facets =
        Answer::<Facets>::read_by(move || asked.get().map(|params| paths::facets(&params)), api::facets);
    let answered = Answer::<Answered>::read_by(
        move || asked.get().map(|params| paths::accounts(&params)),
        |body| json::read(&body.text),
    );
    live(move || {
        let id = asked.get()?.chosen(TEMPLATE).first()?.clone();
        let text = facets.good()?.get(TEMPLATE)?.title_of(&id)?.to_owned();
        let lengths = answered.good().filter(|answered| answered.samples > 0).map(|answered| {
            let Answered { samples, words, characters } = answered;
            let words = text::has_spaces(&text)
                .then(|| format!("{} words, ", format::decimal(words.gpt as f64 / samples as f64, 1)));
            format!(
                "answers of a sample on average: {}{} characters",
                words.unwrap_or_default(),
                format::count(characters.gpt / samples)
            )
        });
        Some(view! {
            <div class="instruction" data-testid="instruction">
                <p><span class="muted">"instruction "</span><b dir="auto">{text}</b></p>
                <p class="muted">{lengths}</p>
            </div>
        })
    })
}
