//! The blend board: what if a stage, or any blend, were another.

use crate::{
    address::at,
    api::Answer,
    components::{
        AddPart, BoardBars, BoardExport, BoardRow, BoardState, BoardTotals, CopyLink, ErrorNotice, Footer,
        PageHeading, Skeleton, UnitSwitch,
    },
    format,
    live::{live, memo},
};
use blendscope_blend::board::stages;
use blendscope_blend::board::{Board, BoardPart, Unit};
use blendscope_shared::{paths, recipe::Recipes};
use leptos::prelude::*;

/// `/board`
#[component]
pub(crate) fn BoardPage() -> impl IntoView {
    let state = BoardState::new();
    let is_empty = memo(move || state.board.with(|board| board.parts.is_empty()));
    let from = memo(move || state.board.with(|board| board.from.clone()));
    let origin = move || {
        from.get().map(|from| {
            let (recipe, number) = from.split_once('/').unwrap_or((&from, "1"));
            let page = at(&paths::recipe_page(recipe));
            view! {
                <p class="page__lead">
                    "Began with stage " {number.to_owned()} " of " <a href=page>{recipe.to_owned()}</a>
                    ". Everything here is in the address: copy the link, and whoever has the same data sees the same."
                </p>
            }
        })
    };
    let content = move || {
        if is_empty.get() {
            return view! { <Beginnings state /> }.into_any();
        }
        match state.facts.with(|answer| answer.map(|answer| answer.as_ref().err().cloned())) {
            None => view! { <Skeleton count=3 class="skeleton--card" /> }.into_any(),
            Some(Some(error)) => {
                view! { <ErrorNotice error retry=move |()| state.facts.refetch() /> }.into_any()
            }
            Some(None) => view! { <Work state /> }.into_any(),
        }
    };
    let steps = move |of: fn((usize, usize)) -> usize| of(state.steps()) == 0;
    view! {
        <article class="page page--wide" data-testid="board">
            <div class="page__head">
                <PageHeading title=Signal::stored("Blend board".to_owned())>"What if …"</PageHeading>
                <div class="page__tools">
                    <button class="button" type="button" disabled=move || steps(|both| both.0) on:click=move |_| state.undo() data-testid="undo">
                        "Undo"
                    </button>
                    <button class="button" type="button" disabled=move || steps(|both| both.1) on:click=move |_| state.redo()>
                        "Redo"
                    </button>
                    <CopyLink path=move |()| paths::board_page(&state.board.with_untracked(Board::to_query)) />
                </div>
            </div>
            {live(origin)}
            {live(content)}
        </article>
        <Footer json=Signal::derive(move || paths::board("", &state.query())) />
    }
}

/// The parts, and what they come to.
#[component]
fn Work(state: BoardState) -> impl IntoView {
    let by = Signal::derive(move || state.by());
    let total = move || {
        let by = state.by();
        let ((after, before), is_estimate) =
            state.reckoned.with(|reckoned| (reckoned.total(by), reckoned.is_estimate(by)));
        format!(
            "{} before, {} {} now",
            format::amount(before, is_estimate),
            format::amount(after, is_estimate),
            by.title()
        )
    };
    let rows = move || {
        let facts = state.known();
        facts
            .into_iter()
            .enumerate()
            .map(|(number, facts)| view! { <BoardRow state number facts /> })
            .collect_view()
    };
    let units = move || {
        let small = |unit: Unit| {
            view! {
                <div>
                    <h3>{unit.title()}</h3>
                    <BoardBars state unit />
                </div>
            }
        };
        Unit::AT_ONCE.map(small).into_iter().collect_view()
    };
    view! {
        <div class="board-tools">
            <span class="board-tools__name">"Share by"</span>
            <UnitSwitch chosen=by choose=move |unit| state.change(|board| board.by = unit) units=&Unit::ALL />
            <Basis state />
        </div>
        <div class="board">
            <div class="board__main">
                <p class="board__total" aria-live="polite">
                    {live(total)}
                </p>
                <div class="board__bars">{live(move || { state.facts.good(); view! { <BoardBars state /> } })}</div>
                <table class="board-parts">
                    <thead>
                        <tr>
                            <th scope="col">"part"</th>
                            <th scope="col">"take"</th>
                            <th scope="col">"samples: before, yours"</th>
                            <th scope="col">"share, 0 to 100 %"</th>
                            <th scope="col">"before, yours"</th>
                            <th scope="col">"change, points"</th>
                            <th scope="col">
                                <span class="off-screen">"remove"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{live(rows)}</tbody>
                </table>
                <AddPart state />
                <h2>"The same by every unit"</h2>
                <div class="board__units">{live(units)}</div>
            </div>
            <div class="board__side">
                <BoardTotals state />
                <BoardExport state />
            </div>
        </div>
    }
}

/// By documented counts or what is here, and by counts or by weights.
#[component]
fn Basis(state: BoardState) -> impl IntoView {
    let is_here = move || state.board.with(|board| board.is_here);
    let total = move || state.board.with(|board| board.total);
    let weigh = move |_| {
        let now = state.reckoned.with_untracked(|reckoned| reckoned.samples().0).max(1);
        state.change(|board| board.total = if board.total.is_some() { None } else { Some(now) });
    };
    let in_tokens = move |event: leptos::ev::Event| {
        let in_tokens = event_target_value(&event) == "tokens";
        state.change(|board| board.total_in_tokens = in_tokens);
    };
    let total_box = move || {
        total().map(|total| {
            view! {
                <label class="board-field">
                    "to a total of"
                    <input
                        type="number"
                        min="1"
                        prop:value=total.to_string()
                        on:change=move |event| {
                            let number = event_target_value(&event).parse::<u64>().ok().filter(|number| *number > 0);
                            if let Some(number) = number {
                                state.change(|board| board.total = Some(number));
                            }
                        }
                    />
                </label>
                <select class="select" aria-label="Unit of the total" on:change=in_tokens
                    prop:value=move || if state.board.with(|board| board.total_in_tokens) { "tokens" } else { "samples" }>
                    <option value="samples">"samples"</option>
                    <option value="tokens">"text tokens"</option>
                </select>
            }
        })
    };
    let basis = move |here: bool, words: &'static str| {
        view! {
            <button type="button" aria-pressed=move || (is_here() == here).to_string() on:click=move |_| state.change(|board| board.is_here = here)>
                {words}
            </button>
        }
    };
    view! {
        <div class="segments" role="group" aria-label="Reckon with">
            {basis(false, "documented counts")}
            {basis(true, "what is here")}
        </div>
        <button class="button button--small" type="button" aria-pressed=move || total().is_some().to_string() on:click=weigh>
            "by weights"
        </button>
        {live(total_box)}
    }
}

/// What a board can begin with: a stage of a recipe, a dataset, a search.
#[component]
fn Beginnings(state: BoardState) -> impl IntoView {
    let recipes = Answer::<Recipes>::at(|| Some(paths::recipes()));
    let stages = move || {
        let recipes = recipes.good().map(|recipes| recipes.items).unwrap_or_default();
        let recipe = |recipe: blendscope_shared::recipe::Recipe| {
            let stage = |(number, stage): (u32, &blendscope_shared::recipe::Stage)| {
                let page = paths::board_page(&stages::board_of(&recipe.slug, number, stage).to_query());
                view! {
                    <li>
                        <a href=at(&page)>{format!("{number} · {}", stage.title)}</a>
                    </li>
                }
            };
            let stages = (1..).zip(&recipe.stages).map(stage).collect_view();
            view! {
                <li>
                    <h2>{recipe.title.clone()}</h2>
                    <ul>{stages}</ul>
                </li>
            }
        };
        recipes.into_iter().map(recipe).collect_view()
    };
    let everything = move |_| {
        state.change(|board| board.parts.push(BoardPart { is_added: true, ..BoardPart::all("") }));
    };
    view! {
        <p class="page__lead">
            "A blend is made of parts: datasets, or whatever a search finds. Begin with a stage of a recipe, with a search, or with nothing."
        </p>
        <AddPart state />
        <p>
            <button class="button" type="button" on:click=everything>
                "Begin with everything here"
            </button>
        </p>
        <ul class="beginnings">{live(stages)}</ul>
    }
}
