//! The bar on top of every page. `index.html` paints the same before the application runs.

use super::{Icon, ProgressBadge, SearchBox, Symbol, ThemeSwitch};
use crate::{router::Router, routes::Route};
use leptos::{html::Dialog, prelude::*};

/// Name, ways to other pages, search box, progress, theme, help.
#[component]
pub(crate) fn Header(
    /// The help to open.
    help: NodeRef<Dialog>,
) -> impl IntoView {
    let router = Router::here();
    let place = move || match router.route.get() {
        Route::Recipes | Route::Recipe(_) => "/recipes",
        Route::Templates => "/templates",
        _ => "",
    };
    let page = |href: &'static str, symbol: Symbol, name: &'static str| {
        view! {
            <a class="nav-link" href=href aria-current=move || (place() == href).then_some("page")>
                <Icon symbol />
                <span class="nav-link__name">{name}</span>
            </a>
        }
        .into_any()
    };
    let open_help = move |_| {
        if let Some(dialog) = help.get_untracked() {
            // A dialog that is open already refuses, and that is fine.
            drop(dialog.show_modal());
        }
    };
    view! {
        <header class="header">
            <a class="wordmark" href="/" aria-label="Blendscope, home">
                <svg class="wordmark__sign" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
                    <path class="wordmark__a" d="M12 2a10 10 0 0 1 10 10h-6a4 4 0 0 0-4-4Z"></path>
                    <path class="wordmark__b" d="M22 12a10 10 0 0 1-15 8.7l3-5.2a4 4 0 0 0 6-3.5Z"></path>
                    <path class="wordmark__c" d="M7 20.7A10 10 0 0 1 12 2v6a4 4 0 0 0-2 7.5Z"></path>
                </svg>
                <span class="wordmark__name">"Blendscope"</span>
            </a>
            <nav class="header__nav" aria-label="Pages">
                {page("/recipes", Symbol::Recipes, "Recipes")}
                {page("/templates", Symbol::Templates, "Templates")}
            </nav>
            <SearchBox />
            <div class="header__tools">
                <ProgressBadge />
                <ThemeSwitch />
                <button
                    class="button button--quiet button--key"
                    type="button"
                    aria-label="Help and keys"
                    on:click=open_help
                >
                    "?"
                </button>
            </div>
        </header>
    }
}
