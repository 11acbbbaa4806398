//! Thumbnails kept on disk: made once, bounded in size, never in the way.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::error::ImageError;
use super::store::Store;
use blendscope_read::places;

type Answer = Result<Arc<[u8]>, ImageError>;
type Flights = HashMap<blake3::Hash, Arc<Flight>>;

/// How long those wait who ask for what somebody else is making already.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// How many may wait for one thumbnail, and when the others may come back.
const WAITING_MAX: usize = 32;
const BUSY: ImageError = ImageError::Busy {
    why: "this picture is being made smaller for somebody else, and it takes long",
    retry_secs: 1,
};

/// A thumbnail that is being made.
#[derive(Debug, Default)]
struct Flight {
    answer: Mutex<Option<Answer>>,
    landed: Condvar,
}

/// A folder of thumbnails, addressed by what they were made from.
///
/// Whatever is wrong with the folder, thumbnails come: a disk that is full or cannot be written only means that
/// they are made again next time, and [`trouble`](Self::trouble) says so.
#[derive(Debug)]
pub struct ThumbnailCache {
    store: Arc<Store>,
    flights: Mutex<Flights>,
    trouble: Mutex<Option<Arc<io::Error>>>,
}

impl ThumbnailCache {
    /// A cache in `dir`, made when first needed, that takes about `max_bytes` on disk.
    ///
    /// What is there from earlier is counted, and shortened if it is too much, in the background.
    pub fn open(dir: impl Into<PathBuf>, max_bytes: u64) -> Self {
        let store = Arc::new(Store::new(dir.into(), max_bytes));
        store.sweep_in_background();
        Self { store, flights: Mutex::default(), trouble: Mutex::default() }
    }

    /// The bytes kept under `id`, or those that `make` returns now, which are then kept.
    ///
    /// `id` must name everything the bytes depend on (which file, its size and time, the width). Those who ask
    /// for the same `id` at the same time wait for one `make` and get the same answer. Errors are not kept.
    pub fn get_or_make(&self, id: &str, make: impl FnOnce() -> Result<Vec<u8>, ImageError>) -> Answer {
        let key = blake3::hash(id.as_bytes());
        let mut flights = self.flights();
        if let Some(flight) = flights.get(&key).map(Arc::clone) {
            drop(flights);
            return flight.wait();
        }
        let flight = Arc::clone(flights.entry(key).or_default());
        drop(flights);
        let mut landing = Landing { cache: self, key, flight, answer: Err(BUSY) };
        landing.answer = self.load_or_make(&key, make);
        landing.answer.clone()
    }

    /// Why the last thumbnail could not be kept, until one can be again.
    pub fn trouble(&self) -> Option<Arc<io::Error>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn load_or_make(&self, key: &blake3::Hash, make: impl FnOnce() -> Result<Vec<u8>, ImageError>) -> Answer {
        if let Some(picture) = self.store.load(key) {
            return Ok(picture.into());
        }
        let picture = make()?;
        let kept = self.store.save(key, &picture);
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = kept.err().map(Arc::new);
        Ok(picture.into())
    }

    fn flights(&self) -> MutexGuard<'_, Flights> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flight {
    /// Waits for the answer, as long as that can be expected.
    fn wait(self: &Arc<Self>) -> Answer {
        if Arc::strong_count(self) > WAITING_MAX {
            return Err(BUSY);
        }
        places::leave();
        let answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        let landed = self.landed.wait_timeout_while(answer, WAIT_MAX, |answer| answer.is_none());
        let (answer, _) = landed.unwrap_or_else(PoisonError::into_inner);
        answer.clone().unwrap_or(Err(BUSY))
    }
}

/// Ends a flight with its answer, also when making it panics.
struct Landing<'c> {
    cache: &'c ThumbnailCache,
    key: blake3::Hash,
    flight: Arc<Flight>,
    answer: Answer,
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        self.cache.flights().remove(&self.key);
        *self.flight.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.answer.clone());
        self.flight.landed.notify_all();
    }
}

/// The thumbnails in a folder that are not as they were written; they are made anew when they are asked for.
pub fn damaged_thumbnails(dir: &Path) -> Vec<PathBuf> {
    Store::new(dir.to_owned(), u64::MAX).damaged_files()
}

#[cfg(test)]
mod tests;
