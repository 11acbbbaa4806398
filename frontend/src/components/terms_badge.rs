//! The badge of what may only be used under restrictive terms.

use super::{Icon, Symbol};
use leptos::prelude::*;

/// The terms in the documents' own words; cut short where there is no room, and whole on hover.
#[component]
pub(crate) fn TermsBadge(
    /// The terms.
    #[prop(into)]
    terms: String,
) -> impl IntoView {
    let title = format!("Terms of use: {terms}");
    view! {
        <span class="tag tag--terms" title=title data-testid="terms">
            <Icon symbol=Symbol::Terms />
            <span class="tag__text" dir="auto">
                {terms}
            </span>
        </span>
    }
}
