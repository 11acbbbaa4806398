//! How large the first picture of each sample is: two columns per generation, made when everything is ready.
//!
//! Only headers of pictures are read, of each picture once, and half of the time is rest. A generation whose columns are there
//! is done; one that is interrupted is begun anew.

use super::clock::Clock;
use super::export::{RecordReader, open};
use super::generation::{HEIGHT, WIDTH};
use super::keys::NO_KEY;
use super::manifest::{Manifest, ManifestWriter};
use super::snapshot::{OpenFile, OpenGeneration, Snapshot};
use super::state::GenerationState;
use super::{Library, LibraryError};
use crate::catalog::Resolved;
use crate::columns::{Column, write_late};
use crate::images::Archives;
use blendscope_read::parse_record;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Samples whose pictures are looked for before their sizes are noted.
const STRETCH: usize = 1 << 16;

/// Sizes that are remembered, those of a stretch aside: about 35 MB.
const REMEMBERED_MAX: usize = 1 << 20;

/// Work between two rests.
const WORK: Duration = Duration::from_millis(20);

/// The longest rest: that of a disk which takes longer over a picture.
const REST_MAX: Duration = Duration::from_millis(100);

/// Width and height in pixels; zeros where they are not known.
type Size = (u32, u32);

impl Library {
    /// Looks up the sizes that are not known yet, generation by generation, until that is done, or `enough` or the end
    /// of the process says stop. What cannot be read now is left out.
    pub(super) fn look_up_sizes(
        &self,
        resolved: &Arc<Resolved>,
        enough: &AtomicBool,
    ) -> Result<(), LibraryError> {
        let (commit, mut manifest) = self.committed()?;
        let dir = self.home().store();
        let mut log = ManifestWriter::new(&dir, commit.as_ref(), &manifest);
        let (mut clock, mut has_news) = (Clock::start(), false);
        // Nobody waits for the first of them as for the first samples: small roots are done before.
        clock.committed();
        let mut search = SizeSearch::new(self, enough);
        for of in &self.snapshot().generations {
            if search.is_over() || !manifest.is_final {
                break;
            }
            let number = of.state.generation;
            if manifest.generations.get(&number) != Some(&of.state) || !needs_work(&of.state) {
                continue;
            }
            let Ok(Some(sizes)) = search.sizes_of(of) else { continue };
            let mut widths = sizes.iter().map(|size| size.0.into());
            let mut heights = sizes.iter().map(|size| size.1.into());
            let columns =
                &mut [(WIDTH, &mut widths as &mut dyn Iterator<Item = u64>), (HEIGHT, &mut heights)];
            let late = Some(write_late(&dir, number, of.state.late, columns)?);
            let sized_at = of.state.folders_stamp;
            manifest.put(GenerationState { late, sized_at, ..GenerationState::clone(&of.state) });
            has_news = true;
            if clock.commit_is_due() {
                self.commit_sizes(resolved, &manifest, &mut log)?;
                clock.committed();
                has_news = false;
            }
        }
        if has_news { self.commit_sizes(resolved, &manifest, &mut log) } else { Ok(()) }
    }

    fn commit_sizes(
        &self,
        resolved: &Arc<Resolved>,
        manifest: &Manifest,
        log: &mut ManifestWriter,
    ) -> Result<(), LibraryError> {
        let mut writer = self.index().writer()?;
        writer.commit(&log.write(manifest)?.to_text())?;
        writer.finish_merges(|| self.is_stopping())?;
        self.publish(resolved, manifest, manifest.is_final)
    }
}

/// Whether a generation may have pictures whose sizes were not looked up since its image folders changed.
fn needs_work(state: &GenerationState) -> bool {
    let images: u64 = state.files.iter().map(|file| file.sums.images).sum();
    let may_have_some = state.missing().is_some_and(|missing| missing < images);
    state.complete && state.sized_at != state.folders_stamp && (may_have_some || state.sized_at.is_some())
}

/// One search for sizes.
struct SizeSearch<'a> {
    library: &'a Library,
    snapshot: Arc<Snapshot>,
    archives: Arc<Archives>,
    enough: &'a AtomicBool,
    /// By image key, as a hash.
    remembered: HashMap<u64, Size>,
    /// The dataset that pictures without a size were looked for in.
    dataset: Option<usize>,
    worked_since: Instant,
}

impl<'a> SizeSearch<'a> {
    fn new(library: &'a Library, enough: &'a AtomicBool) -> Self {
        Self {
            library,
            snapshot: library.snapshot(),
            archives: library.archives(),
            enough,
            remembered: HashMap::new(),
            dataset: None,
            worked_since: Instant::now(),
        }
    }

    fn is_over(&self) -> bool {
        self.enough.load(Ordering::Relaxed) || self.library.is_stopping()
    }

    /// The sizes of all samples of a generation, row by row; none when it was interrupted.
    fn sizes_of(&mut self, of: &OpenGeneration) -> Result<Option<Vec<Size>>, LibraryError> {
        if self.dataset.replace(of.dataset) != Some(of.dataset) {
            // Another dataset may have its own folder for the same picture.
            self.remembered.retain(|_, size| *size != Size::default());
        }
        let keys = first_keys(of)?;
        let mut sizes = vec![Size::default(); keys.len()];
        for block in of.blocks() {
            let file = Arc::clone(&self.snapshot.files[block.file]);
            let rows = block.first_row as usize..(block.first_row + block.rows) as usize;
            let sized = sizes[rows.clone()].chunks_mut(STRETCH).zip(keys[rows].chunks(STRETCH));
            for (first, (sizes, stretch)) in (0..).step_by(STRETCH).zip(sized) {
                if !self.look_at_stretch(&file, first, stretch)? {
                    return Ok(None);
                }
                for (size, key) in sizes.iter_mut().zip(stretch) {
                    *size = self.remembered.get(key).copied().unwrap_or_default();
                }
                if self.remembered.len() > REMEMBERED_MAX {
                    self.remembered.clear();
                }
            }
        }
        Ok(Some(sizes))
    }

    /// Remembers the sizes of the first pictures of some samples of a file, from the ordinal `first` on; false when it
    /// was interrupted.
    fn look_at_stretch(&mut self, file: &OpenFile, first: u32, keys: &[u64]) -> Result<bool, LibraryError> {
        let mut unseen = Vec::new();
        for (ordinal, key) in (first..).zip(keys) {
            if *key != NO_KEY && !self.remembered.contains_key(key) {
                self.remembered.insert(*key, Size::default());
                unseen.push((ordinal, *key));
            }
        }
        if !unseen.is_empty()
            && let Err(error) = self.look_at(file, &unseen)
        {
            // What was not looked at is not without a size.
            self.dataset = None;
            return Err(error);
        }
        Ok(!self.is_over())
    }

    /// Remembers the sizes of the first pictures of some samples, given with their keys in file order.
    fn look_at(&mut self, file: &OpenFile, unseen: &[(u32, u64)]) -> Result<(), LibraryError> {
        let opened = open(file)?;
        let ordinals = unseen.iter().map(|(ordinal, _)| *ordinal);
        let mut records = RecordReader::new(file, &opened, Box::new(ordinals))?;
        for (_, key) in unseen {
            let Some((_, record)) = records.next()?.filter(|_| !self.is_over()) else { break };
            let sample = parse_record(file.state().container, record).ok();
            let image = sample.as_ref().and_then(|sample| sample.images.first());
            let picture = image.and_then(|image| self.snapshot.picture_of(file, image, &self.archives));
            if let Some(size) = picture.and_then(|picture| picture.size()) {
                self.remembered.insert(*key, size);
            }
            self.rest();
        }
        records.check()
    }

    /// Rests as long as it worked, so that those who search have the machine.
    fn rest(&mut self) {
        let worked = self.worked_since.elapsed();
        if worked >= WORK {
            thread::sleep(worked.min(REST_MAX));
            self.worked_since = Instant::now();
        }
    }
}

/// The hash of each sample's first image key; [`NO_KEY`] where there is no picture to look at.
fn first_keys(of: &OpenGeneration) -> Result<Vec<u64>, LibraryError> {
    let missing = of.missing_column();
    let mut missing = missing.iter().flat_map(|column| column.iter());
    let mut keys = of.image_keys()?.iter();
    let first = |images: u64| {
        let first = (images > 0).then(|| keys.next()).flatten();
        if images > 1 {
            keys.nth(images as usize - 2);
        }
        // What is missing is not asked for again.
        let all_are_missing = missing.next() == Some(images);
        first.filter(|_| !all_are_missing).unwrap_or(NO_KEY)
    };
    Ok(of.columns().column(Column::Images).iter().map(first).collect())
}
