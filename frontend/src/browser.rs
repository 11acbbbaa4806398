//! The few things asked of the browser itself: storage, clipboard, focus, dialogs, title, time.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::js_sys::Array;
use web_sys::{
    HtmlDocument, HtmlElement, HtmlTextAreaElement, IntersectionObserver, IntersectionObserverEntry,
};

/// A value kept in the browser across visits. Storage may be forbidden; then nothing is remembered.
pub(crate) fn remembered(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(name).ok()?
}

/// Keeps a value for the next visit.
pub(crate) fn remember(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or forbidden storage only means that the choice is not remembered.
        drop(storage.set_item(name, value));
    }
}

/// Copies a text. Tells whether it worked.
pub(crate) async fn copy(text: &str) -> bool {
    if window().is_secure_context() {
        return JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok();
    }
    copy_by_selection(text).unwrap_or(false)
}

/// The way that also works on plain HTTP under another name than `localhost`, where browsers offer no clipboard.
fn copy_by_selection(text: &str) -> Option<bool> {
    let document = document().dyn_into::<HtmlDocument>().ok()?;
    let area = document.create_element("textarea").ok()?.dyn_into::<HtmlTextAreaElement>().ok()?;
    area.set_value(text);
    area.set_class_name("off-screen");
    let focused = focused_element();
    document.body()?.append_child(&area).ok()?;
    area.select();
    let copied = document.exec_command("copy").ok();
    area.remove();
    if let Some(element) = focused {
        drop(element.focus());
    }
    copied
}

/// Calls back once, when an element comes into view.
pub(crate) fn when_seen(element: &web_sys::Element, seen: impl Fn() + 'static) {
    let call = Closure::<dyn Fn(Array, IntersectionObserver)>::new(
        move |entries: Array, watch: IntersectionObserver| {
            let is_seen = |entry: wasm_bindgen::JsValue| {
                entry.unchecked_into::<IntersectionObserverEntry>().is_intersecting()
            };
            if entries.iter().any(is_seen) {
                watch.disconnect();
                seen();
            }
        },
    );
    if let Ok(watch) = IntersectionObserver::new(call.as_ref().unchecked_ref()) {
        watch.observe(element);
    }
    // It lives as long as the observer may call.
    call.forget();
}

/// Presses a button, as a click does.
pub(crate) fn press(css: &str) {
    let element = document().query_selector(css).ok().flatten();
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.click();
    }
}

/// Gives an element the focus where it is, without scrolling to it.
pub(crate) fn focus_quietly(element: &HtmlElement) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    // An element in the document can always be given the focus.
    drop(element.focus_with_options(&options));
}

/// Brings the element with this id into view and gives it the focus.
pub(crate) fn show_and_focus(id: &str) {
    let element = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Center);
        element.scroll_into_view_with_scroll_into_view_options(&options);
        focus_quietly(&element);
    }
}

/// The element that has the focus.
pub(crate) fn focused_element() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

/// Whether what is typed goes into a text field.
pub(crate) fn is_typing() -> bool {
    focused_element().is_some_and(|element| {
        element.is_content_editable()
            || matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
                && element.get_attribute("type").as_deref() != Some("checkbox")
    })
}

/// Whether a dialog lies over the page.
pub(crate) fn is_dialog_open() -> bool {
    document().query_selector("dialog[open]").is_ok_and(|dialog| dialog.is_some())
}

/// A text in small letters. By the browser's tables: those of the standard library would have to be downloaded.
pub(crate) fn lowercase(text: &str) -> String {
    if cfg!(target_arch = "wasm32") {
        web_sys::js_sys::JsString::from(text).to_lower_case().into()
    } else {
        text.to_lowercase()
    }
}

/// Sets the title of the window.
pub(crate) fn set_title(title: &str) {
    document().set_title(&format!("{title} · Blendscope"));
}

/// A number that is different at every call, for shuffling: milliseconds since 1970 without the high digits.
#[expect(clippy::cast_sign_loss, reason = "the clock is past 1970")]
pub(crate) fn fresh_seed() -> u64 {
    const SEEDS: f64 = 100_000.0;
    (web_sys::js_sys::Date::now() % SEEDS) as u64 + 1
}

/// Tells the other module of the page, if it is there, that something happened.
pub(crate) fn announce(event: &str) {
    if let Ok(event) = web_sys::Event::new(event) {
        drop(window().dispatch_event(&event));
    }
}
