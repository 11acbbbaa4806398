//! Following the address bar, and moving by it.
//!
//! A router of our own: every move is exactly one history entry (or none), a place in a list can be written into the
//! address without drawing anything anew, and the scroll position comes back with the entry it belongs to.

use crate::{address, browser, live::memo, routes::Route, url_state::ListState};
use blendscope_shared::search::SearchParams;
use leptos::{ev, prelude::*};
use std::sync::atomic::{AtomicBool, Ordering};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent};

/// The event by which the modules of the page tell each other that the address is another.
const MOVED: &str = "blendscope-moved";

/// Frames to wait for a page to become high enough for its old scroll position.
const RESTORE_FRAMES: u32 = 90;

/// Whether the reader has moved inside the application since the page was loaded.
static HAS_MOVED: AtomicBool = AtomicBool::new(false);

/// Whether the page in view came by a move inside the application, and not by loading it.
pub(crate) fn has_moved() -> bool {
    HAS_MOVED.load(Ordering::Relaxed)
}

/// Takes note that the page in view came by a move.
pub(crate) fn note_move() {
    HAS_MOVED.store(true, Ordering::Relaxed);
}

/// What the address bar says, as the service sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    /// Beginning with `/`, without the folder that a proxy puts before it.
    pub(crate) path: String,
    /// Without `?`.
    pub(crate) query: String,
    /// Without `#`.
    pub(crate) hash: String,
}

/// What a move does to the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// A new entry: "back" returns to where the reader was.
    Push,
    /// The entry stays the same.
    Replace,
}

/// The address as signals. Lives in the context of the whole application.
#[derive(Clone, Copy)]
pub(crate) struct Router {
    address: RwSignal<Address>,
    /// The part of the page that is meant, without `#`.
    pub(crate) hash: Memo<String>,
    /// The query string, without `?`.
    pub(crate) query: Memo<String>,
    /// What the address says about a list.
    pub(crate) state: Memo<ListState>,
    /// The page to show.
    pub(crate) route: Memo<Route>,
    /// What the page is about: slug of a dataset or a recipe, or key of an image; and key of a sample. Stays when a page
    /// without them comes, for the page that goes.
    pub(crate) named: Memo<(String, String)>,
    /// Counts the times the reader went back or forward.
    pub(crate) travels: RwSignal<u32>,
}

impl Router {
    /// Starts following the address bar and the links on the page, and puts itself into the context.
    pub(crate) fn provide() -> Self {
        let router = Self::follow();
        // The browser would scroll before the page is there.
        history_state(|history| history.set_scroll_restoration(web_sys::ScrollRestoration::Manual));
        window_event_listener(ev::click, move |event| router.follow_link(&event));
        window_event_listener(ev::popstate, move |event| {
            restore_scroll(event.state().as_f64().unwrap_or(0.0), RESTORE_FRAMES);
        });
        router
    }

    /// Follows the address bar only, and puts itself into the context: for the module of further pages, which leaves links
    /// and scrolling to the application.
    pub(crate) fn follow() -> Self {
        let address = RwSignal::new(current());
        let route = memo(move || address.with(|address| Route::from_path(&address.path)));
        let named = Memo::new(move |before: Option<&(String, String)>| match route.get() {
            Route::Dataset(name) | Route::Recipe(name) | Route::Image(name) => (name, String::new()),
            Route::Sample { dataset, key } => (dataset, key),
            _ => before.cloned().unwrap_or_default(),
        });
        let query = memo(move || address.with(|address| address.query.clone()));
        let hash = memo(move || address.with(|address| address.hash.clone()));
        let state = memo(move || route.with(|route| query.with(|query| ListState::of_page(route, query))));
        let router = Self { address, hash, query, state, route, named, travels: RwSignal::new(0) };
        window_event_listener(ev::popstate, move |_| {
            address.set(current());
            router.travels.update(|count| *count += 1);
        });
        window_event_listener_untyped(MOVED, move |_| {
            let now = current();
            if address.with_untracked(|before| *before != now) {
                note_move();
                address.set(now);
            }
        });
        provide_context(router);
        router
    }

    /// The router of the application.
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Address of the list of this page with another search, shown in the same way.
    pub(crate) fn searched(self, params: SearchParams) -> String {
        let ListState { view, zoom, .. } = self.state.get_untracked();
        let list = ListState { params, view, zoom, ..ListState::default() };
        self.route.with_untracked(|route| list.page(route))
    }

    /// What the page in view is part of: its list, the list its sample was found in, or the sample's dataset.
    pub(crate) fn context(self) -> SearchParams {
        let mut params = self.state.with_untracked(|state| state.params.clone());
        if let (Route::Sample { dataset, .. }, true) =
            (self.route.get_untracked(), params == SearchParams::default())
        {
            params.dataset = vec![dataset];
        }
        params
    }

    /// Address of this page with something else in its state.
    pub(crate) fn changed(self, change: impl FnOnce(&mut ListState)) -> String {
        let mut list = list_now();
        change(&mut list);
        match self.route.get_untracked() {
            Route::Search | Route::Dataset(_) => self.route.with_untracked(|route| list.page(route)),
            _ => list.sample_page(&self.address.with_untracked(|address| address.path.clone())),
        }
    }

    /// Goes to an address of the user interface.
    pub(crate) fn go(self, url: &str, entry: Entry) {
        match entry {
            Entry::Push => {
                remember_scroll();
                history_state(|history| {
                    history.push_state_with_url(&JsValue::NULL, "", Some(&address::at(url)))
                });
            }
            Entry::Replace => rewrite(url),
        }
        let before = self.address.get_untracked();
        let now = current();
        if entry == Entry::Push && before.path != now.path {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
        if before != now {
            note_move();
            self.address.set(now);
            browser::announce(MOVED);
        }
    }

    /// Takes plain clicks on links into the user interface; everything else is left to the browser.
    fn follow_link(self, event: &MouseEvent) {
        let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        if event.default_prevented() || event.button() != 0 || has_modifier {
            return;
        }
        let Some(link) = link_of(event) else { return };
        let pathname = link.pathname();
        let Some(path) = address::inside(&pathname).filter(|path| path.starts_with('/')) else { return };
        let is_ours = link.origin() == location().origin().unwrap_or_default()
            && Route::from_path(path) != Route::NotFound
            && link.target().is_empty()
            && !link.has_attribute("download");
        if is_ours {
            event.prevent_default();
            self.go(&format!("{path}{}{}", link.search(), link.hash()), Entry::Push);
        }
    }
}

/// The list the address bar speaks of now, without being told of changes: a search, or on a dataset's page its samples.
pub(crate) fn list_now() -> ListState {
    let now = current();
    ListState::of_page(&Route::from_path(&now.path), &now.query)
}

/// The path of the page in view, without being told of changes.
pub(crate) fn path_now() -> String {
    current().path
}

/// The query string of the page in view without `?`, without being told of changes.
pub(crate) fn query_now() -> String {
    current().query
}

/// Writes another address into the current entry without telling the pages: for a place in a list that is already
/// shown.
pub(crate) fn rewrite(url: &str) {
    let state = window().history().and_then(|history| history.state()).unwrap_or(JsValue::NULL);
    history_state(|history| history.replace_state_with_url(&state, "", Some(&address::at(url))));
}

fn link_of(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    element.closest("a[href]").ok()??.dyn_into().ok()
}

fn current() -> Address {
    let query = location().search().unwrap_or_default();
    let path = location().pathname().unwrap_or_default();
    let hash = location().hash().unwrap_or_default();
    Address {
        path: address::inside(&path).unwrap_or(&path).to_owned(),
        query: query.strip_prefix('?').unwrap_or_default().to_owned(),
        hash: hash.strip_prefix('#').unwrap_or_default().to_owned(),
    }
}

/// Calls the history. It only fails where the document itself is gone or an address is not of this origin; then there
/// is nothing to move.
fn history_state(call: impl FnOnce(&web_sys::History) -> Result<(), JsValue>) {
    if let Ok(history) = window().history() {
        drop(call(&history));
    }
}

fn remember_scroll() {
    let scroll = window().scroll_y().unwrap_or(0.0);
    history_state(|history| history.replace_state_with_url(&JsValue::from_f64(scroll), "", None));
}

fn restore_scroll(scroll: f64, frames_left: u32) {
    request_animation_frame(move || {
        let page = document().document_element();
        let room = page.map_or(0, |page| page.scroll_height() - page.client_height());
        if f64::from(room) >= scroll || frames_left == 0 {
            window().scroll_to_with_x_and_y(0.0, scroll);
        } else {
            restore_scroll(scroll, frames_left - 1);
        }
    });
}
