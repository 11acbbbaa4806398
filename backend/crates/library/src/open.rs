//! What has to hold before a root is opened.

use super::LibraryError;
use blendscope_catalog::ResolveError;
use blendscope_read::disk;
use std::path::{Path, PathBuf};

/// Refuses a root that is no folder, but not one that does not answer.
pub(crate) fn check_folder(root: &Path) -> Result<(), LibraryError> {
    let path = root.to_owned();
    match disk::metadata(root) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(ResolveError::NotAFolder { path }.into()),
        // It is told, and tried again.
        Err(error) if disk::is_unanswered(&error) => Ok(()),
        Err(source) => Err(ResolveError::Root { path, source }.into()),
    }
}

/// The root as an absolute path; links in it are kept.
pub(crate) fn absolute(root: &Path) -> Result<PathBuf, LibraryError> {
    std::path::absolute(root).map_err(|source| LibraryError::Io { path: root.to_owned(), source })
}
