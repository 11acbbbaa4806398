//! A part of a board: what is taken of it, and what that changes.

use super::BoardState;
use crate::{
    address::at,
    blend, format,
    live::{live, memo},
};
use blendscope_blend::board::{BoardPart, Which, amount, amount_text};
use blendscope_blend::mixture::Amount;
use blendscope_shared::{board::PartFacts, decimal};
use leptos::prelude::*;

/// What can be taken: the name in words, and the same with an amount.
const KINDS: [&str; 4] = ["all", "first", "last", "random"];

/// A whole, in millionths.
const WHOLE: u64 = 1_000_000;

fn kind(which: Which) -> usize {
    match which {
        Which::All => 0,
        Which::First(_) => 1,
        Which::Last(_) => 2,
        Which::Random(_) => 3,
    }
}

fn amount_of(which: Which) -> Option<Amount> {
    match which {
        Which::All => None,
        Which::First(amount) | Which::Last(amount) | Which::Random(amount) => Some(amount),
    }
}

fn which(kind: usize, amount: Amount) -> Which {
    match kind {
        1 => Which::First(amount),
        2 => Which::Last(amount),
        3 => Which::Random(amount),
        _ => Which::All,
    }
}

/// A row of the board.
#[component]
pub(crate) fn BoardRow(
    /// The board.
    state: BoardState,
    /// Number of the part.
    number: usize,
    /// What is known of it.
    facts: PartFacts,
) -> impl IntoView {
    let part = memo(move || state.board.with(|board| board.parts.get(number).cloned().unwrap_or_default()));
    let own = move || state.reckoned.with(|reckoned| reckoned.parts.get(number).cloned().unwrap_or_default());
    let shares = memo(move || {
        let by = state.by();
        state.reckoned.with(|reckoned| reckoned.shares(by).get(number).copied().unwrap_or_default())
    });
    let estimate = move || {
        let by = state.by();
        state.reckoned.with(|reckoned| reckoned.is_estimate(by))
    };
    // A part of which nothing is known can only make the shares of the others smaller.
    let bound = move || {
        let by = state.by();
        if state.reckoned.with(|reckoned| reckoned.is_known(by)) { "" } else { "≤ " }
    };
    let known = move |words: String| if own().is_unknown { "not known".to_owned() } else { words };
    let (title, dataset) = (facts.title.clone(), facts.dataset.clone());
    let swatch = blend::swatch(&dataset);
    let is_changed = move || part.with(|part| !part.is_all() || part.is_added);
    let here = if facts.is_found {
        format!("{} here", format::count(facts.account.samples))
    } else {
        "not on this disk".to_owned()
    };
    let words = move || {
        let documented = part.with(|part| part.documented).or(facts.documented);
        let documented = documented.map(|number| format!("{} documented, ", format::count(number)));
        documented.unwrap_or_default()
    };
    let page = at(&format!("/search?{}", facts.source));
    let change = move || {
        let (after, before) = shares.get();
        let points = (after - before) * 100.0;
        let sign = if points > 0.0 { "▲ " } else { "▼ " };
        if points.abs() < 0.05 {
            "0.0".to_owned()
        } else {
            format!("{sign}{}", format::decimal(points.abs(), 1))
        }
    };
    let bar = |class: &'static str, width: Signal<f64>| {
        let class = format!("pair__bar {class} {swatch}");
        view! { <span class=class style:width=move || format::decimal(width.get() * 100.0, 2) + "%"></span> }
    };
    view! {
        <tr class="board-row" class:board-row--changed=is_changed data-testid="board-part">
            <th scope="row">
                <span class="part__title" dir="auto">
                    <span class=format!("swatch {swatch}") aria-hidden="true"></span>
                    <span>{title.clone()}</span>
                </span>
                <span class="part__details">
                    {live(words)} <a href=page>{here}</a>
                </span>
            </th>
            <td data-label="take">
                <Take state number part title=title.clone() />
            </td>
            <td data-label="samples" class="board-row__numbers">
                <span class="muted">{live(move || known(format::count(own().before)))}</span>
                <b data-testid="samples">{live(move || known(format::count(own().samples)))}</b>
            </td>
            <td data-label="share">
                <span class="pair">
                    {bar("pair__bar--before", Signal::derive(move || shares.get().1))}
                    {bar("", Signal::derive(move || shares.get().0))}
                </span>
            </td>
            <td class="board-row__numbers" data-label="before, yours">
                <span class="muted">{live(move || known(format::share(shares.get().1, estimate())))}</span>
                <b data-testid="share">{live(move || known(format!("{}{}", bound(), format::share(shares.get().0, estimate()))))}</b>
            </td>
            <td class="board-row__change" data-label="change, points">
                {live(change)}
            </td>
            <td class="board-row__remove">
                <button
                    type="button"
                    class="button button--small button--quiet"
                    title=format!("Take {title} out of the board")
                    aria-label=format!("Take {title} out of the board")
                    on:click=move |_| {
                        state.change(|board| {
                            if number < board.parts.len() {
                                board.parts.remove(number);
                            }
                        });
                    }
                >
                    "×"
                </button>
            </td>
        </tr>
    }
}

/// What is taken of a part: kind, number or share, slider, repeat and cap; its weight where weights count.
#[component]
fn Take(state: BoardState, number: usize, part: Memo<BoardPart>, title: String) -> impl IntoView {
    let title = StoredValue::new(title);
    let is_weighted = move || state.board.with(|board| board.total.is_some());
    let there = move || state.reckoned.with(|reckoned| reckoned.parts.get(number).map_or(0, |own| own.there));
    let percent = move || match amount_of(part.get().which) {
        None => 100.0,
        Some(Amount::Millionths(share)) => share as f64 / 1e4,
        Some(Amount::Count(count)) => (count as f64 / there().max(1) as f64 * 100.0).min(100.0),
    };
    let set_kind = move |event: leptos::ev::Event| {
        let kind = KINDS.iter().position(|name| *name == event_target_value(&event)).unwrap_or(0);
        state.change_part(number, |part| {
            let amount = amount_of(part.which).unwrap_or(Amount::Millionths(WHOLE / 2));
            part.which = which(kind, amount);
        });
    };
    let set_amount = move |event: leptos::ev::Event| {
        if let Some(amount) = amount(event_target_value(&event).trim()) {
            state.change_part(number, |part| part.which = which(kind(part.which).max(1), amount));
        }
    };
    let slid = move |value: String, part: &mut BoardPart| {
        let share = Amount::Millionths(value.parse::<u64>().unwrap_or(100).min(100) * (WHOLE / 100));
        part.which = match part.which {
            Which::All => Which::Random(share),
            other => which(kind(other), share),
        };
    };
    let slide = move |event: leptos::ev::Event| {
        let value = event_target_value(&event);
        state.slide(|board| board.parts.get_mut(number).map_or((), |part| slid(value, part)));
    };
    let release = move |event: leptos::ev::Event| {
        let value = event_target_value(&event);
        state.change_part(number, |part| slid(value, part));
    };
    let number_box = move |label: &'static str,
                           step: &'static str,
                           read: fn(&BoardPart) -> String,
                           write: fn(&mut BoardPart, &str)| {
        view! {
            <label class="board-field">
                {label}
                <input
                    type="number"
                    min="0"
                    step=step
                    aria-label=format!("{label} of {}", title.get_value())
                    prop:value=move || part.with(read)
                    on:change=move |event| {
                        let value = event_target_value(&event);
                        state.change_part(number, |part| write(part, &value));
                    }
                />
            </label>
        }
        .into_any()
    };
    let counted = move || {
        let title = title.get_value();
        view! {
                <span class="take">
                    <select class="select" aria-label=format!("Take of {title}") prop:value=move || KINDS[kind(part.get().which)] on:change=set_kind>
                        {KINDS.map(|name| view! { <option value=name>{name}</option> }).into_iter().collect_view()}
                    </select>
                    <input
                        class="take__amount"
                        aria-label=format!("How many or what share of {title}, such as 5000 or 12.5%")
                        disabled=move || part.get().which == Which::All
                        prop:value=move || amount_of(part.get().which).map_or_else(String::new, amount_text)
                        on:change=set_amount
                    />
                    <input
                        class="take__slider"
                        type="range"
                        min="0"
                        max="100"
                        aria-label=format!("Percent taken of {title}")
                        prop:value=move || format::decimal(percent(), 0)
                        on:input=slide
                        on:change=release
                    />
                    {number_box("repeat ×", "0.5", |part| decimal::short(part.repeat), |part, value| {
                        if let Some(times) = decimal::parse(value).filter(|times| (0.0..1e6).contains(times)) {
                            part.repeat = times;
                        }
                    })}
                    {number_box("cap", "1", |part| part.cap.map_or_else(String::new, |cap| cap.to_string()), |part, value| {
                        part.cap = value.parse().ok();
                    })}
                </span>
            }
            .into_any()
    };
    live(move || {
        if is_weighted() {
            return number_box(
                "weight",
                "0.1",
                |part| decimal::short(part.weight),
                |part, value| {
                    if let Some(weight) = decimal::parse(value).filter(|weight| (0.0..1e6).contains(weight)) {
                        part.weight = weight;
                    }
                },
            );
        }
        counted()
    })
}
