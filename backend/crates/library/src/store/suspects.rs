//! Files that are not what was indexed although their sizes and times say so.

use blendscope_read::{Form, reads};
use crate::{Library, LibraryError};
use crate::store::snapshot::OpenFile;
use std::collections::HashSet;
use std::io::ErrorKind;
use std::sync::{MutexGuard, PoisonError};
use std::sync::atomic::{AtomicBool, Ordering};

impl Library {
    /// Takes note of a file whose records are not those that were indexed: the next pass reads it again.
    pub fn suspect(&self, file: &OpenFile) {
        let path = file.state().path.clone();
        self.report_trouble(Some(format!(
            "{path} was changed, with the same size and time as before; it is indexed again"
        )));
        self.lock_suspects().insert((file.generation.state.generation, path));
    }

    /// The files that are to be read again, by generation and path.
    pub fn suspects(&self) -> HashSet<(u32, String)> {
        let snapshot = self.snapshot();
        let mut suspects = self.lock_suspects();
        suspects.retain(|(generation, path)| {
            snapshot.generation(*generation).is_some_and(|of| of.state.file(path).is_some())
        });
        suspects.clone()
    }

    /// Compares annotation files with what was indexed: some blocks of each, or all bytes.
    pub fn check_files(&self, all_bytes: bool, enough: &AtomicBool) -> Result<(), LibraryError> {
        for file in &self.snapshot().files {
            if enough.load(Ordering::Relaxed) || self.is_stopping() {
                return Ok(());
            }
            let state = file.state();
            if !state.complete || state.container.form == Form::Folder {
                continue;
            }
            match state.stamp.is_true(&state.content, &file.path, all_bytes) {
                Ok(true) => {}
                Ok(false) => self.suspect(file),
                // Watching tells what is gone, and the status what does not answer.
                Err(error) if error.kind() == ErrorKind::NotFound || reads::is_unanswered(&error) => {}
                Err(error) => {
                    let (path, reason) = (state.path.clone(), error.to_string());
                    return Err(LibraryError::Unreachable { path, reason });
                }
            }
        }
        Ok(())
    }

    fn lock_suspects(&self) -> MutexGuard<'_, HashSet<(u32, String)>> {
        self.suspects.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
