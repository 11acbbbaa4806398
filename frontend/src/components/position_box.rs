//! Which samples are in view, and the box to go to others by their number.

use super::SampleList;
use crate::{
    format, keys,
    live::{live, memo},
    router::Router,
};
use leptos::{ev, html::Input, prelude::*};

/// Which samples are in view, and the way to others; `g` leads there.
#[component]
pub(crate) fn PositionBox() -> impl IntoView {
    let list = SampleList::here();
    let router = Router::here();
    let input = NodeRef::<Input>::new();
    let note = RwSignal::new(None::<String>);
    let total = memo(move || list.results.head.with(|head| head.as_ref().map_or(0, |head| head.total.count)));
    keys::on_key(move |key| {
        key == "g"
            && input.get_untracked().is_some_and(|input| {
                input.select();
                input.focus().is_ok()
            })
    });
    let shown = memo(move || {
        let visible = list.visible();
        let selected = list
            .selected
            .get()
            .filter(|row| router.state.with(|state| state.open.is_some()) && *row < total.get());
        selected.map_or(visible, |row| row..row + 1)
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else { return };
        let value = input.value();
        match format::parse_count(&value) {
            Some(number) => {
                let most = total.get_untracked();
                if number == 0 || number > most {
                    note.set(Some(format!("There are samples 1 to {}.", format::count(most))));
                } else {
                    note.set(None);
                }
                list.go_to(number.clamp(1, most.max(1)) - 1);
            }
            None if value.trim().is_empty() => (),
            None => note.set(Some(format!("“{value}” is no number."))),
        }
        // What is shown is the position again, also where it did not change.
        input.set_value(&format::count(shown.get_untracked().start + 1));
        // An element that has the focus can always lose it.
        drop(input.blur());
    };
    let rest = move || {
        let range = shown.get();
        let end = (range.end > range.start + 1).then(|| format!("–{}", format::count(range.end)));
        format!("{} of {}", end.unwrap_or_default(), format::count(total.get()))
    };
    let digits = move || (format::count(total.get()).len() + 1).to_string();
    view! {
        <form class="position" class:off=move || total.get() == 0 on:submit=submit title="Go to a sample (g)" style=("--digits", digits)>
            <label>
                <span class="off-screen">"Go to sample number"</span>
                <input
                    node_ref=input
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    data-testid="position"
                    prop:value=move || format::count(shown.get().start + 1)
                    on:focus=move |_| { if let Some(input) = input.get_untracked() { input.select(); } }
                />
            </label>
            <span>{live(rest)}</span>
            <span class="position__note" role="status">{live(move || note.get())}</span>
        </form>
    }
}
