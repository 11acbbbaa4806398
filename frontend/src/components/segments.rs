//! A choice of a few, all in view.

use leptos::prelude::*;

/// Buttons side by side, one of them pressed.
#[component]
pub(crate) fn Segments(
    /// What is chosen, for those who do not see it.
    label: &'static str,
    /// What the buttons say.
    names: &'static [&'static str],
    /// Number of the pressed one.
    chosen: RwSignal<usize>,
) -> impl IntoView {
    let button = |(number, name): (usize, &&'static str)| {
        view! {
            <button
                type="button"
                class="segments__item"
                aria-pressed=move || (chosen.get() == number).to_string()
                on:click=move |_| chosen.set(number)
            >
                {*name}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="segments" role="group" aria-label=label title=label>
            {names.iter().enumerate().map(button).collect_view()}
        </div>
    }
}
