//! Taking a result along.

use super::{Icon, Symbol};
use crate::{
    address::at,
    format,
    live::live,
    results::{Head, Results},
};
use blendscope_shared::{paths, search::SearchParams};
use leptos::prelude::*;

/// What can be taken along: its name in addresses, what it is called, and what it is.
const KINDS: [(&str, &str, &str); 3] = [
    ("records", "Records", "as they stand in the files"),
    ("ids", "Ids", "dataset, key and id of each"),
    ("links", "Links", "the address of each page here"),
];

/// Another page that begins with the result: its address up to where the search stands, how that is written there, what the
/// page is called, and what it is.
type Other = (&'static str, fn(&str) -> String, &'static str, &'static str);

/// What else can be done with a result.
const OTHERS: [Other; 3] = [
    ("/draw?", str::to_owned, "Draw …", "some of them, by a rule and a seed"),
    (
        "/board?part=",
        |query| paths::escape(&format!("@{query}")),
        "On the blend board",
        "as a part of a blend",
    ),
    ("/compare?b=%3F", paths::escape, "Compare", "with a stage, or with another search"),
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
    let other = |(before, behind, name, about): Other| {
        let address = move || {
            head(&|head| {
                let unordered = SearchParams { sort: None, seed: 0, ..head.params.clone() };
                at(&format!("{before}{}", behind(&unordered.to_query())))
            })
        };
        view! {
            <li>
                <a href=address>{name}</a>
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
            <ul class="download">
                {KINDS.map(item).into_iter().collect_view()} {OTHERS.map(other).into_iter().collect_view()}
            </ul>
        </div>
    }
}
