//! Thumbnails kept on disk: made once, bounded in size, never in the way.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::error::ImageError;
use super::store::Store;

type Answer = Result<Arc<[u8]>, ImageError>;
type Flights = HashMap<blake3::Hash, Arc<OnceLock<Answer>>>;

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
        let flight = Arc::clone(self.flights().entry(key).or_default());
        let answer = flight.get_or_init(|| self.load_or_make(&key, make)).clone();
        let mut flights = self.flights();
        // Another request may have landed this flight and begun the next one under the same key.
        if flights.get(&key).is_some_and(|current| Arc::ptr_eq(current, &flight)) {
            flights.remove(&key);
        }
        answer
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

/// The thumbnails in a folder that are not as they were written; they are made anew when they are asked for.
pub(crate) fn damaged_thumbnails(dir: &Path) -> Vec<PathBuf> {
    Store::new(dir.to_owned(), u64::MAX).damaged_files()
}

#[cfg(test)]
mod tests;
