//! A bounded pool of places to work at: how many threads do something at a time, however many of them wait.
//!
//! Requests are answered at a bounded number of places. Who waits for a disk or for memory, or works for long, gives the
//! place back, so that it holds up nobody else, and finishes without one.

use crate::disk::Wait;
use std::cell::RefCell;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Threads of a kind that may work on without a place, at most.
const ASIDE_MAX: usize = 64;

/// Of these, threads that decode a picture for long.
const BUSY_MAX: usize = 8;

/// Where a thread works; what is dropped with it lets the next one in.
pub struct Place {
    permit: Mutex<Option<Box<dyn Send>>>,
    /// How many threads of this kind work on without a place.
    aside: Arc<AtomicUsize>,
    /// Whether this one does.
    is_aside: AtomicBool,
    /// What its thread reads at this moment.
    reading: Mutex<Option<Arc<Wait>>>,
}

thread_local! {
    /// The place of this thread, if it has one.
    static MINE: RefCell<Option<Arc<Place>>> = const { RefCell::new(None) };
}

impl Place {
    /// A place for as long as `permit` is held, among others of which `aside` are given back too early.
    pub fn new(permit: impl Send + 'static, aside: &Arc<AtomicUsize>) -> Arc<Self> {
        Arc::new(Self {
            permit: Mutex::new(Some(Box::new(permit))),
            aside: Arc::clone(aside),
            is_aside: AtomicBool::new(false),
            reading: Mutex::new(None),
        })
    }

    /// Works at this place, which is given back afterwards at the latest.
    pub fn work<T>(self: &Arc<Self>, work: impl FnOnce() -> T) -> T {
        struct Leave(Arc<Place>);
        impl Drop for Leave {
            fn drop(&mut self) {
                MINE.set(None);
                self.0.leave();
                if self.0.is_aside.swap(false, Ordering::Relaxed) {
                    self.0.aside.fetch_sub(1, Ordering::Relaxed);
                }
            }
        }
        let _leave = Leave(Arc::clone(self));
        MINE.set(Some(Arc::clone(self)));
        work()
    }

    /// Gives the place back.
    fn leave(&self) {
        let permit = self.permit.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(permit);
    }

    /// Gives the place back while its thread goes on, unless `most` threads do so already.
    fn step_aside(&self, most: usize) {
        if self.is_aside.load(Ordering::Relaxed) {
            return;
        }
        let next = |aside: usize| (aside < most).then_some(aside + 1);
        if self.aside.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok() {
            self.is_aside.store(true, Ordering::Relaxed);
            self.leave();
        }
    }

    /// Gives the place back, since its thread waits for a disk.
    pub fn waits_for_disk(&self) {
        self.step_aside(ASIDE_MAX);
    }

    /// What its thread reads at this moment.
    pub fn reading(&self) -> Option<Arc<Wait>> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes what its thread reads from now on; the answer is what it read before.
    pub fn set_reading(&self, wait: Option<Arc<Wait>>) -> Option<Arc<Wait>> {
        std::mem::replace(&mut *self.reading.lock().unwrap_or_else(PoisonError::into_inner), wait)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Place").finish_non_exhaustive()
    }
}

/// The place of this thread, if it has one.
pub fn mine() -> Option<Arc<Place>> {
    MINE.with_borrow(Clone::clone)
}

/// Gives this thread's place back, since its work takes long; not if many do so already.
pub fn works_for_long() {
    if let Some(place) = mine() {
        place.step_aside(BUSY_MAX);
    }
}

/// Gives this thread's place back, since it is going to wait.
pub fn leave() {
    if let Some(place) = mine() {
        place.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_given_back_once_and_at_the_end_at_the_latest() {
        let (held, aside) = (Arc::new(()), Arc::default());
        let place = Place::new(Arc::clone(&held), &aside);
        place.work(|| {
            assert_eq!(Arc::strong_count(&held), 2);
            leave();
            assert_eq!(Arc::strong_count(&held), 1);
            leave();
        });
        let place = Place::new(Arc::clone(&held), &aside);
        place.work(|| {});
        assert_eq!(Arc::strong_count(&held), 1);
        assert!(mine().is_none());
    }

    #[test]
    fn only_some_step_aside() {
        let aside = Arc::default();
        let places: Vec<_> = (0..=BUSY_MAX).map(|_| Place::new((), &aside)).collect();
        for place in &places {
            place.step_aside(BUSY_MAX);
            place.step_aside(BUSY_MAX);
        }
        let is_held = |place: &Arc<Place>| place.permit.lock().unwrap().is_some();
        assert_eq!(places.iter().filter(|place| is_held(place)).count(), 1);
        places[0].work(|| {});
        places[BUSY_MAX].step_aside(BUSY_MAX);
        assert!(!is_held(&places[BUSY_MAX]));
    }
}
