//! Answers that follow what they depend on.

use super::{ApiError, first, get};
use crate::{
    address::plain,
    json::{self, JsonError},
    library::Library,
    live::{effect, memo},
};
use blendscope_shared::{addresses::Addresses, paths};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use std::{future::Future, pin::Pin, sync::Arc};

/// The body of an answer, and the address it came from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Body {
    /// Where it was asked for.
    pub(crate) address: String,
    /// JSON.
    pub(crate) text: String,
}

/// Nothing where nothing is asked for.
type Fetched = Result<Option<Arc<Body>>, ApiError>;

/// An answer that is asked for again when what it depends on changes; the old one stays until the new one is there.
///
/// The body is one resource of one type for all of them, and only what it says has a type of its own: a resource for
/// each type would make the download larger by a thirtieth.
pub(crate) struct Answer<T: Send + Sync + 'static> {
    content: Memo<Option<Result<T, ApiError>>>,
    /// Counts the times it is asked for again although nothing has changed.
    again: RwSignal<u32>,
}

impl<T: Send + Sync + 'static> Clone for Answer<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Answer<T> {}

impl<T: Addresses + Clone + DeserializeOwned + PartialEq + Send + Sync + 'static> Answer<T> {
    /// The answer to a call of the API; none as long as there is no address.
    pub(crate) fn at(address: impl Fn() -> Option<String> + 'static) -> Self {
        Self::read_by(address, |body| json::read(&body.text).map(plain))
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Answer<T> {
    /// An answer that is read in a way of its own.
    pub(crate) fn read_by(
        address: impl Fn() -> Option<String> + 'static,
        read: fn(&Body) -> Result<T, JsonError>,
    ) -> Self {
        let again = RwSignal::new(0);
        let body = fetched(Box::new(move || {
            again.track();
            address()
        }));
        // The same text again is no news.
        let latest = memo(move || body.get());
        let read = move |_: Option<&Option<Result<T, ApiError>>>| {
            latest.with(|body| match body.as_ref()? {
                Ok(None) => None,
                Ok(Some(body)) => Some(read(body).map_err(ApiError::Decode)),
                Err(error) => Some(Err(error.clone())),
            })
        };
        let content = Memo::new_with_compare(read, |_, _| true);
        effect(move || {
            let is_gone = latest.with(|body| matches!(body, Some(Err(ApiError::Network))));
            if let Some(library) = use_context::<Library>().filter(|_| is_gone) {
                library.lost();
            }
        });
        Self { content, again }
    }

    /// The latest answer; nothing before the first.
    pub(crate) fn get(self) -> Option<Result<T, ApiError>> {
        self.content.get()
    }

    /// The latest answer if it is good.
    pub(crate) fn good(self) -> Option<T> {
        self.get()?.ok()
    }

    /// Reads the latest answer.
    pub(crate) fn with<U>(self, read: impl FnOnce(Option<&Result<T, ApiError>>) -> U) -> U {
        self.content.with(|answer| read(answer.as_ref()))
    }

    /// Asks again.
    pub(crate) fn refetch(self) {
        self.again.update(|times| *times += 1);
    }
}

fn fetched(address: Box<dyn Fn() -> Option<String>>) -> LocalResource<Fetched> {
    LocalResource::new(move || fetch(address()))
}

fn fetch(address: Option<String>) -> Pin<Box<dyn Future<Output = Fetched>>> {
    Box::pin(async move {
        let Some(address) = address else { return Ok(None) };
        let first = if address == paths::datasets() { first::take("datasets") } else { None };
        let text = match first {
            Some(answer) => super::body_of(answer.await).await?,
            None => get(&address, None).await?,
        };
        Ok(Some(Arc::new(Body { address, text })))
    })
}
