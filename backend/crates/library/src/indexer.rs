//! The background work: bring the index up to what lies on disk, and keep it there.
//!
//! One *pass* resolves the root, drops what is gone, reads what is new or changed (small files first, so that almost
//! everything can be seen at once), then lists image folders and ranks equal samples. What a pass has done is kept by
//! commits; a process that is killed goes on from the last one, and only files that were not complete are read again.

use super::away::Away;
use super::clock::Clock;
use super::finish::{self, finish_dataset};
use super::folders::Folders;
use super::ingest::Ingest;
use super::integrity::Sorted;
use super::keys::Keys;
use super::manifest::{Manifest, ManifestWriter};
use super::plan::{Plan, Rules, Todo, Work, plan};
use super::state::{FileState, GenerationState, Ranks};
use super::{Library, LibraryError, subsets};
use blendscope_catalog::{FoundDataset, Locator, Resolved};
use blendscope_engine::Row;
use blendscope_images::Listings;
use blendscope_local::TextWriter;
use blendscope_local::{generation_file, late_file};
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::thread;

/// One pass over a root.
pub(crate) struct Pass<'a> {
    library: &'a Library,
    resolved: Arc<Resolved>,
    manifest: Manifest,
    log: ManifestWriter,
    /// Generations of which something is damaged, so that their files are read again, and others whose samples are in the
    /// text index although nobody knows of them.
    left_out: Vec<u32>,
    /// Files that cannot be reached, whose samples stay.
    away: Away,
    locator: Locator,
    clock: Clock,
}

impl<'a> Pass<'a> {
    /// Begins a pass from what the last commit says.
    pub(crate) fn begin(library: &'a Library) -> Result<Self, LibraryError> {
        let (commit, manifest) = library.committed()?;
        let (resolved, away) = library.resolve(&manifest)?;
        let dir = library.home().store();
        let log = ManifestWriter::new(&dir, commit.as_ref(), &manifest);
        let Sorted { mut manifest, damaged, unknown } = library.sort_out(manifest)?;
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
        Ok(Self { library, resolved, manifest, log, left_out, away, locator, clock: Clock::start() })
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
        let has_damage = !self.left_out.is_empty() || library.index().has_damage();
        let has_work = !(work.is_empty() && gone.is_empty() && touched.is_empty()) || has_damage;
        *library.unread.lock().unwrap_or_else(PoisonError::into_inner) =
            unread.or_else(|| self.away.trouble());
        if let Some(damage) = library.damage_under_repair() {
            library.tell_trouble(Some(damage));
        }
        if has_work {
            library.publish(&self.resolved, &self.manifest, false)?;
        }
        // Also at the beginning: what a failed pass left behind may be what fills the disk.
        self.sweep();
        if !has_work && self.manifest.is_final {
            library.open_beside(&resolved)?;
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
        let mut writer = library.index().writer()?;
        thread::scope(|scope| {
            // What lies beside the data is read beside the reading: a large archive or box file takes seconds.
            let beside = scope.spawn(|| library.open_beside(&resolved));
            for generation in std::mem::take(&mut self.left_out) {
                writer.remove_generation(generation)?;
            }
            for (generation, path) in gone {
                self.drop_file(generation, &path, &mut writer)?;
            }
            for (generation, path, stamp) in touched {
                self.change(generation, |state| {
                    if let Some(file) = state.files.iter_mut().find(|file| file.path == path) {
                        file.stamp = stamp.clone();
                    }
                });
            }
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
        self.commit(&mut writer, false)?;
        self.finish_datasets(&resolved, &mut writer)?;
        let is_done = !self.is_stopping();
        self.commit(&mut writer, is_done)?;
        if is_done {
            writer.finish_merges(|| self.is_stopping())?;
            library.publish(&self.resolved, &self.manifest, true)?;
            library.home().remove_earlier_layouts();
        }
        self.sweep();
        Ok(is_done)
    }

    /// Whether a dataset's images were not looked up, or its image folders changed since.
    fn is_unfinished(&self, resolved: &Resolved) -> Result<bool, LibraryError> {
        let (archives, dir) = (self.library.archives(), self.library.home().store());
        if resolved.id_lists.iter().any(|list| subsets::needs_work(list, &self.manifest)) {
            return Ok(true);
        }
        for dataset in &resolved.datasets {
            let places = Folders { dataset, locator: &self.locator, archives: &archives };
            if finish::is_unfinished(&places, &self.manifest, &dir)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads the files of a generation.
    fn read(&mut self, work: &Work<'_>, writer: &mut TextWriter) -> Result<(), LibraryError> {
        if self.is_stopping() {
            return Ok(());
        }
        let state = self.next_generation(work.dataset);
        self.library.check_permission()?;
        let (library, dir) = (self.library, self.library.home().store());
        let mut ingest = Ingest::begin(state, &dir, self.keys(work.dataset))?;
        let done_before = self.bytes_done();
        for Todo { file, stamp, replaces } in &work.files {
            if let Some(before) = replaces {
                self.drop_file(*before, &file.relative, writer)?;
            }
            let state = FileState::new(file.relative.clone(), file.container, stamp.clone());
            let is_read = ingest.read(&file.path, state, writer, &mut |ingest, writer| {
                if self.is_stopping() {
                    return Ok(ControlFlow::Break(()));
                }
                if self.clock.progress_is_due() {
                    library.tell_progress(done_before + ingest.bytes_done());
                }
                if self.clock.commit_is_due() {
                    let state = ingest.checkpoint()?;
                    self.manifest.put(state);
                    self.commit(writer, false)?;
                }
                Ok(ControlFlow::Continue(()))
            })?;
            if !is_read {
                self.manifest.put(ingest.stop(writer)?);
                return Ok(());
            }
        }
        self.manifest.put(ingest.finish()?);
        Ok(())
    }

    fn next_generation(&mut self, dataset: &FoundDataset) -> GenerationState {
        let generation = self.manifest.next_generation;
        self.manifest.next_generation += 1;
        let keys_stamp = self.keys(dataset).stamp();
        let dataset = dataset.slug.clone();
        GenerationState { generation, dataset, keys_stamp, ..GenerationState::default() }
    }

    /// Bytes of complete generations.
    fn bytes_done(&self) -> u64 {
        let complete = self.manifest.generations.values().filter(|state| state.complete);
        complete.flat_map(|state| &state.files).map(|file| file.bytes_done).sum()
    }

    fn finish_datasets(&mut self, resolved: &Resolved, writer: &mut TextWriter) -> Result<(), LibraryError> {
        let listings = Listings::new();
        let archives = self.library.archives();
        let dir = self.library.home().store();
        for dataset in &resolved.datasets {
            if self.is_stopping() {
                return Ok(());
            }
            let places = Folders { dataset, locator: &self.locator, archives: &archives };
            finish_dataset(&places, &mut self.manifest, &dir, &listings, self.library.stopping())?;
            if self.clock.commit_is_due() {
                self.commit(writer, false)?;
            }
        }
        for list in &resolved.id_lists {
            subsets::mark(list, &mut self.manifest, &dir, self.library.stopping())?;
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
        writer: &mut TextWriter,
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
        Ok(writer.remove(Row::new(generation, file.first_row))?)
    }

    fn commit(&mut self, writer: &mut TextWriter, is_final: bool) -> Result<(), LibraryError> {
        self.library.check_permission()?;
        self.manifest.is_final = is_final;
        let commit = self.log.write(&self.manifest)?;
        writer.commit(&commit.to_text())?;
        self.library.publish(&self.resolved, &self.manifest, is_final)?;
        // Whatever kept a pass before this one from committing is over.
        self.library.tell_trouble(self.library.trouble_now());
        self.clock.committed();
        Ok(())
    }

    /// Removes files that belong to no generation, left over from replaced files and killed processes.
    fn sweep(&self) {
        let dir = self.library.home().store();
        let mut kept: HashSet<PathBuf> = HashSet::from([self.log.path()]);
        for state in self.manifest.generations.values() {
            kept.insert(generation_file(&dir, state.generation));
            kept.extend(state.late.map(|late| late_file(&dir, state.generation, late.number)));
        }
        let Ok(entries) = std::fs::read_dir(&dir) else { return };
        for path in entries.flatten().map(|entry| entry.path()).filter(|path| !kept.contains(path)) {
            // What cannot be removed now is tried again by the next pass.
            let _ = std::fs::remove_file(path);
        }
    }

    fn keys(&self, dataset: &FoundDataset) -> Keys {
        Keys::new(self.library.catalog(), dataset)
    }

    fn is_stopping(&self) -> bool {
        self.library.stopping().load(Ordering::Relaxed)
    }
}
