//! The histogram of a number: a bar or a range of bars is a filter.

use crate::{
    facets::FacetsOf,
    filters, format,
    histogram::{self, HEIGHT, STEP, Span},
    live::live,
    router::{Entry, Router},
};
use blendscope_shared::search::Histogram;
use leptos::{ev, html::Div, prelude::*};
use web_sys::HtmlInputElement;

/// Values named under the bars.
const TICKS: usize = 5;

/// Bars of the result with their axes; a click or a drag chooses, and so do the two boxes below.
#[component]
pub(crate) fn Plot(
    /// What is shown.
    facets: FacetsOf,
    /// Name of the number.
    name: StoredValue<String>,
    /// What people call it.
    title: String,
) -> impl IntoView {
    let plot = Drawing {
        router: Router::here(),
        facets,
        name,
        area: NodeRef::new(),
        begun: RwSignal::new(None),
        pointed: RwSignal::new(None),
        is_log: RwSignal::new(false),
    };
    let end = |number: usize, word: &'static str| {
        let value = move || plot.chosen().map_or_else(String::new, |span| format::count(span.ends()[number]));
        let place = move || plot.whole().map(|whole| format::count(whole.ends()[number]));
        view! {
            <input
                class="range__end"
                type="text"
                inputmode="numeric"
                autocomplete="off"
                aria-label=format!("{title} {word}")
                placeholder=place
                prop:value=value
                on:change:target=move |event| plot.take_end(number, &event.target())
            />
        }
        .into_any()
    };
    let from = end(0, "from");
    let to = end(1, "to");
    view! {
        <div class="histogram">
            <span class="histogram__y" aria-hidden="true">
                <span>{live(move || format::compact(plot.largest()))}</span>
                <span>{live(move || format::compact(histogram::half(plot.largest(), plot.is_log.get())))}</span>
                <span>"0"</span>
            </span>
            <div
                node_ref=plot.area
                class="histogram__plot"
                data-testid="bars"
                on:pointerdown=move |event| plot.on_down(&event)
                on:pointermove=move |event| plot.pointed.set(Some(plot.bar(&event)))
                on:pointerup=move |_| plot.on_up()
                on:pointercancel=move |_| plot.leave()
                on:mouseleave=move |_| plot.leave()
            >
                {live(move || plot.draw())}
            </div>
            <span class="histogram__x" aria-hidden="true">{live(move || plot.ticks())}</span>
        </div>
        <div class="range">
            {from} "to" {to}
            <button
                class="range__log"
                type="button"
                title="Heights by the logarithm, so that small numbers are seen"
                aria-pressed=move || plot.is_log.get().to_string()
                on:click=move |_| plot.is_log.update(|is_log| *is_log = !*is_log)
            >
                "log"
            </button>
        </div>
        <p class="histogram__reading">{live(move || plot.reading())}</p>
    }
}

/// A histogram, what is chosen on it, and where the pointer is.
#[derive(Clone, Copy)]
struct Drawing {
    router: Router,
    facets: FacetsOf,
    name: StoredValue<String>,
    area: NodeRef<Div>,
    /// The bar where dragging began.
    begun: RwSignal<Option<usize>>,
    /// The bar under the pointer.
    pointed: RwSignal<Option<usize>>,
    is_log: RwSignal<bool>,
}

impl Drawing {
    fn with<T: Default>(self, read: impl FnOnce(&Histogram) -> T) -> T {
        self.facets.with(&self.name.read_value(), |facet| read(&facet.bars)).unwrap_or_default()
    }

    /// The filter in force.
    fn chosen(self) -> Option<Span> {
        let values = self.facets.params.with(|params| filters::values(params, &self.name.read_value()));
        Span::around(&values)
    }

    /// All that the bars stand for.
    fn whole(self) -> Option<Span> {
        self.with(|bars| Span::of_bars(&bars.bounds, 0, bars.all.len().saturating_sub(1)))
    }

    /// The count at the top of the axis: of the result, or of everything where the result is empty.
    fn largest(self) -> u64 {
        self.with(|bars| {
            let most = |counts: &[u64]| counts.iter().copied().max().unwrap_or(0);
            Some(most(&bars.counts)).filter(|most| *most > 0).unwrap_or_else(|| most(&bars.all))
        })
    }

    /// What the reader is about to choose, else what is chosen.
    fn marked(self) -> Option<Span> {
        let brushed = self.begun.get().and_then(|a| {
            let b = self.pointed.get().unwrap_or(a);
            self.with(|bars| Span::of_bars(&bars.bounds, a, b))
        });
        brushed.or_else(|| self.chosen())
    }

    fn draw(self) -> Option<AnyView> {
        let (marked, largest, is_log) = (self.marked(), self.largest(), self.is_log.get());
        self.with(|bars| {
            let count = bars.all.len();
            let inside = marked.map_or(0..count, |span| span.bars(&bars.bounds));
            let outline = |counts: &[u64], bars| histogram::outline(counts, bars, largest, is_log);
            let rest = outline(&bars.counts, 0..inside.start) + &outline(&bars.counts, inside.end..count);
            let here = outline(&bars.counts, inside.clone());
            let is_empty = bars.counts.iter().all(|&count| count == 0);
            let all = if is_empty { outline(&bars.all, 0..count) } else { String::new() };
            let range = marked.map(|_| {
                format!("M{} 0H{}V{HEIGHT}H{0}Z", inside.start * STEP, (inside.end * STEP).saturating_sub(1))
            });
            Some(
                view! {
                    <svg
                        viewBox=format!("0 0 {} {HEIGHT}", (count * STEP).saturating_sub(1))
                        preserveAspectRatio="none"
                        aria-hidden="true"
                    >
                        <path class="histogram__range" d=range></path>
                        <path class="histogram__all" d=all></path>
                        <path class="histogram__rest" d=rest></path>
                        <path class="histogram__here" d=here></path>
                    </svg>
                }
                .into_any(),
            )
        })
    }

    fn ticks(self) -> Vec<AnyView> {
        self.with(|bars| {
            let tick = |(place, value): (f64, u64)| {
                view! { <span style:left=format::decimal(place * 100.0, 1) + "%">{format::compact(value)}</span> }
                    .into_any()
            };
            histogram::ticks(&bars.bounds, TICKS).into_iter().map(tick).collect()
        })
    }

    /// The bars under the pointer in words.
    fn reading(self) -> Option<String> {
        let b = self.pointed.get()?;
        let a = self.begun.get().unwrap_or(b);
        self.with(|bars| {
            let span = Span::of_bars(&bars.bounds, a, b)?;
            let sum = |counts: &[u64]| counts.iter().take(a.max(b) + 1).skip(a.min(b)).sum();
            let (here, all) = (format::count(sum(&bars.counts)), format::count(sum(&bars.all)));
            Some(format!("{}: {here} of {all} samples", span.words()))
        })
    }

    fn bar(self, event: &ev::PointerEvent) -> usize {
        let width = self.area.get_untracked().map_or(0, |area| area.client_width());
        let bars = untrack(|| self.with(|bars| bars.all.len()));
        histogram::bar_at(f64::from(event.offset_x()), f64::from(width), bars)
    }

    fn on_down(self, event: &ev::PointerEvent) {
        if event.button() == 0 {
            let bar = self.bar(event);
            self.pointed.set(Some(bar));
            self.begun.set(Some(bar));
            if let Some(area) = self.area.get_untracked() {
                // The pointer may be gone already; then nothing is dragged.
                drop(area.set_pointer_capture(event.pointer_id()));
            }
        }
    }

    /// What was brushed is chosen; once more, and it is given up.
    fn on_up(self) {
        let (marked, chosen) = untrack(|| (self.begun.get().and(self.marked()), self.chosen()));
        self.begun.set(None);
        if let Some(span) = marked {
            self.choose(Some(span).filter(|_| marked != chosen));
        }
    }

    fn leave(self) {
        self.begun.set(None);
        self.pointed.set(None);
    }

    /// Takes one end of the range out of its box; left empty, it is as far as can be. The other end gives way.
    fn take_end(self, number: usize, input: &HtmlInputElement) {
        let (Some(whole), chosen) = untrack(|| (self.whole(), self.chosen())) else { return };
        let mut ends = chosen.unwrap_or(whole).ends();
        let text = input.value();
        let typed = format::parse_count(&text).or(text.trim().is_empty().then(|| whole.ends()[number]));
        let Some(typed) = typed else {
            // Neither a number nor nothing: what was there comes back.
            return input.set_value(&chosen.map_or_else(String::new, |_| format::count(ends[number])));
        };
        ends[number] = typed;
        ends[1 - number] = if number == 0 { typed.max(ends[1]) } else { typed.min(ends[0]) };
        let span = Span { from: ends[0], to: ends[1] };
        self.choose(Some(span).filter(|span| *span != whole));
    }

    fn choose(self, span: Option<Span>) {
        let values: Vec<_> = span.map(|span| span.to_string()).into_iter().collect();
        let changed = self
            .facets
            .params
            .with_untracked(|params| filters::with_values(params, &self.name.read_value(), &values));
        self.router.go(&self.router.searched(changed), Entry::Push);
    }
}
