//! The overlay with all keys and the whole query language.

use crate::{address::at, library::Library, live::live};
use blendscope_shared::{paths, search::SearchParams};
use leptos::{html::Dialog, prelude::*};

const KEYS: [(&str, &str); 20] = [
    ("/", "search; ↓ from the box goes to the first hit"),
    ("Ctrl K  ⌘ K", "go anywhere: pages, datasets, recipes, recent searches"),
    ("1  2  3", "list, grid, table"),
    ("+  −", "larger and smaller pictures"),
    ("j  k", "next and previous sample; the arrow keys do the same"),
    ("Enter", "open the sample beside the list"),
    ("o", "open its page"),
    ("Esc", "close, or back to the list"),
    ("n  N", "next and previous hit in the sample"),
    ("g", "go to a sample by its number"),
    ("f", "fold the filters"),
    ("r", "shuffle"),
    ("c", "copy the link to what is in view"),
    ("b", "draw boxes on the picture, or take them away"),
    ("?", "this help"),
    ("←  →", "picture: the next and the former one"),
    ("z", "picture: fit, or pixel by pixel; a double tap does the same"),
    ("wheel", "picture: closer and farther at the pointer; two fingers do the same"),
    ("Tab", "to every control"),
    ("Home  End", "both ends of the list"),
];

const QUERIES: [(&str, &str); 18] = [
    ("red bus", "both words, in any turn; other forms of them too"),
    ("\"red bus\"", "exactly that, side by side in one turn"),
    ("bus -red", "with the first, without the second"),
    ("red OR blue", "one of them"),
    ("(red OR blue) bus", "what belongs together"),
    ("bicy*", "words that begin so"),
    ("girafe~", "words a letter or two away"),
    ("red NEAR/5 bus", "at most five words between them"),
    ("human:why", "only in questions; gpt: only in answers, system: in system prompts"),
    ("turns:>3", "more than three turns; words:10..50 and characters:..200 as well"),
    ("lang:ja", "in Japanese"),
    ("dataset:llava-v1.5-mix665k", "of one dataset"),
    ("image_status:missing", "a picture is not there"),
    ("flag:boxes", "with a bounding box in the text"),
    ("width:>1000", "the first picture is wider than 1,000 pixels"),
    ("id:000000033471", "the record's own id"),
    ("image:coco/000000033471", "every sample with that picture"),
    ("犬 東京タワー", "Chinese, Japanese and Korean are found by exact substring"),
];

/// Opened by `?` and by the button in the header.
#[component]
pub(crate) fn HelpDialog(
    /// To open it from elsewhere.
    dialog: NodeRef<Dialog>,
) -> impl IntoView {
    let library = Library::here();
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let key = |(keys, meaning): (&'static str, &'static str)| {
        let keys = keys.split("  ").map(|key| view! { <kbd>{key}</kbd> }).collect_view();
        view! {
            <dt>{keys}</dt>
            <dd>{meaning}</dd>
        }
    };
    let query = move |(query, meaning): (&'static str, &'static str)| {
        let url = paths::search_page(&SearchParams { q: query.to_owned(), ..SearchParams::default() });
        view! {
            <dt><a href=at(&url) on:click=move |_| close()><code>{query}</code></a></dt>
            <dd>{meaning}</dd>
        }
    };
    // Examples name a dataset that is here.
    let here = move || {
        let slug = library.datasets.get()?.ok()?.items.into_iter().next()?.slug;
        let example = format!("dataset:{slug}");
        let url = paths::search_page(&SearchParams { q: example.clone(), ..SearchParams::default() });
        Some(view! {
            <p>"Try it on this data: "<a href=at(&url) on:click=move |_| close()><code>{example}</code></a></p>
        })
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
                    <dl class="key-list">{KEYS.map(key).collect_view()}</dl>
                </section>
                <section>
                    <h3>"What can be searched for"</h3>
                    <dl class="key-list key-list--wide">{QUERIES.map(query).collect_view()}</dl>
                    <p class="muted">
                        "Paste anything: an id, a file name, a path, an image key, the key of a sample, a link. "
                        "No word is too short or too common: yes, 42, B. "
                        "Samples are numbered from 1; where Python is meant, as in "<code>"data[17]"</code>", from 0."
                    </p>
                    {live(here)}
                </section>
            </div>
        </dialog>
    }
}
