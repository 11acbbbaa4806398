//! The thread that keeps the index up to date.

use super::away::Away;
use super::generation::check_all;
use super::indexer::Pass;
use super::manifest::Manifest;
use super::snapshot::Snapshot;
use super::state::Stamp;
use super::{Library, LibraryError};
use crate::catalog::{Changes, Resolved};
use crate::reads;
use blendscope_read::Form;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long nothing is looked at between two looks at the root, at least.
const WATCH_INTERVAL: Duration = Duration::from_secs(3);

/// The same at most: what changed is noticed within 20 seconds.
const LONGEST_REST: Duration = Duration::from_secs(12);

/// A rest is so many times as long as the look before it, within these bounds.
const REST_SHARE: u32 = 20;

/// A file that is still being written is read again when it rests, or after so many times the time that the last pass
/// took: else a large download would be read again and again.
const PATIENCE_SHARE: u32 = 5;

/// The longest that is waited for such a file.
const LONGEST_PATIENCE: Duration = Duration::from_mins(10);

/// How long to wait after a failure, such as a full disk, before trying again.
const RETRY_INTERVAL: Duration = Duration::from_secs(10);

/// How long files are believed to be what was indexed once they were compared with it.
const RECHECK_INTERVAL: Duration = Duration::from_hours(1);

/// How long to wait before files that the system failed to read are tried again, at least.
const FAILED_INTERVAL: Duration = Duration::from_mins(1);

impl Library {
    /// Indexes and then watches, until told to stop.
    pub(super) fn work_in_background(&self) {
        while !self.is_stopping() {
            if self.holder().is_some() {
                return self.follow_in_background();
            }
            let started = Instant::now();
            // A panic is a fault of ours; it must neither end indexing for good nor go unseen.
            match catch_unwind(AssertUnwindSafe(|| self.pass())) {
                Ok(Ok(resolved)) => self.watch(&resolved, started.elapsed()),
                Ok(Err(error)) => self.wait_after(error.to_string()),
                Err(_) => {
                    self.wait_after("indexing failed by a fault of Blendscope; it is tried again".to_owned());
                }
            }
        }
    }

    fn wait_after(&self, trouble: String) {
        self.tell_trouble(Some(trouble));
        self.sleep(RETRY_INTERVAL);
    }

    /// Brings the index up to what lies on disk.
    pub(super) fn pass(&self) -> Result<Arc<Resolved>, LibraryError> {
        let (passed_over, _) = reads::passed_over();
        self.take_next_catalog();
        let pass = Pass::begin(self)?;
        let resolved = pass.resolved();
        pass.run()?;
        if let (count, path) = reads::passed_over()
            && count != passed_over
        {
            let path = self.snapshot().shown(&path);
            let unread = format!("{path} does not answer; it is tried again");
            self.unread.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(unread);
        }
        self.tell_trouble(self.unread());
        Ok(resolved)
    }

    /// What there is under the root, and what was indexed there and cannot be reached; an error if that is everything.
    pub(super) fn resolve(&self, manifest: &Manifest) -> Result<(Arc<Resolved>, Away), LibraryError> {
        let mut resolved = self.catalog().resolve_again(self.root(), &self.looks)?;
        let away = Away::of(&resolved, manifest);
        match away.trouble() {
            Some(trouble) if away.is_all() => return Err(LibraryError::Away(trouble)),
            Some(_) => away.restore(&mut resolved, &self.snapshot().resolved),
            None => {}
        }
        Ok((Arc::new(resolved), away))
    }

    /// Shows what another process writes, until told to stop.
    pub(super) fn follow_in_background(&self) {
        while !self.is_stopping() {
            let shown = self.follow();
            self.tell_trouble(shown.err().map(|error| error.to_string()));
            self.sleep(WATCH_INTERVAL);
        }
    }

    /// Shows what another process has written so far.
    pub(super) fn follow(&self) -> Result<(), LibraryError> {
        let is_same_catalog = !self.take_next_catalog();
        let last = self.last_commit()?;
        let lock = || self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        if is_same_catalog && *lock() == last && self.snapshot().number > 1 {
            return Ok(());
        }
        let (commit, manifest) = self.committed()?;
        let (resolved, _) = self.resolve(&manifest)?;
        self.open_beside(&resolved)?;
        self.publish(&resolved, &manifest, manifest.is_final)?;
        *lock() = commit;
        Ok(())
    }

    /// Returns when something changed on disk. Until then the sizes of pictures are looked up, as far as that is not
    /// done.
    fn watch(&self, resolved: &Arc<Resolved>, pass_took: Duration) {
        let enough = AtomicBool::new(false);
        thread::scope(|scope| {
            let beside = scope.spawn(|| self.work_beside_watching(resolved, &enough));
            self.wait_for_change(resolved, pass_took);
            enough.store(true, Ordering::Relaxed);
            beside.thread().unpark();
        });
    }

    /// Checks what is kept, looks up sizes, and compares files with what was indexed, from time to time.
    fn work_beside_watching(&self, resolved: &Arc<Resolved>, enough: &AtomicBool) {
        let is_enough = || enough.load(Ordering::Relaxed) || self.is_stopping();
        let work = || {
            self.check_generations(enough)?;
            self.look_up_sizes(resolved, enough)?;
            self.check_files(self.verifies, enough)
        };
        while !is_enough() {
            let rest = match catch_unwind(AssertUnwindSafe(work)) {
                Ok(Err(error)) => {
                    self.tell_trouble(Some(error.to_string()));
                    RETRY_INTERVAL
                }
                Ok(Ok(())) => {
                    self.tell_trouble(self.unread());
                    RECHECK_INTERVAL
                }
                Err(_) => RECHECK_INTERVAL,
            };
            let until = Instant::now() + rest;
            while !is_enough() && Instant::now() < until {
                thread::park_timeout(until.saturating_duration_since(Instant::now()));
            }
        }
    }

    /// Reads all that is kept of every generation, once in a process, and notes what is damaged.
    fn check_generations(&self, enough: &AtomicBool) -> Result<(), LibraryError> {
        let (snapshot, dir) = (self.snapshot(), self.home().store());
        for of in snapshot.generations.iter().filter(|of| of.state.complete) {
            let number = of.state.generation;
            for late in [None, of.state.late] {
                if enough.load(Ordering::Relaxed) || self.is_stopping() {
                    return Ok(());
                }
                let is_new =
                    self.checked.lock().unwrap_or_else(PoisonError::into_inner).insert((number, late));
                if is_new && !check_all(&dir, &of.state, late)? {
                    self.damaged.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
                }
            }
        }
        Ok(())
    }

    fn has_damage(&self) -> bool {
        let snapshot = self.snapshot();
        let damaged = self.damaged.lock().unwrap_or_else(PoisonError::into_inner);
        damaged.iter().any(|generation| snapshot.generation(*generation).is_some())
    }

    fn wait_for_change(&self, resolved: &Arc<Resolved>, pass_took: Duration) {
        let retry_interval = (self.unread().is_some() || has_failed(&self.snapshot()))
            .then(|| FAILED_INTERVAL.max(pass_took * PATIENCE_SHARE));
        let began = Instant::now();
        let patience = (pass_took * PATIENCE_SHARE).min(LONGEST_PATIENCE);
        let mut look_took = Duration::ZERO;
        // Since when something that is being written has been waited for.
        let mut growing: Option<Instant> = None;
        self.looks.be_thorough();
        while !self.is_stopping() {
            self.sleep((look_took * REST_SHARE).clamp(WATCH_INTERVAL, LONGEST_REST));
            let is_due = retry_interval.is_some_and(|interval| began.elapsed() > interval);
            if is_due || self.has_damage() || !self.suspects().is_empty() || self.catalogs.has_next() {
                return;
            }
            let started = Instant::now();
            let is_patient =
                patience > WATCH_INTERVAL && growing.is_none_or(|since| since.elapsed() < patience);
            match self.looks.changes() {
                Changes::None => growing = None,
                Changes::Growing if is_patient => drop(growing.get_or_insert(started)),
                Changes::Growing | Changes::Settled => {
                    if self.has_news(resolved) {
                        return;
                    }
                }
            }
            look_took = started.elapsed();
        }
    }

    /// Whether a change under the root is one of annotation files or of pictures.
    fn has_news(&self, resolved: &Arc<Resolved>) -> bool {
        let now = self.committed().and_then(|(_, manifest)| self.resolve(&manifest));
        now.is_ok_and(|(now, _)| now != *resolved)
            || self.a_known_file_changed()
            || self.image_folders_changed()
    }

    /// Why the system could not look at one of the files in the last pass, if there is one.
    pub(super) fn unread(&self) -> Option<String> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn a_known_file_changed(&self) -> bool {
        let is_same = |path: &Path, state: &super::state::FileState| {
            if state.container.form == Form::Folder {
                return Stamp::of(path).is_ok_and(|stamp| stamp.same_content(&state.stamp));
            }
            std::fs::metadata(path).is_ok_and(|metadata| state.stamp.is_untouched(&metadata))
        };
        self.snapshot().files.iter().any(|file| !is_same(&file.path, file.state()))
    }

    fn sleep(&self, duration: Duration) {
        let until = Instant::now() + duration;
        while !self.is_stopping() && !self.catalogs.has_next() {
            let Some(left) = until.checked_duration_since(Instant::now()) else { return };
            thread::park_timeout(left);
        }
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping().load(Ordering::Relaxed)
    }
}

fn has_failed(snapshot: &Snapshot) -> bool {
    snapshot.files.iter().any(|file| file.state().failed)
}
