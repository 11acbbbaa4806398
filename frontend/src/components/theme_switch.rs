//! Light, dark, or as the system has it.

use super::{Icon, Symbol};
use crate::browser;
use crate::live::{effect, live};
use leptos::prelude::*;

/// Where the choice is kept.
const STORAGE: &str = "blendscope.theme";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    fn remembered() -> Self {
        match browser::remembered(STORAGE).as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    fn symbol(self) -> Symbol {
        match self {
            Self::System => Symbol::System,
            Self::Light => Symbol::Light,
            Self::Dark => Symbol::Dark,
        }
    }

    /// `style/tokens.css` follows the attribute; without a choice it follows the system.
    fn apply(self) {
        if let Some(root) = document().document_element() {
            // Setting a well-formed attribute name cannot fail.
            drop(root.set_attribute("data-theme", self.name()));
        }
    }
}

/// A button that goes round the three.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new(Theme::remembered());
    effect(move || theme.get().apply());
    let switch = move |_| {
        let next = theme.get_untracked().next();
        browser::remember(STORAGE, next.name());
        theme.set(next);
    };
    let label = move || format!("Theme: {}. Change to {}", theme.get().name(), theme.get().next().name());
    view! {
        <button
            class="button button--quiet button--key"
            type="button"
            aria-label=label
            title=label
            on:click=switch
        >
            {live(move || view! { <Icon symbol=theme.get().symbol() /> }.into_any())}
        </button>
    }
}
