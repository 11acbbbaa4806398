//! Stacked bars: what stages and blends consist of, in any unit. Pale with a coloured edge is what a document says, solid
//! from the left what of it is here.

use crate::{blend, format, live::live};
use blendscope_blend::board::Unit;
use leptos::prelude::*;

/// A piece of a bar.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Piece {
    /// Slug of the dataset, whose colour it has.
    pub(crate) dataset: String,
    /// Name for people.
    pub(crate) title: String,
    /// How much of it is under the root, 0 to 1.
    pub(crate) here: f64,
}

/// A bar, whose pieces change their widths and stay.
#[component]
pub(crate) fn Stacked(
    /// What it shows, in words.
    label: &'static str,
    /// The pieces.
    pieces: Vec<Piece>,
    /// The share of a piece by its number, 0 to 1.
    share: Callback<usize, f64>,
    /// Whether shares are estimates.
    #[prop(into)]
    is_estimate: Signal<bool>,
    /// Whether names stand below pieces that have room for them.
    #[prop(optional)]
    is_labelled: bool,
    /// How it is drawn: `stacked--thin`, `stacked--outline`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let piece = |(number, piece): (usize, Piece)| {
        let Piece { dataset, title, here } = piece;
        let name = StoredValue::new(title.clone());
        let words =
            move || format!("{}: {}", name.get_value(), format::share(share.run(number), is_estimate.get()));
        let label = is_labelled.then(|| {
            view! {
                <span class="stacked__label" aria-hidden="true">
                    <b>{title}</b>
                    {live(move || format::share(share.run(number), is_estimate.get()))}
                </span>
            }
        });
        let swatch = blend::swatch(&dataset);
        let filled = (here > 0.0).then(|| {
            let class = format!("stacked__here {swatch}");
            view! { <span class=class style:width=format::decimal(here * 100.0, 2) + "%"></span> }
        });
        view! {
            <span
                class=format!("stacked__piece {swatch}")
                title=words
                style:flex-grow=move || format::decimal(share.run(number) * 1e3, 3)
                hidden=move || share.run(number) <= 0.0
            >
                {filled}
                {label}
                <span class="off-screen">{live(words)}"; "</span>
            </span>
        }
        .into_any()
    };
    let class = format!("stacked {class}");
    let pieces = pieces.into_iter().enumerate().map(piece).collect_view();
    view! {
        <div class=class class:stacked--labelled=is_labelled role="group" aria-label=label>
            {pieces}
        </div>
    }
}

/// What shares are of: a button for each unit, with what it means in its hint.
#[component]
pub(crate) fn UnitSwitch(
    /// The one that is chosen.
    #[prop(into)]
    chosen: Signal<Unit>,
    /// Chooses another.
    #[prop(into)]
    choose: Callback<Unit>,
    /// Those to choose from.
    #[prop(default = &Unit::AT_ONCE)]
    units: &'static [Unit],
) -> impl IntoView {
    let button = |unit: Unit| {
        view! {
            <button
                type="button"
                title=unit.meaning()
                data-unit=unit.name()
                aria-pressed=move || (chosen.get() == unit).to_string()
                on:click=move |_| choose.run(unit)
            >
                {unit.title()}
            </button>
        }
    };
    view! {
        <div class="segments segments--wrap" role="group" aria-label="Share by">
            {units.iter().copied().map(button).collect_view()}
        </div>
    }
}
