//! The heading of a page, which is also the title of the window and where a reader lands.

use crate::browser;
use leptos::{html::H1, prelude::*};

/// An `h1` that takes the focus when its page comes, unless somebody is typing.
#[component]
pub(crate) fn PageHeading(
    /// What is on the page, in words.
    #[prop(into)]
    title: Signal<String>,
    /// Style class; `off-screen` where the page says the same in another way.
    #[prop(default = "heading")]
    class: &'static str,
    /// What the heading says.
    children: Children,
) -> impl IntoView {
    let heading = NodeRef::<H1>::new();
    Effect::new(move || browser::set_title(&title.get()));
    Effect::new(move || {
        if let Some(heading) = heading.get().filter(|_| !browser::is_typing()) {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            // An element in the document can always be given the focus.
            drop(heading.focus_with_options(&options));
        }
    });
    view! {
        <h1 class=class node_ref=heading tabindex="-1" dir="auto">
            {children()}
        </h1>
    }
}
