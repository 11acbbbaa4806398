//! The parts of a view that change, and what they do.

use leptos::tachys::reactive_graph::SharedReactiveFunction;
use std::sync::{Arc, Mutex};

/// A part of a view that changes with the signals it reads: text, an attribute, a piece of the page.
///
/// A closure would do the same, but the code that draws a closure exists once per closure; this one exists once per
/// kind of content, which keeps the download small.
pub(crate) fn live<T: 'static>(content: impl FnMut() -> T + Send + 'static) -> SharedReactiveFunction<T> {
    Arc::new(Mutex::new(content))
}

/// What to do on an event; for the same reason one type per kind of event.
pub(crate) fn act<E: 'static>(action: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(action)
}
