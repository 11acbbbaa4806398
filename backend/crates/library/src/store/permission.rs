//! Whether this process may write the index, which is asked before each write.

use crate::LibraryError;
use crate::store::home::Home;
use crate::store::lock::{Lock, Lost};
use blendscope_engine::{MayWrite, may_not_be_written};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whether this process may write the index.
#[derive(Clone)]
pub(crate) struct Permission(Arc<Mutex<Result<Lock, Denied>>>);

/// Why this process may not write the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// Another process does: its number as far as known.
    Held(String),
    /// The index may only be read by this user.
    ReadOnly,
    /// The folder was removed or replaced while this process wrote there.
    FolderLost,
    /// It is not wanted any more.
    LetGo,
}

impl Permission {
    /// Asks for it.
    pub(crate) fn ask(home: &Home) -> Result<Self, LibraryError> {
        Ok(Self(Arc::new(Mutex::new(take(home)?))))
    }

    /// Asks for it again; whether it was granted.
    pub(crate) fn ask_again(&self, home: &Home) -> Result<bool, LibraryError> {
        let taken = take(home)?;
        let mut own = self.own();
        *own = taken;
        Ok(own.is_ok())
    }

    /// Why it is denied; none when it is granted.
    pub(crate) fn denied(&self) -> Option<Denied> {
        self.own().as_ref().err().cloned()
    }

    /// Looks whether it still holds; when not, it is denied from now on.
    pub(crate) fn check(&self) -> Result<(), Denied> {
        let mut own = self.own();
        let lost = match own.as_ref().map(Lock::check) {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(Lost::Folder)) => Denied::FolderLost,
            Ok(Err(Lost::To(holder))) => Denied::Held(holder),
            Err(denied) => denied.clone(),
        };
        *own = Err(lost.clone());
        Err(lost)
    }

    /// From now on any other process may write.
    pub(crate) fn let_go(&self) {
        let mut own = self.own();
        if own.is_ok() {
            *own = Err(Denied::LetGo);
        }
    }

    /// Whether it is held by a lock file, since the file system knows no locks.
    pub(crate) fn is_beat(&self) -> bool {
        self.own().as_ref().is_ok_and(Lock::is_beat)
    }

    /// [`Self::check`] for the engine.
    pub(crate) fn may_write(&self) -> MayWrite {
        let own = self.clone();
        Arc::new(move || own.check().map_err(|_| io::Error::from(io::ErrorKind::PermissionDenied)))
    }

    fn own(&self) -> MutexGuard<'_, Result<Lock, Denied>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take(home: &Home) -> Result<Result<Lock, Denied>, LibraryError> {
    match home.lock() {
        Ok(lock) => Ok(Ok(lock)),
        Err(LibraryError::Held { holder }) => Ok(Err(Denied::Held(holder))),
        Err(LibraryError::IndexDir { source, .. }) if may_not_be_written(&source) => {
            Ok(Err(home.holder().map_or(Denied::ReadOnly, Denied::Held)))
        }
        Err(error) => Err(error),
    }
}
