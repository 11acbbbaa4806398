//! Where to begin: everything, one at random, and searches made from the data.

use crate::{
    address::at,
    api::Answer,
    browser,
    components::Thumbnail,
    format,
    library::Library,
    live::{live, memo},
    text,
};
use blendscope_shared::{
    overview::{Example, Examples},
    paths,
    search::{SearchParams, Sort},
};
use leptos::prelude::*;

/// Width of a picture of an example, in pixels.
const WIDTH: f64 = 72.0;

#[component]
pub(super) fn Begin(
    /// How many samples there are.
    samples: Signal<u64>,
) -> impl IntoView {
    let library = Library::here();
    // Made when everything is read, so that neither they nor their counts change under the reader.
    let is_reading = memo(move || library.is_reading());
    let answer = Answer::<Examples>::at(move || (!is_reading.get()).then(paths::examples));
    let examples = move || {
        let examples = answer.good().unwrap_or_default().items;
        view! { <ul class="begin__examples">{examples.into_iter().map(example).collect_view()}</ul> }
    };
    let random = move || {
        let params =
            SearchParams { sort: Some(Sort::Random), seed: browser::fresh_seed(), ..SearchParams::default() };
        at(&paths::search_page(&params))
    };
    view! {
        <section class="begin" aria-labelledby="begin">
            <h2 id="begin">"Begin"</h2>
            <p class="begin__ways">
                <a class="button button--main" href=at("/search") data-testid="browse-all">
                    {live(move || {
                        let so_far = if is_reading.get() { " so far" } else { "" };
                        format!("Browse all {}{so_far}", format::count(samples.get()))
                    })}
                </a>
                <a class="button" href=random>"Shuffled " <kbd>"r"</kbd></a>
            </p>
            {live(examples)}
        </section>
    }
}

/// A search with some of what it finds.
fn example(example: Example) -> AnyView {
    let pictures =
        example.images.into_iter().map(|image| view! { <Thumbnail image width=WIDTH /> }).collect_view();
    let lang = text::lang(&example.lang);
    let in_language = lang.as_deref().map(|lang| format!(", {}", format::language(lang)));
    let count =
        format!("{}{}", format::counted(example.count, "sample", "samples"), in_language.unwrap_or_default());
    view! {
        <li>
            <a class="begin__example" href=at(&example.url) data-testid="example">
                <span class="begin__strip">{pictures}</span>
                <span class="begin__line">
                    <b class="ellipsis" dir="auto" lang=lang>{example.title}</b>
                    <span class="muted num">{count}</span>
                </span>
            </a>
        </li>
    }
    .into_any()
}
