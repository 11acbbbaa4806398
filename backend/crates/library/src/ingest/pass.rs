//! The background work: bring the index up to what lies on disk, and keep it there.
//!
//! One *pass* resolves the root, drops what is gone, reads what is new or changed (small files first, so that almost
//! everything can be seen at once), then lists image folders and ranks equal samples. What a pass has done is in
//! commits; a process that is killed goes on from the last one, and only files that were not complete are read again.

use crate::ingest::away::Away;
use crate::ingest::finish::Finishing;
use crate::ingest::generation::Ingest;
use crate::ingest::plan::{Plan, Rules, Todo, Work, plan};
use crate::ingest::refs::Folders;
use crate::ingest::{finish, subsets};
use crate::store::integrity::Sorted;
use crate::store::keys::Keys;
use crate::store::manifest::{LastCommitted, Manifest};
use crate::store::state::{FileState, GenerationState, Ranks};
use crate::{Library, LibraryError};
use blendscope_catalog::{FoundDataset, Locator, Resolved};
use blendscope_engine::{Writer, Writers};
use blendscope_images::Listings;
use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// One pass over a root.
pub(crate) struct Pass<'a> {
    library: &'a Library,
    resolved: Arc<Resolved>,
    manifest: Manifest,
    last: LastCommitted,
    /// Generations of which something is damaged, so that their files are read again, and others of which there are samples
    /// although nobody knows of them.
    left_out: Vec<u32>,
    /// Files that cannot be reached, whose samples stay.
    away: Away,
    locator: Locator,
    clock: Clock,
    /// Whether other processes fill the index too, so that a generation is committed as soon as it is read.
    is_shared: bool,
    /// Whether another process reads, or has read since, some of what is to be read.
    others_read: bool,
}

impl<'a> Pass<'a> {
    /// Begins a pass from what the last commit says.
    pub(crate) fn begin(library: &'a Library) -> Result<Self, LibraryError> {
        let manifest = library.committed()?;
        let (resolved, away) = library.resolve(&manifest)?;
        let last = LastCommitted::new(&manifest);
        let Sorted { mut manifest, damaged, unknown } = library.sort_out(manifest, false)?;
        let left_out = damaged.iter().map(|state| state.generation).chain(unknown).collect();
        let states: Vec<_> = manifest.generations.values().cloned().collect();
        for state in states {
            let is_there = |list: &str| resolved.id_lists.iter().any(|found| found.slug == list);
            if state.subset.as_ref().is_some_and(|subset| !is_there(&subset.list)) {
                manifest.put(GenerationState { subset: None, ..GenerationState::clone(&state) });
                manifest.is_final = false;
            }
        }
        let locator = Locator::new(library.catalog(), &resolved);
        let is_shared = library.driver.writers() == Writers::Many;
        let clock = Clock::start();
        let others_read = false;
        Ok(Self { library, resolved, manifest, last, left_out, away, locator, clock, is_shared, others_read })
    }

    /// What it found under the root.
    pub(crate) fn resolved(&self) -> Arc<Resolved> {
        Arc::clone(&self.resolved)
    }

    /// Runs the pass; false when it was stopped before its end.
    pub(crate) fn run(mut self) -> Result<bool, LibraryError> {
        let resolved = self.resolved();
        let library = self.library;
        let suspects = library.suspects();
        let rules = Rules { keys_stamp: &|of| self.keys(of).stamp(), away: &self.away, suspects: &suspects };
        let Plan { work, gone, touched, unread } = plan(&resolved, &self.manifest, &rules);
        let has_damage = !self.left_out.is_empty() || library.engine().damage().is_committed;
        let has_work = !(work.is_empty() && gone.is_empty() && touched.is_empty()) || has_damage;
        *library.unread.lock().unwrap_or_else(PoisonError::into_inner) =
            unread.or_else(|| self.away.trouble());
        if let Some(damage) = library.damage_under_repair() {
            library.report_trouble(Some(damage));
        }
        if has_work {
            let files: usize = work.iter().map(|work| work.files.len()).sum();
            tracing::info!(files, gone = gone.len(), touched = touched.len(), "there is something to read");
            library.publish(&self.resolved, &self.manifest, false)?;
        }
        // Also at the beginning: what a failed pass left behind may be what fills the disk.
        self.library.engine().sweep(&self.manifest.filled());
        if !has_work && self.manifest.is_final {
            library.open_sidecars(&resolved)?;
            if !self.is_unfinished(&resolved)? {
                library.publish(&self.resolved, &self.manifest, true)?;
                library.home().remove_earlier_layouts();
                return Ok(true);
            }
        }
        // Nothing is made from what was not looked at: it would look whole from then on.
        if !library.check_before_writing(&self.manifest)? {
            return Ok(false);
        }
        let mut writer = library.engine().writer()?;
        let to = writer.as_mut();
        thread::scope(|scope| {
            // What lies beside the data is read beside the reading: a large archive or box file takes seconds.
            let beside = scope.spawn(|| library.open_sidecars(&resolved));
            for generation in std::mem::take(&mut self.left_out) {
                to.forget(generation)?;
            }
            for (generation, path) in gone {
                self.drop_file(generation, &path, to)?;
            }
            for (generation, path, stamp) in touched {
                self.change(generation, |state| {
                    if let Some(file) = state.files.iter_mut().find(|file| file.path == path) {
                        file.stamp = stamp.clone();
                    }
                });
            }
            work.iter().try_for_each(|work| self.read(work, to))?;
            // Samples are shown without waiting for that.
            if has_work {
                self.commit(to, false)?;
            }
            beside.join().unwrap_or(Ok(()))
        })?;
        if self.is_stopping() {
            self.commit(to, false)?;
            return Ok(false);
        }
        self.commit(to, false)?;
        if self.others_read || !to.may_finish()? {
            // What they did is in the manifest with which the next pass begins.
            writer.close(&|| self.is_stopping())?;
            thread::sleep(OTHERS_INTERVAL);
            return Ok(false);
        }
        self.finish_datasets(&resolved, to)?;
        let is_done = !self.is_stopping();
        self.commit(to, is_done)?;
        if is_done {
            writer.close(&|| self.is_stopping())?;
            library.publish(&self.resolved, &self.manifest, true)?;
            library.home().remove_earlier_layouts();
        }
        library.engine().sweep(&self.manifest.filled());
        Ok(is_done)
    }

    /// Whether a dataset's images were not looked up, or its image folders changed since.
    fn is_unfinished(&self, resolved: &Resolved) -> Result<bool, LibraryError> {
        let (archives, engine) = (self.library.archives(), self.library.engine());
        if resolved.id_lists.iter().any(|list| subsets::needs_work(list, &self.manifest)) {
            return Ok(true);
        }
        for dataset in &resolved.datasets {
            let places = Folders { dataset, locator: &self.locator, archives: &archives };
            if finish::is_unfinished(&places, &self.manifest, engine.as_ref())? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads the files of a generation.
    fn read(&mut self, work: &Work<'_>, writer: &mut dyn Writer) -> Result<(), LibraryError> {
        if self.is_stopping() {
            return Ok(());
        }
        let library = self.library;
        library.check_permission()?;
        let paths: Vec<&str> = work.files.iter().map(|todo| todo.file.relative.as_str()).collect();
        let Some(generation) = writer.begin(&paths)? else {
            self.others_read = true;
            return Ok(());
        };
        let keys = self.keys(work.dataset);
        let (dataset, keys_stamp) = (work.dataset.slug.clone(), keys.stamp());
        let state = GenerationState { generation, dataset, keys_stamp, ..GenerationState::default() };
        let mut ingest = Ingest::begin(state, library.home().dir(), keys)?;
        let done_before = self.bytes_done();
        for Todo { file, stamp, replaces } in &work.files {
            if let Some(before) = replaces {
                self.drop_file(*before, &file.relative, writer)?;
            }
            let _span = tracing::info_span!("file", path = file.relative).entered();
            let state = FileState::new(file.relative.clone(), file.container, stamp.clone());
            let is_read = ingest.read(&file.path, state, writer, &mut |ingest, writer| {
                if self.is_stopping() {
                    return Ok(ControlFlow::Break(()));
                }
                if self.clock.progress_is_due() {
                    library.report_progress(done_before + ingest.bytes_done());
                }
                if self.clock.commit_is_due() && !self.is_shared {
                    let state = ingest.checkpoint(writer)?;
                    self.manifest.put(state);
                    self.commit(writer, false)?;
                }
                Ok(ControlFlow::Continue(()))
            })?;
            if !is_read {
                let state = ingest.stop(writer)?;
                // Where others fill the index too, only what was read to its end is seen.
                if state.complete || !self.is_shared {
                    self.manifest.put(state);
                }
                return Ok(());
            }
        }
        self.manifest.put(ingest.finish(writer)?);
        if self.is_shared { self.commit(writer, false) } else { Ok(()) }
    }

    /// Bytes of complete generations.
    fn bytes_done(&self) -> u64 {
        let complete = self.manifest.generations.values().filter(|state| state.complete);
        complete.flat_map(|state| &state.files).map(|file| file.bytes_done).sum()
    }

    fn finish_datasets(&mut self, resolved: &Resolved, writer: &mut dyn Writer) -> Result<(), LibraryError> {
        let listings = Listings::new();
        let (archives, engine, snapshot) =
            (self.library.archives(), self.library.engine(), self.library.snapshot());
        let finishing = Finishing {
            engine: engine.as_ref(),
            snapshot: &snapshot,
            listings: &listings,
            stopping: self.library.stopping(),
        };
        for dataset in &resolved.datasets {
            if self.is_stopping() {
                return Ok(());
            }
            let places = Folders { dataset, locator: &self.locator, archives: &archives };
            finishing.dataset(&places, &mut self.manifest)?;
            if self.clock.commit_is_due() {
                self.commit(writer, false)?;
            }
        }
        for list in &resolved.id_lists {
            subsets::mark(list, &mut self.manifest, &finishing)?;
        }
        Ok(())
    }

    fn change(&mut self, generation: u32, change: impl FnOnce(&mut GenerationState)) {
        if let Some(state) = self.manifest.generations.get_mut(&generation) {
            change(Arc::make_mut(state));
        }
    }

    /// Drops the block of a file; a generation without files goes as a whole.
    fn drop_file(
        &mut self,
        generation: u32,
        path: &str,
        writer: &mut dyn Writer,
    ) -> Result<(), LibraryError> {
        let Some(state) = self.manifest.generations.get_mut(&generation) else { return Ok(()) };
        let state = Arc::make_mut(state);
        let Some(index) = state.files.iter().position(|file| file.path == path) else { return Ok(()) };
        let file = state.files.remove(index);
        // Without the dropped samples equal ones of the same dataset have other ranks, and lists name fewer.
        state.ranks = Ranks::Unknown;
        state.subset = None;
        if state.files.is_empty() {
            let dataset = state.dataset.clone();
            self.manifest.generations.remove(&generation);
            let other = self.manifest.of_dataset(&dataset).min_by_key(|other| other.files.len());
            if let Some(other) = other.map(|other| other.generation) {
                self.change(other, |other| other.ranks = Ranks::Unknown);
            }
        }
        Ok(writer.remove(generation, file.first_row..file.first_row + file.rows)?)
    }

    fn commit(&mut self, writer: &mut dyn Writer, is_final: bool) -> Result<(), LibraryError> {
        self.library.check_permission()?;
        let is_same = self.manifest.is_final == is_final;
        self.manifest.is_final = is_final;
        let changes = self.last.change_to(&self.manifest);
        if self.is_shared {
            // Those who wait for others do not make each other look again.
            if !(is_same && changes.put.is_empty() && changes.gone.is_empty()) {
                writer.commit(&changes)?;
            }
            self.library.publish(&self.resolved, &self.library.committed()?, is_final)?;
        } else {
            writer.commit(&changes)?;
            self.library.publish(&self.resolved, &self.manifest, is_final)?;
        }
        // Whatever kept a pass before this one from committing is over.
        self.library.report_trouble(self.library.trouble_now());
        self.clock.committed();
        tracing::debug!(is_final, "a commit");
        Ok(())
    }

    fn keys(&self, dataset: &FoundDataset) -> Keys {
        Keys::new(self.library.catalog(), dataset)
    }

    fn is_stopping(&self) -> bool {
        self.library.stopping().load(Ordering::Relaxed)
    }
}

/// How long is waited before a pass that begins again because others fill the index too.
pub(crate) const OTHERS_INTERVAL: Duration = Duration::from_secs(2);

/// Until the first commit of a pass: what a user waits for before seeing anything.
const FIRST_COMMIT: Duration = Duration::from_millis(600);

/// Between commits at least.
const COMMIT_INTERVAL: Duration = Duration::from_secs(2);

/// Between commits at most; in long passes they come less often, since each costs a segment to merge later.
const COMMIT_INTERVAL_MAX: Duration = Duration::from_secs(10);

/// How often the number of bytes read is reported while a file is read.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);

/// When to commit, and when to report how far it is.
pub(crate) struct Clock {
    started: Instant,
    next_commit: Instant,
    next_progress: Instant,
}

impl Clock {
    /// A pass begins.
    pub(crate) fn start() -> Self {
        let now = Instant::now();
        Self { started: now, next_commit: now + FIRST_COMMIT, next_progress: now }
    }

    /// Whether it is time for a commit.
    pub(crate) fn commit_is_due(&self) -> bool {
        Instant::now() >= self.next_commit
    }

    /// Whether it is time to report how far it is; then not again for a while.
    pub(crate) fn progress_is_due(&mut self) -> bool {
        let now = Instant::now();
        let is_due = now >= self.next_progress;
        if is_due {
            self.next_progress = now + PROGRESS_INTERVAL;
        }
        is_due
    }

    /// A commit was made.
    pub(crate) fn committed(&mut self) {
        let now = Instant::now();
        let interval = (now - self.started) / 2;
        self.next_commit = now + interval.clamp(COMMIT_INTERVAL, COMMIT_INTERVAL_MAX);
    }
}
