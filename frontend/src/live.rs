//! What follows signals: parts of views, effects, memos. Leptos compiles each of them for the closure that it is given; here
//! they are boxed first, which makes the download a twentieth smaller.

use leptos::prelude::*;

/// A part of a view that is drawn anew when a signal changes that it reads: `{live(words)}`, where Leptos would take
/// `{words}` as well. All of them are one type, for which the code of a live part is compiled once.
pub(crate) fn live<V: IntoView + 'static>(draw: impl Fn() -> V + Send + 'static) -> AnyView {
    erased(Box::new(move || draw().into_any()))
}

fn erased(draw: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    draw.into_any()
}

/// Runs, and runs again when a signal changes that it reads; as `Effect::new`, of one type for all.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    run_effect(Box::new(run));
}

fn run_effect(run: Box<dyn FnMut()>) {
    Effect::new(run);
}

/// A value that is computed again when a signal changes that it is made of; as `Memo::new`, of one type per value.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(
    compute: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    compute_memo(Box::new(compute))
}

fn compute_memo<T: PartialEq + Send + Sync + 'static>(compute: Box<dyn Fn() -> T + Send + Sync>) -> Memo<T> {
    Memo::new(move |_| compute())
}
