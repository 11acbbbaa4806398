//! The thread that keeps the index up to date.

use crate::ingest::away::Away;
use crate::ingest::finish;
use crate::ingest::pass::Pass;
use crate::ingest::refs::Folders;
use crate::store::checkup::Checkup;
use crate::store::integrity::Sorted;
use crate::store::lock::Denied;
use crate::store::manifest::Manifest;
use crate::store::snapshot::Snapshot;
use crate::store::state::{FileState, Stamp};
use crate::{Library, LibraryError};
use blendscope_catalog::{Changes, Resolved};
use blendscope_engine::{Writers, may_not_be_written};
use blendscope_read::{Form, disk, reads};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};
use std::{fs, thread};

/// How long nothing is looked at between two looks at the root, at least.
const WATCH_INTERVAL: Duration = Duration::from_secs(3);

/// How often the files of the index are looked at: sizes and times only.
const INDEX_INTERVAL: Duration = Duration::from_secs(1);

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

/// How often a process that only asks looks whether something changed under the root.
const ROOT_INTERVAL: Duration = Duration::from_mins(1);

/// How long to wait before files that the system failed to read are tried again, at least.
const FAILED_INTERVAL: Duration = Duration::from_mins(1);

impl Library {
    /// Indexes and then watches, until the library is shut down. Where another process does that, shows what that one has done, and
    /// takes over when it is gone.
    pub fn work_in_background(&self) {
        while !self.is_stopping() {
            match self.permission.denied() {
                None => self.keep_up_to_date(),
                Some(Denied::FolderLost) => self.or_try_again(|| self.begin_anew()),
                Some(Denied::OnlyAsks) => {
                    self.or_try_again(|| self.follow());
                    self.sleep(WATCH_INTERVAL);
                }
                Some(_) => {
                    self.or_try_again(|| self.follow());
                    self.sleep(WATCH_INTERVAL);
                    self.or_try_again(|| self.take_over());
                }
            }
        }
    }

    fn keep_up_to_date(&self) {
        let (started, returned) = (Instant::now(), reads::returned());
        // A panic is a fault of ours; it must neither end indexing for good nor go unseen.
        match catch_unwind(AssertUnwindSafe(|| self.pass())) {
            Ok(Ok(resolved)) => self.watch(&resolved, started.elapsed(), returned),
            Ok(Err(_)) if self.permission.check().is_err() => {}
            Ok(Err(LibraryError::IndexLost(_))) => {
                self.or_try_again(|| self.open_index_again());
                self.sleep(INDEX_INTERVAL);
            }
            Ok(Err(error)) => self.wait_after(error.to_string()),
            Err(_) => {
                self.doubt();
                self.wait_after("indexing failed by a fault of Blendscope; it is tried again".to_owned());
            }
        }
    }

    /// Does something whose failure is reported and leads to another try.
    fn or_try_again(&self, work: impl Fn() -> Result<(), LibraryError>) {
        match catch_unwind(AssertUnwindSafe(&work)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => self.wait_after(error.to_string()),
            Err(_) => {
                self.wait_after(
                    "reading the index failed by a fault of Blendscope; it is tried again".to_owned(),
                );
            }
        }
    }

    fn wait_after(&self, trouble: String) {
        self.report_trouble(Some(trouble));
        self.sleep(RETRY_INTERVAL);
    }

    /// Brings the index up to what lies on disk.
    pub fn pass(&self) -> Result<Arc<Resolved>, LibraryError> {
        let (passed_over, _) = reads::passed_over();
        let _span = tracing::info_span!("pass").entered();
        let begun = Instant::now();
        loop {
            self.take_next_catalog();
            let pass = Pass::begin(self)?;
            let resolved = pass.resolved();
            if pass.run()? || self.is_stopping() {
                self.note_passed_over(passed_over);
                let samples = self.status().samples;
                tracing::info!(
                    samples,
                    ms = begun.elapsed().as_millis(),
                    "everything under the root was looked at"
                );
                self.report_trouble(self.trouble_now());
                return Ok(resolved);
            }
        }
    }

    /// Takes note of files that did not answer since so many had not.
    fn note_passed_over(&self, before: u64) {
        let (count, path) = reads::passed_over();
        if count != before {
            let path = self.snapshot().shown(&path);
            let unread = format!(
                "{path} did not answer, perhaps because a disk of the network is gone; everything else is indexed, and it \
                 is tried again every minute and as soon as it answers"
            );
            self.unread.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(unread);
        }
    }

    /// What there is under the root, and what was indexed there and cannot be reached; an error if that is everything.
    pub fn resolve(&self, manifest: &Manifest) -> Result<(Arc<Resolved>, Away), LibraryError> {
        let mut resolved = self.catalog().resolve_again(self.root(), &self.looks)?;
        let away = Away::of(&resolved, manifest);
        match away.trouble() {
            Some(trouble) if away.is_all() => return Err(LibraryError::Away(trouble)),
            Some(_) => away.restore(&mut resolved, &self.snapshot().resolved),
            None => {}
        }
        Ok((Arc::new(resolved), away))
    }

    /// Shows what another process has written so far, as far as it is whole.
    pub fn follow(&self) -> Result<(), LibraryError> {
        let is_same_catalog = !self.take_next_catalog();
        let last = self.engine().last_commit()?;
        let lock = || self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        let looked_again = self.look_again_in_doubt(&self.snapshot())?;
        if is_same_catalog && *lock() == last && self.snapshot().number > 1 && !looked_again {
            return self.look_at_root_again();
        }
        let (commit, Sorted { manifest, damaged, .. }) = self.sort_out_of_other()?;
        let (resolved, _) = self.resolve(&manifest)?;
        self.look_for_unindexed(&resolved, &manifest);
        // Archives and boxes that cannot be written are reported with the files that are not opened.
        let beside = self.open_sidecars(&resolved);
        self.publish(&resolved, &manifest, manifest.is_final)?;
        self.check_pending(&manifest, &AtomicBool::new(false))?;
        if damaged.is_empty() && !self.has_damage() {
            self.publish(&resolved, &manifest, manifest.is_final)?;
            *lock() = commit;
            self.note_mended();
        }
        let trouble = beside.err().map(|error| error.to_string());
        self.report_trouble(self.damage_under_repair().or(trouble));
        Ok(())
    }

    /// Looks from time to time whether something changed under the root, where nobody else tells.
    fn look_at_root_again(&self) -> Result<(), LibraryError> {
        if self.driver.writers() != Writers::None || !self.is_root_due() {
            return Ok(());
        }
        let manifest = self.committed()?;
        let (resolved, _) = self.resolve(&manifest)?;
        self.look_for_unindexed(&resolved, &manifest);
        if resolved != self.snapshot().resolved {
            self.publish(&resolved, &manifest, manifest.is_final)?;
        }
        Ok(())
    }

    /// Whether the root was not looked at for a while; then not again for as long.
    fn is_root_due(&self) -> bool {
        let mut looked = self.looked_at_root.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = looked.is_none_or(|looked| looked.elapsed() > ROOT_INTERVAL);
        *looked = Some(Instant::now()).filter(|_| is_due).or(*looked);
        is_due
    }

    /// Says how many files are not indexed or have changed, where this process only asks and will not change that.
    fn look_for_unindexed(&self, resolved: &Resolved, manifest: &Manifest) {
        if self.driver.writers() != Writers::None {
            return;
        }
        let mut known: HashMap<(&str, &str), &FileState> = HashMap::new();
        for state in manifest.generations.values() {
            known.extend(state.files.iter().map(|file| ((state.dataset.as_str(), file.path.as_str()), file)));
        }
        let is_known = |dataset: &str, path: &str, at: &Path| {
            let state = known.get(&(dataset, path))?;
            Some(disk::metadata(at).map_or(true, |metadata| state.stamp.is_untouched(&metadata)))
        };
        let (mut new, mut changed) = (0_u64, 0_u64);
        for dataset in &resolved.datasets {
            for file in &dataset.files {
                match is_known(&dataset.slug, &file.relative, &file.path) {
                    None => new += 1,
                    Some(is_same) => changed += u64::from(!is_same),
                }
            }
        }
        let unindexed = (new + changed > 0).then(|| {
            format!(
                "{new} annotation files are not indexed and {changed} have changed since; to bring them in: blendscope index \
                 {} {}",
                self.root().display(),
                self.driver.options()
            )
        });
        *self.unindexed.lock().unwrap_or_else(PoisonError::into_inner) = unindexed;
        self.report_notice();
    }

    /// Becomes the process that writes, if no other does any more.
    fn take_over(&self) -> Result<(), LibraryError> {
        if let Err(error) = self.home().make()
            && !may_not_be_written(&error)
        {
            return Err(LibraryError::IndexDir { path: self.home().dir().to_owned(), source: error });
        }
        let is_granted = self.permission.ask_again(self.home(), self.driver.writers())?;
        if is_granted {
            self.open_index_again()?;
        }
        self.report_notice();
        Ok(())
    }

    /// Makes the index anew after its folder went; or shows that of another process, if one has made it by now.
    fn begin_anew(&self) -> Result<(), LibraryError> {
        let path = self.home().dir().to_owned();
        self.report_trouble(Some(LibraryError::IndexFolderLost { path: path.clone() }.to_string()));
        self.home().make().map_err(|source| LibraryError::IndexDir { path, source })?;
        self.permission.ask_again(self.home(), self.driver.writers())?;
        self.open_index_again()?;
        self.note_removal();
        self.report_notice();
        Ok(())
    }

    /// Opens the index that is in the folder now.
    fn open_index_again(&self) -> Result<(), LibraryError> {
        tracing::warn!(folder = %self.home().dir().display(), "the index is opened again");
        let engine = self.driver.open(&self.home().index(), self.permission.may_write())?;
        *self.engine.lock().unwrap_or_else(PoisonError::into_inner) = engine;
        *self.followed.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.integrity.begin_anew();
        Ok(())
    }

    /// Returns when something changed on disk, or a disk answers of which `returned` reads had come back when the pass began.
    /// Until then the index is looked at as far as that was not done, and the sizes
    /// of pictures are looked up.
    fn watch(&self, resolved: &Arc<Resolved>, pass_took: Duration, returned: u64) {
        let enough = AtomicBool::new(false);
        thread::scope(|scope| {
            let beside = scope.spawn(|| self.work_beside_watching(resolved, &enough));
            self.wait_for_change(resolved, pass_took, returned);
            enough.store(true, Ordering::Relaxed);
            beside.thread().unpark();
        });
    }

    /// Checks the files of the index, looks up sizes, and compares files with what was indexed, from time to time.
    fn work_beside_watching(&self, resolved: &Arc<Resolved>, enough: &AtomicBool) {
        let is_enough = || enough.load(Ordering::Relaxed) || self.is_stopping();
        let work = || {
            let manifest = self.committed()?;
            self.check_pending(&manifest, enough)?;
            self.show_as_final(resolved)?;
            self.check_own(enough)?;
            self.look_up_sizes(resolved, enough)?;
            if !is_enough() {
                self.report_mended();
            }
            self.check_files(self.verifies, enough)
        };
        while !is_enough() {
            let returned = reads::returned();
            let (done, is_sure) = reads::heard_all(|| catch_unwind(AssertUnwindSafe(work)));
            let rest = match done {
                Ok(Err(error)) => {
                    self.report_trouble(Some(error.to_string()));
                    RETRY_INTERVAL
                }
                Ok(Ok(())) => {
                    self.report_trouble(self.trouble_now());
                    RECHECK_INTERVAL
                }
                Err(_) => RECHECK_INTERVAL,
            };
            let until = Instant::now() + rest;
            let is_over = || Instant::now() >= until || !is_sure && reads::returned() != returned;
            while !is_enough() && !is_over() {
                let left = until.saturating_duration_since(Instant::now());
                thread::park_timeout(if is_sure { left } else { left.min(INDEX_INTERVAL) });
            }
        }
    }

    fn wait_for_change(&self, resolved: &Arc<Resolved>, pass_took: Duration, returned: u64) {
        let retry_interval = (self.unread().is_some() || has_failed(&self.snapshot()))
            .then(|| FAILED_INTERVAL.max(pass_took * PATIENCE_SHARE));
        let began = Instant::now();
        let patience = (pass_took * PATIENCE_SHARE).min(LONGEST_PATIENCE);
        let mut look_took = Duration::ZERO;
        // Since when something that is being written has been waited for.
        let mut growing: Option<Instant> = None;
        self.looks.be_thorough();
        while !self.is_stopping() {
            let rest = (look_took * REST_SHARE).clamp(WATCH_INTERVAL, LONGEST_REST);
            let is_due = || {
                retry_interval
                    .is_some_and(|interval| began.elapsed() > interval || reads::returned() != returned)
            };
            if !self.rest_while_index_is_whole(rest) || is_due() || !self.suspects().is_empty() {
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

    /// Rests, and looks meanwhile at the files of the index as they are known to the file system. False as soon as there is
    /// something to mend, or the folder is another one.
    fn rest_while_index_is_whole(&self, rest: Duration) -> bool {
        let until = Instant::now() + rest;
        loop {
            if self.permission.check().is_err()
                || self.look_again_in_doubt(&self.snapshot()).unwrap_or(true)
                || self.has_damage()
                || self.catalogs.has_next()
            {
                return false;
            }
            let Some(left) = until.checked_duration_since(Instant::now()) else { return true };
            if self.is_stopping() {
                return false;
            }
            thread::park_timeout(left.min(INDEX_INTERVAL));
        }
    }

    /// Whether a change under the root is one of annotation files or of pictures.
    fn has_news(&self, resolved: &Arc<Resolved>) -> bool {
        let now = self.committed().and_then(|manifest| self.resolve(&manifest));
        now.is_ok_and(|(now, _)| now != *resolved)
            || self.a_known_file_changed()
            || self.image_folders_changed()
    }

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
        let manifest = self.committed()?;
        if self.check_before_writing(&manifest)? { Ok(()) } else { self.pass().map(|_| ()) }
    }

    fn image_folders_changed(&self) -> bool {
        let snapshot = self.snapshot();
        let archives = self.archives();
        snapshot.generations.iter().filter(|of| of.state.complete).any(|of| {
            let dataset = snapshot.found(of.dataset);
            let places = Folders { dataset, locator: &snapshot.locator, archives: &archives };
            finish::needs_work(&places, &of.state, of.parts()).unwrap_or(true)
        })
    }

    /// Reports that what was found damaged is as it was before, the sizes of pictures included.
    fn report_mended(&self) {
        if self.damage_under_repair().is_some() && self.snapshot().is_final() {
            self.note_mended();
            self.report_notice();
        }
    }

    /// What is to be reported now.
    pub fn trouble_now(&self) -> Option<String> {
        self.damage_under_repair().or_else(|| self.unread())
    }

    /// Why the system could not look at one of the files in the last pass, if there is one.
    fn unread(&self) -> Option<String> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn a_known_file_changed(&self) -> bool {
        let is_same = |path: &Path, state: &FileState| {
            let compared = if state.container.form == Form::Folder {
                Stamp::of(path).map(|stamp| stamp.same_content(&state.stamp))
            } else {
                disk::metadata(path).map(|metadata| state.stamp.is_untouched(&metadata))
            };
            compared.unwrap_or_else(|error| reads::is_unanswered(&error))
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
}

fn has_failed(snapshot: &Snapshot) -> bool {
    snapshot.files.iter().any(|file| file.state().failed)
}

impl Library {
    /// Brings the index up to what lies on disk, or takes what it holds where another process writes it; returns when
    /// that is done or stopped. From then on any other process may write.
    pub fn catch_up(&self) -> Result<(), LibraryError> {
        if self.permission.denied().is_some() {
            return self.follow();
        }
        self.pass()?;
        self.permission.let_go();
        Ok(())
    }
}
