//! The overlay with all keys and the query language.

use leptos::{html::Dialog, prelude::*};

const KEYS: [(&str, &str); 12] = [
    ("/", "search"),
    ("?", "this help"),
    ("j  k", "next and previous sample; the arrow keys do the same"),
    ("Enter", "open the sample"),
    ("Esc", "close, or back to the list"),
    ("n  N", "next and previous hit in the sample"),
    ("g", "go to a position in the list"),
    ("r", "shuffle"),
    ("z", "picture: fit, or pixel by pixel"),
    ("+  −", "picture: closer and farther; the wheel does the same"),
    ("b", "draw the boxes of box files, or take them away"),
    ("c", "copy the link to this page"),
];

const QUERIES: [(&str, &str); 5] = [
    ("red bus", "samples with both words, in any turn"),
    ("\"red bus\"", "the words side by side, in one turn"),
    ("bus -red", "with the first, without the second"),
    ("犬  東京タワー", "Chinese and Japanese are found by exact substring"),
    ("yes  42  B", "no word is too short or too common"),
];

/// Opened by `?` and by the button in the header.
#[component]
pub(crate) fn HelpDialog(
    /// To open it from elsewhere.
    dialog: NodeRef<Dialog>,
) -> impl IntoView {
    let rows = |rows: &'static [(&'static str, &'static str)], is_keys: bool| {
        rows.iter()
            .map(|(left, right)| {
                let left = if is_keys {
                    left.split("  ").map(|key| view! { <kbd>{key}</kbd> }).collect_view().into_any()
                } else {
                    view! { <code>{*left}</code> }.into_any()
                };
                view! {
                    <dt>{left}</dt>
                    <dd>{*right}</dd>
                }
            })
            .collect_view()
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="help-title">
            <form method="dialog" class="dialog__head">
                <h2 id="help-title">"Help"</h2>
                <button class="button button--quiet">"Close"</button>
            </form>
            <div class="dialog__columns">
                <section>
                    <h3>"Keys"</h3>
                    <dl class="key-list">{rows(&KEYS, true)}</dl>
                </section>
                <section>
                    <h3>"Queries"</h3>
                    <dl class="key-list key-list--wide">{rows(&QUERIES, false)}</dl>
                    <p class="muted">
                        "Positions are counted from 0, as in Python: sample #17 of a file is "
                        <code>"data[17]"</code>"."
                    </p>
                </section>
            </div>
        </dialog>
    }
}
