//! Following the address bar, and moving by it.
//!
//! A router of our own: every move is exactly one history entry (or none), a place in a list can be written into the
//! address without drawing anything anew, and the scroll position comes back with the entry it belongs to.

use crate::{routes::Route, url_state::ListState};
use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent};

/// Frames to wait for a page to become high enough for its old scroll position.
const RESTORE_FRAMES: u32 = 90;

/// The path and query string of the address bar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    /// Beginning with `/`.
    pub(crate) path: String,
    /// Without `?`.
    pub(crate) query: String,
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
    /// The page to show.
    pub(crate) route: Memo<Route>,
    /// What the page is about: slug of a dataset or a recipe, or key of an image; and key of a sample. Stays when a page
    /// without them comes, for the page that goes.
    pub(crate) named: Memo<(String, String)>,
    /// The query string without `?`.
    pub(crate) query: Memo<String>,
    /// Counts the times the reader went back or forward.
    pub(crate) travels: RwSignal<u32>,
}

impl Router {
    /// Starts following the address bar and the links on the page, and puts itself into the context.
    pub(crate) fn provide() -> Self {
        let address = RwSignal::new(current());
        let route = Memo::new(move |_| address.with(|address| Route::from_path(&address.path)));
        let named = Memo::new(move |before: Option<&(String, String)>| match route.get() {
            Route::Dataset(name) | Route::Recipe(name) | Route::Image(name) => (name, String::new()),
            Route::Sample { dataset, key } => (dataset, key),
            Route::Home | Route::Search | Route::Recipes | Route::Templates | Route::NotFound => {
                before.cloned().unwrap_or_default()
            }
        });
        let query = Memo::new(move |_| address.with(|address| address.query.clone()));
        let router = Self { address, route, named, query, travels: RwSignal::new(0) };
        // The browser would scroll before the page is there.
        history_state(|history| history.set_scroll_restoration(web_sys::ScrollRestoration::Manual));
        window_event_listener(ev::click, move |event| router.follow_link(&event));
        window_event_listener(ev::popstate, move |event| {
            address.set(current());
            router.travels.update(|count| *count += 1);
            restore_scroll(event.state().as_f64().unwrap_or(0.0), RESTORE_FRAMES);
        });
        provide_context(router);
        router
    }

    /// The router of the application.
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// The list in the query string of the address.
    pub(crate) fn list(self) -> ListState {
        self.query.with(|query| ListState::from_query(query))
    }

    /// Goes to an address of the user interface.
    pub(crate) fn go(self, url: &str, entry: Entry) {
        match entry {
            Entry::Push => {
                remember_scroll();
                history_state(|history| history.push_state_with_url(&JsValue::NULL, "", Some(url)));
            }
            Entry::Replace => rewrite(url),
        }
        let before = self.address.get_untracked();
        let now = current();
        if entry == Entry::Push && before.path != now.path {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
        if before != now {
            self.address.set(now);
        }
    }

    /// Takes plain clicks on links into the user interface; everything else is left to the browser.
    fn follow_link(self, event: &MouseEvent) {
        let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key();
        if event.default_prevented() || event.button() != 0 || has_modifier {
            return;
        }
        let Some(link) = link_of(event) else { return };
        let is_ours = link.origin() == location().origin().unwrap_or_default()
            && Route::from_path(&link.pathname()) != Route::NotFound
            && link.target().is_empty()
            && link.hash().is_empty()
            && !link.has_attribute("download");
        if is_ours {
            event.prevent_default();
            self.go(&format!("{}{}", link.pathname(), link.search()), Entry::Push);
        }
    }
}

/// The list the address bar speaks of now, without being told of changes: a search, or on a dataset's page its samples.
pub(crate) fn list_now() -> ListState {
    let now = current();
    let mut list = ListState::from_query(&now.query);
    if let Route::Dataset(slug) = Route::from_path(&now.path) {
        list.params.dataset = vec![slug];
    }
    list
}

/// Writes another address into the current entry without telling the pages: for a place in a list that is already
/// shown.
pub(crate) fn rewrite(url: &str) {
    let state = window().history().and_then(|history| history.state()).unwrap_or(JsValue::NULL);
    history_state(|history| history.replace_state_with_url(&state, "", Some(url)));
}

fn link_of(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    element.closest("a[href]").ok()??.dyn_into().ok()
}

fn current() -> Address {
    let query = location().search().unwrap_or_default();
    Address {
        path: location().pathname().unwrap_or_default(),
        query: query.strip_prefix('?').unwrap_or_default().to_owned(),
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
