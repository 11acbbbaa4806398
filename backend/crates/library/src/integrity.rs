//! Whether the index is as it was written: every file of it is read as a whole once and held against its checksums, files
//! up to [`CHECKED_AT_ONCE`] before anything of them is shown, larger ones beside serving.
//!
//! What is damaged is left out from then on, and its annotation files are read again by the next pass. As long as something
//! was not looked at, or is in [doubt](Library::doubt), no answer is final.

use super::generation::{damage_in, unreadable_file};
use super::manifest::{Commit, Manifest};
use super::snapshot::Snapshot;
use super::state::GenerationState;
use super::{Library, LibraryError};
use blendscope_catalog::Resolved;
use blendscope_local::LateFile;
use blendscope_read::mapped::lost_pages;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Files of a generation up to so many bytes are checked when they are opened.
const CHECKED_AT_ONCE: u64 = 64 << 20;

/// Damaged files that are named in the status.
const NAMED: usize = 3;

/// What was looked at in this process, and what was found.
#[derive(Default)]
pub(crate) struct Integrity {
    found: Mutex<Found>,
    /// Whether a request failed, or a file changed, in a way that may come from damage.
    doubt: Arc<AtomicBool>,
    /// Whether a request met a defect of the program.
    has_crashed: AtomicBool,
    /// Whether the folder of the index went while it was used.
    was_removed: AtomicBool,
    /// Pages that were lost when the index was last looked at.
    lost_pages: AtomicU64,
}

#[derive(Default)]
struct Found {
    /// Generations, and files of their late columns, of which all was looked at.
    checked: HashSet<(u32, Option<LateFile>)>,
    /// Generations that are shown and of which not all was looked at yet.
    pending: BTreeSet<u32>,
    /// Generations that are not as they were written, each with the file that is damaged; none where the text index has
    /// lost samples of it.
    damaged: BTreeMap<u32, Option<PathBuf>>,
    /// What made all of the index useless, so that it is made anew.
    whole: Option<PathBuf>,
    /// Whether what was found damaged was read again since.
    is_mended: bool,
}

/// Generations as far as they are whole, and the others.
pub struct Sorted {
    /// Those that can be shown.
    pub manifest: Manifest,
    /// Those whose files have to be read again.
    pub damaged: Vec<Arc<GenerationState>>,
    /// Numbers of those that nobody knows of, but whose samples are in the text index.
    pub unknown: Vec<u32>,
}

impl Integrity {
    /// Begins with what was damaged so that the index is made anew, if anything was.
    pub(crate) fn new(whole: Option<PathBuf>) -> Self {
        Self { found: Mutex::new(Found { whole, ..Found::default() }), ..Self::default() }
    }

    /// Set as long as something is in doubt.
    pub(crate) fn doubt(&self) -> &Arc<AtomicBool> {
        &self.doubt
    }

    /// Begins anew: the index is another one.
    pub(crate) fn begin_anew(&self, whole: Option<PathBuf>) {
        *self.found() = Found { whole, ..Found::default() };
        self.doubt.store(false, Ordering::Release);
    }

    fn found(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_damage(&self, generation: u32, path: Option<PathBuf>) {
        let mut found = self.found();
        found.damaged.insert(generation, path);
        found.is_mended = false;
    }
}

impl Library {
    /// Something went wrong that may come from damage: no answer is final until the index was looked at again.
    pub fn doubt(&self) {
        self.integrity.doubt.store(true, Ordering::Release);
        self.wake();
    }

    /// A request met a defect of the program, which may come from damage: the index is looked at again, and it stays told.
    pub fn note_crash(&self) {
        self.integrity.has_crashed.store(true, Ordering::Release);
        self.doubt();
    }

    /// The folder of the index went while it was used; that stays told.
    pub fn note_removal(&self) {
        self.integrity.was_removed.store(true, Ordering::Release);
    }

    /// What to tell of an index whose folder went while it was used.
    pub fn removal_told(&self) -> Option<String> {
        let was_removed = self.integrity.was_removed.load(Ordering::Acquire);
        was_removed
            .then(|| "the index folder was removed or replaced while it was used, and made anew".to_owned())
    }

    /// What to tell of requests that met a defect, if one did.
    pub fn crash_told(&self) -> Option<String> {
        let has_crashed = self.integrity.has_crashed.load(Ordering::Acquire);
        has_crashed.then(|| {
            "a request met a defect of Blendscope, and the index was looked at again; the terminal says more".to_owned()
        })
    }

    /// Answers a question, unless a page of the index was lost meanwhile: the answer might rest on it.
    pub fn guarded<T>(
        &self,
        question: impl FnOnce(&Self) -> Result<T, LibraryError>,
    ) -> Result<T, LibraryError> {
        let before = lost_pages();
        let answer = question(self);
        if lost_pages() != before {
            self.doubt();
            return Err(LibraryError::DamagedIndex);
        }
        if matches!(&answer, Err(LibraryError::Columns(_) | LibraryError::Index(_) | LibraryError::Engine(_)))
        {
            self.doubt();
        }
        answer
    }

    /// Sorts out the generations of which something is damaged: a file of theirs, or one of the text index with some of
    /// their samples, which then has fewer of them.
    pub fn sort_out(&self, mut manifest: Manifest) -> Result<Sorted, LibraryError> {
        let mut samples = self.index().view()?.samples_by_generation();
        let mut damaged = Vec::new();
        for (number, state) in std::mem::take(&mut manifest.generations) {
            let has_all = samples.remove(&number).unwrap_or(0) == state.samples();
            let is_known = self.integrity.found().damaged.contains_key(&number);
            if !has_all && !is_known {
                self.integrity.note_damage(number, None);
            }
            if has_all && !is_known && self.is_whole(&state)? {
                manifest.generations.insert(number, state);
            } else {
                damaged.push(state);
            }
        }
        manifest.is_final &= damaged.is_empty();
        Ok(Sorted { manifest, damaged, unknown: samples.into_keys().collect() })
    }

    /// [`Self::sort_out`] for what another process has committed, with the commit.
    pub fn sort_out_of_other(&self) -> Result<(Option<Commit>, Sorted), LibraryError> {
        loop {
            let (commit, manifest) = self.committed()?;
            // It may have been mended.
            self.integrity.found().damaged.clear();
            let sorted = self.sort_out(manifest)?;
            // What is gone may have been replaced by a commit since.
            if sorted.damaged.is_empty() || self.last_commit()? == commit {
                return Ok((commit, sorted));
            }
        }
    }

    /// Whether all that is kept of a generation can be read, and as far as that is quickly done, is as it was written.
    fn is_whole(&self, state: &GenerationState) -> Result<bool, LibraryError> {
        let number = state.generation;
        if let Some(path) = unreadable_file(&self.home().store(), state)? {
            self.integrity.note_damage(number, Some(path));
            return Ok(false);
        }
        for late in files_of(state) {
            if self.integrity.found().checked.contains(&(number, late)) {
                continue;
            }
            if late.map_or(state.end, |late| late.end).at > CHECKED_AT_ONCE {
                self.integrity.found().pending.insert(number);
            } else if !self.check_file(state, late)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Reads a file of a generation and holds it against its checksums.
    fn check_file(&self, state: &GenerationState, late: Option<LateFile>) -> Result<bool, LibraryError> {
        let number = state.generation;
        let damaged = damage_in(&self.home().store(), state, late)?;
        if damaged.is_some() {
            self.integrity.note_damage(number, damaged);
            return Ok(false);
        }
        if state.complete {
            self.integrity.found().checked.insert((number, late));
        }
        Ok(true)
    }

    /// Whether nothing that is shown is left to be looked at.
    pub fn is_checked(&self, manifest: &Manifest) -> bool {
        let is_shown = |number: &u32| manifest.generations.contains_key(number);
        !self.integrity.found().pending.iter().any(is_shown) && self.index().is_checked()
    }

    /// Looks at what was too large to be looked at when it was opened.
    pub fn check_pending(&self, manifest: &Manifest, enough: &AtomicBool) -> Result<(), LibraryError> {
        let is_over = || enough.load(Ordering::Relaxed) || self.is_stopping();
        self.index().check(false, &is_over);
        let pending: Vec<u32> = self.integrity.found().pending.iter().copied().collect();
        for number in pending {
            let Some(state) = manifest.generations.get(&number) else { continue };
            for late in files_of(state) {
                if is_over() {
                    return Ok(());
                }
                let is_new = !self.integrity.found().checked.contains(&(number, late));
                if is_new && !self.check_file(state, late)? {
                    break;
                }
            }
            self.integrity.found().pending.remove(&number);
        }
        Ok(())
    }

    /// Looks at what this process wrote itself, when nothing else is to be done.
    pub fn check_own(&self, enough: &AtomicBool) -> Result<(), LibraryError> {
        let snapshot = self.snapshot();
        for of in snapshot.generations.iter().filter(|of| of.state.complete) {
            for late in files_of(&of.state) {
                if enough.load(Ordering::Relaxed) || self.is_stopping() {
                    return Ok(());
                }
                if !self.integrity.found().checked.contains(&(of.state.generation, late)) {
                    self.check_file(&of.state, late)?;
                }
            }
        }
        Ok(())
    }

    /// Looks at everything again if something is in doubt: a request failed, a page was lost, a file changed on disk.
    /// Whether it was looked at.
    pub fn look_again_in_doubt(&self, snapshot: &Snapshot) -> Result<bool, LibraryError> {
        let lost = lost_pages();
        let is_in_doubt = self.integrity.doubt.load(Ordering::Acquire)
            || self.integrity.lost_pages.load(Ordering::Acquire) != lost
            || snapshot.generations.iter().any(|of| of.data.has_changed())
            || self.index().has_changed()
            || self.has_changed_beside();
        if !is_in_doubt {
            return Ok(false);
        }
        self.doubt();
        self.index().check(true, &|| self.is_stopping());
        for of in &snapshot.generations {
            let lost = of.data.lost_file();
            let mut is_whole = lost.is_none();
            if !is_whole {
                self.integrity.note_damage(of.state.generation, lost);
            }
            for late in files_of(&of.state) {
                is_whole &= !self.is_stopping() && self.check_file(&of.state, late)?;
            }
            if is_whole {
                of.data.accept_change();
            }
        }
        self.integrity.lost_pages.store(lost, Ordering::Release);
        self.integrity.doubt.store(false, Ordering::Release);
        self.tell_notice();
        Ok(true)
    }

    /// Whether something that is shown was found damaged, so that it has to be read again.
    pub fn has_damage(&self) -> bool {
        let snapshot = self.snapshot();
        let has_generation = |number: &u32| snapshot.generation(*number).is_some();
        self.integrity.found().damaged.keys().any(has_generation) || self.index().has_damage()
    }

    /// Looks at all that was not looked at yet; false when something of it is damaged, so that the pass begins again.
    pub fn check_before_writing(&self, manifest: &Manifest) -> Result<bool, LibraryError> {
        let damaged = || self.integrity.found().damaged.len() + self.index().damaged_files().len();
        let before = damaged();
        self.check_pending(manifest, self.stopping())?;
        Ok(damaged() == before)
    }

    /// Shows everything as final, once all of it was looked at and is whole.
    pub fn show_as_final(&self, resolved: &Arc<Resolved>) -> Result<(), LibraryError> {
        if self.snapshot().is_final() || self.has_damage() {
            return Ok(());
        }
        let (_, manifest) = self.committed()?;
        if manifest.is_final { self.publish(resolved, &manifest, true) } else { Ok(()) }
    }

    /// What was found damaged has been read again.
    pub fn note_mended(&self) {
        self.integrity.found().is_mended = true;
    }

    /// What to tell of damage that is being mended, if any is.
    pub fn damage_under_repair(&self) -> Option<String> {
        let names = self.damaged_names().filter(|_| !self.integrity.found().is_mended)?;
        let what_happens = match self.permission.denied() {
            None => "is read again from the annotation files",
            Some(_) => "is left out until the process that writes the index has read it again",
        };
        Some(format!("index files are damaged; what they held {what_happens}: {names}"))
    }

    /// What to tell of damage that was mended, if any was.
    pub fn damage_mended(&self) -> Option<String> {
        let names = self.damaged_names().filter(|_| self.integrity.found().is_mended)?;
        Some(format!(
            "index files were damaged, and what they held was read again from the annotation files: {names}"
        ))
    }

    /// The names of damaged files, the first of them.
    fn damaged_names(&self) -> Option<String> {
        let files = self.damaged_files();
        let names = files.iter().take(NAMED).map(|path| path.display().to_string());
        let names = names.collect::<Vec<_>>().join(", ");
        match files.len() {
            0 => None,
            few if few <= NAMED => Some(names),
            all => Some(format!("{names} and {} more", all - NAMED)),
        }
    }

    /// The damaged files that were found; the text index as a whole where only its samples are missing.
    fn damaged_files(&self) -> BTreeSet<PathBuf> {
        let mut files: BTreeSet<PathBuf> = self.index().damaged_files().into_iter().collect();
        let found = self.integrity.found();
        files.extend(found.damaged.values().flatten().chain(&found.whole).cloned());
        if files.is_empty() && !found.damaged.is_empty() {
            files.insert(self.home().text());
        }
        files
    }
}

/// The files of a generation: its own, and that of its late columns.
fn files_of(state: &GenerationState) -> impl Iterator<Item = Option<LateFile>> {
    [Some(None), state.late.map(Some)].into_iter().flatten()
}
