//! A button that copies a text and says that it did.

use super::{Icon, Symbol};
use crate::{
    browser,
    live::{act, live},
};
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
) -> impl IntoView {
    let done = RwSignal::new(None::<bool>);
    let words = live(move || match done.get() {
        None => label,
        Some(true) => "copied",
        Some(false) => "copying is not allowed here",
    });
    let symbol = move || if done.get() == Some(true) { Symbol::Done } else { Symbol::Copy };
    view! {
        <button class="button button--small" type="button" on:click=act(move |_| copy(text.get_untracked(), done))>
            {live(move || view! { <Icon symbol=symbol() /> }.into_any())}
            <span aria-live="polite">{words}</span>
        </button>
    }
}

/// Copies a text and says in `done` for a moment whether it worked.
pub(super) fn copy(text: String, done: RwSignal<Option<bool>>) {
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
