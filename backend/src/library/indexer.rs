//! The background work: bring the index up to what lies on disk, and keep it there.
//!
//! One *pass* resolves the root, drops what is gone, reads what is new or changed (small files first, so that almost
//! everything can be seen at once), then lists image folders and ranks equal samples. What a pass has done is kept by
//! commits; a process that is killed goes on from the last one, and only files that were not complete are read again.

use super::clock::Clock;
use super::finish::{finish_dataset, is_readable};
use super::folders::Folders;
use super::ingest::Ingest;
use super::keys::Keys;
use super::read_keys::ReadKeys;
use super::state::{FileState, Payload, Ranks, Stamp};
use super::subsets::SubsetState;
use super::{Library, LibraryError, subsets};
use crate::catalog::{FoundDataset, FoundFile, Locator, Resolved};
use crate::columns::{SetSums, generation_dir};
use crate::images::Listings;
use crate::index::TextWriter;
use std::collections::HashSet;
use std::io::ErrorKind;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::thread;

/// One pass over a root.
pub(super) struct Pass<'a> {
    library: &'a Library,
    resolved: Arc<Resolved>,
    payload: Payload,
    /// Generations whose columns cannot be read, perhaps after a power cut: they are read again.
    damaged: Vec<u32>,
    locator: Locator,
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
        for state in &mut payload.files {
            let is_there =
                |subset: &SubsetState| resolved.id_lists.iter().any(|list| list.slug == subset.list);
            if state.subset.as_ref().is_some_and(|subset| !is_there(subset)) {
                state.subset = None;
                payload.is_final = false;
            }
        }
        let locator = Locator::new(Arc::clone(&library.catalog), &resolved);
        Ok(Self { library, resolved, payload, damaged, locator, clock: Clock::start() })
    }

    /// Runs the pass; false when it was stopped before its end.
    pub(super) fn run(mut self) -> Result<bool, LibraryError> {
        let resolved = Arc::clone(&self.resolved);
        let (work, gone) = self.compare(&resolved);
        let has_work = !(work.is_empty() && gone.is_empty());
        let library = self.library;
        if has_work {
            library.publish(&self.resolved, &self.payload, false)?;
        }
        // Also at the beginning: what a failed pass left behind may be what fills the disk.
        self.sweep_columns();
        let mut writer = library.index().writer()?;
        thread::scope(|scope| {
            // What lies beside the data is read beside the reading: a large archive or box file takes seconds.
            let beside = scope.spawn(|| library.open_beside(&resolved));
            gone.into_iter().try_for_each(|generation| self.drop_generation(generation, &mut writer))?;
            work.iter().try_for_each(|work| self.read(work, &mut writer))?;
            // Samples are shown without waiting for that.
            if has_work {
                self.commit(&mut writer, false)?;
            }
            beside.join().unwrap_or(Ok(()))
        })?;
        if self.is_stopping() {
            self.commit(&mut writer, false)?;
            return Ok(false);
        }
        if !has_work && self.payload.is_final && !self.is_unfinished(&resolved) {
            library.publish(&self.resolved, &self.payload, true)?;
            return Ok(true);
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
            let keys_stamp = self.keys(dataset).stamp();
            for file in &dataset.files {
                let known = self.state_of(dataset, file);
                kept.extend(known.map(|state| state.generation));
                let stamp = match Stamp::of(&file.path) {
                    Ok(stamp) => stamp,
                    // A file that vanished since the root was walked is noticed by the next pass.
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    Err(error) => {
                        let unread = format!("cannot read {}: {error}; it is tried again", file.relative);
                        *self.library.unread.lock().unwrap_or_else(PoisonError::into_inner) = Some(unread);
                        continue;
                    }
                };
                let is_current = |state: &FileState| {
                    state.complete
                        && !state.failed
                        && state.keys_stamp == keys_stamp
                        && state.stamp.same_content(&stamp)
                };
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

    /// Whether a dataset's images were not looked up, or its image folders changed since.
    fn is_unfinished(&self, resolved: &Resolved) -> bool {
        let (archives, columns) = (self.library.archives(), self.library.home().columns());
        if resolved.id_lists.iter().any(|list| subsets::needs_work(list, &self.payload.files)) {
            return true;
        }
        resolved.datasets.iter().any(|dataset| {
            let places = Folders { dataset, locator: &self.locator, archives: &archives };
            super::finish::needs_work(&places, &self.payload.files, &columns)
        })
    }

    fn read(&mut self, work: &Work<'_>, writer: &mut TextWriter) -> Result<(), LibraryError> {
        if self.is_stopping() {
            return Ok(());
        }
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
            failed: false,
            sums: SetSums::default(),
            read_keys: ReadKeys::default(),
            keys_stamp: self.keys(work.dataset).stamp(),
            missing: None,
            folders_stamp: 0,
            sized_at: None,
            broken: None,
            subset: None,
            has_repeats: false,
            ranks: Ranks::Unknown,
        };
        let dir = self.dir(generation);
        let library = self.library;
        let ingest = Ingest::begin(state, dir, self.keys(work.dataset))?;
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
        let archives = self.library.archives();
        let columns = self.library.home().columns();
        for dataset in &resolved.datasets {
            if self.is_stopping() {
                return Ok(());
            }
            let places = Folders { dataset, locator: &self.locator, archives: &archives };
            finish_dataset(&places, &mut self.payload.files, &columns, &listings, self.library.stopping())?;
            if self.clock.commit_is_due() {
                self.commit(writer, false)?;
            }
        }
        for list in &resolved.id_lists {
            subsets::mark(list, &mut self.payload.files, &columns, self.library.stopping())?;
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
        self.library.check_lock()?;
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

    fn keys(&self, dataset: &FoundDataset) -> Keys {
        Keys::new(Arc::clone(&self.library.catalog), dataset)
    }

    fn dir(&self, generation: u32) -> PathBuf {
        generation_dir(&self.library.home().columns(), generation)
    }

    fn is_stopping(&self) -> bool {
        self.library.stopping().load(Ordering::Relaxed)
    }
}
