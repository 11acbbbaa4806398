//! Names that differ from what is there in capitals only, as paths from a Mac or from Windows do. They are told, and not
//! taken: where capitals count, training does not find the picture.

use blendscope_read::disk;
use blendscope_read::reads;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// Names of the largest folder that is looked through.
const NAMES_MAX: usize = 50_000;

/// Folders whose names are remembered.
const FOLDERS_MAX: usize = 16;

/// Places that are compared with what is there.
const PLACES_MAX: usize = 4;

/// By their small letters, the names in a folder.
type Names = Arc<HashMap<String, String>>;

/// Remembers the names in the last few folders, as long as the folders do not change.
#[derive(Default)]
pub(crate) struct OtherCases {
    folders: Mutex<HashMap<PathBuf, (Option<SystemTime>, Names)>>,
}

impl OtherCases {
    /// The file that one of these places would be, were capitals all the same.
    pub(crate) fn find(&self, places: &[PathBuf]) -> Option<PathBuf> {
        places.iter().take(PLACES_MAX).find_map(|place| {
            let _reading = reads::begin(place).ok()?;
            self.of_place(place)
        })
    }

    fn of_place(&self, place: &Path) -> Option<PathBuf> {
        let there = place.ancestors().skip(1).find(|folder| disk::is_dir(folder))?;
        let rest = place.strip_prefix(there).ok()?;
        let found = rest.iter().try_fold(there.to_owned(), |folder, name| {
            let exact = folder.join(name);
            if disk::metadata(&exact).is_ok() {
                return Some(exact);
            }
            let names = self.names(&folder)?;
            Some(folder.join(names.get(&name.to_str()?.to_lowercase())?))
        });
        found.filter(|found| disk::is_file(found))
    }

    fn names(&self, folder: &Path) -> Option<Names> {
        let modified = disk::metadata(folder).and_then(|metadata| metadata.modified()).ok();
        let lock = || self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((as_of, names)) = lock().get(folder)
            && *as_of == modified
        {
            return Some(Arc::clone(names));
        }
        let mut names = HashMap::new();
        for entry in disk::read_dir(folder).ok()?.flatten() {
            let Ok(name) = entry.into_name().into_string() else { continue };
            names.insert(name.to_lowercase(), name);
            if names.len() > NAMES_MAX {
                names.clear();
                break;
            }
        }
        let names = Arc::new(names);
        let mut folders = lock();
        if folders.len() >= FOLDERS_MAX {
            folders.clear();
        }
        folders.insert(folder.to_owned(), (modified, Arc::clone(&names)));
        Some(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_whatever_their_capitals() {
        let root = tempfile::tempdir().unwrap();
        let picture = root.path().join("Pics/Sub/Some_Body.JPG");
        std::fs::create_dir_all(picture.parent().unwrap()).unwrap();
        std::fs::write(&picture, "x").unwrap();
        let cases = OtherCases::default();
        for written in ["pics/sub/some_body.jpg", "Pics/SUB/Some_Body.JPG", "Pics/Sub/some_body.jpg"] {
            assert_eq!(cases.find(&[root.path().join(written)]), Some(picture.clone()), "{written}");
        }
        for written in ["pics/sub/nobody.jpg", "pics/sub", "sub/some_body.jpg"] {
            assert_eq!(cases.find(&[root.path().join(written)]), None, "{written}");
        }
        std::fs::write(picture.with_file_name("New.jpg"), "x").unwrap();
        assert!(
            cases.find(&[root.path().join("Pics/Sub/new.jpg")]).is_some(),
            "what is remembered grows old"
        );
    }
}
