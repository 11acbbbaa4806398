//! Parts of a view that follow signals.

use leptos::prelude::*;

/// A part of a view that is drawn anew when a signal changes that it reads: `{live(words)}`, where Leptos would take
/// `{words}` as well. All of them are one type, for which the code of a live part is compiled once.
pub(crate) fn live<V: IntoView + 'static>(draw: impl Fn() -> V + Send + 'static) -> AnyView {
    erased(Box::new(move || draw().into_any()))
}

fn erased(draw: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    draw.into_any()
}
