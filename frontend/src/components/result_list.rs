//! The list of samples: any number of them in a bounded number of elements.

use super::{HitRow, Icon, Symbol};
use crate::{
    browser, format, keys,
    results::{Page, Results},
    router::{Entry, Router},
    url_state::ListState,
    window::{Geometry, Position},
};
use leptos::{ev, html::Div, prelude::*};
use std::time::Duration;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::ResizeObserver;

/// Height of a row in pixels; the style gives rows nothing that could make them higher.
const ROW: f64 = 116.0;
/// Pause after scrolling before the position is written into the address.
const REST: Duration = Duration::from_millis(160);

/// The scrolling box.
#[component]
pub(crate) fn ResultList(
    /// What is listed.
    results: Results,
    /// Number of the row on top, for whoever shows it.
    position: RwSignal<u64>,
    /// A row to go to, set from outside.
    target: RwSignal<Option<u64>>,
    /// Called with the number of the row on top when scrolling has come to rest.
    #[prop(into)]
    on_rest: Callback<u64>,
) -> impl IntoView {
    let list = List::new(results, position, on_rest);
    list.watch_size();
    list.stand_where_the_search_begins();
    list.follow_target(target);
    keys::on_key(move |key| list.walk(key));
    let rows = Memo::new(move |_| list.geometry.get().rows(list.place.get()));
    Effect::new(move |_| results.look_at(rows.get()));
    let keyed_rows = move || {
        let generation = results.head.with(|head| head.as_ref().map_or(0, |head| head.generation));
        rows.get().map(move |row| (generation, row)).collect::<Vec<_>>()
    };
    let spacer = move || format!("{}px", list.geometry.get().spacer());
    let offset = move || {
        let rows = rows.get();
        format!("translateY({}px)", list.geometry.get().offset(list.place.get(), &rows))
    };
    view! {
        <div
            node_ref=list.element
            class="results"
            class:results--searching=move || results.is_searching.get()
            data-testid="results"
            tabindex="0"
            role="region"
            aria-label="Samples"
            aria-busy=move || results.is_searching.get().to_string()
            on:scroll=move |_| list.on_scroll()
            on:keydown=move |event| list.on_edge_keys(&event)
        >
            <div class="results__spacer" style:height=spacer>
                <ol class="results__rows" style:transform=offset>
                    <For each=keyed_rows key=|row| *row let((_, row))>
                        <Row list row/>
                    </For>
                </ol>
            </div>
        </div>
    }
}

#[component]
fn Row(list: List, row: u64) -> impl IntoView {
    let (page, place) = list.results.page(row);
    let total = move || list.geometry.get().total.to_string();
    let content = move || match page.get() {
        Page::Loading => view! { <span class="hit hit--loading" aria-hidden="true"><span class="skeleton skeleton--thumbnail"></span><span class="hit__body"><span class="skeleton skeleton--line"></span><span class="skeleton skeleton--line skeleton--short"></span></span></span> }.into_any(),
        Page::Ready(hits) => match hits.get(place) {
            Some(hit) => {
                let state = ListState { params: list.params(), at: Some(row) };
                let href = state.sample_page(&hit.url);
                view! { <HitRow hit=hit.clone() href/> }.into_any()
            }
            None => ().into_any(),
        },
        Page::Failed(error) => view! {
            <span class="hit hit--failed">
                <Icon symbol=Symbol::Warning/>
                <span>{error.to_string()}</span>
                <button class="button button--small" type="button" on:click=move |_| list.results.retry(row)>"Try again"</button>
            </span>
        }
        .into_any(),
    };
    view! {
        <li
            class="results__row"
            class:results__row--selected=move || list.selected.get() == Some(row)
            style:height=format!("{ROW}px")
            aria-setsize=total
            aria-posinset=(row + 1).to_string()
        >
            <span class="results__number" title=format!("Position {}, counted from 0", format::count(row))>{format::count(row)}</span>
            {content}
        </li>
    }
}

/// The state of the scrolling box.
#[derive(Clone, Copy)]
struct List {
    router: Router,
    results: Results,
    element: NodeRef<Div>,
    viewport: RwSignal<f64>,
    geometry: Memo<Geometry>,
    place: RwSignal<Position>,
    selected: RwSignal<Option<u64>>,
    position: RwSignal<u64>,
    on_rest: Callback<u64>,
    rest: StoredValue<Option<TimeoutHandle>, LocalStorage>,
}

impl List {
    fn new(results: Results, position: RwSignal<u64>, on_rest: Callback<u64>) -> Self {
        let viewport = RwSignal::new(0.0);
        let geometry = Memo::new(move |_| Geometry {
            total: results.head.with(|head| head.as_ref().map_or(0, |head| head.total.count)),
            row: ROW,
            viewport: viewport.get(),
        });
        Self {
            router: Router::here(),
            results,
            element: NodeRef::new(),
            viewport,
            geometry,
            place: RwSignal::new(Position::default()),
            selected: RwSignal::new(None),
            position,
            on_rest,
            rest: StoredValue::new_local(None),
        }
    }

    fn params(self) -> blendscope_shared::search::SearchParams {
        self.results.head.with_untracked(|head| head.as_ref().map_or_else(Default::default, |head| head.params.clone()))
    }

    /// Moves list and scroll bar.
    fn stand(self, place: Position) {
        self.place.set(place);
        self.position.set(self.geometry.get_untracked().row_on_top(place));
        request_animation_frame(move || {
            if let Some(element) = self.element.try_get_untracked().flatten() {
                // The spacer has its new height only now.
                element.set_scroll_top(place.scroll_top.round() as i32);
            }
        });
    }

    fn watch_size(self) {
        let observer = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn Fn()>)>);
        Effect::new(move |_| {
            let Some(element) = self.element.get() else { return };
            let measured = element.clone();
            let measure = move || self.viewport.set(f64::from(measured.client_height()));
            measure();
            let callback = Closure::<dyn Fn()>::new(measure);
            if let Ok(watch) = ResizeObserver::new(callback.as_ref().unchecked_ref()) {
                watch.observe(&element);
                observer.set_value(Some((watch, callback)));
            }
        });
        on_cleanup(move || {
            observer.try_update_value(|observer| {
                if let Some((watch, _)) = observer.take() {
                    watch.disconnect();
                }
            });
        });
    }

    /// A new search begins at its own place; when only the count grows, the list stays where it is.
    fn stand_where_the_search_begins(self) {
        Effect::new(move |before: Option<Option<u32>>| {
            let generation = self.results.head.with(|head| head.as_ref().map(|head| head.generation));
            let geometry = self.geometry.get();
            if geometry.viewport <= 0.0 || generation.is_none() {
                return before.flatten();
            }
            if before.flatten() == generation {
                self.stand(geometry.at_top(self.place.get_untracked().top));
            } else {
                self.selected.set(None);
                self.stand(geometry.at_row(self.results.start()));
            }
            generation
        });
    }

    fn follow_target(self, target: RwSignal<Option<u64>>) {
        Effect::new(move |_| {
            if let Some(row) = target.get() {
                self.selected.set(Some(row));
                self.stand(self.geometry.get_untracked().at_row(row));
                self.rest_later();
            }
        });
    }

    fn on_scroll(self) {
        let Some(element) = self.element.get_untracked() else { return };
        let geometry = self.geometry.get_untracked();
        let before = self.place.get_untracked();
        let found = f64::from(element.scroll_top());
        if (found - before.scroll_top).abs() < 1.0 {
            return;
        }
        let place = geometry.follow(before, found);
        self.place.set(place);
        self.position.set(geometry.row_on_top(place));
        if (place.scroll_top - found).abs() >= 1.0 {
            element.set_scroll_top(place.scroll_top.round() as i32);
        }
        self.rest_later();
    }

    fn rest_later(self) {
        let later = set_timeout_with_handle(move || self.come_to_rest(), REST).ok();
        self.rest.update_value(|rest| {
            if let Some(former) = std::mem::replace(rest, later) {
                former.clear();
            }
        });
    }

    /// Puts the scroll bar where it belongs after moving by pixels, and tells where the list is.
    fn come_to_rest(self) {
        let Some(place) = self.place.try_get_untracked() else { return };
        let geometry = self.geometry.get_untracked();
        self.stand(geometry.at_top(place.top));
        self.on_rest.run(geometry.row_on_top(place));
    }

    /// `j`, `k` and the arrow keys select a row, Enter opens it.
    fn walk(self, key: &str) -> bool {
        let total = self.geometry.get_untracked().total;
        let selected = self.selected.get_untracked();
        let next = match (key, selected) {
            ("Enter", Some(row)) => return is_focus_free() && self.open(row),
            ("j" | "ArrowDown", None) | ("k" | "ArrowUp", None) => self.position.get_untracked(),
            ("j" | "ArrowDown", Some(row)) => row + 1,
            ("k" | "ArrowUp", Some(row)) => row.saturating_sub(1),
            _ => return false,
        };
        if total > 0 {
            let next = next.min(total - 1);
            self.selected.set(Some(next));
            let place = self.geometry.get_untracked().reveal(self.place.get_untracked(), next);
            self.stand(place);
            self.rest_later();
        }
        true
    }

    fn open(self, row: u64) -> bool {
        let (page, place) = self.results.page(row);
        let Page::Ready(hits) = page.get_untracked() else { return false };
        let Some(hit) = hits.get(place) else { return false };
        let state = ListState { params: self.params(), at: Some(row) };
        self.router.go(&state.sample_page(&hit.url), Entry::Push);
        true
    }

    /// The browser's own way to the ends is an animation that a list of millions cannot follow.
    fn on_edge_keys(self, event: &ev::KeyboardEvent) {
        let geometry = self.geometry.get_untracked();
        let row = match event.key().as_str() {
            "Home" => 0,
            "End" => geometry.total,
            _ => return,
        };
        event.prevent_default();
        self.stand(geometry.at_row(row));
        self.rest_later();
    }
}

/// Whether Enter is not meant for a link or button that has the focus.
fn is_focus_free() -> bool {
    browser::focused_element().is_none_or(|element| !matches!(element.tag_name().as_str(), "A" | "BUTTON" | "SUMMARY"))
}
