//! For commands that ask once and end: the index as it is now, without keeping others from writing it.

use super::lock::Lock;
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
        self.let_go();
        Ok(())
    }

    /// From now on any other process may write.
    pub(super) fn let_go(&self) {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        if lock.is_ok() {
            *lock = Err("unknown".to_owned());
        }
    }

    /// Fails, and writes no more, when another process has taken the folder over.
    pub(super) fn check_lock(&self) -> Result<(), LibraryError> {
        let mut lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let checked = lock.as_ref().map_or(Ok(()), Lock::check);
        if let Err(LibraryError::Held { holder }) = &checked {
            *lock = Err(holder.clone());
            self.status.send_modify(|status| (status.read_only, status.notice) = (true, None));
        }
        checked
    }

    /// Which other process may write the index; none when this one may.
    pub(super) fn holder(&self) -> Option<String> {
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).as_ref().err().cloned()
    }
}
