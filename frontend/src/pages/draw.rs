//! Draws: a few samples of a result by a rule and a seed, to look at, to link and to take along.

use crate::{
    address::at,
    api::Answer,
    browser,
    components::{CopyLink, ErrorNotice, Footer, PageHeading, Skeleton, Thumbnail},
    format,
    live::{live, memo},
    router::{Entry, Router},
    url_state,
};
use blendscope_shared::{
    draw::{DrawAnswer, DrawGroup, DrawParams, Once},
    paths,
    search::SearchHit,
};
use leptos::prelude::*;

/// What samples may be told apart by; the server knows all.
const FACETS: [(&str, &str); 5] = [
    ("", "of all together"),
    ("dataset", "dataset"),
    ("source", "image source"),
    ("lang", "language"),
    ("template", "template"),
];

/// `/draw`
#[component]
pub(crate) fn DrawPage() -> impl IntoView {
    let router = Router::here();
    let params = memo(move || {
        let pairs = url_state::pairs(&router.query.get());
        let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        DrawParams::parse(pairs).map_err(|error| error.to_string())
    });
    let draw = move || params.get().unwrap_or_default();
    let set = move |params: DrawParams| router.go(&paths::draw_page(&params.to_query()), Entry::Replace);
    let answer = Answer::<DrawAnswer>::at(move || {
        params.get().ok().map(|params| format!("{}&limit=100", paths::draw("", &params.to_query())))
    });
    let content = move || match (params.get(), answer.get()) {
        (Err(error), _) => view! { <p class="notice bad" role="status" dir="auto">{error}</p> }.into_any(),
        (_, None) => view! { <Skeleton count=3 class="skeleton--card" /> }.into_any(),
        (_, Some(Err(error))) => view! { <ErrorNotice error retry=move |()| answer.refetch() /> }.into_any(),
        (Ok(params), Some(Ok(answer))) => drawn(&params, answer),
    };
    view! {
        <article class="page page--wide" data-testid="draw">
            <div class="page__head">
                <PageHeading title=Signal::stored("Draw".to_owned())>"Draw samples"</PageHeading>
                <div class="page__tools">
                    <CopyLink path=move |()| paths::draw_page(&params.get_untracked().unwrap_or_default().to_query()) />
                </div>
            </div>
            <Rule draw=Signal::derive(draw) set />
            {live(content)}
        </article>
        <Footer json=Signal::derive(move || paths::draw("", &draw().to_query())) />
    }
}

/// The rule of a draw, as a form.
#[component]
fn Rule(#[prop(into)] draw: Signal<DrawParams>, #[prop(into)] set: Callback<DrawParams>) -> impl IntoView {
    let change = move |change: &dyn Fn(&mut DrawParams)| {
        let mut params = draw.get_untracked();
        change(&mut params);
        set.run(params);
    };
    let number = move |event: &leptos::ev::Event| event_target_value(event).parse::<u64>().ok();
    let facet = |(value, words): (&'static str, &'static str)| view! { <option value=value selected=move || draw.get().by.as_deref().unwrap_or_default() == value>{words}</option> };
    view! {
            <div class="board-tools">
                <label class="board-field">
                    <input
                        type="number"
                        min="1"
                        aria-label="How many"
                        prop:value=move || draw.get().count.to_string()
                        on:change=move |event| {
                            if let Some(count) = number(&event) {
                                change(&|draw| draw.count = count.max(1));
                            }
                        }
                    />
                </label>
                <select
                    class="select"
                    aria-label="How they are parted"
                    on:change=move |event| {
                        let each = event_target_value(&event) == "each";
                        change(&|draw| draw.each = each);
                    }
                >
                    <option value="share" selected=move || !draw.get().each>"in all, as often as each occurs"</option>
                    <option value="each" selected=move || draw.get().each>"of each"</option>
                </select>
                <select
                    class="select"
                    aria-label="What is told apart"
                    on:change=move |event| {
                        let by = Some(event_target_value(&event)).filter(|by| !by.is_empty());
                        change(&|draw| draw.by.clone_from(&by));
                    }
                >
                    {FACETS.map(facet).into_iter().collect_view()}
                </select>
                <select
                    class="select"
                    aria-label="What may come only once"
                    on:change=move |event| {
                        let once = match event_target_value(&event).as_str() {
                            "picture" => Some(Once::Picture),
                            "text" => Some(Once::Text),
                            _ => None,
                        };
                        change(&|draw| draw.once = once);
                    }
                >
                    <option value="">"all may come"</option>
                    <option value="picture" selected=move || draw.get().once == Some(Once::Picture)>"one of each picture"</option>
                    <option value="text" selected=move || draw.get().once == Some(Once::Text)>"no text twice"</option>
                </select>
                <select
                    class="select"
                    aria-label="Which of them"
                    on:change=move |event| {
                        let is_longest = event_target_value(&event) == "longest";
                        change(&|draw| draw.is_longest = is_longest);
                    }
                >
                    <option value="any">"at random"</option>
                    <option value="longest" selected=move || draw.get().is_longest>"the longest first"</option>
                </select>
                <label class="board-field">
                    "seed"
                    <input
                        type="number"
                        min="0"
                        prop:value=move || draw.get().seed.to_string()
                        on:change=move |event| {
                            if let Some(seed) = number(&event) {
                                change(&|draw| draw.seed = seed);
                            }
                        }
                    />
                </label>
                <button class="button" type="button" on:click=move |_| {
                    let seed = browser::fresh_seed();
                    change(&|draw| draw.seed = seed);
                }>"Another seed"</button>
            </div>
    }
}

/// How many were drawn, of what, and the first of them.
fn drawn(params: &DrawParams, answer: DrawAnswer) -> AnyView {
    let search = params.query.to_query();
    let search = url_state::with_query("/search", &search);
    let words =
        format!("{} of {}", format::count(answer.drawn), format::counted(answer.there, "sample", "samples"));
    let query = params.to_query();
    let link = |what: &str, words: &'static str| {
        let address = at(&format!("{}&what={what}", paths::draw("samples", &query)));
        view! {
            <a class="button button--small" href=address download="">
                {words}
            </a>
        }
    };
    let group = |group: DrawGroup| {
        view! {
            <li>
                <span dir="auto">{group.title}</span>
                <b>{format!(" {}", format::count(group.drawn))}</b>
                <span class="muted">{format!(" of {}", format::count(group.there))}</span>
            </li>
        }
    };
    let (shown, all) = (answer.items.len() as u64, answer.drawn);
    view! {
        <p class="board__total" aria-live="polite">
            <b data-testid="drawn">{words}</b>
            " of "
            <a href=at(&search)>"the search"</a>
            {link("records", "Records")}
            {link("ids", "Ids")}
            {link("manifest", "Manifest")}
        </p>
        <ul class="draw__groups">{answer.groups.into_iter().take(24).map(group).collect_view()}</ul>
        <ul class="draw__samples">{answer.items.into_iter().map(sample).collect_view()}</ul>
        {(all > shown).then(|| view! { <p class="muted">{format!("and {} more, in the files", format::count(all - shown))}</p> })}
    }
    .into_any()
}

fn sample(hit: SearchHit) -> AnyView {
    let picture = hit
        .images
        .first()
        .cloned()
        .map(|image| view! { <span class="draw__picture"><Thumbnail image width=96.0 /></span> });
    let words = hit.answer.or(hit.question).unwrap_or_default();
    view! {
        <li>
            <a href=at(&hit.url) data-testid="drawn-sample">
                {picture}
                <span class="draw__text" dir="auto">{words}</span>
                <span class="muted">{format!("{} · {}", hit.dataset, hit.key)}</span>
            </a>
        </li>
    }
    .into_any()
}
