//! Where the list of samples stands, and what moves it.

use crate::{
    browser,
    results::{Page, Results},
    router::{Entry, Router},
    url_state::ListState,
    window::{Geometry, Position},
};
use blendscope_shared::search::SearchHit;
use leptos::{ev, html::Div, prelude::*};
use std::time::Duration;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::ResizeObserver;

/// Height of a row in pixels; the style gives rows nothing that could make them higher.
pub(super) const ROW: f64 = 116.0;
/// Pause after scrolling before the position is told.
const REST: Duration = Duration::from_millis(160);

/// The state of the scrolling box.
#[derive(Clone, Copy)]
pub(super) struct List {
    router: Router,
    pub(super) results: Results,
    pub(super) element: NodeRef<Div>,
    viewport: RwSignal<f64>,
    pub(super) geometry: Memo<Geometry>,
    pub(super) place: RwSignal<Position>,
    pub(super) selected: RwSignal<Option<u64>>,
    position: RwSignal<u64>,
    on_rest: Callback<u64>,
    rest: StoredValue<Option<TimeoutHandle>, LocalStorage>,
}

impl List {
    pub(super) fn new(results: Results, position: RwSignal<u64>, on_rest: Callback<u64>) -> Self {
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

    /// Where a row leads: to its sample, and from there on through this list.
    pub(super) fn href(self, row: u64, hit: &SearchHit) -> String {
        let params = self.results.head.with_untracked(|head| head.as_ref().map(|head| head.params.clone()));
        ListState { params: params.unwrap_or_default(), at: Some(row) }.sample_page(&hit.url)
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

    pub(super) fn watch_size(self) {
        let observer = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn Fn()>)>);
        Effect::new(move || {
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
    pub(super) fn stand_where_the_search_begins(self) {
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

    pub(super) fn follow_target(self, target: RwSignal<Option<u64>>) {
        Effect::new(move || {
            if let Some(row) = target.get() {
                self.selected.set(Some(row));
                self.stand(self.geometry.get_untracked().at_row(row));
                self.rest_later();
            }
        });
    }

    pub(super) fn on_scroll(self) {
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
    pub(super) fn walk(self, key: &str) -> bool {
        let total = self.geometry.get_untracked().total;
        let selected = self.selected.get_untracked();
        let next = match (key, selected) {
            ("Enter", Some(row)) => return is_focus_free() && self.open(row),
            ("j" | "ArrowDown", Some(row)) => row + 1,
            ("k" | "ArrowUp", Some(row)) => row.saturating_sub(1),
            ("j" | "ArrowDown" | "k" | "ArrowUp", None) => self.position.get_untracked(),
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
        self.router.go(&self.href(row, hit), Entry::Push);
        true
    }

    /// The browser's own way to the ends is an animation that a list of millions cannot follow.
    pub(super) fn on_edge_keys(self, event: &ev::KeyboardEvent) {
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
    browser::focused_element()
        .is_none_or(|element| !matches!(element.tag_name().as_str(), "A" | "BUTTON" | "SUMMARY"))
}
