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

/// How a memo computes its value from nothing but signals; the former value is offered and not needed.
type Compute<T> = Box<dyn Fn(Option<&T>) -> T + Send + Sync>;

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

/// A value that follows others: computed at every reading.
///
/// The framework's own type for such values may as well be a signal or a memo, and brings along the code of both for
/// every kind of value.
pub(crate) struct Derived<T: 'static>(StoredValue<Box<dyn Fn() -> T + Send + Sync>>);

impl<T> Clone for Derived<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Derived<T> {}

impl<T> Derived<T> {
    /// The value now; whoever asks will be told of changes.
    pub(crate) fn get(self) -> T {
        self.0.with_value(|value| value())
    }

    /// Reads the value now; whoever asks will be told of changes.
    pub(crate) fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.get())
    }

    /// The value now.
    pub(crate) fn get_untracked(self) -> T {
        untrack(|| self.get())
    }

    /// Reads the value now.
    pub(crate) fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.get_untracked())
    }
}

impl<T: Clone + Send + Sync> Derived<T> {
    /// A value that stays the same.
    pub(crate) fn stored(value: T) -> Self {
        derived(move || value.clone())
    }
}

impl<T: Clone + Send + Sync> From<RwSignal<T>> for Derived<T> {
    fn from(signal: RwSignal<T>) -> Self {
        derived(move || signal.get())
    }
}

impl From<String> for Derived<String> {
    fn from(text: String) -> Self {
        Self::stored(text)
    }
}

/// A value computed at every reading.
pub(crate) fn derived<T>(value: impl Fn() -> T + Send + Sync + 'static) -> Derived<T> {
    Derived(StoredValue::new(Box::new(value)))
}

/// A value computed when a signal that it reads has changed; only another value is news to others.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(
    value: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    let value: Compute<T> = Box::new(move |_| value());
    Memo::new(value)
}
