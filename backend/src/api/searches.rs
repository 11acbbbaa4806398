//! Questions to the index: each within a budget, short ones never behind long ones.
//!
//! A question begins at one of a few places. When it turns out to take long it gives that place to the next one and goes
//! on at one of the places for long work, for which only a few may wait. When its client goes, or the time for an answer
//! is over, its work ends and all is given back.

use super::{ApiError, AppState};
use crate::budget::{Budget, EndsWork, Memory, Spent, Turn, WhenLong};
use crate::library::{Library, LibraryError};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Questions that may wait for a place; one more is answered with 503.
const WAITING_MAX: usize = 1024;

/// How long a question may keep a place that others wait for.
const SHORT: Duration = Duration::from_millis(25);

/// Questions that may wait for each of the places for long work. Each keeps a thread, and what it found so far.
const LONG_WAITING: usize = 8;

/// The largest memory for all questions together, in bytes.
const MEMORY_MAX: usize = 1 << 30;

/// The share of the memory this process may use that they get if that is less.
const MEMORY_SHARE: u64 = 8;

/// Places for questions, and the memory that they share.
#[derive(Clone)]
pub(super) struct Searches {
    admitted: Arc<Semaphore>,
    short: Arc<Semaphore>,
    long_admitted: Arc<Semaphore>,
    long: Arc<Semaphore>,
    memory: Arc<Memory>,
}

/// What a question may still cost after its answer began, and what ends that.
pub(super) struct Rest {
    /// The budget, for the thread that goes on.
    pub(super) budget: Budget,
    /// Ends the work when dropped.
    pub(super) end: Ends,
}

/// Ends the work for a question when dropped: it may be at work, or waiting for its turn.
pub(super) struct Ends(#[expect(dead_code, reason = "held to be dropped")] (EndsWork, DropGuard));

impl Searches {
    /// Two places per core for short questions, since some wait for the disk, and one per core for long ones.
    pub(super) fn for_this_machine() -> Self {
        let cores = available_parallelism().map_or(2, usize::from);
        Self {
            admitted: Arc::new(Semaphore::new(cores * 2 + WAITING_MAX)),
            short: Arc::new(Semaphore::new(cores * 2)),
            long_admitted: Arc::new(Semaphore::new(cores * (1 + LONG_WAITING))),
            long: Arc::new(Semaphore::new(cores)),
            memory: Memory::new(MEMORY_MAX),
        }
    }

    /// A budget at the place that `turn` stands for, and what ends its work.
    fn budget(&self, turn: OwnedSemaphorePermit) -> (Budget, Ends) {
        let ended = CancellationToken::new();
        let (budget, end) = Budget::new(Arc::clone(&self.memory));
        let budget = budget.with_long_work(SHORT, self.when_long(turn, ended.clone()));
        (budget, Ends((end, ended.drop_guard())))
    }

    /// Gives the place for short work back, and waits for one for long work.
    fn when_long(&self, turn: OwnedSemaphorePermit, ended: CancellationToken) -> WhenLong {
        let (long, long_admitted) = (Arc::clone(&self.long), Arc::clone(&self.long_admitted));
        Box::new(move || {
            drop(turn);
            let admission = long_admitted.try_acquire_owned().map_err(|_| Spent::Crowded)?;
            let turn = Handle::current().block_on(ended.run_until_cancelled(long.acquire_owned()));
            let turn = turn.ok_or(Spent::Ended)?.expect("the semaphore is never closed");
            Ok(Box::new((turn, admission)) as Turn)
        })
    }
}

impl AppState {
    /// Asks the library for something that may cost a lot, on a thread of its own.
    pub(super) async fn search<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Library, &Budget) -> Result<T, LibraryError> + Send + 'static,
    ) -> Result<T, ApiError> {
        Ok(self.begin_search(question).await?.0)
    }

    /// The same, for an answer that goes on within the budget after it has begun.
    pub(super) async fn begin_search<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Library, &Budget) -> Result<T, LibraryError> + Send + 'static,
    ) -> Result<(T, Rest), ApiError> {
        let searches = &self.searches;
        let admission =
            Arc::clone(&searches.admitted).try_acquire_owned().map_err(|_| ApiError::Overloaded)?;
        let turn = Arc::clone(&searches.short).acquire_owned().await.map_err(|_| ApiError::Overloaded)?;
        let (budget, end) = searches.budget(turn);
        let library = Arc::clone(&self.library);
        let task = spawn_blocking(move || {
            let _admission = admission;
            let answer = question(&library, &budget);
            budget.leave();
            (answer, budget)
        });
        let (answer, budget) = task.await.map_err(|_| ApiError::Crashed)?;
        Ok((answer?, Rest { budget, end }))
    }
}
