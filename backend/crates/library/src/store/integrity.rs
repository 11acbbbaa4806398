//! Whether the index is as it was written. The engine looks at what it keeps; here it is decided what follows: what is
//! damaged is left out, and its annotation files are read again by the next pass.
//!
//! As long as something was not looked at, or is in [doubt](Library::doubt), no answer is final.

use crate::store::manifest::Manifest;
use crate::store::snapshot::{OpenFile, Snapshot};
use crate::store::state::GenerationState;
use crate::{Library, LibraryError};
use blendscope_catalog::Resolved;
use blendscope_engine::{Damage, Depth, Filled};
use blendscope_read::mapped::lost_pages;
use blendscope_read::{Form, reads};
use std::collections::HashSet;
use std::io::ErrorKind;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Damaged files that are named in the status.
const NAMED: usize = 3;

/// What is in doubt, and which damage was mended.
#[derive(Default)]
pub(crate) struct Integrity {
    /// The damage of which everything was read again.
    mended: Mutex<Damage>,
    /// Whether a request failed, or a file changed, in a way that may come from damage.
    doubt: Arc<AtomicBool>,
    /// Whether a request met a defect of the program.
    has_crashed: AtomicBool,
    /// Whether the folder of the index went while it was used.
    was_removed: AtomicBool,
    /// Pages that were lost when the index was last looked at.
    lost_pages: AtomicU64,
}

/// Generations as far as they are whole, and the others.
pub(crate) struct Sorted {
    /// Those that can be shown.
    pub manifest: Manifest,
    /// Those whose files have to be read again.
    pub damaged: Vec<Arc<GenerationState>>,
    /// Numbers of those that nobody knows of, but of which there are samples.
    pub unknown: Vec<u32>,
}

impl Integrity {
    /// Set as long as something is in doubt.
    pub(crate) fn doubt(&self) -> &Arc<AtomicBool> {
        &self.doubt
    }

    /// Begins anew: the index is another one.
    pub(crate) fn begin_anew(&self) {
        *self.mended.lock().unwrap_or_else(PoisonError::into_inner) = Damage::default();
        self.doubt.store(false, Ordering::Release);
    }
}

impl Library {
    /// Something went wrong that may come from damage: no answer is final until the index was looked at again.
    pub fn doubt(&self) {
        self.integrity.doubt.store(true, Ordering::Release);
        self.wake();
    }

    /// A request met a defect of the program, which may come from damage: the index is looked at again, and the status says
    /// so from then on.
    pub fn note_crash(&self) {
        self.integrity.has_crashed.store(true, Ordering::Release);
        self.doubt();
    }

    /// The folder of the index went while it was used; the status says so from then on.
    pub(crate) fn note_removal(&self) {
        self.integrity.was_removed.store(true, Ordering::Release);
    }

    /// What is reported of an index whose folder went while it was used.
    pub(crate) fn removal_notice(&self) -> Option<String> {
        let was_removed = self.integrity.was_removed.load(Ordering::Acquire);
        was_removed
            .then(|| "the index folder was removed or replaced while it was used, and made anew".to_owned())
    }

    /// What is reported of requests that met a defect, if one did.
    pub(crate) fn crash_notice(&self) -> Option<String> {
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
        if matches!(&answer, Err(LibraryError::IndexLost(_) | LibraryError::Engine(_))) {
            self.doubt();
        }
        answer
    }

    /// Sorts out the generations of which something is damaged.
    pub(crate) fn sort_out(&self, manifest: Manifest, may_be_mended: bool) -> Result<Sorted, LibraryError> {
        let found = self.engine().sort_out(&manifest.filled(), may_be_mended)?;
        let (mut manifest, mut damaged) = (manifest, Vec::new());
        for number in found.damaged {
            damaged.extend(manifest.generations.remove(&number));
        }
        manifest.is_final &= damaged.is_empty();
        Ok(Sorted { manifest, damaged, unknown: found.unknown })
    }

    /// [`Self::sort_out`] for what another process has committed, with the commit.
    pub(crate) fn sort_out_of_other(&self) -> Result<(Option<String>, Sorted), LibraryError> {
        loop {
            let commit = self.engine().last_commit()?;
            let sorted = self.sort_out(self.committed()?, true)?;
            // What is gone may have been replaced by a commit since.
            if sorted.damaged.is_empty() || self.engine().last_commit()? == commit {
                return Ok((commit, sorted));
            }
        }
    }

    /// Whether nothing that is shown is left to be looked at.
    pub(crate) fn is_checked(&self, manifest: &Manifest) -> bool {
        self.engine().is_checked(&manifest.filled())
    }

    /// Looks at what was too large to be looked at when it was opened.
    pub(crate) fn check_pending(&self, manifest: &Manifest, enough: &AtomicBool) -> Result<(), LibraryError> {
        let is_over = || enough.load(Ordering::Relaxed) || self.is_stopping();
        Ok(self.engine().check(&manifest.filled(), Depth::Pending, &is_over)?)
    }

    /// Looks at what this process wrote itself, when nothing else is to be done.
    pub(crate) fn check_own(&self, enough: &AtomicBool) -> Result<(), LibraryError> {
        let is_over = || enough.load(Ordering::Relaxed) || self.is_stopping();
        Ok(self.engine().check(&filled_of(&self.snapshot()), Depth::Unseen, &is_over)?)
    }

    /// Looks at everything again if something is in doubt: a request failed, a page was lost, a file changed on disk.
    /// Whether it was looked at.
    pub(crate) fn look_again_in_doubt(&self, snapshot: &Snapshot) -> Result<bool, LibraryError> {
        let lost = lost_pages();
        let is_in_doubt = self.integrity.doubt.load(Ordering::Acquire)
            || self.integrity.lost_pages.load(Ordering::Acquire) != lost
            || self.engine().has_changed()
            || self.have_sidecars_changed();
        if !is_in_doubt {
            return Ok(false);
        }
        self.doubt();
        self.engine().check(&filled_of(snapshot), Depth::Everything, &|| self.is_stopping())?;
        self.integrity.lost_pages.store(lost, Ordering::Release);
        self.integrity.doubt.store(false, Ordering::Release);
        self.report_notice();
        Ok(true)
    }

    /// Whether something that is shown was found damaged, so that it has to be read again.
    pub(crate) fn has_damage(&self) -> bool {
        let (snapshot, damage) = (self.snapshot(), self.engine().damage());
        damage.is_committed || damage.generations.iter().any(|number| snapshot.generation(*number).is_some())
    }

    /// Looks at all that was not looked at yet; false when something of it is damaged, so that the pass begins again.
    pub(crate) fn check_before_writing(&self, manifest: &Manifest) -> Result<bool, LibraryError> {
        let before = self.engine().damage();
        self.check_pending(manifest, self.stopping())?;
        let now = self.engine().damage();
        Ok((before.files, before.generations) == (now.files, now.generations))
    }

    /// Shows everything as final, once all of it was looked at and is whole.
    pub(crate) fn show_as_final(&self, resolved: &Arc<Resolved>) -> Result<(), LibraryError> {
        if self.snapshot().is_final() || self.has_damage() {
            return Ok(());
        }
        let manifest = self.committed()?;
        if manifest.is_final { self.publish(resolved, &manifest, true) } else { Ok(()) }
    }

    /// What was found damaged has been read again.
    pub(crate) fn note_mended(&self) {
        *self.integrity.mended.lock().unwrap_or_else(PoisonError::into_inner) = self.damage();
    }

    /// What is reported of damage that is being mended, if any is.
    pub(crate) fn damage_under_repair(&self) -> Option<String> {
        let damage = self.damage();
        let names = names_of(&damage).filter(|_| !self.is_mended(&damage))?;
        let what_happens = match self.permission.denied() {
            None => "is read again from the annotation files",
            Some(_) => "is left out until the process that writes the index has read it again",
        };
        Some(format!("index files are damaged; what they held {what_happens}: {names}"))
    }

    /// What is reported of damage that was mended, if any was.
    pub(crate) fn mended_notice(&self) -> Option<String> {
        let damage = self.damage();
        let names = names_of(&damage).filter(|_| self.is_mended(&damage))?;
        Some(format!(
            "index files were damaged, and what they held was read again from the annotation files: {names}"
        ))
    }

    fn is_mended(&self, damage: &Damage) -> bool {
        *self.integrity.mended.lock().unwrap_or_else(PoisonError::into_inner) == *damage
    }

    /// What was found damaged, whether the last commit has it or not.
    fn damage(&self) -> Damage {
        Damage { is_committed: false, ..self.engine().damage() }
    }
}

/// The names of damaged files, the first of them; none when nothing is damaged.
fn names_of(damage: &Damage) -> Option<String> {
    let names = damage.files.iter().take(NAMED).map(|path| path.display().to_string());
    let names = names.collect::<Vec<_>>().join(", ");
    match damage.files.len() {
        0 => None,
        few if few <= NAMED => Some(names),
        all => Some(format!("{names} and {} more", all - NAMED)),
    }
}

/// The generations that are shown, as the engine knows them.
fn filled_of(snapshot: &Snapshot) -> Vec<Filled> {
    snapshot.generations.iter().map(|of| of.state.filled()).collect()
}

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
