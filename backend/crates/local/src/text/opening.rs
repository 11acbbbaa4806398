//! Opening the files of a commit, however damaged some of them are.

use super::directory::IndexDirectory;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;
use tantivy::TantivyError;
use tantivy::directory::error::OpenReadError;

/// How often opening a file that is gone is tried again, and the time between: another process may have removed it at
/// that moment, after it had committed others.
const LOOKS: usize = 10;
const PAUSE: Duration = Duration::from_millis(50);

/// Runs what opens files, again as long as segments are set aside on the way.
///
/// Large files are not checked when they are opened, so the engine may stumble over what is in them: then they are
/// checked at once.
pub(super) fn opening<T>(
    directory: &IndexDirectory,
    mut open: impl FnMut() -> tantivy::Result<T>,
) -> tantivy::Result<T> {
    let mut looks = 0;
    loop {
        let before = directory.aside().count();
        let error = match catch_unwind(AssertUnwindSafe(&mut open)) {
            Ok(Ok(opened)) => return Ok(opened),
            Ok(Err(error)) => error,
            Err(_) => {
                TantivyError::SystemError("the engine met a defect while it opened its files".to_owned())
            }
        };
        if directory.aside().count() > before {
            continue;
        }
        match missing_file(&error) {
            Some(_) if looks < LOOKS => {
                looks += 1;
                thread::sleep(PAUSE);
            }
            Some(path) => directory.set_aside(&path),
            None => {
                directory.check(true, &|| false);
                if directory.aside().count() == before {
                    return Err(error);
                }
            }
        }
    }
}

/// The file of a segment that is gone, if an error says that one is.
fn missing_file(error: &TantivyError) -> Option<PathBuf> {
    let TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath }) = error else {
        return None;
    };
    let is_missing = io_error.kind() == std::io::ErrorKind::NotFound;
    is_missing.then(|| filepath.clone())
}
