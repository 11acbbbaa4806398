//! Closures behind one type per kind.
//!
//! The code with which the framework drives a closure exists once per closure. Boxed here first, it exists once per
//! kind of value, which keeps the download within its budget.

use leptos::{prelude::*, tachys::reactive_graph::SharedReactiveFunction, task::spawn_local};
use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};

/// A part of a view that changes with the signals it reads: text, an attribute, a piece of the page.
pub(crate) fn live<T: 'static>(content: impl FnMut() -> T + Send + 'static) -> SharedReactiveFunction<T> {
    Arc::new(Mutex::new(content))
}

/// What to do on an event.
pub(crate) fn act<E: 'static>(action: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(action)
}

/// Does something that takes its time.
pub(crate) fn begin(task: impl Future<Output = ()> + 'static) {
    let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
    spawn_local(task);
}

/// Does something now and whenever a signal that it reads has changed.
pub(crate) fn watch(action: impl FnMut() + 'static) {
    let action: Box<dyn FnMut()> = Box::new(action);
    Effect::new(action);
}
