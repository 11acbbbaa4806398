//! What a board comes to: both bars, totals in every unit, and what to know before training.

use super::BoardState;
use crate::{
    components::{Piece, Stacked},
    format,
    live::live,
};
use blendscope_blend::board::Unit;
use blendscope_blend::board::reckon::{Severity, Warning, fit_language};
use blendscope_shared::{
    account::{ANY_RESOLUTION, PICTURE_TOKENS},
    decimal,
};
use leptos::prelude::*;

/// The panel beside the parts.
#[component]
pub(crate) fn BoardTotals(
    /// The board.
    state: BoardState,
) -> impl IntoView {
    let row = move |unit: Unit| {
        let totals =
            move || state.reckoned.with(|reckoned| (reckoned.total(unit), reckoned.is_estimate(unit)));
        let words = move |of: fn((f64, f64)) -> f64| {
            let (both, is_estimate) = totals();
            let amount = format::amount(of(both), is_estimate);
            match state.reckoned.with(|reckoned| reckoned.is_known(unit)) {
                true => amount,
                false if of(both) > 0.0 => format!("> {amount}"),
                false => "not known".to_owned(),
            }
        };
        view! {
            <tr>
                <th scope="row" title=unit.meaning()>
                    {unit.title()}
                </th>
                <td class="muted">{live(move || words(|both| both.1))}</td>
                <td>
                    <b data-total=unit.name()>{live(move || words(|both| both.0))}</b>
                </td>
            </tr>
        }
        .into_any()
    };
    let batch = move || state.board.with(|board| board.batch);
    let steps = move |of: fn((u64, u64)) -> u64| {
        format::count(of(state.reckoned.with(|reckoned| reckoned.steps(batch()))))
    };
    let warnings = move || {
        let warnings = state.reckoned.with(|reckoned| reckoned.warnings.clone());
        warnings.into_iter().map(warning).collect_view()
    };
    view! {
        <section class="panel" aria-label="Totals" data-testid="board-totals">
            <table class="account">
                <thead>
                    <tr>
                        <th scope="col">"total"</th>
                        <th scope="col">"before"</th>
                        <th scope="col">"yours"</th>
                    </tr>
                </thead>
                <tbody>
                    {Unit::ALL.map(row).into_iter().collect_view()}
                    <tr>
                        <th scope="row">"steps in one epoch"</th>
                        <td class="muted">{live(move || steps(|both| both.1))}</td>
                        <td>
                            <b data-total="steps">{live(move || steps(|both| both.0))}</b>
                        </td>
                    </tr>
                </tbody>
            </table>
            <Settings state />
        </section>
        <section class="panel" aria-label="Warnings">
            <h2>"To know before you train"</h2>
            <ul class="warnings" data-testid="warnings">
                {live(warnings)}
            </ul>
        </section>
        <Fit state />
    }
}

fn warning(warning: Warning) -> AnyView {
    let (class, sign, words) = match warning.severity {
        Severity::Bad => ("warnings__bad", "●", "Stops or loses: "),
        Severity::Look => ("warnings__look", "▲", "Look: "),
        Severity::Fine => ("warnings__fine", "✓", "Fine: "),
    };
    view! {
        <li>
            <span class=class aria-hidden="true">
                {sign}
            </span>
            <span dir="auto">
                <span class="off-screen">{words}</span>
                {warning.text}
            </span>
        </li>
    }
    .into_any()
}

/// Batch, devices, tokens of a picture, seed.
#[component]
fn Settings(state: BoardState) -> impl IntoView {
    let board_number = move |label: &'static str,
                             read: fn(&blendscope_blend::board::Board) -> u64,
                             write: fn(&mut blendscope_blend::board::Board, u64)| {
        view! {
            <label class="board-field">
                {label}
                <input
                    type="number"
                    min="1"
                    prop:value=move || state.board.with(read).to_string()
                    on:change=move |event| {
                        if let Ok(number) = event_target_value(&event).parse::<u64>() {
                            state.change(|board| write(board, number));
                        }
                    }
                />
            </label>
        }
        .into_any()
    };
    let picture = move |event: leptos::ev::Event| {
        if let Ok(tokens) = event_target_value(&event).parse::<u64>() {
            state.change(|board| board.picture = tokens);
        }
    };
    view! {
        <p class="settings">
            {board_number("batch", |board| board.batch, |board, number| board.batch = number.max(1))}
            {board_number("devices", |board| board.world, |board, number| board.world = number.max(1))}
            {board_number("seed", |board| board.seed, |board, number| board.seed = number)}
            <label class="board-field">
                "image"
                <select class="select" prop:value=move || state.board.with(|board| board.picture).to_string() on:change=picture>
                    {PICTURE_TOKENS
                        .map(|tokens| view! { <option value=tokens.to_string()>{format!("{tokens} tokens")}</option> })
                        .into_iter()
                        .collect_view()}
                    <option value=ANY_RESOLUTION.to_string()>"by its size, as LLaVA-NeXT"</option>
                </select>
            </label>
        </p>
    }
}

/// Makes a language have a share, by taking away.
#[component]
fn Fit(state: BoardState) -> impl IntoView {
    let languages = move || {
        let mut languages: Vec<String> = Vec::new();
        for facts in state.known() {
            let own = facts.account.languages.iter().map(|of| &of.lang).chain([&facts.lang]);
            for lang in own.filter(|lang| *lang != "und") {
                if !languages.contains(lang) {
                    languages.push(lang.clone());
                }
            }
        }
        languages
    };
    let (chosen, percent, trouble) =
        (RwSignal::new("ja".to_owned()), RwSignal::new("60".to_owned()), RwSignal::new(false));
    let share_now = move || {
        let by = state.by();
        let share = chosen.with(|lang| state.reckoned.with(|reckoned| reckoned.in_language(lang, by)));
        match share {
            Some(share) => format!("{} now, by {}", format::share(share, true), by.title()),
            None => format!("not known by {}: not all parts are here", by.title()),
        }
    };
    let apply = move |_| {
        let share = percent.with_untracked(|percent| decimal::parse(percent).unwrap_or(0.0)) / 100.0;
        let lang = chosen.get_untracked();
        let fitted = state.reckoned.with_untracked(|reckoned| {
            state.board.with_untracked(|board| fit_language(board, reckoned, &lang, share, board.by))
        });
        trouble.set(fitted.is_none());
        if let Some(fitted) = fitted {
            state.change(|board| *board = fitted);
        }
    };
    let options = move || {
        let option =
            |lang: String| view! { <option value=lang.clone()>{format::language(&lang).to_owned()}</option> };
        languages().into_iter().map(option).collect_view()
    };
    let has_several = move || languages().len() > 1;
    view! {
        <section class="panel" aria-label="Fit to a target" hidden=move || !has_several() data-testid="fit">
            <h2>"Fit to a target"</h2>
            <p class="settings">
                <label class="board-field">
                    "Make"
                    <input type="number" min="1" max="99" prop:value=percent on:input=move |event| percent.set(event_target_value(&event)) />
                    "%"
                </label>
                <select class="select" aria-label="Language" prop:value=chosen on:change=move |event| chosen.set(event_target_value(&event))>
                    {live(options)}
                </select>
                <button class="button button--small" type="button" on:click=apply>
                    "Fit"
                </button>
            </p>
            <p class="muted">{live(share_now)}</p>
            <p class="bad" role="status">
                {live(move || trouble.get().then_some("This cannot be reached by taking a part away."))}
            </p>
        </section>
    }
}

/// Both bars of a board, one over the other.
#[component]
pub(crate) fn BoardBars(
    /// The board.
    state: BoardState,
    /// What shares are of; what is chosen where there is none.
    #[prop(optional)]
    unit: Option<Unit>,
) -> impl IntoView {
    let by = move || unit.unwrap_or_else(|| state.by());
    let pieces: Vec<Piece> = state
        .known()
        .into_iter()
        .map(|facts| Piece { dataset: facts.dataset, title: facts.title, here: 0.0 })
        .collect();
    let share = move |of: fn((f64, f64)) -> f64| {
        Callback::new(move |number: usize| {
            let by = by();
            state.reckoned.with(|reckoned| reckoned.shares(by).get(number).copied().map_or(0.0, of))
        })
    };
    let is_estimate = Signal::derive(move || {
        let by = by();
        state.reckoned.with(|reckoned| reckoned.is_estimate(by))
    });
    let (class, below) = if unit.is_some() {
        ("stacked--paper stacked--thin", "stacked--thin")
    } else {
        ("stacked--paper", "")
    };
    view! {
        <Stacked label="Before" pieces=pieces.clone() share=share(|both| both.1) is_estimate class />
        <Stacked label="Yours" pieces share=share(|both| both.0) is_estimate class=below is_labelled=unit.is_none() />
    }
}
