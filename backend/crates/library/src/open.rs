//! What has to hold before a root is opened.

use super::LibraryError;
use super::home::Home;
use super::manifest::Commit;
use super::permission::Permission;
use blendscope_catalog::ResolveError;
use blendscope_local::TextIndex;
use blendscope_read::disk;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// How often a reader looks whether there is an index already, and the time between.
const LOOKS: usize = 20;
const LOOK: Duration = Duration::from_millis(50);

/// Opens the text index; a damaged one, or one whose list of generations is damaged, is made anew by the process that
/// may write, and told. Any other process waits a moment for one that is just being made.
pub(crate) fn open_index(
    home: &Home,
    permission: &Permission,
) -> Result<(TextIndex, Option<PathBuf>), LibraryError> {
    // A process that was killed leaves the list of segments from the very beginning.
    let is_lost = !TextIndex::exists(&home.text()) && has_files(&home.store());
    let open = || TextIndex::open_or_create(&home.text(), permission.may_write());
    let mut opened = open();
    if permission.denied().is_some() {
        for _ in 0..LOOKS {
            if opened.is_ok() {
                break;
            }
            thread::sleep(LOOK);
            opened = open();
        }
        return Ok((opened?, None));
    }
    let damaged = match &opened {
        Ok(_) if is_lost => Some(home.text()),
        Ok(index) => damage_of(index, home),
        Err(error) if error.is_io() => None,
        Err(_) => Some(home.text()),
    };
    if damaged.is_some() {
        home.clear_index()?;
        opened = open();
    }
    Ok((opened?, damaged))
}

fn has_files(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// What of an index that can be opened makes it useless: the list of generations, or what says where that is.
fn damage_of(index: &TextIndex, home: &Home) -> Option<PathBuf> {
    match index.payload() {
        Ok(None) => None,
        Ok(Some(text)) => {
            let is_known = Commit::parse(&text).is_some_and(|of| of.manifest(&home.store()).is_ok());
            (!is_known).then(|| home.store())
        }
        Err(_) => Some(home.text()),
    }
}

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
