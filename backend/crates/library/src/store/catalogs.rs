//! Reading the user's catalog file again while the root is open.
//!
//! A pass works with one catalog from its beginning to its end: a new one waits for the next pass, which begins at once.

use crate::{Library, LibraryError};
use blendscope_catalog::Catalog;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The catalog in use, and what may take its place.
pub(crate) struct Catalogs {
    /// The user's catalog file, if there is one.
    path: Option<PathBuf>,
    current: Mutex<Arc<Catalog>>,
    /// Read, and waiting for the next pass.
    next: Mutex<Option<Arc<Catalog>>>,
    /// Why the file could not be read again the last time.
    trouble: Mutex<Option<String>>,
}

impl Catalogs {
    /// Reads the user's file, if there is one.
    pub(crate) fn open(path: Option<PathBuf>) -> Result<Self, LibraryError> {
        let current = path.as_deref().map_or_else(|| Ok(Catalog::builtin()), Catalog::with_config)?;
        let current = Mutex::new(Arc::new(current));
        Ok(Self { path, current, next: Mutex::default(), trouble: Mutex::default() })
    }

    /// The one in use.
    pub(crate) fn current(&self) -> Arc<Catalog> {
        Arc::clone(&lock(&self.current))
    }

    /// Whether another one waits.
    pub(crate) fn has_next(&self) -> bool {
        lock(&self.next).is_some()
    }

    /// What is wrong with the file.
    pub(crate) fn trouble(&self) -> Option<String> {
        lock(&self.trouble).clone()
    }
}

impl Library {
    /// Reads the user's catalog file again, and looks through the root with it. Where it cannot be used, everything
    /// stays as it is, and the status says so. False if there is no such file.
    pub fn reload(&self) -> Result<bool, LibraryError> {
        let Some(path) = &self.catalogs.path else { return Ok(false) };
        let read = Catalog::with_config(path);
        *lock(&self.catalogs.trouble) = read.as_ref().err().map(|error| {
            format!("the catalog file cannot be used, and the catalog stays as it was before: {error}")
        });
        self.report_trouble_again();
        *lock(&self.catalogs.next) = Some(Arc::new(read?));
        self.wake();
        Ok(true)
    }

    /// Takes the catalog that waits, if there is one; what was found with the old one is forgotten.
    pub fn take_next_catalog(&self) -> bool {
        let Some(next) = lock(&self.catalogs.next).take() else { return false };
        self.looks.forget();
        *lock(&self.catalogs.current) = next;
        true
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
