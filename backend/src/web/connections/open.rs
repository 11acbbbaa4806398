//! The connections that are open, and which of them goes when there is no room for another.

use super::activity::Activity;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long to wait for a place before another connection is asked to leave.
const PATIENCE: Duration = Duration::from_millis(50);

/// All open connections.
pub(super) struct Open {
    places: Arc<Semaphore>,
    connections: Mutex<HashMap<u64, Entry>>,
    next: AtomicU64,
}

struct Entry {
    activity: Arc<Activity>,
    leave: CancellationToken,
}

/// A connection's place among the open ones, given back when this is dropped.
pub(super) struct Place {
    open: Arc<Open>,
    number: u64,
    _permit: OwnedSemaphorePermit,
    /// What the connection is doing.
    pub activity: Arc<Activity>,
    /// Cancelled when it has to make room for another one.
    pub leave: CancellationToken,
}

impl Open {
    /// None yet, and room for so many.
    pub(super) fn new(places: usize) -> Self {
        let places = Arc::new(Semaphore::new(places));
        Self { places, connections: Mutex::default(), next: AtomicU64::new(0) }
    }

    /// A place for one more, for which another one may have to leave.
    pub(super) async fn enter(self: &Arc<Self>) -> Place {
        loop {
            if self.places.available_permits() == 0 {
                self.make_room();
            }
            let permit = timeout(PATIENCE, Arc::clone(&self.places).acquire_owned()).await;
            if let Ok(permit) = permit {
                return self.place(permit.expect("the semaphore is never closed"));
            }
        }
    }

    fn place(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Place {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let (activity, leave) = (Arc::new(Activity::new()), CancellationToken::new());
        let entry = Entry { activity: Arc::clone(&activity), leave: leave.clone() };
        self.lock().insert(number, entry);
        Place { open: Arc::clone(self), number, _permit: permit, activity, leave }
    }

    /// Ends the connection that can best be done without; none if all are needed.
    pub(super) fn make_room(&self) {
        let connections = self.lock();
        let staying = connections.values().filter(|entry| !entry.leave.is_cancelled());
        let dispensable = staying.filter_map(|entry| Some((entry.activity.usefulness()?, entry)));
        if let Some((_, entry)) = dispensable.min_by_key(|(usefulness, _)| *usefulness) {
            entry.leave.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Entry>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.open.lock().remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn room_is_made_by_who_is_missed_least() {
        let open = Arc::new(Open::new(3));
        let [busy, oldest, younger] = [open.enter().await, open.enter().await, open.enter().await];
        for idle in [&oldest, &younger] {
            idle.activity.found_nothing();
            idle.activity.settle();
        }
        busy.activity.request_begins();
        open.make_room();
        assert!(oldest.leave.is_cancelled() && !younger.leave.is_cancelled());
        open.make_room();
        assert!(younger.leave.is_cancelled());
        open.make_room();
        assert!(!busy.leave.is_cancelled());
        drop((busy, oldest, younger));
        assert!(open.lock().is_empty());
    }

    #[tokio::test]
    async fn who_comes_when_all_places_are_taken_gets_that_of_another() {
        let open = Arc::new(Open::new(1));
        let first = open.enter().await;
        first.activity.found_nothing();
        first.activity.settle();
        let leaving = first.leave.clone();
        tokio::spawn(async move {
            leaving.cancelled().await;
            drop(first);
        });
        assert!(!open.enter().await.leave.is_cancelled());
    }
}
