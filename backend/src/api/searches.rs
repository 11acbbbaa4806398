//! Questions to the index: each within a budget, short ones never behind long ones.
//!
//! A question begins at one of a few places. When it turns out to take long it gives that place to the next one and goes
//! on at the places for long work, turn by turn with others; only a few may do so at a time. When its client goes, or the
//! time for an answer is over, its work ends and all is given back.

use super::workers::answered;
use super::{ApiError, AppState};
use crate::budget::{Budget, EndsWork, Memory, NextTurn, Spent};
use crate::library::{Library, LibraryError};
use crate::places::Place;
use crate::reads;
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Questions that may wait for a place; one more is answered with 503.
const WAITING_MAX: usize = 1024;

/// Processor time of a turn.
const TURN: Duration = Duration::from_millis(25);

/// Long questions that share a place. Each keeps a thread, and what it found so far.
const LONG_PER_PLACE: usize = 8;

/// The largest memory for all questions together, in bytes.
const MEMORY_MAX: usize = 1 << 30;

/// Places for questions, and the memory that they share.
#[derive(Clone)]
pub(super) struct Searches {
    admitted: Arc<Semaphore>,
    short: Arc<Semaphore>,
    long_admitted: Arc<Semaphore>,
    long: Arc<Semaphore>,
    memory: Arc<Memory>,
    /// Questions that wait for a disk without a place.
    aside: Arc<AtomicUsize>,
}

/// The place of a question, as far as it has one; it is given back when dropped.
#[derive(Clone)]
struct Turn(Arc<Mutex<Option<OwnedSemaphorePermit>>>);

impl Turn {
    fn replace(&self, turn: Option<OwnedSemaphorePermit>) {
        let before = std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), turn);
        drop(before);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.replace(None);
    }
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
            long_admitted: Arc::new(Semaphore::new(cores * LONG_PER_PLACE)),
            long: Arc::new(Semaphore::new(cores)),
            memory: Memory::new(MEMORY_MAX),
            aside: Arc::default(),
        }
    }

    /// Gives the place that `turn` stands for back, and waits for one for long work, again and again.
    fn next_turn(&self, turn: Turn, ended: CancellationToken) -> NextTurn {
        let (long, long_admitted) = (Arc::clone(&self.long), Arc::clone(&self.long_admitted));
        let mut admission = None;
        Box::new(move || {
            turn.replace(None);
            if admission.is_none() {
                admission = Some(Arc::clone(&long_admitted).try_acquire_owned().map_err(|_| Spent::Crowded)?);
            }
            let next = ended.run_until_cancelled(Arc::clone(&long).acquire_owned());
            let next = Handle::current().block_on(next).ok_or(Spent::Ended)?;
            turn.replace(Some(next.expect("the semaphore is never closed")));
            Ok(())
        })
    }
}

impl AppState {
    /// Asks the library for something that may cost a lot, on a thread of its own.
    pub(super) async fn search<T: Send + 'static>(
        &self,
        question: impl Fn(&Library, &Budget) -> Result<T, LibraryError> + Send + Sync + 'static,
    ) -> Result<T, ApiError> {
        Ok(self.begin_search(question).await?.0)
    }

    /// The same, for an answer that goes on within the budget after it has begun.
    ///
    /// When a file of the user's does not answer, the question is asked again: it is known by then which one is not to be
    /// waited for.
    pub(super) async fn begin_search<T: Send + 'static>(
        &self,
        question: impl Fn(&Library, &Budget) -> Result<T, LibraryError> + Send + Sync + 'static,
    ) -> Result<(T, Rest), ApiError> {
        let question = Arc::new(question);
        let mut longest_wait = reads::FIRST_WAIT;
        for _ in 0..reads::TRIES {
            let question = Arc::clone(&question);
            let ask = move |library: &Library, budget: &Budget| question(library, budget);
            match self.search_once(ask, longest_wait).await {
                Err(ApiError::NotAnswering(_)) => longest_wait = reads::NEXT_WAIT,
                answer => return answer,
            }
        }
        Err(ApiError::NotAnswering("one of the files".to_owned()))
    }

    async fn search_once<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Library, &Budget) -> Result<T, LibraryError> + Send + 'static,
        longest_wait: Duration,
    ) -> Result<(T, Rest), ApiError> {
        let searches = &self.searches;
        let admission =
            Arc::clone(&searches.admitted).try_acquire_owned().map_err(|_| ApiError::Overloaded)?;
        let turn = Arc::clone(&searches.short).acquire_owned().await.map_err(|_| ApiError::Overloaded)?;
        let turn = Turn(Arc::new(Mutex::new(Some(turn))));
        let place = Place::new(turn.clone(), &searches.aside);
        let ended = CancellationToken::new();
        let next_turn = searches.next_turn(turn, ended.clone());
        let (budget, end) = Budget::new(Arc::clone(&searches.memory));
        let end = Ends((end, ended.drop_guard()));
        let library = Arc::clone(&self.library);
        let task = spawn_blocking({
            let place = Arc::clone(&place);
            move || {
                let _admission = admission;
                budget.take_turns(TURN, next_turn);
                let answer = place.work(|| question(&library, &budget));
                budget.leave();
                (answer, budget)
            }
        });
        let (answer, budget) = answered(task, &place, longest_wait).await?;
        Ok((answer?, Rest { budget, end }))
    }
}
