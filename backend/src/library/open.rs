//! What has to hold before a root is opened.

use super::LibraryError;
use super::home::Home;
use super::manifest::Commit;
use crate::catalog::ResolveError;
use crate::index::TextIndex;
use std::path::{Path, PathBuf};

/// Opens the text index; a damaged one, or one whose list of generations is damaged, is made anew by the process that
/// may write.
pub(super) fn open_index(home: &Home, may_write: bool) -> Result<TextIndex, LibraryError> {
    let opened = TextIndex::open_or_create(&home.text());
    if !may_write {
        return Ok(opened?);
    }
    let is_current = |index: &TextIndex| {
        let is_known =
            |text: String| Commit::parse(&text).is_some_and(|of| of.manifest(&home.store()).is_ok());
        index.payload().is_ok_and(|payload| payload.is_none_or(is_known))
    };
    match opened {
        Ok(index) if is_current(&index) => Ok(index),
        Err(error) if error.is_io() => Err(error.into()),
        _ => {
            home.clear_index()?;
            Ok(TextIndex::open_or_create(&home.text())?)
        }
    }
}

/// Refuses a root that is no folder.
pub(super) fn check_folder(root: &Path) -> Result<(), LibraryError> {
    let path = root.to_owned();
    match std::fs::metadata(root) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(ResolveError::NotAFolder { path }.into()),
        Err(source) => Err(ResolveError::Root { path, source }.into()),
    }
}

/// The root as an absolute path; links in it are kept.
pub(super) fn absolute(root: &Path) -> Result<PathBuf, LibraryError> {
    std::path::absolute(root).map_err(|source| LibraryError::Io { path: root.to_owned(), source })
}
