//! `blendscope check`: all files of an index looked at on demand, and what is damaged made anew.

use crate::store::boxes;
use crate::store::home::Home;
use crate::store::manifest::Manifest;
use crate::{LibraryError, OpenOptions};
use blendscope_engine::Driver;
use blendscope_images::{damaged_thumbnails, is_archive_index};
use std::fs;
use std::path::{Path, PathBuf};

/// How often everything is looked at again where another process commits meanwhile.
const LOOKS: usize = 5;

/// What looking at all files of an index showed.
#[derive(Clone, Debug, Default)]
pub struct Checkup {
    /// Files that were looked at.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Those that are not as they were written, each with the reason.
    pub damaged: Vec<(PathBuf, String)>,
}

/// Looks at all files of the index of a root, whoever writes it. Nothing is changed.
pub fn check_index(options: &OpenOptions) -> Result<Checkup, LibraryError> {
    let home = Home::of(options)?;
    if !home.index().is_dir() {
        return Err(LibraryError::NoIndex { root: options.root.clone() });
    }
    let mut checkup = Checkup::default();
    for _ in 0..LOOKS {
        // What another process replaced meanwhile is not damaged.
        let before = std::mem::replace(&mut checkup, Checkup::of(&home, options.engine.as_ref())?);
        if checkup.damaged.is_empty() || checkup.damaged == before.damaged {
            break;
        }
    }
    Ok(checkup)
}

impl Checkup {
    fn of(home: &Home, engine: &dyn Driver) -> Result<Self, LibraryError> {
        let mut checkup = Self::default();
        let filled = |committed: &_| Manifest::read(committed).ok().map(|manifest| manifest.filled());
        for (path, looked) in engine.examine(&home.index(), &filled)? {
            checkup.note(path, looked);
        }
        checkup.look_at_files(&home.archives(), is_archive_index);
        checkup.look_at_files(&home.boxes(), boxes::is_whole);
        for path in damaged_thumbnails(&home.thumbnails()) {
            checkup.note(path, Err(CHANGED.to_owned()));
        }
        Ok(checkup)
    }

    /// Looks at the files in a folder.
    fn look_at_files(&mut self, folder: &Path, is_whole: fn(&[u8]) -> bool) {
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            let looked = match fs::read(&path) {
                Ok(bytes) if is_whole(&bytes) => Ok(bytes.len() as u64),
                Ok(_) => Err(CHANGED.to_owned()),
                Err(error) => Err(error.to_string()),
            };
            self.note(path, looked);
        }
    }

    fn note(&mut self, path: PathBuf, looked: Result<u64, String>) {
        self.files += 1;
        match looked {
            Ok(bytes) => self.bytes += bytes,
            Err(reason) => self.damaged.push((path, reason)),
        }
    }
}

/// What is said of a file whose checksum is wrong.
const CHANGED: &str = "it is not as it was written";
