//! Values that pages follow.
//!
//! The framework's signals and memos exist once per kind of value: what keeps it, what locks it, what tells of its
//! changes. Here they hold a value of any kind, so that most of this exists once, which keeps the download small.

use leptos::prelude::*;
use std::{any::Any, marker::PhantomData, sync::Arc};

/// A value of any kind.
type Anything = Arc<dyn Any + Send + Sync>;

/// How a memo computes its value, given the one before.
type Compute = Box<dyn Fn(Option<&Anything>) -> Anything + Send + Sync>;

/// A value that is set from outside.
pub(crate) struct Var<T>(RwSignal<Anything>, PhantomData<fn() -> T>);

/// A value that is computed when something that it reads has changed; only another value is news to others.
pub(crate) struct Kept<T>(Memo<Anything>, PhantomData<fn() -> T>);

/// A value that is computed at every reading.
pub(crate) struct Derived<T: 'static>(StoredValue<Box<dyn Fn() -> T + Send + Sync>>);

impl<T> Clone for Var<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Var<T> {}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Kept<T> {}

impl<T> Clone for Derived<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Derived<T> {}

impl<T: Clone + Send + Sync + 'static> Var<T> {
    /// With this value at first.
    pub(crate) fn new(value: T) -> Self {
        Self(RwSignal::new(Arc::new(value)), PhantomData)
    }

    /// The value now; whoever asks will be told of changes.
    pub(crate) fn get(self) -> T {
        known::<T>(&self.0.get()).clone()
    }

    /// The value now.
    pub(crate) fn get_untracked(self) -> T {
        known::<T>(&self.0.get_untracked()).clone()
    }

    /// The value now, unless the part of the page that it belongs to is gone.
    pub(crate) fn try_get_untracked(self) -> Option<T> {
        self.0.try_get_untracked().map(|value| known::<T>(&value).clone())
    }

    /// Reads the value; whoever asks will be told of changes.
    pub(crate) fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(known(&self.0.get()))
    }

    /// Reads the value.
    pub(crate) fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(known(&self.0.get_untracked()))
    }

    /// Has whoever asks told of changes.
    pub(crate) fn track(self) {
        self.0.track();
    }

    /// Sets another value.
    pub(crate) fn set(self, value: T) {
        self.0.set(Arc::new(value));
    }

    /// Sets another value, unless the part of the page that it belongs to is gone.
    pub(crate) fn try_set(self, value: T) {
        drop(self.0.try_set(Arc::new(value)));
    }

    /// Changes the value.
    pub(crate) fn update(self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
    }
}

impl<T: Clone + Send + Sync + 'static> Kept<T> {
    /// The value now; whoever asks will be told of changes.
    pub(crate) fn get(self) -> T {
        known::<T>(&self.0.get()).clone()
    }

    /// The value now.
    pub(crate) fn get_untracked(self) -> T {
        known::<T>(&self.0.get_untracked()).clone()
    }

    /// Reads the value; whoever asks will be told of changes.
    pub(crate) fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(known(&self.0.get()))
    }

    /// Reads the value.
    pub(crate) fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(known(&self.0.get_untracked()))
    }

    /// Has whoever asks told of changes.
    pub(crate) fn track(self) {
        self.0.track();
    }
}

impl<T> Derived<T> {
    /// The value now; whoever asks will be told of changes.
    pub(crate) fn get(self) -> T {
        self.0.with_value(|value| value())
    }

    /// The value now.
    pub(crate) fn get_untracked(self) -> T {
        untrack(|| self.get())
    }

    /// Reads the value; whoever asks will be told of changes.
    pub(crate) fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.get())
    }

    /// Reads the value.
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

impl<T: Clone + Send + Sync> From<Var<T>> for Derived<T> {
    fn from(var: Var<T>) -> Self {
        derived(move || var.get())
    }
}

impl From<String> for Derived<String> {
    fn from(text: String) -> Self {
        Self::stored(text)
    }
}

/// A value that is computed at every reading.
pub(crate) fn derived<T>(value: impl Fn() -> T + Send + Sync + 'static) -> Derived<T> {
    Derived(StoredValue::new(Box::new(value)))
}

/// A value that is computed when something that it reads has changed.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(
    value: impl Fn() -> T + Send + Sync + 'static,
) -> Kept<T> {
    memo_of_former(move |_| value())
}

/// The same, given the value before.
pub(crate) fn memo_of_former<T: PartialEq + Send + Sync + 'static>(
    value: impl Fn(Option<&T>) -> T + Send + Sync + 'static,
) -> Kept<T> {
    let value: Compute = Box::new(move |former| Arc::new(value(former.map(known))));
    let is_news =
        |former: Option<&Anything>, now: Option<&Anything>| former.map(known::<T>) != now.map(known::<T>);
    Kept(Memo::new_with_compare(value, is_news), PhantomData)
}

/// The value inside.
fn known<T: 'static>(value: &Anything) -> &T {
    value.downcast_ref().expect("a value never changes its kind")
}
