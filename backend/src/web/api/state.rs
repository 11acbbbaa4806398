//! What every handler has at hand, and how it asks the library.

use super::export::ExportPlaces;
use super::searches::{Rest, Searches};
use super::workers::{Lane, Workers};
use super::{Access, ApiError, RequestLimits};
use crate::web::Site;
use blendscope_engine::Budget;
use blendscope_library::{Library, LibraryError};
use blendscope_read::reads;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tracing::Span;

/// The opened root and the means to serve it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct AppState {
    /// The only thing that is asked about data.
    pub library: Arc<Library>,
    /// Where that asking happens.
    pub workers: Workers,
    /// Where the index is asked.
    pub searches: Searches,
    /// Exports under way.
    pub exports: ExportPlaces,
    /// Who may ask.
    pub access: Arc<Access>,
    /// Where all of it lies on the web.
    pub site: Arc<Site>,
    /// Ends what would otherwise never end, such as event streams.
    pub stopping: CancellationToken,
    /// What requests may cost.
    pub limits: RequestLimits,
}

impl AppState {
    /// Serves `library` at `site` to whom `access` lets in, for no more than `limits` allow.
    pub(crate) fn new(library: Arc<Library>, access: Access, site: Site, limits: RequestLimits) -> Self {
        Self {
            library,
            workers: Workers::new(limits.threads),
            searches: Searches::new(&limits),
            exports: ExportPlaces::new(),
            access: Arc::new(access),
            site: Arc::new(site),
            stopping: CancellationToken::new(),
            limits,
        }
    }

    /// Cancelled when the server stops.
    pub(crate) fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// Ends all event streams, so that a graceful shutdown need not wait for them.
    pub(crate) fn stop(&self) {
        self.stopping.cancel();
    }

    /// Asks the library on a blocking thread of `lane`.
    ///
    /// When a file of the user's does not answer, the question is asked again: it is known by then which one is not to be
    /// waited for.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        lane: Lane,
        question: impl Fn(&Library) -> Result<T, LibraryError> + Send + Sync + 'static,
    ) -> Result<T, ApiError> {
        let question = Arc::new(question);
        let mut longest_wait = reads::FIRST_WAIT;
        for _ in 0..reads::TRIES {
            let (library, question) = (Arc::clone(&self.library), Arc::clone(&question));
            let span = Span::current();
            let work = move || span.in_scope(|| library.guarded(|library| question(library)));
            match self.workers.run(lane, longest_wait, work).await {
                Err(ApiError::NotAnswering(_)) => longest_wait = reads::NEXT_WAIT,
                Err(ApiError::Crashed) => {
                    self.library.note_crash();
                    return Err(ApiError::Crashed);
                }
                answer => return Ok(answer??),
            }
        }
        Err(ApiError::NotAnswering("one of the files".to_owned()))
    }

    /// Asks the library for something that may cost a lot, on a thread of its own.
    pub(crate) async fn search<T: Send + 'static>(
        &self,
        question: impl Fn(&Library, &Budget) -> Result<T, LibraryError> + Send + Sync + 'static,
    ) -> Result<T, ApiError> {
        Ok(self.begin_search(question).await?.0)
    }

    /// The same, for an answer that goes on within the budget after it has begun.
    pub(crate) async fn begin_search<T: Send + 'static>(
        &self,
        question: impl Fn(&Library, &Budget) -> Result<T, LibraryError> + Send + Sync + 'static,
    ) -> Result<(T, Rest), ApiError> {
        let (tries, end) = self.searches.begin();
        let within_a_budget = move |library: &Library| {
            let budget = tries.budget();
            let answer = question(library, &budget)?;
            budget.leave();
            Ok((answer, budget))
        };
        let (answer, budget) = self.ask(Lane::Records, within_a_budget).await?;
        Ok((answer, Rest { budget, end }))
    }
}
