//! Places for exports: a bounded number at a time, since each keeps a thread for as long as its client takes.
//!
//! When all are taken, the export whose client has taken nothing for the longest time gives its place to the next one.

use crate::web::api::ApiError;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Exports that may be under way at a time.
const EXPORTS: usize = 16;

/// How long a client must have taken nothing before its export may be ended for another one.
const STALLED: Duration = Duration::from_secs(5);

/// How long a new export waits for a place.
const WAIT: Duration = Duration::from_secs(20);

/// How often it looks whether one can be had.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// The exports under way.
#[derive(Clone)]
pub(crate) struct ExportPlaces(Arc<Places>);

struct Places {
    free: Arc<Semaphore>,
    taken: Mutex<HashMap<u64, Hold>>,
    next: AtomicU64,
}

/// What an export's writer, its body and its place share.
#[derive(Clone, Default)]
pub(crate) struct Hold {
    /// When the client was given something that it has not taken yet; `None` while it waits for us.
    given: Arc<Mutex<Option<Instant>>>,
    /// Cancelled when the export has to end.
    pub leave: CancellationToken,
}

/// A place, given back when this is dropped.
pub(crate) struct Place {
    places: ExportPlaces,
    number: u64,
    pub hold: Hold,
    _permit: OwnedSemaphorePermit,
}

impl ExportPlaces {
    /// No export yet.
    pub(crate) fn new() -> Self {
        let free = Arc::new(Semaphore::new(EXPORTS));
        Self(Arc::new(Places { free, taken: Mutex::default(), next: AtomicU64::new(0) }))
    }

    /// A place for one more, as soon as there is one. It is to be left when `stopping` is cancelled.
    pub(crate) async fn enter(&self, stopping: &CancellationToken) -> Result<Place, ApiError> {
        let permit = timeout(WAIT, self.permit()).await.map_err(|_| ApiError::Overloaded)?;
        let number = self.0.next.fetch_add(1, Ordering::Relaxed);
        let hold = Hold { leave: stopping.child_token(), ..Hold::default() };
        self.lock().insert(number, hold.clone());
        Ok(Place { places: self.clone(), number, hold, _permit: permit })
    }

    async fn permit(&self) -> OwnedSemaphorePermit {
        loop {
            if self.0.free.available_permits() == 0 {
                self.make_room();
            }
            if let Ok(permit) = timeout(LOOK_EVERY, Arc::clone(&self.0.free).acquire_owned()).await {
                return permit.expect("the semaphore is never closed");
            }
        }
    }

    /// Ends the export that has been waiting for its client for the longest time, if that is long enough.
    fn make_room(&self) {
        let taken = self.lock();
        let staying = taken.values().filter(|hold| !hold.leave.is_cancelled());
        let waiting = staying.filter_map(|hold| Some((hold.given()?, hold)));
        if let Some((since, hold)) = waiting.min_by_key(|(since, _)| *since)
            && since.elapsed() >= STALLED
        {
            hold.leave.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Hold>> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hold {
    /// The client has something to take.
    pub(crate) fn gives(&self) {
        *self.given.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// The client has taken everything and waits for more.
    pub(crate) fn is_asked(&self) {
        *self.given.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn given(&self) -> Option<Instant> {
        *self.given.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.lock().remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn full(places: &ExportPlaces) -> Vec<Place> {
        let mut taken = Vec::new();
        for _ in 0..EXPORTS {
            taken.push(places.enter(&CancellationToken::new()).await.unwrap());
        }
        taken
    }

    #[tokio::test]
    async fn who_reads_is_not_disturbed() {
        let places = ExportPlaces::new();
        let taken = full(&places).await;
        for place in &taken {
            place.hold.gives();
        }
        places.make_room();
        assert!(taken.iter().all(|place| !place.hold.leave.is_cancelled()));
    }

    #[tokio::test]
    async fn one_more_waits_for_its_turn() {
        let places = ExportPlaces::new();
        let mut taken = full(&places).await;
        assert!(timeout(LOOK_EVERY, places.permit()).await.is_err());
        let last = taken.pop();
        tokio::spawn(async move { drop(last) });
        assert!(places.enter(&CancellationToken::new()).await.is_ok());
    }

    #[tokio::test]
    async fn who_reads_nothing_gives_its_place() {
        let places = ExportPlaces::new();
        let taken = full(&places).await;
        let long_ago = Instant::now().checked_sub(STALLED);
        *taken[3].hold.given.lock().unwrap() = long_ago;
        places.make_room();
        let ended: Vec<bool> = taken.iter().map(|place| place.hold.leave.is_cancelled()).collect();
        assert_eq!(ended.iter().filter(|ended| **ended).count(), 1);
        assert!(ended[3]);
    }
}
