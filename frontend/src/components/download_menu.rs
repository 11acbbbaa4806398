//! Taking a result along.

use super::{Icon, Symbol};
use crate::{
    address::at,
    format,
    live::live,
    results::{Head, Results},
};
use blendscope_shared::paths;
use leptos::prelude::*;

/// What can be taken along: its name in addresses, what it is called, and what it is.
const KINDS: [(&str, &str, &str); 3] = [
    ("records", "Records", "as they stand in the files"),
    ("ids", "Ids", "dataset, key and id of each"),
    ("links", "Links", "the address of each page here"),
];

/// A button that opens links to the whole result as JSON lines.
#[component]
pub(crate) fn DownloadMenu(
    /// What is taken along.
    results: Results,
) -> impl IntoView {
    let head = move |read: &dyn Fn(&Head) -> String| {
        results.head.with(|head| head.as_ref().map_or_else(String::new, read))
    };
    let title = move || {
        head(&|head| {
            format!("{}, a line of JSON each", format::counted(head.total.count, "sample", "samples"))
        })
    };
    let item = |(what, name, about): (&'static str, &'static str, &'static str)| {
        let address = move || head(&|head| at(&paths::export(&head.params, what)));
        view! {
            <li>
                <a href=address download="">
                    {name}
                </a>
                <span class="muted">{about}</span>
            </li>
        }
    };
    view! {
        <button
            class="button button--icon"
            type="button"
            title="Take the result along"
            popovertarget="download"
        >
            <Icon symbol=Symbol::Download />
            <span>"Download"</span>
        </button>
        <div class="popover" popover="auto" id="download">
            <h3>{live(title)}</h3>
            <ul class="download">{KINDS.map(item).into_iter().collect_view()}</ul>
        </div>
    }
}
