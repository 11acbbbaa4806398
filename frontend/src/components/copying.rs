//! Buttons that copy something and say that they did.

use super::{Icon, Symbol};
use crate::{address, browser, keys, live::live};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// How long "copied" stays.
const ACKNOWLEDGE: Duration = Duration::from_millis(1_600);

/// Copies what `text` gives at the moment of the click.
#[component]
pub(crate) fn CopyButton(
    /// What the button says.
    label: &'static str,
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// Style class.
    #[prop(default = "button button--small")]
    class: &'static str,
    /// What is drawn on it.
    #[prop(default = Symbol::Copy)]
    symbol: Symbol,
    /// The key that does the same.
    #[prop(optional)]
    key: Option<&'static str>,
    /// Name of the button for tests.
    #[prop(optional)]
    testid: Option<&'static str>,
) -> impl IntoView {
    let done = RwSignal::new(None::<bool>);
    let press = move || copy(text.get_untracked(), done);
    if let Some(mine) = key {
        keys::on_key(move |pressed| {
            let is_mine = pressed == mine;
            if is_mine {
                press();
            }
            is_mine
        });
    }
    let words = move || match done.get() {
        None => label,
        Some(true) => "Copied",
        Some(false) => "Copying is not allowed here",
    };
    let drawn = move || {
        let symbol = if done.get() == Some(true) { Symbol::Done } else { symbol };
        view! { <Icon symbol /> }
    };
    let title = key.map_or_else(|| label.to_owned(), |key| format!("{label} ({key})"));
    view! {
        <button class=class type="button" data-testid=testid title=title on:click=move |_| press()>
            {live(drawn)}
            <span aria-live="polite">{live(words)}</span>
        </button>
    }
}

/// Copies the whole form of a page's address; `c` does the same.
#[component]
pub(crate) fn CopyLink(
    /// Path and query string; read at the moment of the click.
    #[prop(into)]
    path: Callback<(), String>,
    /// Style class.
    #[prop(default = "button button--narrow")]
    class: &'static str,
) -> impl IntoView {
    let link = Signal::derive(move || address::whole(&path.run(())));
    view! { <CopyButton label="Copy link" text=link class symbol=Symbol::Link key="c" testid="copy-link" /> }
}

/// Copies a text and says in `done` for a moment whether it worked.
pub(crate) fn copy(text: String, done: RwSignal<Option<bool>>) {
    spawn_local(async move {
        let copied = browser::copy(&text).await;
        // Who asked may have left the page meanwhile.
        let _ = done.try_set(Some(copied));
        set_timeout(
            move || {
                let _ = done.try_set(None);
            },
            ACKNOWLEDGE,
        );
    });
}
