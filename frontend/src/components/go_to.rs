//! The box to jump to a position of a list; `g` leads there.

use crate::{format, keys};
use leptos::{ev, html::Input, prelude::*};

/// Says where the list stands, and goes to the number that is typed in.
#[component]
pub(crate) fn GoTo(
    /// Number of the sample on top, from 0.
    #[prop(into)]
    position: Signal<u64>,
    /// Length of the list.
    #[prop(into)]
    total: Signal<u64>,
    /// Where to go.
    #[prop(into)]
    go: Callback<u64>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    keys::on_key(move |key| {
        key == "g"
            && input.get_untracked().is_some_and(|input| {
                input.select();
                input.focus().is_ok()
            })
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else { return };
        if let Some(number) = format::parse_count(&input.value()) {
            go.run(number.min(total.get_untracked().saturating_sub(1)));
        }
        input.set_value("");
        // An element that has the focus can always lose it.
        drop(input.blur());
    };
    view! {
        <form class="go-to" on:submit=submit title="Go to a position (g)">
            <label class="go-to__label">
                <span class="off-screen">"Go to position"</span>
                <input
                    node_ref=input
                    class="go-to__input"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    placeholder=move || format!("#{}", format::count(position.get()))
                />
            </label>
            <span class="go-to__total">"of " {move || format::count(total.get())}</span>
        </form>
    }
}
