//! The histogram of a number: a bar or a range of bars is a filter.

use crate::{
    facets::FacetsOf,
    filters, format,
    histogram::{self, HEIGHT, STEP, Span},
    router::{Entry, Router},
};
use blendscope_shared::{paths, search::Histogram};
use leptos::{ev, html::Div, prelude::*};
use web_sys::HtmlInputElement;

/// Grey bars for everything, coloured ones for the result; a click or a drag chooses, and so do the two boxes below.
#[component]
pub(super) fn Bars(
    /// What is shown.
    facets: FacetsOf,
    /// Name of the number.
    name: StoredValue<String>,
    /// What people call it.
    title: String,
) -> impl IntoView {
    let plot = Plot {
        router: Router::here(),
        facets,
        name,
        area: NodeRef::new(),
        begun: RwSignal::new(None),
        pointed: RwSignal::new(None),
    };
    let end = |number: usize, word| {
        let placeholder = move || plot.whole().map(|whole| format::count(whole.ends()[number]));
        let value = move || plot.chosen().map_or_else(String::new, |span| format::count(span.ends()[number]));
        view! {
            <input
                class="histogram__end"
                type="text"
                inputmode="numeric"
                autocomplete="off"
                aria-label=format!("{title} {word}")
                placeholder=placeholder
                prop:value=value
                on:change:target=move |event| plot.take_end(number, &event.target())
            />
        }
        .into_any()
    };
    view! {
        <div
            node_ref=plot.area
            class="histogram"
            data-testid="bars"
            on:pointerdown=move |event| plot.on_down(&event)
            on:pointermove=move |event| plot.on_move(&event)
            on:pointerup=move |_| plot.on_up()
            on:pointercancel=move |_| plot.leave()
            on:mouseleave=move |_| plot.leave()
        >
            {move || plot.draw()}
        </div>
        <div class="histogram__ends">
            {end(0, "from")} <span class="histogram__reading">{move || plot.reading()}</span>
            {end(1, "to")}
        </div>
    }
}

/// A histogram, what is chosen on it, and where the pointer is.
#[derive(Clone, Copy)]
struct Plot {
    router: Router,
    facets: FacetsOf,
    name: StoredValue<String>,
    area: NodeRef<Div>,
    /// The bar where dragging began.
    begun: RwSignal<Option<usize>>,
    /// The bar under the pointer.
    pointed: RwSignal<Option<usize>>,
}

impl Plot {
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

    /// What the reader is about to choose, else what is chosen.
    fn marked(self) -> Option<Span> {
        let brushed = self.begun.get().and_then(|a| {
            let b = self.pointed.get().unwrap_or(a);
            self.with(|bars| Span::of_bars(&bars.bounds, a, b))
        });
        brushed.or_else(|| self.chosen())
    }

    fn draw(self) -> Option<AnyView> {
        let marked = self.marked();
        self.with(|bars| {
            Some({
                let count = bars.all.len();
                let largest = bars.all.iter().copied().max().unwrap_or(0);
                let inside = marked.map_or(0..count, |span| span.bars(&bars.bounds));
                let outline = |counts: &[u64], bars| histogram::outline(counts, bars, largest);
                let rest = outline(&bars.counts, 0..inside.start) + &outline(&bars.counts, inside.end..count);
                let here = outline(&bars.counts, inside.clone());
                let range = marked.map(|_| {
                    format!(
                        "M{} 0H{}V{HEIGHT}H{0}Z",
                        inside.start * STEP,
                        (inside.end * STEP).saturating_sub(1)
                    )
                });
                view! {
                    <svg
                        viewBox=format!("0 0 {} {HEIGHT}", (count * STEP).saturating_sub(1))
                        preserveAspectRatio="none"
                        aria-hidden="true"
                    >
                        <path class="histogram__range" d=range></path>
                        <path class="histogram__all" d=outline(&bars.all, 0..count)></path>
                        <path class="histogram__rest" d=rest></path>
                        <path class="histogram__here" d=here></path>
                    </svg>
                }
                .into_any()
            })
        })
    }

    /// The bars under the pointer in words.
    fn reading(self) -> Option<String> {
        let b = self.pointed.get()?;
        let a = self.begun.get().unwrap_or(b);
        self.with(|bars| {
            let span = Span::of_bars(&bars.bounds, a, b)?;
            let sum = |counts: &[u64]| counts.iter().take(a.max(b) + 1).skip(a.min(b)).sum();
            let (here, all) = (format::count(sum(&bars.counts)), format::compact(sum(&bars.all)));
            Some(format!("{}: {here} of {all}", span.words()))
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

    fn on_move(self, event: &ev::PointerEvent) {
        self.pointed.set(Some(self.bar(event)));
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
        self.router.go(&paths::search_page(&changed), Entry::Push);
    }
}
