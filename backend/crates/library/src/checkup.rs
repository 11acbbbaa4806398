//! `blendscope check`: all files of an index looked at on demand, and what is damaged made anew.

use super::generation::damage_in;
use super::home::Home;
use super::manifest::{Commit, Manifest};
use super::{Library, LibraryError, OpenOptions, boxes};
use blendscope_images::{damaged_thumbnails, is_archive_index};
use blendscope_local::{TextIndex, look_at_files};
use blendscope_local::{generation_file, late_file};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    if !home.text().is_dir() {
        return Err(LibraryError::NoIndex { root: options.root.clone() });
    }
    let mut checkup = Checkup::default();
    for _ in 0..LOOKS {
        let before = last_commit(&home);
        checkup = Checkup::of(&home)?;
        // What another process replaced meanwhile is not damaged.
        if checkup.damaged.is_empty() || last_commit(&home) == before {
            break;
        }
    }
    Ok(checkup)
}

impl Library {
    /// Sets aside what is damaged, and reads its annotation files again.
    pub fn repair(self: &Arc<Self>, damaged: &Checkup) -> Result<(), LibraryError> {
        if let Some(denied) = self.permission.denied() {
            return Err(self.refusal(denied));
        }
        for (path, _) in &damaged.damaged {
            if [self.home().archives(), self.home().boxes(), self.home().thumbnails()]
                .iter()
                .any(|folder| path.starts_with(folder))
            {
                fs::remove_file(path).map_err(|source| LibraryError::Io { path: path.clone(), source })?;
            }
        }
        self.pass()?;
        let (_, manifest) = self.committed()?;
        if self.check_before_writing(&manifest)? { Ok(()) } else { self.pass().map(|_| ()) }
    }
}

impl Checkup {
    fn of(home: &Home) -> Result<Self, LibraryError> {
        let mut checkup = Self::default();
        for (path, looked) in look_at_files(&home.text()) {
            checkup.note(path, looked.map_err(|error| error.to_string()));
        }
        let text_is_whole = checkup.damaged.is_empty();
        if text_is_whole {
            checkup.look_at_store(home)?;
        }
        checkup.look_at_files(&home.archives(), is_archive_index);
        checkup.look_at_files(&home.boxes(), boxes::is_whole);
        for path in damaged_thumbnails(&home.thumbnails()) {
            checkup.note(path, Err(CHANGED.to_owned()));
        }
        Ok(checkup)
    }

    /// Looks at the generations, and at whether the text index has their samples.
    fn look_at_store(&mut self, home: &Home) -> Result<(), LibraryError> {
        let index = TextIndex::open_to_read(&home.text())?;
        let Some(text) = index.payload()? else { return Ok(()) };
        let manifest = Commit::parse(&text).and_then(|commit| commit.manifest(&home.store()).ok());
        let Some(manifest) = manifest else {
            self.note(home.store(), Err("the list of generations is not as it was written".to_owned()));
            return Ok(());
        };
        self.look_at_generations(home, &manifest)?;
        let samples = index.view()?.samples_by_generation();
        let is_right = manifest
            .generations
            .values()
            .all(|of| samples.get(&of.generation).copied().unwrap_or(0) == of.samples());
        if !is_right || samples.len() > manifest.generations.len() {
            self.note(home.text(), Err("it has not the samples that it should have".to_owned()));
        }
        Ok(())
    }

    fn look_at_generations(&mut self, home: &Home, manifest: &Manifest) -> Result<(), LibraryError> {
        let dir = home.store();
        for state in manifest.generations.values() {
            let own = (generation_file(&dir, state.generation), None);
            let late = state.late.map(|late| (late_file(&dir, state.generation, late.number), Some(late)));
            for (path, late) in std::iter::once(own).chain(late) {
                let damaged = damage_in(&dir, state, late)?;
                let bytes = late.map_or(state.end, |late| late.end).at;
                self.note(path, damaged.map_or(Ok(bytes), |_| Err(CHANGED.to_owned())));
            }
        }
        Ok(())
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

/// What changes with every commit.
fn last_commit(home: &Home) -> Option<Vec<u8>> {
    fs::read(home.text().join("meta.json")).ok()
}
