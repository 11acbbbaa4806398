//! The last line of a page.

use crate::library::{Library, Progress};
use leptos::prelude::*;

/// The root, the version, and the page's JSON twin.
#[component]
pub(crate) fn Footer(
    /// Address of the page's JSON twin.
    #[prop(into)]
    json: Signal<String>,
) -> impl IntoView {
    let progress = Library::here().progress;
    let root = move || match progress.get() {
        Progress::Known(status) => format!("{} · Blendscope {}", status.root, status.version),
        Progress::Unknown | Progress::Offline => "Blendscope".to_owned(),
    };
    view! {
        <footer class="footer">
            <span>{root}</span>
            <a href=move || json.get() target="_blank">
                "This page as JSON"
            </a>
        </footer>
    }
}
