//! The background work: bring the index up to what lies on disk, and keep it there.
//!
//! One *pass* resolves the root, drops what is gone, reads what is new or changed (small files first, so that almost
//! everything can be seen at once), then lists image folders and ranks equal samples. What a pass has done is kept by
//! commits; a process that is killed goes on from the last one, and only files that were not complete are read again.

use super::finish::{finish_dataset, is_readable};
use super::ingest::Ingest;
use super::state::{FileState, Payload, Ranks, Stamp};
use super::{Library, LibraryError};
use crate::catalog::{FoundDataset, FoundFile, Resolved};
use crate::columns::{SetSums, generation_dir};
use crate::images::Listings;
use crate::index::TextWriter;
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Until the first commit of a pass: what a user waits for before seeing anything.
const FIRST_COMMIT: Duration = Duration::from_millis(600);

/// Between commits at least.
const COMMIT_INTERVAL: Duration = Duration::from_secs(2);

/// Between commits at most; in long passes they come less often, since each costs a segment to merge later.
const COMMIT_INTERVAL_MAX: Duration = Duration::from_secs(10);

/// How often the number of bytes read is told while a file is read.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);

/// One pass over a root.
pub(super) struct Pass<'a> {
    library: &'a Library,
    resolved: Arc<Resolved>,
    payload: Payload,
    /// Generations whose columns cannot be read, perhaps after a power cut: they are read again.
    damaged: Vec<u32>,
    clock: Clock,
}

/// A file that has to be read.
struct Work<'r> {
    dataset: &'r FoundDataset,
    file: &'r FoundFile,
    stamp: Stamp,
    replaces: Option<u32>,
}

impl<'a> Pass<'a> {
    /// Begins a pass from what the last commit says.
    pub(super) fn begin(library: &'a Library, resolved: Arc<Resolved>) -> Result<Self, LibraryError> {
        let mut payload = library.committed()?;
        let columns = library.home().columns();
        let mut damaged = Vec::new();
        for state in std::mem::take(&mut payload.files) {
            if is_readable(&state, &columns)? {
                payload.files.push(state);
            } else {
                damaged.push(state.generation);
            }
        }
        Ok(Self { library, resolved, payload, damaged, clock: Clock::start() })
    }

    /// Runs the pass; false when it was stopped before its end.
    pub(super) fn run(mut self) -> Result<bool, LibraryError> {
        let resolved = Arc::clone(&self.resolved);
        let (work, gone) = self.compare(&resolved);
        let unfinished = self.unfinished(&resolved);
        let is_done = work.is_empty() && gone.is_empty() && unfinished.is_empty();
        self.library.publish(&self.resolved, &self.payload, is_done)?;
        // Also at the beginning: what a failed pass left behind may be what fills the disk.
        self.sweep_columns();
        if is_done && self.payload.is_final {
            return Ok(true);
        }
        let mut writer = self.library.index().writer()?;
        for generation in gone {
            self.drop_generation(generation, &mut writer)?;
        }
        for work in work {
            self.read(&work, &mut writer)?;
            if self.is_stopping() {
                self.commit(&mut writer, false)?;
                return Ok(false);
            }
        }
        self.commit(&mut writer, false)?;
        self.finish_datasets(&resolved, &mut writer)?;
        self.sweep_columns();
        let is_done = !self.is_stopping();
        self.commit(&mut writer, is_done)?;
        if is_done {
            writer.finish_merges(|| self.is_stopping())?;
            self.library.publish(&self.resolved, &self.payload, true)?;
        }
        Ok(is_done)
    }

    /// What has to be read, small files first, and which generations have no file any more.
    fn compare<'r>(&self, resolved: &'r Resolved) -> (Vec<Work<'r>>, Vec<u32>) {
        let mut work = Vec::new();
        let mut kept = HashSet::new();
        for dataset in &resolved.datasets {
            for file in &dataset.files {
                let known = self.state_of(dataset, file);
                kept.extend(known.map(|state| state.generation));
                // A file that vanished since the root was walked is noticed by the next pass.
                let Ok(stamp) = Stamp::of(&file.path) else { continue };
                let is_current = |state: &FileState| state.complete && state.stamp.same_content(&stamp);
                if !known.is_some_and(is_current) {
                    work.push(Work { dataset, file, stamp, replaces: known.map(|state| state.generation) });
                }
            }
        }
        work.sort_by_key(|work| work.stamp.bytes);
        let generations = self.payload.files.iter().map(|state| state.generation);
        let gone = generations.filter(|generation| !kept.contains(generation));
        (work, gone.chain(self.damaged.iter().copied()).collect())
    }

    fn state_of(&self, dataset: &FoundDataset, file: &FoundFile) -> Option<&FileState> {
        self.payload.files.iter().find(|state| state.dataset == dataset.slug && state.path == file.relative)
    }

    /// Datasets whose images were not looked up, or whose image folders changed since.
    fn unfinished(&self, resolved: &Resolved) -> Vec<String> {
        let needs_work = |dataset: &&FoundDataset| {
            super::finish::needs_work(dataset, &self.payload.files, &self.library.home().columns())
        };
        resolved.datasets.iter().filter(needs_work).map(|dataset| dataset.slug.clone()).collect()
    }

    fn read(&mut self, work: &Work<'_>, writer: &mut TextWriter) -> Result<(), LibraryError> {
        if let Some(generation) = work.replaces {
            self.drop_generation(generation, writer)?;
        }
        let generation = self.payload.next_generation;
        self.payload.next_generation += 1;
        let state = FileState {
            generation,
            dataset: work.dataset.slug.clone(),
            path: work.file.relative.clone(),
            container: work.file.container,
            stamp: work.stamp.clone(),
            rows: 0,
            skipped: 0,
            bytes_done: 0,
            complete: false,
            sums: SetSums::default(),
            missing: None,
            folders_stamp: 0,
            ranks: Ranks::Unknown,
        };
        let dir = self.dir(generation);
        let library = self.library;
        let ingest = Ingest::begin(state, dir)?;
        let state = ingest.read(&work.file.path, writer, &mut |ingest, writer| {
            if self.is_stopping() {
                return Ok(ControlFlow::Break(()));
            }
            if self.clock.progress_is_due() {
                let others = self.payload.files.iter().filter(|state| state.complete);
                library
                    .tell_progress(others.map(|state| state.bytes_done).sum::<u64>() + ingest.bytes_done());
            }
            if self.clock.commit_is_due() {
                let state = ingest.checkpoint()?;
                self.replace_state(state);
                self.commit(writer, false)?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        self.replace_state(state);
        Ok(())
    }

    fn finish_datasets(&mut self, resolved: &Resolved, writer: &mut TextWriter) -> Result<(), LibraryError> {
        let listings = Listings::new();
        let columns = self.library.home().columns();
        for dataset in &resolved.datasets {
            if self.is_stopping() {
                return Ok(());
            }
            finish_dataset(dataset, &mut self.payload.files, &columns, &listings, self.library.stopping())?;
            if self.clock.commit_is_due() {
                self.commit(writer, false)?;
            }
        }
        Ok(())
    }

    fn replace_state(&mut self, state: FileState) {
        self.payload.files.retain(|known| known.generation != state.generation);
        self.payload.files.push(state);
    }

    fn drop_generation(&mut self, generation: u32, writer: &mut TextWriter) -> Result<(), LibraryError> {
        let dropped = self.payload.files.iter().find(|state| state.generation == generation);
        if let Some(dataset) = dropped.map(|state| state.dataset.clone()) {
            // Without the dropped samples equal ones of the same dataset have other ranks.
            let others = self.payload.files.iter_mut().filter(|state| state.dataset == dataset);
            others.for_each(|state| state.ranks = Ranks::Unknown);
        }
        self.payload.files.retain(|state| state.generation != generation);
        Ok(writer.remove(generation)?)
    }

    fn commit(&mut self, writer: &mut TextWriter, is_final: bool) -> Result<(), LibraryError> {
        self.payload.is_final = is_final;
        writer.commit(&self.payload.to_text())?;
        self.library.publish(&self.resolved, &self.payload, is_final)?;
        self.clock.committed();
        Ok(())
    }

    /// Removes column folders that belong to no generation, left over from replaced files and killed processes.
    fn sweep_columns(&self) {
        let kept: HashSet<PathBuf> =
            self.payload.files.iter().map(|state| self.dir(state.generation)).collect();
        let Ok(entries) = std::fs::read_dir(self.library.home().columns()) else { return };
        for path in entries.flatten().map(|entry| entry.path()).filter(|path| !kept.contains(path)) {
            // What cannot be removed now is tried again by the next pass.
            let _ = std::fs::remove_dir_all(path);
        }
    }

    fn dir(&self, generation: u32) -> PathBuf {
        generation_dir(&self.library.home().columns(), generation)
    }

    fn is_stopping(&self) -> bool {
        self.library.stopping().load(Ordering::Relaxed)
    }
}

/// When to commit, and when to tell how far it is.
struct Clock {
    started: Instant,
    next_commit: Instant,
    next_progress: Instant,
}

impl Clock {
    fn start() -> Self {
        let now = Instant::now();
        Self { started: now, next_commit: now + FIRST_COMMIT, next_progress: now }
    }

    fn commit_is_due(&self) -> bool {
        Instant::now() >= self.next_commit
    }

    fn progress_is_due(&mut self) -> bool {
        let now = Instant::now();
        let is_due = now >= self.next_progress;
        if is_due {
            self.next_progress = now + PROGRESS_INTERVAL;
        }
        is_due
    }

    fn committed(&mut self) {
        let now = Instant::now();
        let interval = (now - self.started) / 2;
        self.next_commit = now + interval.clamp(COMMIT_INTERVAL, COMMIT_INTERVAL_MAX);
    }
}
