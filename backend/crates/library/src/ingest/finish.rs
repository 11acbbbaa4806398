//! What can only be said when all files of a dataset have been read: which images are missing, which samples are equal.

use crate::LibraryError;
use crate::ingest::refs::{Folders, Present, folders, missing_of_each, note_missing};
use crate::store::manifest::Manifest;
use crate::store::records::RecordSource;
use crate::store::snapshot::{OpenGeneration, Scan, Snapshot};
use crate::store::state::{GenerationState, Ranks};
use crate::store::values::{Flag, Place, picture_status};
use blendscope_engine::{Engine, Field, Parts, PictureStatus, Row};
use blendscope_images::Listings;
use blendscope_read::{FieldHash, reads};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The flags that are found when all samples of a dataset are read.
const REPEATS: u64 = Flag::DuplicateId as u64 | Flag::DuplicateSample as u64;

/// Whether the images of a generation were not looked up, or its image folders changed since, or equal samples have no
/// ranks.
pub(crate) fn needs_work(
    places: &Folders<'_>,
    state: &GenerationState,
    parts: &dyn Parts,
) -> Result<bool, LibraryError> {
    let has_other_folders =
        || Ok(state.folders_stamp.is_none() || state.folders_stamp != Some(places.stamp(&folders(parts)?)));
    if state.ranks == Ranks::Unknown { Ok(true) } else { has_other_folders() }
}

/// Whether a dataset has generations that need work.
pub(crate) fn is_unfinished(
    places: &Folders<'_>,
    manifest: &Manifest,
    engine: &dyn Engine,
) -> Result<bool, LibraryError> {
    for state in manifest.of_dataset(&places.dataset.slug).filter(|state| state.complete) {
        let parts = engine.parts(state.generation, &state.receipt)?;
        if needs_work(places, state, parts.as_ref())? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What is being finished.
pub(crate) struct Finishing<'a> {
    /// Keeps what is found out.
    pub engine: &'a dyn Engine,
    /// The latest commit, in which all generations of the manifest are.
    pub snapshot: &'a Snapshot,
    /// Pictures that were listed before.
    pub listings: &'a Listings,
    /// Ends ranking, which reads records back; it is then done another time.
    pub stopping: &'a AtomicBool,
}

/// A generation, and what will be known of it.
struct Opened<'a> {
    of: &'a OpenGeneration,
    state: GenerationState,
}

impl Finishing<'_> {
    /// Looks up the images of a dataset and ranks its equal samples, as far as that is not done.
    pub(crate) fn dataset(&self, places: &Folders<'_>, manifest: &mut Manifest) -> Result<(), LibraryError> {
        let dataset = self.snapshot.dataset_index(&places.dataset.slug)?;
        if !is_unfinished(places, manifest, self.engine)? {
            return Ok(());
        }
        let known =
            |of: &&Arc<OpenGeneration>| manifest.generations.get(&of.state.generation) == Some(&of.state);
        let generations = self.snapshot.generations_of(dataset).iter().filter(|of| of.state.complete);
        let opened = |of| Opened { of, state: GenerationState::clone(&of.state) };
        let mut all: Vec<Opened<'_>> = generations.filter(known).map(AsRef::as_ref).map(opened).collect();
        self.look_up_images(places, &mut all)?;
        if all.iter().any(|opened| opened.state.ranks == Ranks::Unknown) {
            self.flag_repeats(dataset, &mut all)?;
            self.rank_equal_samples(dataset, &mut all)?;
        }
        for Opened { state, .. } in all {
            if manifest.generations.get(&state.generation).is_some_and(|known| **known != state) {
                manifest.put(state);
            }
        }
        Ok(())
    }

    /// Gives numbers to all samples of a generation, unless they have them already.
    fn amend(
        &self,
        opened: &mut Opened<'_>,
        field: Field,
        number: &dyn Fn(u32, u64) -> u64,
    ) -> Result<(), LibraryError> {
        let new = |(ordinal, [before]): (u32, [u64; 1])| number(ordinal, before);
        let mut scan = Scan::of(opened.of, [field]);
        let is_news = (0..).zip(&mut scan).any(|(ordinal, before)| new((ordinal, before)) != before[0]);
        scan.failure()?;
        if is_news {
            let mut scan = Scan::of(opened.of, [field]);
            let mut numbers = (0..).zip(&mut scan).map(new);
            let filled = opened.state.filled();
            opened.state.receipt = self.engine.amend(&filled, &mut [(field, &mut numbers)])?;
            scan.failure()?;
        }
        Ok(())
    }

    fn look_up_images(&self, places: &Folders<'_>, all: &mut [Opened<'_>]) -> Result<(), LibraryError> {
        let (mut all_folders, mut todo) = (BTreeSet::new(), Vec::new());
        for opened in all {
            let folders = folders(opened.of.parts())?;
            // Taken before listing: a file that comes in between is noticed by the next pass.
            let (stamp, is_sure) = reads::heard_all(|| places.stamp(&folders));
            if is_sure && Some(stamp) != opened.state.folders_stamp {
                all_folders.extend(folders.iter().cloned());
                todo.push((opened, folders, stamp));
            }
        }
        let (present, silent) = Present::list(&all_folders, places, self.listings);
        for (opened, folders, stamp) in todo {
            let (missing, is_sure) = reads::heard_all(|| self.missing(places, opened.of, &present));
            let missing = missing?;
            // What does not answer is not missing: it is looked up when it does.
            if is_sure && folders.is_disjoint(&silent) {
                self.note_missing(opened, stamp, &missing)?;
            }
        }
        Ok(())
    }

    /// How many images of each sample are missing.
    fn missing(
        &self,
        places: &Folders<'_>,
        of: &OpenGeneration,
        present: &Present,
    ) -> Result<Vec<u32>, LibraryError> {
        let mut is_there = |written: &str| places.holds(written, self.listings);
        let mut images = Scan::of(of, [Field::Images]);
        let missing =
            missing_of_each(of.parts(), images.by_ref().map(|[images]| images), present, &mut is_there);
        images.failure()?;
        missing
    }

    fn note_missing(&self, opened: &mut Opened<'_>, stamp: u64, missing: &[u32]) -> Result<(), LibraryError> {
        let Opened { of, state } = opened;
        state.folders_stamp = Some(stamp);
        note_missing(&mut state.files, missing);
        let mut scan = Scan::of(of, [Field::Images, Field::Flags, Field::Pictures]);
        let mut codes = scan.by_ref().zip(missing).map(|([images, flags, before], missing)| {
            let is_broken = before & PictureStatus::Broken as u64 != 0;
            picture_status(images, flags, Some(u64::from(*missing)), is_broken)
        });
        state.receipt = self.engine.amend(&state.filled(), &mut [(Field::Pictures, &mut codes)])?;
        scan.failure()
    }

    /// Flags samples whose id, or whose key, another sample of the dataset has too.
    fn flag_repeats(&self, dataset: usize, all: &mut [Opened<'_>]) -> Result<(), LibraryError> {
        let mut repeats: HashMap<Row, u64> = HashMap::new();
        for (field, flag) in [(Field::Id, Flag::DuplicateId), (Field::Key, Flag::DuplicateSample)] {
            for (_, row) in self.snapshot.view.repeated(field, dataset)? {
                *repeats.entry(row).or_default() |= flag as u64;
            }
        }
        for opened in all {
            let of = opened.of;
            let flags =
                |ordinal, before| before & !REPEATS | repeats.get(&of.row(ordinal)).copied().unwrap_or(0);
            self.amend(opened, Field::Flags, &flags)?;
        }
        Ok(())
    }

    /// Numbers samples with the same key 1, 2, … by the hash of their whole record, so that `key~2` means the same sample
    /// on every machine. Records that are equal throughout stay in file order.
    fn rank_equal_samples(&self, dataset: usize, all: &mut [Opened<'_>]) -> Result<(), LibraryError> {
        let keys = self.snapshot.view.repeated(Field::Key, dataset)?;
        let mut ranks: HashMap<Row, u64> = HashMap::new();
        for group in keys.chunk_by(|left, right| left.0 == right.0) {
            if self.stopping.load(Ordering::Relaxed) {
                return Ok(());
            }
            let rows: Vec<Row> = group.iter().map(|(_, row)| *row).collect();
            let mut hashed = Vec::with_capacity(rows.len());
            for (row, located) in rows.iter().zip(self.snapshot.locate_all(&rows)?) {
                let hash = located.and_then(|(file, located)| hash_of(&file.source(), located.place));
                hashed.push((hash.unwrap_or_default(), *row));
            }
            hashed.sort_unstable();
            ranks.extend(hashed.into_iter().zip(1..).map(|((_, row), rank)| (row, rank)));
        }
        let ranked: BTreeSet<u32> = ranks.keys().map(|row| row.generation()).collect();
        for opened in all {
            let of = opened.of;
            if !ranked.contains(&of.state.generation) {
                opened.state.ranks = Ranks::Unique;
                continue;
            }
            let rank = |ordinal| ranks.get(&of.row(ordinal)).copied().unwrap_or(0);
            let mut hash = FieldHash::default();
            for ordinal in 0..of.state.rows {
                hash.number(rank(ordinal));
            }
            self.amend(opened, Field::Rank, &|ordinal, _| rank(ordinal))?;
            opened.state.ranks = Ranks::Ranked(hash.finish());
        }
        Ok(())
    }
}

/// Hash of a record whatever its spacing and the order of its keys; none if it cannot be read back.
fn hash_of(source: &RecordSource<'_>, place: Place) -> Option<[u8; 32]> {
    let raw = source.read(place).ok()?;
    let mut value: Value = serde_json::from_slice(&raw).ok()?;
    value.sort_all_objects();
    Some(*blake3::hash(value.to_string().as_bytes()).as_bytes())
}
