//! The search box: searches while one types, but never while an input method composes.

use super::{Icon, Symbol};
use crate::{
    address, browser, keys,
    library::Library,
    live::{effect, live, memo},
    router::{self, Entry, Router},
    routes::Route,
    url_state::ListState,
};
use blendscope_shared::{paths, search::SearchParams};
use leptos::{
    ev,
    html::{Dialog, Input},
    prelude::*,
};
use std::time::Duration;
use wasm_bindgen::JsCast;

/// Pause after the last letter before a search.
const PAUSE: Duration = Duration::from_millis(150);

/// What the list of the page does when the reader leaves the box for it: by Enter, and by the arrow down.
#[derive(Clone, Copy)]
pub(crate) struct LeaveBox(RwSignal<Option<Callback<()>>>);

impl LeaveBox {
    /// Nothing yet; put into the context of the application.
    pub(crate) fn provide() {
        provide_context(Self(RwSignal::new(None)));
    }

    /// Tells whether there is a list.
    fn run(self) -> bool {
        self.0.get_untracked().map(|enter| enter.run(())).is_some()
    }
}

/// Calls `enter` when the reader leaves the search box for the list, as long as the calling component lives.
pub(crate) fn on_leave_downwards(enter: impl Fn() + Send + Sync + 'static) {
    let LeaveBox(slot) = expect_context();
    slot.set(Some(Callback::new(move |()| enter())));
    on_cleanup(move || slot.set(None));
}

/// The box of the header with the state it needs.
#[derive(Clone, Copy)]
struct Searching {
    router: Router,
    input: NodeRef<Input>,
    pending: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    /// The dataset that is searched in; none for all of them.
    scope: Memo<Option<String>>,
    /// Whether the reader took the scope away on this page.
    is_wide: RwSignal<bool>,
    leave: LeaveBox,
}

/// The box in the header. What it says is the `q` of the address.
#[component]
pub(crate) fn SearchBox(
    /// The palette to open.
    palette: NodeRef<Dialog>,
) -> impl IntoView {
    let router = Router::here();
    let library = Library::here();
    let is_wide = RwSignal::new(false);
    let scope = memo(move || match router.route.get() {
        Route::Dataset(slug) | Route::Sample { dataset: slug, .. } if !is_wide.get() => Some(slug),
        _ => None,
    });
    effect(move || {
        router.route.track();
        is_wide.set(false);
    });
    let searching = Searching {
        router,
        input: NodeRef::new(),
        pending: StoredValue::new_local(None),
        scope,
        is_wide,
        leave: expect_context(),
    };
    searching.show_address();
    keys::on_key(move |key| key == "/" && searching.focus());
    let on_input = move |event: ev::Event| {
        let is_composing =
            event.dyn_ref::<web_sys::InputEvent>().is_some_and(web_sys::InputEvent::is_composing);
        if !is_composing {
            searching.type_on();
        }
    };
    let on_submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        searching.cancel();
        searching.commit();
        searching.leave.run();
    };
    let clear = move |_| {
        if let Some(input) = searching.input.get_untracked() {
            input.set_value("");
            drop(input.focus());
        }
        searching.cancel();
        searching.commit();
    };
    let chip = move || {
        scope.get().map(|slug| {
            let title = library.title(&slug);
            let label = format!("Search everywhere, not only in {title}");
            view! {
                <span class="scope" data-testid="scope">
                    <span>"in "{title}</span>
                    <button type="button" aria-label=label on:click=move |_| searching.widen()>
                        <Icon symbol=Symbol::Close />
                    </button>
                </span>
            }
        })
    };
    let open_palette = move |_| {
        if let Some(dialog) = palette.get_untracked() {
            drop(dialog.show_modal());
        }
    };
    view! {
        <form class="search-box" role="search" action=address::at("/search") on:submit=on_submit>
            <Icon symbol=Symbol::Search />
            {live(chip)}
            <input
                node_ref=searching.input
                type="text"
                name="q"
                aria-label="Search samples"
                placeholder="Words, an id, a path, a link"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="search"
                dir="auto"
                on:input=on_input
                on:compositionend=move |_| searching.type_on()
                on:keydown=move |event| searching.on_key(&event)
            />
            <button class="search-box__clear" type="button" aria-label="Clear the search" on:click=clear>
                <Icon symbol=Symbol::Close />
            </button>
            <button
                class="search-box__palette"
                type="button"
                title="Go anywhere (Ctrl K or ⌘K)"
                aria-label="⌘K: go anywhere, to pages, datasets, recipes, recent searches"
                on:click=open_palette
            >
                <kbd>"⌘K"</kbd>
            </button>
        </form>
    }
}

impl Searching {
    fn cancel(self) {
        if let Some(handle) = self.pending.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    }

    fn type_on(self) {
        self.cancel();
        self.pending.set_value(set_timeout_with_handle(move || self.search_while_typing(), PAUSE).ok());
    }

    /// Shows the address's query whenever it changes by anything but typing here.
    fn show_address(self) {
        effect(move || {
            let SearchParams { q, typing, .. } = self.router.state.with(|state| state.params.clone());
            self.router.travels.track();
            let Some(input) = self.input.get() else { return };
            if !(typing && has_focus(&input)) && input.value() != q {
                input.set_value(&q);
            }
        });
    }

    fn text(self) -> Option<String> {
        self.input.get_untracked().map(|input| input.value())
    }

    /// The list that a search from here goes on from: that of this page, of its dataset, or everything.
    fn before(self) -> (Route, ListState) {
        let list = router::list_now();
        match (self.router.route.get_untracked(), self.scope.get_untracked()) {
            (route @ Route::Search, _) | (route @ Route::Dataset(_), Some(_)) => (route, list),
            (_, Some(slug)) => {
                let params = SearchParams { dataset: vec![slug.clone()], ..SearchParams::default() };
                (Route::Dataset(slug), ListState { params, ..ListState::default() })
            }
            _ => (Route::Search, ListState::default()),
        }
    }

    fn go(self, text: String, typing: bool) {
        let (route, before) = self.before();
        let is_here = self.router.route.get_untracked() == route;
        let params = SearchParams { q: text, typing, ..before.params.clone() };
        if is_here && params == before.params {
            return;
        }
        let entry = if is_here && before.params.typing { Entry::Replace } else { Entry::Push };
        let list = ListState { params, view: before.view, zoom: before.zoom, ..ListState::default() };
        self.router.go(&list.page(&route), entry);
    }

    fn search_while_typing(self) {
        let Some(text) = self.text() else { return };
        let (_, before) = self.before();
        if before.params.q != text {
            let typing = !text.trim().is_empty();
            self.go(text, typing);
        }
    }

    fn commit(self) {
        let Some(text) = self.text() else { return };
        if let Some(path) = own_link(&text) {
            self.router.go(&path, Entry::Push);
            return;
        }
        super::palette::remember_search(&text);
        self.go(text, false);
    }

    /// Searches everywhere.
    fn widen(self) {
        let text = self.text().unwrap_or_default();
        let params = SearchParams { q: text, ..SearchParams::default() };
        self.is_wide.set(true);
        if !params.q.trim().is_empty() {
            self.router.go(&paths::search_page(&params), Entry::Push);
        }
        self.focus();
    }

    fn focus(self) -> bool {
        self.input.get_untracked().is_some_and(|input| {
            input.select();
            input.focus().is_ok()
        })
    }

    fn on_key(self, event: &ev::KeyboardEvent) {
        if event.is_composing() {
            return;
        }
        match event.key().as_str() {
            "Escape" => {
                if let Some(element) = browser::focused_element() {
                    // Losing the focus cannot fail for an element that has it.
                    drop(element.blur());
                }
            }
            "ArrowDown" if self.leave.run() => event.prevent_default(),
            "Backspace"
                if self.scope.get_untracked().is_some()
                    && self.text().is_some_and(|text| text.is_empty()) =>
            {
                self.widen();
            }
            _ => (),
        }
    }
}

/// The path inside the application that a pasted link leads to.
fn own_link(text: &str) -> Option<String> {
    let url = web_sys::Url::new(text.trim()).ok()?;
    if url.origin() != location().origin().ok()? {
        return None;
    }
    let pathname = url.pathname();
    let path = address::inside(&pathname)?;
    (Route::from_path(path) != Route::NotFound).then(|| format!("{path}{}{}", url.search(), url.hash()))
}

fn has_focus(input: &web_sys::HtmlInputElement) -> bool {
    browser::focused_element().is_some_and(|element| element.is_same_node(Some(input)))
}
