//! Library calls off the async threads, a bounded number at a time, with a bounded queue before them.

use super::{ApiError, AppState};
use crate::library::{Library, LibraryError};
use std::sync::Arc;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Requests that may wait in one lane; one more is answered with 503.
const QUEUE_LENGTH: usize = 1024;

/// Exports that may be under way at a time. Each keeps a thread for as long as its client takes to receive it.
const EXPORTS: usize = 16;

/// Kinds of work that must not hold each other up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Searches, samples, datasets: milliseconds each.
    Records,
    /// Decoding and finding pictures: slower, and many at once.
    Pictures,
}

/// The two lanes of work.
#[derive(Clone)]
pub(crate) struct Workers {
    records: LaneLimits,
    pictures: LaneLimits,
    exports: Arc<Semaphore>,
}

#[derive(Clone)]
struct LaneLimits {
    /// Waiting or at work.
    admitted: Arc<Semaphore>,
    /// At work.
    running: Arc<Semaphore>,
}

impl LaneLimits {
    fn new(running: usize, waiting: usize) -> Self {
        Self {
            admitted: Arc::new(Semaphore::new(running + waiting)),
            running: Arc::new(Semaphore::new(running)),
        }
    }

    /// Runs `work` on a blocking thread when its turn comes.
    ///
    /// The permits move into the thread: work whose requester has gone still counts until it is done.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
        let admission = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| ApiError::Overloaded)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| ApiError::Overloaded)?;
        let task = spawn_blocking(move || {
            let _permits = (admission, turn);
            work()
        });
        task.await.map_err(|_| ApiError::Crashed)
    }
}

impl Workers {
    /// Two records per core, since some wait for the disk, and one picture per core.
    pub(super) fn for_this_machine() -> Self {
        let cores = available_parallelism().map_or(2, usize::from);
        Self {
            records: LaneLimits::new(cores * 2, QUEUE_LENGTH),
            pictures: LaneLimits::new(cores, QUEUE_LENGTH),
            exports: Arc::new(Semaphore::new(EXPORTS)),
        }
    }

    fn lane(&self, lane: Lane) -> &LaneLimits {
        match lane {
            Lane::Records => &self.records,
            Lane::Pictures => &self.pictures,
        }
    }
}

impl AppState {
    /// Asks the library on a blocking thread of `lane`.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        lane: Lane,
        question: impl FnOnce(&Library) -> Result<T, LibraryError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let library = Arc::clone(&self.library);
        let answer = self.workers.lane(lane).run(move || library.guarded(question)).await;
        if matches!(answer, Err(ApiError::Crashed)) {
            self.library.note_crash();
        }
        Ok(answer??)
    }

    /// Begins work that goes on while its answer is sent; refused when too much of it is under way.
    pub(super) fn begin_export(&self, work: impl FnOnce() + Send + 'static) -> Result<(), ApiError> {
        let exports = Arc::clone(&self.workers.exports);
        let permit = exports.try_acquire_owned().map_err(|_| ApiError::Overloaded)?;
        spawn_blocking(move || {
            let _permit = permit;
            work();
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join_all;
    use std::sync::mpsc;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_queue_is_refused_and_recovers() {
        let lane = LaneLimits::new(1, 1);
        let (release, blocked) = mpsc::channel::<()>();
        let first = tokio::spawn({
            let lane = lane.clone();
            async move { lane.run(move || blocked.recv().is_err()).await }
        });
        while lane.running.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let second = tokio::spawn({
            let lane = lane.clone();
            async move { lane.run(|| 2).await }
        });
        while lane.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(lane.run(|| 3).await, Err(ApiError::Overloaded)));

        drop(release);
        assert!(first.await.unwrap().unwrap());
        assert_eq!(second.await.unwrap().unwrap(), 2);
        assert_eq!(lane.run(|| 4).await.unwrap(), 4);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_thousand_at_once_are_all_answered() {
        let lane = LaneLimits::new(2, QUEUE_LENGTH);
        let answers = join_all((0..1000).map(|number| lane.run(move || number))).await;
        assert!(answers.into_iter().enumerate().all(|(number, answer)| answer.unwrap() == number));
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_gives_its_place_back() {
        let lane = LaneLimits::new(1, 0);
        let crash: Result<(), _> = lane.run(|| panic!("on purpose")).await;
        assert!(matches!(crash, Err(ApiError::Crashed)));
        assert_eq!(lane.run(|| 1).await.unwrap(), 1);
    }
}
