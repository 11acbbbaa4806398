//! The search box: searches while one types, but never while an input method composes.

use super::{Icon, Symbol};
use crate::{
    browser, keys,
    router::{self, Entry, Router},
    routes::Route,
};
use blendscope_shared::{paths, search::SearchParams};
use leptos::{ev, html::Input, prelude::*};
use std::time::Duration;
use wasm_bindgen::JsCast;

/// Pause after the last letter before a search.
const PAUSE: Duration = Duration::from_millis(150);

/// The box in the header. What it says is the `q` of the address.
#[component]
pub(crate) fn SearchBox() -> impl IntoView {
    let router = Router::here();
    let input = NodeRef::<Input>::new();
    let pending = StoredValue::new_local(None::<TimeoutHandle>);
    let cancel = move || {
        if let Some(handle) = pending.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    let type_on = move || {
        cancel();
        pending.set_value(set_timeout_with_handle(move || search_while_typing(router, input), PAUSE).ok());
    };
    show_address(router, input);
    keys::on_key(move |key| key == "/" && focus(input));
    let on_input = move |event: ev::Event| {
        let is_composing =
            event.dyn_ref::<web_sys::InputEvent>().is_some_and(web_sys::InputEvent::is_composing);
        if !is_composing {
            type_on();
        }
    };
    let on_submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        cancel();
        commit(router, input);
    };
    let clear = move |_| {
        if let Some(input) = input.get_untracked() {
            input.set_value("");
            focus_input(&input);
        }
        cancel();
        commit(router, input);
    };
    view! {
        <form class="search-box" role="search" action="/search" on:submit=on_submit>
            <Icon symbol=Symbol::Search />
            <input
                node_ref=input
                class="search-box__input"
                type="text"
                name="q"
                aria-label="Search all samples"
                placeholder="Search captions and instructions"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="search"
                dir="auto"
                on:input=on_input
                on:compositionend=move |_| type_on()
                on:keydown=move |event| leave_on_escape(&event)
            />
            <button class="search-box__clear" type="button" aria-label="Clear the search" on:click=clear>
                <Icon symbol=Symbol::Close />
            </button>
            <kbd class="search-box__key" aria-hidden="true">
                "/"
            </kbd>
        </form>
    }
}

/// Shows the address's query whenever it changes by anything but typing here.
fn show_address(router: Router, input: NodeRef<Input>) {
    Effect::new(move || {
        let SearchParams { q, typing, .. } = router.list().params;
        router.travels.track();
        let Some(input) = input.get() else { return };
        if !(typing && has_focus(&input)) && input.value() != q {
            input.set_value(&q);
        }
    });
}

fn search_while_typing(router: Router, input: NodeRef<Input>) {
    let Some(text) = input.get_untracked().map(|input| input.value()) else { return };
    let before = searched(router);
    if before.as_ref().is_some_and(|params| params.q == text) {
        return;
    }
    let is_going_on = before.as_ref().is_some_and(|params| params.typing);
    let entry = if is_going_on { Entry::Replace } else { Entry::Push };
    let typing = !text.trim().is_empty();
    let params = SearchParams { q: text, typing, ..before.unwrap_or_default() };
    router.go(&paths::search_page(&params), entry);
}

fn commit(router: Router, input: NodeRef<Input>) {
    let Some(text) = input.get_untracked().map(|input| input.value()) else { return };
    let before = searched(router);
    let params = SearchParams { q: text, typing: false, ..before.clone().unwrap_or_default() };
    match before {
        Some(before) if before == params => (),
        Some(before) if before.typing => router.go(&paths::search_page(&params), Entry::Replace),
        _ => router.go(&paths::search_page(&params), Entry::Push),
    }
}

/// The search of the page one is on, if it is a search page.
fn searched(router: Router) -> Option<SearchParams> {
    (router.route.get_untracked() == Route::Search).then(|| router::list_now().params)
}

fn leave_on_escape(event: &ev::KeyboardEvent) {
    let leaves = event.key() == "Escape" && !event.is_composing();
    if let Some(element) = browser::focused_element().filter(|_| leaves) {
        // Losing the focus cannot fail for an element that has it.
        drop(element.blur());
    }
}

fn focus(input: NodeRef<Input>) -> bool {
    input.get_untracked().is_some_and(|input| {
        input.select();
        focus_input(&input)
    })
}

fn focus_input(input: &web_sys::HtmlInputElement) -> bool {
    input.focus().is_ok()
}

fn has_focus(input: &web_sys::HtmlInputElement) -> bool {
    browser::focused_element().is_some_and(|element| element.is_same_node(Some(input)))
}
