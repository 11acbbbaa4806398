//! What can only be said when all files of a dataset have been read: which images are missing, which samples are equal.

use super::LibraryError;
use super::folders::Folders;
use super::generation::{Generation, late_column, read_checkpoints};
use super::manifest::Manifest;
use super::records::RecordSource;
use super::refs::{Present, folders, missing_of_each, note_missing};
use super::state::{GenerationState, Ranks};
use blendscope_catalog::FoundDataset;
use blendscope_engine::Row;
use blendscope_images::Listings;
use blendscope_local::names;
use blendscope_local::{Column, ColumnSet, Flag, Parts, write_late};
use blendscope_read::Checkpoints;
use blendscope_read::FieldHash;
use blendscope_read::reads;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the images of a generation were not looked up, or its image folders changed since, or equal samples have no
/// ranks.
pub(crate) fn needs_work(
    places: &Folders<'_>,
    state: &GenerationState,
    parts: &Parts,
) -> Result<bool, LibraryError> {
    Ok(state.ranks == Ranks::Unknown || has_other_folders(places, state, parts)?)
}

fn has_other_folders(
    places: &Folders<'_>,
    state: &GenerationState,
    parts: &Parts,
) -> Result<bool, LibraryError> {
    Ok(state.folders_stamp.is_none() || state.folders_stamp != Some(places.stamp(&folders(parts)?)))
}

/// Whether a dataset has generations that need work.
pub(crate) fn is_unfinished(
    places: &Folders<'_>,
    manifest: &Manifest,
    dir: &Path,
) -> Result<bool, LibraryError> {
    for state in manifest.of_dataset(&places.dataset.slug).filter(|state| state.complete) {
        if needs_work(places, state, &Generation::open(dir, state)?.parts)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A generation with its file.
struct Opened {
    state: GenerationState,
    parts: Arc<Parts>,
    columns: ColumnSet,
}

/// Looks up the images of a dataset and ranks its equal samples, as far as that is not done. Ranking reads records
/// back, so it ends when `stopping` says so; it is then done another time.
pub(crate) fn finish_dataset(
    places: &Folders<'_>,
    manifest: &mut Manifest,
    dir: &Path,
    listings: &Listings,
    stopping: &AtomicBool,
) -> Result<(), LibraryError> {
    if !is_unfinished(places, manifest, dir)? {
        return Ok(());
    }
    let mut all = Vec::new();
    for state in manifest.of_dataset(&places.dataset.slug).filter(|state| state.complete) {
        let Generation { parts, columns } = Generation::open(dir, state)?;
        all.push(Opened { state: GenerationState::clone(state), parts, columns });
    }
    look_up_images(places, &mut all, dir, listings)?;
    if all.iter().any(|opened| opened.state.ranks == Ranks::Unknown) {
        flag_repeats(&mut all, dir)?;
        rank_equal_samples(places.dataset, &mut all, dir, stopping)?;
    }
    for Opened { state, .. } in all {
        if manifest.generations.get(&state.generation).is_some_and(|known| **known != state) {
            manifest.put(state);
        }
    }
    Ok(())
}

impl Opened {
    /// The rows of its files.
    fn rows(&self) -> impl Iterator<Item = u32> + '_ {
        self.state.files.iter().flat_map(|file| file.first_row..file.first_row + file.rows)
    }

    /// The values of a column for the rows of its files.
    fn values(&self, column: Column) -> impl Iterator<Item = (u64, u32)> + '_ {
        let is_whole = self.state.samples() == self.columns.rows() as u64;
        let all = is_whole.then(|| self.columns.column(column).iter().zip(0..));
        let live = (!is_whole).then(|| self.rows().map(move |row| (self.columns.value(column, row), row)));
        all.into_iter().flatten().chain(live.into_iter().flatten())
    }

    /// Writes a late column of values that most rows have none of.
    fn write(
        &mut self,
        dir: &Path,
        name: &'static str,
        values: &HashMap<Row, u64>,
    ) -> Result<(), LibraryError> {
        let generation = self.state.generation;
        let value = |row: u32| values.get(&Row::new(generation, row)).copied().unwrap_or(0);
        let mut column = (0..self.state.rows).map(value);
        self.state.late = Some(write_late(dir, generation, self.state.late, &mut [(name, &mut column)])?);
        Ok(())
    }

    /// Whether a late column has these values already.
    fn has(&self, dir: &Path, name: &str, values: &HashMap<Row, u64>) -> Result<bool, LibraryError> {
        let Some(column) = late_column(dir, &self.state, name)? else { return Ok(false) };
        let value = |row: u32| values.get(&Row::new(self.state.generation, row)).copied().unwrap_or(0);
        Ok(column.iter().eq((0..self.state.rows).map(value)))
    }
}

/// The values of a column that several samples have, each with its row, sorted; zero stands for none. All values are
/// sorted first, but without their rows: these are the largest numbers of a dataset that are ever in memory at once.
fn repeated_values(all: &[Opened], column: Column) -> Vec<(u64, Row)> {
    let mut values = Vec::with_capacity(all.iter().map(|opened| opened.columns.rows()).sum());
    for opened in all {
        values.extend(opened.values(column).map(|(value, _)| value).filter(|value| *value != 0));
    }
    values.sort_unstable();
    let mut repeated: Vec<u64> =
        values.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    repeated.dedup();
    drop(values);
    let mut rows = Vec::new();
    for opened in all.iter().filter(|_| !repeated.is_empty()) {
        let equal = opened.values(column).filter(|(value, _)| repeated.binary_search(value).is_ok());
        rows.extend(equal.map(|(value, row)| (value, Row::new(opened.state.generation, row))));
    }
    rows.sort_unstable();
    rows
}

/// Flags samples whose id, or whose key, another sample of the dataset has too.
fn flag_repeats(all: &mut [Opened], dir: &Path) -> Result<(), LibraryError> {
    let mut flags: HashMap<Row, u64> = HashMap::new();
    for (column, flag) in [(Column::Id, Flag::DuplicateId), (Column::Key, Flag::DuplicateSample)] {
        for (_, row) in repeated_values(all, column) {
            *flags.entry(row).or_default() |= flag as u64;
        }
    }
    let flagged: BTreeSet<u32> = flags.keys().map(|row| row.generation()).collect();
    for opened in all {
        opened.state.has_repeats = flagged.contains(&opened.state.generation);
        if opened.state.has_repeats && !opened.has(dir, names::REPEATS, &flags)? {
            opened.write(dir, names::REPEATS, &flags)?;
        }
    }
    Ok(())
}

fn look_up_images(
    places: &Folders<'_>,
    all: &mut [Opened],
    dir: &Path,
    listings: &Listings,
) -> Result<(), LibraryError> {
    let (mut all_folders, mut todo) = (BTreeSet::new(), Vec::new());
    for opened in all {
        let folders = folders(&opened.parts)?;
        // Taken before listing: a file that comes in between is noticed by the next pass.
        let (stamp, is_sure) = reads::heard_all(|| places.stamp(&folders));
        if is_sure && Some(stamp) != opened.state.folders_stamp {
            all_folders.extend(folders.iter().cloned());
            todo.push((opened, folders, stamp));
        }
    }
    let (present, silent) = Present::list(&all_folders, places, listings);
    let mut is_there = |written: &str| places.holds(written, listings);
    for (Opened { state, parts, columns }, folders, stamp) in todo {
        let images = columns.column(Column::Images);
        let look_up = || missing_of_each(parts, images, state.refs, &present, &mut is_there);
        let (missing, is_sure) = reads::heard_all(look_up);
        let missing = missing?;
        // What does not answer is not missing: it is looked up when it does.
        if !is_sure || !folders.is_disjoint(&silent) {
            continue;
        }
        state.folders_stamp = Some(stamp);
        note_missing(&mut state.files, &missing);
        let mut column = missing.into_iter().map(u64::from);
        state.late =
            Some(write_late(dir, state.generation, state.late, &mut [(names::MISSING, &mut column)])?);
    }
    Ok(())
}

/// Numbers samples with the same key 1, 2, … by the hash of their whole record, so that `key~2` means the same sample
/// on every machine. Records that are equal throughout cannot be told apart and keep file order.
fn rank_equal_samples(
    dataset: &FoundDataset,
    all: &mut [Opened],
    dir: &Path,
    stopping: &AtomicBool,
) -> Result<(), LibraryError> {
    let keys = repeated_values(all, Column::Key);
    let records = Records::of(dataset, all);
    let mut ranks: HashMap<Row, u64> = HashMap::new();
    for group in keys.chunk_by(|left, right| left.0 == right.0) {
        if stopping.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut hashed = Vec::with_capacity(group.len());
        for (_, row) in group {
            hashed.push((records.hash(*row), *row));
        }
        hashed.sort_unstable();
        ranks.extend(hashed.into_iter().zip(1..).map(|((_, row), rank)| (row, rank)));
    }
    drop(records);
    let ranked: BTreeSet<u32> = ranks.keys().map(|row| row.generation()).collect();
    for opened in all {
        let generation = opened.state.generation;
        if !ranked.contains(&generation) {
            opened.state.ranks = Ranks::Unique;
            continue;
        }
        let mut hash = FieldHash::default();
        for row in 0..opened.state.rows {
            hash.number(ranks.get(&Row::new(generation, row)).copied().unwrap_or(0));
        }
        if !opened.has(dir, names::RANK, &ranks)? {
            opened.write(dir, names::RANK, &ranks)?;
        }
        opened.state.ranks = Ranks::Ranked(hash.finish());
    }
    Ok(())
}

/// Records that can be read back by their rows.
struct Records<'a> {
    by_generation: HashMap<u32, &'a Opened>,
    /// Where unpacking can begin, by the row of a file's first sample.
    checkpoints: HashMap<Row, Checkpoints>,
    /// The absolute path of each file.
    paths: HashMap<&'a str, &'a Path>,
}

impl<'a> Records<'a> {
    fn of(dataset: &'a FoundDataset, all: &'a [Opened]) -> Self {
        let mut checkpoints = HashMap::new();
        for Opened { state, parts, .. } in all {
            for file in state.files.iter().filter(|file| file.container.is_packed()) {
                let read = read_checkpoints(parts, file.first_row);
                checkpoints.extend(read.map(|read| (Row::new(state.generation, file.first_row), read)));
            }
        }
        let paths = dataset.files.iter().map(|file| (file.relative.as_str(), file.path.as_path()));
        let by_generation = all.iter().map(|opened| (opened.state.generation, opened));
        Self { by_generation: by_generation.collect(), checkpoints, paths: paths.collect() }
    }

    /// Hash of a record whatever its spacing and the order of its keys; zero if it cannot be read back.
    fn hash(&self, row: Row) -> [u8; 32] {
        let read = || {
            let Opened { state, parts, columns } = self.by_generation.get(&row.generation())?;
            let behind = state.files.partition_point(|file| file.first_row <= row.ordinal());
            let file = &state.files[behind.checked_sub(1)?];
            let source = RecordSource {
                path: self.paths.get(file.path.as_str())?,
                state: file,
                parts,
                checkpoints: self.checkpoints.get(&Row::new(state.generation, file.first_row)),
            };
            let raw = source.read(columns.place(row.ordinal(), file.first_row)).ok()?;
            let mut value: Value = serde_json::from_slice(&raw).ok()?;
            value.sort_all_objects();
            Some(*blake3::hash(value.to_string().as_bytes()).as_bytes())
        };
        read().unwrap_or_default()
    }
}
