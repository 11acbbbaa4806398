//! Asking the server for what a page is about, again whenever the page is about something else.

use crate::{
    api::ApiError,
    live::{begin, watch},
    reactive::Var,
};
use leptos::prelude::*;
use std::{any::Any, future::Future, marker::PhantomData, pin::Pin, sync::Arc};

/// An answer on its way.
type Pending<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// What is in an answer of any kind.
type Anything = Arc<dyn Any + Send + Sync>;

/// An answer that follows what it depends on.
///
/// The latest answer stays until the next one comes, and an answer to a former question is never shown. What is kept
/// is of any kind: the code that keeps it exists once and not once per kind, which keeps the download small.
pub(crate) struct Fetched<T> {
    answer: Var<Option<Result<Anything, ApiError>>>,
    tries: Var<u32>,
    kind: PhantomData<fn() -> T>,
}

impl<T> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Fetched<T> {}

impl<T: Clone + Send + Sync + 'static> Fetched<T> {
    /// Asks now, and again when a signal that `ask` reads has changed. Where `ask` gives nothing, there is no question.
    pub(crate) fn follow(ask: impl Fn() -> Option<Pending<T>> + 'static) -> Self {
        let tries = Var::new(0);
        let answer = follow(
            tries,
            Box::new(move || {
                let pending = ask()?;
                Some(Box::pin(async move { Ok(Arc::new(pending.await?) as Anything) }))
            }),
        );
        Self { answer, tries, kind: PhantomData }
    }

    /// The answer; absent until the first one comes.
    pub(crate) fn get(self) -> Option<Result<T, ApiError>> {
        self.with(|answer| Some(answer?.cloned().map_err(ApiError::clone)))
    }

    /// Reads the answer where it is.
    pub(crate) fn with<R>(self, read: impl FnOnce(Option<Result<&T, &ApiError>>) -> R) -> R {
        self.answer.with(|answer| {
            read(answer.as_ref().and_then(|answer| match answer {
                Ok(any) => any.downcast_ref().map(Ok),
                Err(error) => Some(Err(error)),
            }))
        })
    }

    /// Asks again.
    pub(crate) fn again(self) {
        self.tries.update(|tries| *tries += 1);
    }
}

/// Keeps the answer to the latest question.
fn follow(
    tries: Var<u32>,
    ask: Box<dyn Fn() -> Option<Pending<Anything>>>,
) -> Var<Option<Result<Anything, ApiError>>> {
    let latest = Var::new(None);
    let question = StoredValue::new(0_u32);
    watch(move || {
        tries.track();
        question.update_value(|number| *number += 1);
        let number = question.get_value();
        match ask() {
            None => latest.set(None),
            Some(pending) => begin(async move {
                let answer = pending.await;
                if question.try_get_value() == Some(number) {
                    latest.set(Some(answer));
                }
            }),
        }
    });
    latest
}
