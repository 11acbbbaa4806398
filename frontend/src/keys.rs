//! Single-key commands.

use crate::browser;
use leptos::{ev, prelude::*};
use web_sys::KeyboardEvent;

/// Calls `command` with every key that is meant as a command, for as long as the calling component lives. The
/// command tells whether it took the key.
pub(crate) fn on_key(command: impl Fn(&str) -> bool + 'static) {
    listen(Box::new(command));
}

fn listen(command: Box<dyn Fn(&str) -> bool>) {
    let listener = window_event_listener(ev::keydown, move |event| {
        if is_command(&event) && command(&event.key()) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

/// Keys with modifiers belong to the browser, keys in a text field to the text, keys over a dialog to the dialog.
fn is_command(event: &KeyboardEvent) -> bool {
    let has_modifier = event.ctrl_key() || event.meta_key() || event.alt_key();
    !has_modifier
        && !event.is_composing()
        && !event.default_prevented()
        && !browser::is_typing()
        && !browser::is_dialog_open()
}
