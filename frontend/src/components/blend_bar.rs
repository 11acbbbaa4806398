//! The blend bar: what a set of samples consists of, dataset by dataset.

use crate::{
    blend::{self, Share},
    format,
};
use leptos::prelude::*;

/// Names under the bar before "others".
const NAMED: usize = 6;
/// A lift that differs from 1 by less is not worth a word.
const AS_USUAL: f64 = 0.05;

/// One stacked bar of shares, names below it, numbers on hover and focus. Each piece is a link.
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
    let hovered = RwSignal::new(None::<Share>);
    let pieces = move || {
        let shares = shares.get();
        let alone = blend::drawn_alone(&shares);
        let others: f64 = shares[alone..].iter().map(|part| part.share).sum();
        let pieces =
            shares[..alone].iter().cloned().map(|part| view! { <Piece part href hovered /> }).collect_view();
        let rest = (others > 0.0).then(|| view! { <Others share=others count=shares.len() - alone /> });
        (pieces, rest)
    };
    view! {
        <section class="blend" aria-label="Blend" on:mouseleave=move |_| hovered.set(None)>
            <div class="blend__bar">{pieces}</div>
            <p class="blend__reading" aria-hidden="true">
                {move || {
                    hovered.get().map(|part| view! { <Reading part unit=unit.get() /> }.into_any())
                }}
            </p>
            {move || view! { <Legend shares=shares.get() href unit=unit.get() /> }.into_any()}
        </section>
    }
}

#[component]
fn Piece(part: Share, href: Callback<String, String>, hovered: RwSignal<Option<Share>>) -> impl IntoView {
    let label = format!("{}: {}, {}", part.title, format::count(part.count), format::percent(part.share));
    let class = format!("blend__piece {}", part.swatch);
    let grow = format::decimal(part.share, 5);
    let url = href.run(part.slug.clone());
    let point = move || hovered.set(Some(part.clone()));
    let point_too = point.clone();
    view! {
        <a
            class=class
            href=url
            style:flex-grow=grow
            aria-label=label
            on:mouseenter=move |_| point()
            on:focus=move |_| point_too()
            on:blur=move |_| hovered.set(None)
        ></a>
    }
}

#[component]
fn Others(share: f64, count: usize) -> impl IntoView {
    let label = format!("{count} smaller ones, {} together, named below", format::percent(share));
    view! {
        <span
            class="blend__piece blend__piece--others"
            style:flex-grow=format::decimal(share, 5)
            title=label
        ></span>
    }
}

#[component]
fn Reading(part: Share, unit: &'static str) -> impl IntoView {
    let lift = part.lift.filter(|lift| (lift - 1.0).abs() >= AS_USUAL);
    let lift = lift
        .map(|lift| view! { <span class="muted">" · "{format::lift(lift)}" as often as in all data"</span> });
    view! {
        <span class=format!("swatch {}", part.swatch)></span>
        <strong>{part.title}</strong>
        " "
        {format::percent(part.share)}
        " · "
        {format::count(part.count)}
        " "
        {unit}
        {lift}
    }
}

/// Every share by name: the largest at once, the others on demand.
#[component]
fn Legend(shares: Vec<Share>, href: Callback<String, String>, unit: &'static str) -> impl IntoView {
    let named = if shares.len() <= NAMED + 1 { shares.len() } else { NAMED };
    let item = move |part: Share| {
        let title = format!("{} {unit}", format::count(part.count));
        view! {
            <li>
                <a class="blend__name" href=href.run(part.slug) title=title>
                    <span class=format!("swatch {}", part.swatch) aria-hidden="true"></span>
                    <span class="blend__title">{part.title}</span>
                    <span class="blend__share">{format::percent(part.share)}</span>
                </a>
            </li>
        }
    };
    let mut shares = shares;
    let others = shares.split_off(named);
    let rest: f64 = others.iter().map(|part| part.share).sum();
    let summary = format!("{} others, {}", others.len(), format::percent(rest));
    let has_others = !others.is_empty();
    view! {
        <ul class="blend__names">
            {shares.into_iter().map(item).collect_view()}
            {has_others
                .then(|| {
                    view! {
                        <li>
                            <details class="blend__others">
                                <summary>{summary}</summary>
                                <ul class="blend__more">{others.into_iter().map(item).collect_view()}</ul>
                            </details>
                        </li>
                    }
                })}
        </ul>
    }
}
