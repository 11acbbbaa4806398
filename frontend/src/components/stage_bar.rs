//! The bar of a recipe's stage: a piece per part, dashed where it is not on this disk.

use crate::{
    address::at,
    blend, format,
    recipe::{self, Piece},
};
use blendscope_shared::recipe::Part;
use leptos::prelude::*;

/// One bar, its pieces in the order of the parts.
#[component]
pub(crate) fn StageBar(
    /// What it shows, in a word.
    name: &'static str,
    /// The parts of the stage.
    parts: Vec<Part>,
    /// A piece for each.
    pieces: Vec<Piece>,
) -> impl IntoView {
    let pieces: Vec<_> = parts.into_iter().zip(pieces).map(|(part, piece)| draw(name, part, piece)).collect();
    view! {
        <div class="stage-bar" role="group" aria-label=name>
            <span class="stage-bar__name">{name}</span>
            <div class="stage-bar__pieces">{pieces}</div>
        </div>
    }
}

fn draw(name: &'static str, part: Part, piece: Piece) -> AnyView {
    let dataset = StoredValue::new(part.dataset.clone());
    let swatch = move || dataset.with_value(|dataset| blend::swatch(dataset));
    let whole = if piece.here < 1.0 { "" } else { " stage-bar__piece--whole" };
    let class = move || format!("stage-bar__piece{whole} {}", swatch());
    let reading = reading(name, &part, piece);
    let grow = format::decimal(piece.share, 5);
    let here = format::decimal(piece.here * 100.0, 2) + "%";
    let filled = (piece.here > 0.0).then(|| {
        let class = move || format!("stage-bar__here {}", swatch());
        view! { <span class=class style:width=here></span> }
    });
    match part.url {
        Some(url) => view! {
            <a class=class href=at(&url) title=reading.clone() aria-label=reading style:flex-grow=grow>
                {filled}
            </a>
        }
        .into_any(),
        None => view! {
            <span class=class role="img" title=reading.clone() aria-label=reading style:flex-grow=grow>
                {filled}
            </span>
        }
        .into_any(),
    }
}

/// A piece in words.
fn reading(name: &str, part: &Part, piece: Piece) -> String {
    if name == "documented" && part.documented.is_none() {
        let found = recipe::counted(part.found, &part.unit);
        return format!("{}: no documented number, {found} here", part.title);
    }
    let count = recipe::counted(piece.count, &part.unit);
    let difference = recipe::difference(part).map(|words| format!("; {words}")).unwrap_or_default();
    format!("{}: {count} {name}, {}{difference}", part.title, format::percent(piece.share))
}
