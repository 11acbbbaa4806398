//! How large the first picture of each sample is, and how many of its pictures are broken: columns per generation, made
//! when everything is ready.
//!
//! Only headers and ends of pictures are read, of each picture once, and half of the time is rest. What an annotation
//! file holds was looked at while it was read. A generation whose columns are there is done; one that is interrupted is
//! begun anew.

use crate::ingest::pass::{Clock, OTHERS_INTERVAL};
use crate::store::keys::NO_KEY;
use crate::store::manifest::{LastCommitted, Manifest};
use crate::store::picture::Known;
use crate::store::records::{RecordReader, open};
use crate::store::snapshot::{OpenFile, OpenGeneration, Scan, Snapshot};
use crate::store::state::GenerationState;
use crate::store::values::with_broken;
use crate::{Library, LibraryError};
use blendscope_catalog::Resolved;
use blendscope_engine::{Field, Numbers, PictureStatus, Row};
use blendscope_images::Archives;
use blendscope_read::{ImageRef, reads};
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Samples whose pictures are looked at before what they are is noted.
const STRETCH: usize = 1 << 16;

/// Pictures that are remembered, those of a stretch aside: about 35 MB.
const REMEMBERED_MAX: usize = 1 << 20;

/// Work between two rests.
const WORK: Duration = Duration::from_millis(20);

/// The longest rest: that of a disk which takes longer over a picture.
const REST_MAX: Duration = Duration::from_millis(100);

/// What is noted of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Noted {
    /// In pixels; zeros where they are not known.
    size: (u32, u32),
    is_broken: bool,
}

/// What is noted of a sample.
#[derive(Clone, Copy, Debug, Default)]
struct OfSample {
    /// Of its first picture.
    size: (u32, u32),
    broken: u64,
}

impl Library {
    /// Looks at all pictures that were not looked at yet, where any number of processes fill the index: what is found is
    /// written by one of them at a time.
    pub fn look_up_sizes_to_end(&self) -> Result<(), LibraryError> {
        let mut writer = self.engine().writer()?;
        while !self.is_stopping() && !writer.may_finish()? {
            thread::sleep(OTHERS_INTERVAL);
        }
        let (resolved, _) = self.resolve(&self.committed()?)?;
        self.look_up_sizes(&resolved, &AtomicBool::new(false))?;
        Ok(writer.close(&|| self.is_stopping())?)
    }

    /// Looks at the pictures that were not looked at yet, generation by generation, until that is done, or `enough` or the
    /// end of the process says stop. What cannot be read now is left out.
    pub fn look_up_sizes(&self, resolved: &Arc<Resolved>, enough: &AtomicBool) -> Result<(), LibraryError> {
        let mut manifest = self.committed()?;
        let mut last = LastCommitted::new(&manifest);
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
            let (samples, is_sure) = reads::heard_all(|| search.samples_of(of));
            let Ok(Some(samples)) = samples else { continue };
            // Pictures that do not answer are looked at again when they do.
            let sized_at = if is_sure { of.state.folders_stamp } else { of.state.sized_at };
            let mut widths = samples.iter().map(|sample| sample.size.0.into());
            let mut heights = samples.iter().map(|sample| sample.size.1.into());
            let mut scan = Scan::of(of, [Field::Pictures]);
            let mut status =
                scan.by_ref().zip(&samples).map(|([before], sample)| with_broken(before, sample.broken > 0));
            let numbers: &mut [Numbers<'_>] = &mut [
                (Field::Width, &mut widths),
                (Field::Height, &mut heights),
                (Field::Pictures, &mut status),
            ];
            let receipt = self.engine().amend(&of.state.filled(), numbers)?;
            scan.failure()?;
            let mut state = GenerationState { receipt, sized_at, ..GenerationState::clone(&of.state) };
            note_broken(&mut state, &samples);
            manifest.put(state);
            has_news = true;
            if clock.commit_is_due() {
                self.commit_sizes(resolved, &manifest, &mut last)?;
                clock.committed();
                has_news = false;
            }
        }
        if has_news { self.commit_sizes(resolved, &manifest, &mut last) } else { Ok(()) }
    }

    fn commit_sizes(
        &self,
        resolved: &Arc<Resolved>,
        manifest: &Manifest,
        last: &mut LastCommitted,
    ) -> Result<(), LibraryError> {
        self.check_permission()?;
        let mut writer = self.engine().writer()?;
        writer.commit(&last.change_to(manifest))?;
        writer.close(&|| self.is_stopping())?;
        self.publish(resolved, manifest, manifest.is_final)
    }
}

/// Notes for each file how many images are broken.
fn note_broken(state: &mut GenerationState, samples: &[OfSample]) {
    for file in &mut state.files {
        let own = samples.iter().skip(file.first_row as usize).take(file.rows as usize);
        file.broken = Some(own.map(|sample| sample.broken).sum());
    }
}

/// Whether a generation may have pictures whose sizes were not looked up since its image folders changed.
fn needs_work(state: &GenerationState) -> bool {
    let images: u64 = state.files.iter().map(|file| file.sums.images).sum();
    let may_have_some = state.missing().is_some_and(|missing| missing < images);
    state.complete && state.sized_at != state.folders_stamp && (may_have_some || state.sized_at.is_some())
}

/// One search for sizes and broken pictures.
struct SizeSearch<'a> {
    library: &'a Library,
    snapshot: Arc<Snapshot>,
    archives: Arc<Archives>,
    enough: &'a AtomicBool,
    /// By image key, as a hash.
    remembered: HashMap<u64, Noted>,
    /// The dataset that pictures without a size were looked for in.
    dataset: Option<usize>,
    worked_since: Instant,
}

/// A sample with pictures that were not looked at: its ordinal and the keys of all its images.
type Unseen<'k> = (u32, &'k [u64]);

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

    /// What is noted of all samples of a generation, row by row; none when it was interrupted.
    fn samples_of(&mut self, of: &OpenGeneration) -> Result<Option<Vec<OfSample>>, LibraryError> {
        if self.dataset.replace(of.dataset) != Some(of.dataset) {
            // Another dataset may have its own folder for the same picture.
            self.remembered.retain(|_, noted| *noted != Noted::default());
        }
        let mut samples = vec![OfSample::default(); of.state.rows as usize];
        for block in of.blocks() {
            let file = Arc::clone(&self.snapshot.files[block.file]);
            let rows = block.first_row as usize..(block.first_row + block.rows) as usize;
            for (first, samples) in (0..).step_by(STRETCH).zip(samples[rows].chunks_mut(STRETCH)) {
                let stretch = keys_of_stretch(&file, first..first + samples.len() as u32)?;
                if !self.look_at_stretch(&file, first, &stretch)? {
                    return Ok(None);
                }
                for (sample, keys) in samples.iter_mut().zip(&stretch) {
                    *sample = self.noted(keys);
                }
                if self.remembered.len() > REMEMBERED_MAX {
                    self.remembered.clear();
                }
            }
        }
        Ok(Some(samples))
    }

    /// Remembers the pictures of the samples of a file from the ordinal `first` on, of which it is given the keys; false
    /// when it was interrupted.
    fn look_at_stretch(
        &mut self,
        file: &OpenFile,
        first: u32,
        stretch: &[Vec<u64>],
    ) -> Result<bool, LibraryError> {
        let mut unseen = Vec::new();
        for (ordinal, of_sample) in (first..).zip(stretch) {
            let is_new = |key: &&u64| **key != NO_KEY && !self.remembered.contains_key(key);
            let new: Vec<u64> = of_sample.iter().filter(is_new).copied().collect();
            if !new.is_empty() {
                self.remembered.extend(new.into_iter().map(|key| (key, Noted::default())));
                unseen.push((ordinal, of_sample.as_slice()));
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

    /// What is noted of a sample whose images have these keys.
    fn noted(&self, keys: &[u64]) -> OfSample {
        let noted = |key: &u64| self.remembered.get(key).copied().unwrap_or_default();
        let broken = keys.iter().filter(|key| noted(key).is_broken).count() as u64;
        OfSample { size: keys.first().map(noted).unwrap_or_default().size, broken }
    }

    /// Remembers the pictures of some samples, given in file order.
    fn look_at(&mut self, file: &OpenFile, unseen: &[Unseen<'_>]) -> Result<(), LibraryError> {
        let opened = open(file)?;
        let ordinals = unseen.iter().map(|(ordinal, _)| *ordinal);
        let mut records = RecordReader::new(file, &opened, Box::new(ordinals));
        let reading = file.reading();
        for (_, keys) in unseen {
            let Some((located, record)) = records.next()?.filter(|_| !self.is_over()) else { break };
            let Ok(sample) = reading.parse(located.place.offset, record) else { continue };
            for (image, key) in sample.images.iter().zip(*keys) {
                if *key != NO_KEY && self.remembered.get(key) == Some(&Noted::default()) {
                    self.remembered.insert(*key, self.note(file, image));
                }
                self.rest();
            }
        }
        records.check()
    }

    /// Looks at a picture, if it is there.
    fn note(&self, file: &OpenFile, image: &ImageRef) -> Noted {
        let known = match image {
            ImageRef::Embedded(image) => Known::while_read(image),
            _ => None,
        };
        let look = || Some(self.snapshot.picture_of(file, image, &self.archives)?.glance());
        let Some(known) = known.or_else(look) else { return Noted::default() };
        Noted { size: known.size().unwrap_or_default(), is_broken: known.is_broken }
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

/// The hashes of the image keys of some samples of a file; none of one whose only picture is missing, which is not asked for
/// again.
fn keys_of_stretch(file: &OpenFile, ordinals: Range<u32>) -> Result<Vec<Vec<u64>>, LibraryError> {
    let rows: Vec<Row> = ordinals.map(|ordinal| file.row(ordinal)).collect();
    let view = &file.generation.view;
    let status = view.numbers(&rows, &[Field::Pictures])?;
    let mut keys = view.images(&rows)?;
    for (keys, status) in keys.iter_mut().zip(status.iter().flatten()) {
        if keys.len() == 1 && status & PictureStatus::Missing as u64 != 0 {
            keys.clear();
        }
    }
    Ok(keys)
}
