//! Library calls off the async threads, a bounded number at a time, with a bounded queue before them.

use super::ApiError;
use blendscope_read::places::Place;
use blendscope_read::reads;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

/// Requests that may wait in one lane; one more is answered with 503.
const QUEUE_LENGTH: usize = 1024;

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
}

#[derive(Clone)]
struct LaneLimits {
    /// Waiting or at work.
    admitted: Arc<Semaphore>,
    /// At work.
    running: Arc<Semaphore>,
    /// At work without being counted, since they wait for a disk.
    aside: Arc<AtomicUsize>,
}

impl LaneLimits {
    fn new(running: usize, waiting: usize) -> Self {
        Self {
            admitted: Arc::new(Semaphore::new(running + waiting)),
            running: Arc::new(Semaphore::new(running)),
            aside: Arc::default(),
        }
    }

    /// Runs `work` on a blocking thread when its turn comes.
    ///
    /// The permits move into the thread: work whose requester has gone still counts until it is done. Only who waits for
    /// a disk lets the next one begin, and is given up when the disk does not answer for `longest_wait`.
    async fn run<T: Send + 'static>(
        &self,
        longest_wait: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let admission = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| ApiError::Overloaded)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| ApiError::Overloaded)?;
        let place = Place::new(turn, &self.aside);
        let task = spawn_blocking({
            let place = Arc::clone(&place);
            move || {
                let _admission = admission;
                place.work(work)
            }
        });
        answered(task, &place, longest_wait).await
    }
}

/// Waits for work at a place, which it gives back when it waits for a disk. One that does not answer for `longest_wait`
/// is given up.
async fn answered<T>(mut task: JoinHandle<T>, place: &Place, longest_wait: Duration) -> Result<T, ApiError> {
    loop {
        if let Ok(done) = timeout(reads::PATIENCE, &mut task).await {
            return done.map_err(|_| ApiError::Crashed);
        }
        let Some(wait) = place.reading() else { continue };
        let waited = wait.since.elapsed();
        if waited >= longest_wait {
            wait.give_up();
            return Err(ApiError::NotAnswering(wait.path.display().to_string()));
        }
        if waited >= reads::PATIENCE {
            place.waits_for_disk();
        }
    }
}

impl Workers {
    /// One picture per thread, and two records, since some wait for the disk.
    pub(crate) fn new(threads: usize) -> Self {
        Self {
            records: LaneLimits::new(threads * 2, QUEUE_LENGTH),
            pictures: LaneLimits::new(threads, QUEUE_LENGTH),
        }
    }

    /// Runs `work` when its turn comes in `lane`; it is given up when a disk does not answer it for `longest_wait`.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        lane: Lane,
        longest_wait: Duration,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let lane = match lane {
            Lane::Records => &self.records,
            Lane::Pictures => &self.pictures,
        };
        lane.run(longest_wait, work).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join_all;
    use std::path::Path;
    use std::sync::mpsc;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_queue_is_refused_and_recovers() {
        let lane = LaneLimits::new(1, 1);
        let (release, blocked) = mpsc::channel::<()>();
        let first = tokio::spawn({
            let lane = lane.clone();
            async move { lane.run(reads::FIRST_WAIT, move || blocked.recv().is_err()).await }
        });
        while lane.running.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let second = tokio::spawn({
            let lane = lane.clone();
            async move { lane.run(reads::FIRST_WAIT, || 2).await }
        });
        while lane.admitted.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(lane.run(reads::FIRST_WAIT, || 3).await, Err(ApiError::Overloaded)));

        drop(release);
        assert!(first.await.unwrap().unwrap());
        assert_eq!(second.await.unwrap().unwrap(), 2);
        assert_eq!(lane.run(reads::FIRST_WAIT, || 4).await.unwrap(), 4);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_thousand_at_once_are_all_answered() {
        let lane = LaneLimits::new(2, QUEUE_LENGTH);
        let answers = join_all((0..1000).map(|number| lane.run(reads::FIRST_WAIT, move || number))).await;
        assert!(answers.into_iter().enumerate().all(|(number, answer)| answer.unwrap() == number));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_read_that_hangs_gives_its_place_back_and_is_given_up() {
        let path = Path::new("/a/disk/that/hangs/in/this/test");
        let lane = LaneLimits::new(1, 8);
        let (release, blocked) = mpsc::channel::<()>();
        let hanging = tokio::spawn({
            let lane = lane.clone();
            let work = move || {
                let _reading = reads::begin(path);
                blocked.recv().is_err()
            };
            async move { lane.run(Duration::from_millis(300), work).await }
        });
        while lane.running.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(lane.run(reads::FIRST_WAIT, || 2).await.unwrap(), 2, "the only place is free again");
        assert!(matches!(hanging.await.unwrap(), Err(ApiError::NotAnswering(_))));
        assert!(reads::begin(path).is_err(), "it is not asked again");
        drop(release);
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_gives_its_place_back() {
        let lane = LaneLimits::new(1, 0);
        let crash: Result<(), _> = lane.run(reads::FIRST_WAIT, || panic!("on purpose")).await;
        assert!(matches!(crash, Err(ApiError::Crashed)));
        assert_eq!(lane.run(reads::FIRST_WAIT, || 1).await.unwrap(), 1);
    }
}
