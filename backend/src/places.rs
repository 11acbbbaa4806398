//! Places to work at: how many threads do something at a time, however many of them wait.
//!
//! Requests are answered at a bounded number of places. Who is about to wait, for a disk or for memory, gives the place
//! back first, so that waiting holds up nobody else; it finishes its work without one.

use std::cell::RefCell;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Threads that may work on without a place because it takes them long.
const ASIDE_MAX: usize = 8;

/// Threads that do.
static ASIDE: AtomicUsize = AtomicUsize::new(0);

/// Where a thread works; what is dropped with it lets the next one in.
pub(crate) struct Place {
    permit: Mutex<Option<Box<dyn Send>>>,
    /// Whether its thread works on without it.
    is_aside: AtomicBool,
}

thread_local! {
    /// The place of this thread, if it has one.
    static MINE: RefCell<Option<Arc<Place>>> = const { RefCell::new(None) };
}

impl Place {
    /// A place for as long as `permit` is held.
    pub(crate) fn new(permit: impl Send + 'static) -> Arc<Self> {
        Arc::new(Self { permit: Mutex::new(Some(Box::new(permit))), is_aside: AtomicBool::new(false) })
    }

    /// Works at this place, which is given back afterwards at the latest.
    pub(crate) fn work<T>(self: &Arc<Self>, work: impl FnOnce() -> T) -> T {
        struct Leave(Arc<Place>);
        impl Drop for Leave {
            fn drop(&mut self) {
                MINE.set(None);
                self.0.leave();
                if self.0.is_aside.swap(false, Ordering::Relaxed) {
                    ASIDE.fetch_sub(1, Ordering::Relaxed);
                }
            }
        }
        let _leave = Leave(Arc::clone(self));
        MINE.set(Some(Arc::clone(self)));
        work()
    }

    /// Gives the place back.
    pub(crate) fn leave(&self) {
        let permit = self.permit.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(permit);
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Place").finish_non_exhaustive()
    }
}

/// The place of this thread, if it has one.
pub(crate) fn mine() -> Option<Arc<Place>> {
    MINE.with_borrow(Clone::clone)
}

/// Gives this thread's place back, since its work takes long; not if many do so already.
pub(crate) fn step_aside() {
    let Some(place) = mine().filter(|place| !place.is_aside.load(Ordering::Relaxed)) else { return };
    let next = |aside: usize| (aside < ASIDE_MAX).then_some(aside + 1);
    if ASIDE.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok() {
        place.is_aside.store(true, Ordering::Relaxed);
        place.leave();
    }
}

/// Gives this thread's place back, since it is going to wait.
pub(crate) fn leave() {
    if let Some(place) = mine() {
        place.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_given_back_once_and_at_the_end_at_the_latest() {
        let held = Arc::new(());
        let place = Place::new(Arc::clone(&held));
        place.work(|| {
            assert_eq!(Arc::strong_count(&held), 2);
            leave();
            assert_eq!(Arc::strong_count(&held), 1);
            leave();
        });
        let place = Place::new(Arc::clone(&held));
        place.work(|| {});
        assert_eq!(Arc::strong_count(&held), 1);
        assert!(mine().is_none());
    }
}
