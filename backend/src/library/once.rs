//! For commands that ask once and end: the index as it is now, without keeping others from writing it.

use super::{Library, LibraryError};
use std::sync::PoisonError;

impl Library {
    /// Brings the index up to what lies on disk, or takes what it holds where another process writes it; returns when
    /// that is done or stopped. From then on any other process may write.
    pub fn catch_up(&self) -> Result<(), LibraryError> {
        if self.holder().is_some() {
            return self.follow();
        }
        self.pass()?;
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        *lock = Err("unknown".to_owned());
        Ok(())
    }

    /// Which other process may write the index; none when this one may.
    pub(super) fn holder(&self) -> Option<String> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).as_ref().err().cloned()
    }
}
