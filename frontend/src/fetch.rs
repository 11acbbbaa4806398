//! Asking the server for what a page is about, again whenever the page is about something else.

use crate::{
    api::ApiError,
    live::{begin, watch},
};
use leptos::prelude::*;
use std::{future::Future, pin::Pin};

/// An answer on its way.
type Pending<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// An answer that follows what it depends on.
///
/// The latest answer stays until the next one comes, and an answer to a former question is never shown. The question
/// is boxed: the code exists once per kind of answer, which keeps the download small.
pub(crate) struct Fetched<T: Send + Sync + 'static> {
    answer: RwSignal<Option<Result<T, ApiError>>>,
    tries: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Fetched<T> {}

impl<T: Clone + Send + Sync + 'static> Fetched<T> {
    /// Asks now, and again when a signal that `ask` reads has changed. Where `ask` gives nothing, there is no question.
    pub(crate) fn follow(ask: impl Fn() -> Option<Pending<T>> + 'static) -> Self {
        Self::follow_boxed(Box::new(ask))
    }

    fn follow_boxed(ask: Box<dyn Fn() -> Option<Pending<T>>>) -> Self {
        let fetched = Self { answer: RwSignal::new(None), tries: RwSignal::new(0) };
        let question = StoredValue::new(0_u32);
        watch(move || {
            fetched.tries.track();
            question.update_value(|number| *number += 1);
            let number = question.get_value();
            match ask() {
                None => fetched.answer.set(None),
                Some(pending) => begin(async move {
                    let answer = pending.await;
                    if question.try_get_value() == Some(number) {
                        fetched.answer.set(Some(answer));
                    }
                }),
            }
        });
        fetched
    }

    /// The answer; absent until the first one comes.
    pub(crate) fn get(self) -> Option<Result<T, ApiError>> {
        self.answer.get()
    }

    /// Reads the answer where it is.
    pub(crate) fn with<R>(self, read: impl FnOnce(Option<&Result<T, ApiError>>) -> R) -> R {
        self.answer.with(|answer| read(answer.as_ref()))
    }

    /// Asks again.
    pub(crate) fn again(self) {
        self.tries.update(|tries| *tries += 1);
    }
}
