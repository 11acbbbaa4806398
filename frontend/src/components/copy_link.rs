//! The button that copies the lasting link to a page; `c` does the same.

use super::{Icon, Symbol, copy_button::copy};
use crate::{
    browser, keys,
    live::{act, live},
};
use leptos::prelude::*;

/// Copies the absolute form of `path`.
#[component]
pub(crate) fn CopyLink(
    /// Path and query string; read at the moment of the click.
    #[prop(into)]
    path: Callback<(), String>,
) -> impl IntoView {
    let done = RwSignal::new(None::<bool>);
    let copy = move || copy(browser::absolute(&path.run(())), done);
    keys::on_key(move |key| {
        let is_mine = key == "c";
        if is_mine {
            copy();
        }
        is_mine
    });
    let words = live(move || match done.get() {
        None => "Copy link",
        Some(true) => "Link copied",
        Some(false) => "Copying is not allowed here",
    });
    let symbol = move || if done.get() == Some(true) { Symbol::Done } else { Symbol::Link };
    view! {
        <button class="button button--narrow" type="button" data-testid="copy-link" on:click=act(move |_| copy())>
            {live(move || view! { <Icon symbol=symbol() /> }.into_any())}
            <span aria-live="polite">{words}</span>
        </button>
    }
}
