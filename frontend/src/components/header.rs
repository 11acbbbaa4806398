//! The bar on top of every page. `index.html` paints the same before the application runs.

use super::{Icon, ProgressBadge, SearchBox, Symbol, ThemeSwitch};
use crate::{address::at, router::Router, routes::Route};
use leptos::{html::Dialog, prelude::*};

/// Name, ways to other pages, search box, progress, theme, help; on phones a menu in the place of all but the box.
#[component]
pub(crate) fn Header(
    /// The help to open.
    help: NodeRef<Dialog>,
    /// The palette to open.
    palette: NodeRef<Dialog>,
) -> impl IntoView {
    let open_help = move |_| {
        if let Some(dialog) = help.get_untracked() {
            // A dialog that is open already refuses, and that is fine.
            drop(dialog.show_modal());
        }
    };
    view! {
        <header class="header">
            <div class="header__left">
                <a class="wordmark" href=at("/") aria-label="Blendscope, home">
                    <svg class="wordmark__sign" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
                        <path class="wordmark__a" d="M12 2a10 10 0 0 1 10 10h-6a4 4 0 0 0-4-4Z"></path>
                        <path class="wordmark__b" d="M22 12a10 10 0 0 1-15 8.7l3-5.2a4 4 0 0 0 6-3.5Z"></path>
                        <path class="wordmark__c" d="M7 20.7A10 10 0 0 1 12 2v6a4 4 0 0 0-2 7.5Z"></path>
                    </svg>
                    <span class="wordmark__name">"Blendscope"</span>
                </a>
                <nav class="header__nav" aria-label="Pages">
                    <Pages />
                </nav>
            </div>
            <SearchBox palette />
            <div class="header__tools">
                <ProgressBadge />
                <ThemeSwitch />
                <button
                    class="button button--icon button--quiet wide"
                    type="button"
                    aria-label="Help and keys"
                    title="Help and keys (?)"
                    on:click=open_help
                >
                    "?"
                </button>
                <button
                    class="button button--icon button--quiet header__menu"
                    type="button"
                    popovertarget="menu"
                    aria-label="Menu"
                    data-testid="menu"
                >
                    <Icon symbol=Symbol::Menu />
                </button>
            </div>
            <div class="popover header__sheet" popover="auto" id="menu">
                <nav aria-label="All pages">
                    <a class="nav-link" href=at("/")>"All datasets"</a>
                    <a class="nav-link" href=at("/search")>"Every sample"</a>
                    <Pages />
                </nav>
                <button class="button" type="button" popovertarget="menu" popovertargetaction="hide" on:click=open_help>
                    "Help and keys"
                </button>
            </div>
        </header>
    }
}

#[component]
fn Pages() -> impl IntoView {
    let router = Router::here();
    let place = move || match router.route.get() {
        Route::Recipes | Route::Recipe(_) => "/recipes",
        Route::Templates => "/templates",
        _ => "",
    };
    let page = |href: &'static str, symbol: Symbol, name: &'static str| {
        view! {
            <a class="nav-link" href=at(href) aria-current=move || (place() == href).then_some("page")>
                <Icon symbol />
                {name}
            </a>
        }
    };
    view! {
        {page("/recipes", Symbol::Recipes, "Recipes")}
        {page("/templates", Symbol::Templates, "Templates")}
    }
}
