//! The blend bar: what a set of samples consists of, dataset by dataset.

use crate::{
    address::at,
    blend::{self, Share},
    format,
    live::live,
};
use leptos::prelude::*;

/// Shares that the legend of a narrow bar names.
const NAMED: usize = 4;

/// One stacked bar of shares in proportion. Each piece is a link with its own label: name, share, and how its share
/// differs from that of everything. What has no room for it says it on hover; all of it is in the list behind "all".
#[component]
pub(crate) fn BlendBar(
    /// Largest first.
    #[prop(into)]
    shares: Signal<Vec<Share>>,
    /// What is counted: `samples`, `words`.
    #[prop(into)]
    unit: Signal<&'static str>,
    /// Where a piece leads, by slug.
    #[prop(into)]
    href: Callback<String, String>,
) -> impl IntoView {
    let pieces = move || {
        let shares = shares.get();
        let alone = blend::drawn_alone(&shares);
        let others: f64 = shares[alone..].iter().map(|part| part.share).sum();
        let count = shares.len() - alone;
        let rest = (others > 0.0).then(|| {
            let title = format!(
                "{count} smaller ones, {} together, in the list of datasets",
                format::percent(others)
            );
            view! {
                <span class="piece" style:flex-grow=format::decimal(others, 5) title=title>
                    <span class="piece__bar piece__bar--others"></span>
                </span>
            }
        });
        let unit = unit.get();
        let pieces =
            shares.into_iter().take(alone).map(|part| view! { <Piece part unit href /> }).collect_view();
        (pieces, rest)
    };
    // Where the pieces have no room for their labels.
    let legend = move || {
        shares.with(|shares| {
            let more = shares.len().saturating_sub(NAMED);
            let named = |part: &Share| {
                view! {
                    <li>
                        <span class=format!("swatch {}", part.swatch)></span>
                        <span class="ellipsis">{part.title.clone()}</span>
                        <b>{format::percent(part.share)}</b>
                    </li>
                }
                .into_any()
            };
            let more =
                (more > 0).then(|| view! { <li class="muted">{format!("{more} more")}</li> }.into_any());
            shares.iter().take(NAMED).map(named).chain(more).collect_view()
        })
    };
    view! {
        <div class="blend" role="group" aria-label="Shares of the datasets" data-testid="blend">
            {live(pieces)}
        </div>
        <ul class="blend-legend" aria-hidden="true" data-testid="legend">{live(legend)}</ul>
    }
}

#[component]
fn Piece(part: Share, unit: &'static str, href: Callback<String, String>) -> impl IntoView {
    let lift = part.lift.map(|lift| {
        let (class, words, title) = match blend::tendency(lift) {
            blend::Tendency::More => (
                "lift lift--up",
                format!("▲{}", format::lift(lift)),
                format!("{} times its share of everything", format::decimal(lift, 1)),
            ),
            blend::Tendency::Less => (
                "lift lift--down",
                format!("▼{}", format::lift(lift)),
                format!("{} times its share of everything", format::decimal(lift, 1)),
            ),
            blend::Tendency::AsUsual => {
                ("lift lift--even", "≈".to_owned(), "about its share of everything".to_owned())
            }
        };
        (view! { <span class=class>{words}</span> }, title)
    });
    let (lift, lift_words) =
        lift.map_or((None, String::new()), |(lift, words)| (Some(lift), format!(", {words}")));
    let share = format::percent(part.share);
    let title = format!("{}: {} {unit}, {share}{lift_words}", part.title, format::count(part.count));
    view! {
        <a
            class="piece"
            href=at(&href.run(part.slug.clone()))
            style:flex-grow=format::decimal(part.share, 5)
            title=title
        >
            <span class=format!("piece__bar {}", part.swatch)></span>
            <span class="piece__label">
                <span class="ellipsis">{part.title}</span>
                <b>{share}</b>
                {lift}
            </span>
        </a>
    }
}
