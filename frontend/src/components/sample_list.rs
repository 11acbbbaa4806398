//! The list of samples: any number of them in a bounded number of elements, as rows, pictures or a table.

use super::{
    Icon, Symbol,
    hit::{GridTile, ListRow, TableHead, TableRow},
};
use crate::{
    browser,
    columns::Columns,
    format,
    list::{
        layout::{Justified, Layout, Rect, Rows, Style},
        window::{Geometry, Position},
    },
    live::{effect, live, memo},
    results::{Page, Results},
    router::{Entry, Router},
    url_state::{ListState, View},
};
use blendscope_shared::search::SearchHit;
use leptos::{ev, html::Div, prelude::*};
use std::time::Duration;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::ResizeObserver;

/// Pause after scrolling before the position is told.
const REST: Duration = Duration::from_millis(160);
/// Narrower than this, the list has small rows and the grid small pictures, in pixels.
const NARROW: f64 = 480.0;
/// From this width on the list has two columns, in pixels.
const WIDE: f64 = 1_400.0;
/// Height of the table's head in pixels.
const TABLE_HEAD: f64 = 32.0;
/// The least width of a table, in pixels; narrower ones scroll sideways.
const TABLE_WIDTH: f64 = 1_080.0;

/// The list that a page shows: its result, how it is shown, where it stands, and what is selected in it.
#[derive(Clone, Copy)]
pub(crate) struct SampleList {
    router: Router,
    /// What is listed.
    pub(crate) results: Results,
    /// How it is shown.
    pub(crate) view: Memo<View>,
    element: NodeRef<Div>,
    /// Width and height of the scrolling box.
    size: RwSignal<(f64, f64)>,
    geometry: Memo<Option<Geometry>>,
    place: RwSignal<Position>,
    /// The sample that keys act on.
    pub(crate) selected: RwSignal<Option<u64>>,
    /// A sample that was walked to while one is open, and is to be opened as soon as it is here.
    wanted: RwSignal<Option<u64>>,
    /// Whether the reader wants to go into the list as soon as it shows what is asked for.
    entering: RwSignal<bool>,
    rest: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    /// Whether the scroll bar is about to be put where the list stands.
    is_moving: StoredValue<bool>,
}

impl SampleList {
    /// The list of the page.
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Shows `results`, pictures in rows about as high as `zoom` says, and puts the list into the context.
    pub(crate) fn new(results: Results, view: Memo<View>, zoom: RwSignal<u32>) -> Self {
        let size = RwSignal::new((0.0, 0.0));
        let total = memo(move || results.head.with(|head| head.as_ref().map_or(0, |head| head.total.count)));
        let geometry = memo(move || {
            let (width, height) = size.get();
            let view = view.get();
            (width > 0.0).then(|| {
                let layout = match view {
                    View::Grid => grid(total.get(), width, f64::from(zoom.get()), results),
                    View::List => Layout::Rows(list_rows(total.get(), width)),
                    View::Table => Layout::Rows(Rows {
                        total: total.get(),
                        columns: 1,
                        width: width.max(TABLE_WIDTH),
                        height: 52.0,
                    }),
                };
                let head = if view == View::Table { TABLE_HEAD } else { 0.0 };
                Geometry { layout, viewport: height - head }
            })
        });
        let list = Self {
            router: Router::here(),
            results,
            view,
            element: NodeRef::new(),
            size,
            geometry,
            place: RwSignal::new(Position::default()),
            selected: RwSignal::new(None),
            wanted: RwSignal::new(None),
            entering: RwSignal::new(false),
            rest: StoredValue::new_local(None),
            is_moving: StoredValue::new(false),
        };
        list.stand_where_the_search_begins();
        list.follow_travels();
        list.enter_when_shown();
        provide_context(list);
        list
    }

    /// The samples in view, numbered from 0, from the one on that the address names when the list is at rest.
    pub(crate) fn visible(self) -> std::ops::Range<u64> {
        let place = self.place.get();
        self.geometry.with(|geometry| {
            geometry.as_ref().map_or(0..0, |geometry| {
                let end = geometry.visible(place).end;
                geometry.first_shown(place).min(end.saturating_sub(1))..end
            })
        })
    }

    /// Width of all that is shown, in pixels.
    pub(crate) fn width(self) -> f64 {
        self.geometry.with(|geometry| geometry.as_ref().map_or(0.0, |geometry| geometry.layout.width()))
    }

    fn with<T>(self, read: impl FnOnce(&Geometry) -> T) -> Option<T> {
        self.geometry.with_untracked(|geometry| geometry.as_ref().map(read))
    }

    /// Where a sample leads: to its page, and from there on through this list.
    pub(crate) fn href(self, row: u64, hit: &SearchHit) -> String {
        self.lasting(Some(row)).sample_page(&hit.url)
    }

    /// The state of the list in a form that means the same tomorrow: what is still being typed is written out.
    fn lasting(self, at: Option<u64>) -> ListState {
        let head = self.results.head.with_untracked(|head| {
            head.as_ref().map(|head| (head.params.clone(), head.understood.query.clone()))
        });
        let (mut params, understood) = head.unwrap_or_default();
        if params.typing && !understood.is_empty() {
            params.q = understood;
        }
        params.typing = false;
        let ListState { view, zoom, .. } = self.router.state.get_untracked();
        ListState { params, view, zoom, at, ..ListState::default() }
    }

    /// Opens a sample beside the list.
    pub(crate) fn open(self, row: u64, entry: Entry) {
        let Some(hit) = self.hit(row) else { return };
        self.selected.set(Some(row));
        let list =
            ListState { open: Some(format!("{}/{}", hit.dataset, hit.key)), ..self.lasting(Some(row)) };
        let mut sample = self.router.state.with_untracked(|state| state.sample.clone());
        // Whoever looks at pictures goes on with the first one.
        sample.picture = sample.picture.map(|_| 0);
        let url = self.router.route.with_untracked(|route| ListState { sample, ..list }.page(route));
        self.router.go(&url, entry);
    }

    /// Opens the page of a sample.
    pub(crate) fn open_page(self, row: u64) {
        if let Some(hit) = self.hit(row) {
            self.router.go(&self.href(row, &hit), Entry::Push);
        }
    }

    /// Closes what is open beside the list.
    pub(crate) fn close(self) {
        let url = self.router.changed(|list| {
            list.open = None;
            list.sample = crate::url_state::SampleState::default();
        });
        self.router.go(&url, Entry::Push);
        self.focus();
    }

    fn hit(self, row: u64) -> Option<SearchHit> {
        let (page, place) = self.results.page(row);
        match page.get_untracked() {
            Page::Ready(hits) => hits.get(place).cloned(),
            Page::Loading | Page::Failed(_) => None,
        }
    }

    /// Whether a sample that is to be walked to is here already.
    pub(crate) fn step(self, forward: bool) -> Option<u64> {
        let now = self.selected.get_untracked()?;
        let next = if forward { now + 1 } else { now.checked_sub(1)? };
        (next < self.with(|geometry| geometry.layout.total())?).then_some(next)
    }

    /// Walks to the next or the former sample while one is open beside the list; it may have to be fetched first.
    pub(crate) fn walk_open(self, forward: bool) {
        let Some(next) = self.step(forward) else { return };
        self.select(next, false);
        self.wanted.set(Some(next));
    }

    /// Opens what is walked to, for as long as the calling component lives.
    pub(crate) fn follow_walk(self) {
        effect(move || {
            let Some(row) = self.wanted.get() else { return };
            if matches!(self.results.page(row).0.get(), Page::Ready(_)) {
                self.wanted.set(None);
                self.open(row, Entry::Replace);
            }
        });
    }

    /// Goes to a sample.
    pub(crate) fn go_to(self, row: u64) {
        self.selected.set(Some(row));
        if let Some(place) = self.with(|geometry| geometry.at_sample(row)) {
            self.stand(place);
            self.rest_later();
        }
    }

    /// Moves list and scroll bar.
    fn stand(self, place: Position) {
        self.place.set(place);
        self.is_moving.set_value(true);
        request_animation_frame(move || {
            let Some(place) = self.place.try_get_untracked() else { return };
            if let Some(element) = self.element.try_get_untracked().flatten() {
                // The spacer has its new height only now.
                element.set_scroll_top(place.scroll_top.round() as i32);
            }
            self.is_moving.try_set_value(false);
        });
    }

    fn watch_size(self) {
        let observer = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn Fn()>)>);
        effect(move || {
            let Some(element) = self.element.get() else { return };
            let measured = element.clone();
            let measure = move || {
                let size = (f64::from(measured.client_width()), f64::from(measured.client_height()));
                if self.size.try_get_untracked().is_some_and(|before| before != size) {
                    self.size.set(size);
                }
            };
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

    /// A new search begins at its own place; when only the count, the width or the heights of rows change, the list
    /// stays at the sample where it is.
    fn stand_where_the_search_begins(self) {
        Effect::new(move |before: Option<Option<u32>>| {
            let generation = self.results.head.with(|head| head.as_ref().map(|head| head.generation));
            let geometry = self.geometry.get();
            let (Some(geometry), Some(_)) = (geometry, generation) else { return before.flatten() };
            if before.flatten() == generation {
                let place = self.place.get_untracked();
                self.stand(geometry.stay(place));
            } else {
                // Where the address says now: the reader may have gone back while the answer was on its way.
                let ListState { at, open, .. } = crate::router::list_now();
                let (at, is_open) = (at.unwrap_or(0), open.is_some());
                self.selected.set(is_open.then_some(at));
                self.stand(geometry.at_sample(at));
            }
            generation
        });
    }

    /// Going back or forward within one list.
    fn follow_travels(self) {
        Effect::new(move |before: Option<u32>| {
            let travels = self.router.travels.get();
            if before.is_some_and(|before| before != travels) {
                let list = self.router.state.get_untracked();
                let at = list.at.unwrap_or(0);
                let place = self.place.get_untracked();
                if let Some(place) = self.with(|geometry| {
                    if list.open.is_some() { geometry.reveal(place, at) } else { geometry.at_sample(at) }
                }) {
                    self.stand(place);
                }
            }
            travels
        });
    }

    fn on_scroll(self) {
        let Some(element) = self.element.get_untracked() else { return };
        // News of where the bar was before; where it belongs is on its way.
        if self.is_moving.get_value() {
            return;
        }
        let before = self.place.get_untracked();
        let found = f64::from(element.scroll_top());
        if (found - before.scroll_top).abs() < 1.0 {
            return;
        }
        let Some(place) = self.with(|geometry| geometry.follow(before, found)) else { return };
        self.place.set(place);
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

    /// Puts the scroll bar where it belongs after moving by pixels, and writes into the address where the list is.
    fn come_to_rest(self) {
        let Some(place) = self.place.try_get_untracked() else { return };
        let Some(at) = self.with(|geometry| {
            self.stand(geometry.stay(place));
            geometry.first_shown(place)
        }) else {
            return;
        };
        if self.router.state.with_untracked(|state| state.open.is_none()) {
            crate::router::rewrite(&self.router.changed(|list| list.at = (at > 0).then_some(at)));
        }
    }

    /// Selects a sample, shows it, and gives it the focus.
    fn select(self, row: u64, with_focus: bool) {
        self.selected.set(Some(row));
        let before = self.place.get_untracked();
        if let Some(place) = self.with(|geometry| geometry.reveal(before, row)) {
            self.stand(place);
            self.rest_later();
        }
        if with_focus {
            self.focus();
        }
    }

    /// Gives the selected sample the focus.
    fn focus(self) {
        request_animation_frame(move || {
            let Some(row) = self.selected.try_get_untracked().flatten() else { return };
            let link = document().query_selector(&format!("[data-row=\"{row}\"] a"));
            if let Ok(Some(link)) = link {
                browser::focus_quietly(link.unchecked_ref());
            }
        });
    }

    /// Goes from the search box into the list, once it shows what is searched for.
    pub(crate) fn enter_later(self) {
        self.entering.set(true);
    }

    fn enter_when_shown(self) {
        effect(move || {
            let asked = self.router.state.with(|state| state.params.clone());
            let is_shown =
                self.results.head.with(|head| head.as_ref().is_some_and(|head| head.params == asked));
            if self.entering.get() && is_shown && !self.results.is_searching.get() {
                self.entering.set(false);
                // Where the new list stands is decided first.
                request_animation_frame(move || {
                    self.enter();
                });
            }
        });
    }

    /// Selects the first sample in view.
    fn enter(self) -> bool {
        let place = self.place.get_untracked();
        let first = self.with(|geometry| geometry.first_shown(place));
        let has_any = self.with(|geometry| geometry.layout.total() > 0) == Some(true);
        if let Some(row) = first.filter(|_| has_any) {
            self.select(row, true);
        }
        has_any
    }

    /// `j`, `k` and the arrow keys select a sample, Enter opens it beside the list, `o` opens its page.
    pub(crate) fn on_key(self, key: &str) -> bool {
        let selected = self.selected.get_untracked();
        let Some(total) = self.with(|geometry| geometry.layout.total()).filter(|total| *total > 0) else {
            return false;
        };
        let is_grid = self.view.get_untracked() == View::Grid;
        let Some(row) = selected else {
            return matches!(key, "j" | "k" | "ArrowDown" | "ArrowUp") && self.enter();
        };
        let next = match key {
            "Enter" if is_focus_free() => {
                self.open(row, Entry::Push);
                return true;
            }
            "o" => {
                self.open_page(row);
                return true;
            }
            "j" => row + 1,
            "k" => row.saturating_sub(1),
            "ArrowRight" if is_grid => row + 1,
            "ArrowLeft" if is_grid => row.saturating_sub(1),
            "ArrowDown" => self.with(|geometry| below(&geometry.layout, row)).unwrap_or(row),
            "ArrowUp" => self.with(|geometry| above(&geometry.layout, row)).unwrap_or(row),
            _ => return false,
        };
        self.select(next.min(total - 1), true);
        true
    }

    /// The browser's own way to the ends is an animation that a list of millions cannot follow.
    fn on_edge_keys(self, event: &ev::KeyboardEvent) {
        let place = self.with(|geometry| match event.key().as_str() {
            "Home" => Some(geometry.at_top(0.0)),
            "End" => Some(geometry.at_top(geometry.layout.content())),
            _ => None,
        });
        if let Some(place) = place.flatten() {
            event.prevent_default();
            self.stand(place);
            self.rest_later();
        }
    }
}

/// The sample under another one.
fn below(layout: &Layout, sample: u64) -> u64 {
    let rect = layout.rect(sample);
    nearest(layout, rect, layout.sample_at(rect.y + rect.height + 10.0), sample)
}

/// The sample above another one.
fn above(layout: &Layout, sample: u64) -> u64 {
    let rect = layout.rect(sample);
    if rect.y < 1.0 { sample } else { nearest(layout, rect, layout.sample_at(rect.y - 10.0), sample) }
}

/// Of the row that begins with `first`, the sample nearest to the middle of another one.
fn nearest(layout: &Layout, of: Rect, first: u64, sample: u64) -> u64 {
    let row = layout.rect(first);
    if (row.y - of.y).abs() < 0.5 {
        return sample;
    }
    let middle = |rect: Rect| rect.x + rect.width / 2.0;
    let in_row = (first..layout.total()).take_while(|sample| (layout.rect(*sample).y - row.y).abs() < 0.5);
    let distance = |sample: &u64| (middle(layout.rect(*sample)) - middle(of)).abs();
    in_row.min_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or(first)
}

fn list_rows(total: u64, width: f64) -> Rows {
    let columns = if width >= WIDE { 2 } else { 1 };
    Rows { total, columns, width, height: if width < NARROW { 113.0 } else { 125.0 } }
}

fn grid(total: u64, width: f64, zoom: f64, results: Results) -> Layout {
    let is_narrow = width < NARROW;
    let side = if is_narrow { 8.0 } else { 16.0 };
    let target = if is_narrow { zoom.min(width / 2.4) } else { zoom };
    let style = Style { width: width - 2.0 * side, target, gap: 8.0, line: 24.0 };
    let justified = Justified::new(total, style);
    let shapes = results.shapes.get();
    Layout::Justified(justified.with_pages(shapes.iter().map(|(page, aspects)| (*page, aspects.as_slice()))))
}

/// Whether Enter is not meant for a link or button that has the focus.
fn is_focus_free() -> bool {
    browser::focused_element()
        .is_none_or(|element| !matches!(element.tag_name().as_str(), "A" | "BUTTON" | "SUMMARY"))
}

/// The scrolling box.
#[component]
pub(crate) fn SampleBox() -> impl IntoView {
    let list = SampleList::here();
    list.watch_size();
    let results = list.results;
    let drawn = memo(move || {
        let place = list.place.get();
        list.geometry.with(|geometry| geometry.as_ref().map_or(0..0, |geometry| geometry.drawn(place)))
    });
    effect(move || results.look_at(drawn.get()));
    let rows = move || {
        let generation = results.head.with(|head| head.as_ref().map_or(0, |head| head.generation));
        let view = list.view.get();
        drawn.get().map(move |row| (generation, view, row)).collect::<Vec<_>>()
    };
    let spacer = move || {
        let height = list.geometry.with(|geometry| geometry.as_ref().map_or(0.0, Geometry::spacer));
        format::decimal(height, 0) + "px"
    };
    let offset = move || {
        let place = list.place.get();
        let offset =
            list.geometry.with(|geometry| geometry.as_ref().map_or(0.0, |geometry| geometry.offset(place)));
        format!("translateY({}px)", format::decimal(offset, 1))
    };
    let class = move || format!("samples samples--{}", list.view.get().name());
    let rows_in_all = move || {
        let is_table = list.view.get() == View::Table;
        is_table
            .then(|| results.head.with(|head| head.as_ref().map(|head| (head.total.count + 1).to_string())))
            .flatten()
    };
    let head = move || (list.view.get() == View::Table).then(|| view! { <TableHead /> });
    // Once for all rows, which inherit it.
    let columns = Columns::here();
    let columns = move || (list.view.get() == View::Table).then(|| columns.template());
    let role = move || if list.view.get() == View::Table { "rowgroup" } else { "list" };
    view! {
        <div
            node_ref=list.element
            class=class
            class:samples--searching=move || results.is_searching.get()
            style=("--columns", columns)
            data-testid="results"
            tabindex="0"
            role=move || if list.view.get() == View::Table { "table" } else { "region" }
            aria-label="Samples"
            aria-rowcount=rows_in_all
            aria-busy=move || results.is_searching.get().to_string()
            on:scroll=move |_| list.on_scroll()
            on:keydown=move |event| list.on_edge_keys(&event)
        >
            {live(head)}
            <div class="samples__spacer" style:height=spacer>
                <div class="samples__rows" role=role style:transform=offset>
                    <For each=rows key=|row| *row let((_, view, row))>
                        <Sample view row />
                    </For>
                </div>
            </div>
        </div>
    }
}

/// A sample at its place.
#[component]
fn Sample(view: View, row: u64) -> impl IntoView {
    let list = SampleList::here();
    let (page, place) = list.results.page(row);
    let rect = memo(move || {
        list.geometry
            .with(|geometry| geometry.as_ref().map(|geometry| geometry.layout.rect(row)))
            .unwrap_or_default()
    });
    let px = |value: f64| format::decimal(value, 1) + "px";
    let is_table = view == View::Table;
    let total =
        move || list.geometry.with(|geometry| geometry.as_ref().map(|geometry| geometry.layout.total()));
    let set_size = move || total().filter(|_| !is_table).map(|total| total.to_string());
    let content = move || match page.get() {
        Page::Loading => {
            view! { <span class=format!("waiting waiting--{}", view.name()) aria-hidden="true"></span> }
                .into_any()
        }
        Page::Ready(hits) => hits
            .get(place)
            .cloned()
            .map(|hit| match view {
                View::List => view! { <ListRow row hit /> }.into_any(),
                View::Grid => view! { <GridTile row hit rect /> }.into_any(),
                View::Table => view! { <TableRow row hit /> }.into_any(),
            })
            .into_any(),
        Page::Failed(error) => view! {
            <span class="sample--failed">
                <Icon symbol=Symbol::Warning />
                <span>{error.to_string()}</span>
                <button class="button button--small" type="button" on:click=move |_| list.results.retry(row)>
                    "Try again"
                </button>
            </span>
        }
        .into_any(),
    };
    view! {
        <div
            class="sample-place"
            class:sample-place--selected=move || list.selected.get() == Some(row)
            role=if is_table { "presentation" } else { "listitem" }
            aria-posinset=(!is_table).then(|| (row + 1).to_string())
            aria-setsize=set_size
            data-row=row.to_string()
            style:transform=move || { let rect = rect.get(); format!("translate({}px, {}px)", format::decimal(rect.x, 1), format::decimal(rect.y, 1)) }
            style:width=move || px(rect.get().width)
            style:height=move || px(rect.get().height)
        >
            {live(content)}
        </div>
    }
}
