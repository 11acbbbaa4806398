//! What can only be said when all files of a dataset have been read: which images are missing, which samples are equal.

use super::LibraryError;
use super::folders::Folders;
use super::records::{RecordSource, read_checkpoints};
use super::refs::{Present, folders, image_keys, write_missing};
use super::snapshot::{MISSING_FILE, RANK_FILE, REPEATS_FILE};
use super::state::{FileState, Ranks};
use super::templates::FileTemplates;
use crate::catalog::FoundDataset;
use crate::columns::{Column, ColumnError, ColumnReader, ColumnSet, Flag, Row, generation_dir, write_column};
use crate::images::Listings;
use blendscope_read::Checkpoints;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether everything kept for a generation can be read; false when some of it is damaged or gone, as after a power cut.
/// An error of the system, such as too many open files, says nothing about the files and is passed on.
pub(super) fn is_readable(state: &FileState, columns: &Path) -> Result<bool, LibraryError> {
    let dir = generation_dir(columns, state.generation);
    let rows = state.rows as usize;
    let mut opened = ColumnSet::open(&dir, rows).map(|_| ());
    if matches!(state.ranks, Ranks::Ranked(_)) {
        opened = opened.and_then(|()| ColumnReader::open(&dir.join(RANK_FILE), rows).map(|_| ()));
    }
    if state.complete {
        opened = opened.and_then(|()| FileTemplates::open(&dir, rows).map(|_| ()));
    }
    match opened {
        Ok(()) if state.complete => Ok(folders(&dir).is_ok() && image_keys(&dir, state.sums.images).is_ok()),
        Ok(()) => Ok(true),
        Err(ColumnError::Damaged { .. }) => Ok(false),
        Err(ColumnError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Whether a dataset has files whose images were not looked up, or whose image folders changed since.
pub(super) fn needs_work(places: &Folders<'_>, states: &[FileState], columns: &Path) -> bool {
    let of_dataset = |state: &&FileState| state.dataset == places.dataset.slug && state.complete;
    states.iter().filter(of_dataset).any(|state| {
        let stamp = || {
            let folders = folders(&generation_dir(columns, state.generation)).ok()?;
            Some(places.stamp(&folders))
        };
        state.missing.is_none() || state.ranks == Ranks::Unknown || stamp() != Some(state.folders_stamp)
    })
}

/// Looks up the images of a dataset and ranks its equal samples, as far as that is not done. Ranking reads records
/// back, so it ends when `stopping` says so; it is then done another time.
pub(super) fn finish_dataset(
    places: &Folders<'_>,
    states: &mut [FileState],
    columns: &Path,
    listings: &Listings,
    stopping: &AtomicBool,
) -> Result<(), LibraryError> {
    if !needs_work(places, states, columns) {
        return Ok(());
    }
    let dataset = places.dataset;
    let mut files = Vec::new();
    for state in states.iter_mut().filter(|state| state.dataset == dataset.slug && state.complete) {
        let set = ColumnSet::open(&generation_dir(columns, state.generation), state.rows as usize)?;
        files.push((state, set));
    }
    look_up_images(places, &mut files, columns, listings)?;
    if files.iter().any(|(state, _)| state.ranks == Ranks::Unknown) {
        flag_repeats(&mut files, columns)?;
        rank_equal_samples(dataset, &mut files, columns, stopping)?;
    }
    Ok(())
}

type Files<'a> = [(&'a mut FileState, ColumnSet)];

/// The values of a column that several samples have, each with its row, sorted; zero stands for none. All values are
/// sorted first, but without their rows: these are the largest numbers of a dataset that are ever in memory at once.
fn repeated_values(files: &Files<'_>, column: Column) -> Vec<(u64, Row)> {
    let mut all = Vec::with_capacity(files.iter().map(|(_, set)| set.rows()).sum());
    for (_, set) in files {
        all.extend(set.column(column).iter().filter(|value| *value != 0));
    }
    all.sort_unstable();
    let mut repeated: Vec<u64> =
        all.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    repeated.dedup();
    drop(all);
    let mut rows = Vec::new();
    for (state, set) in files.iter().filter(|_| !repeated.is_empty()) {
        let values = set.column(column).iter().zip(0..);
        let equal = values.filter(|(value, _)| repeated.binary_search(value).is_ok());
        rows.extend(equal.map(|(value, ordinal)| (value, Row::new(state.generation, ordinal))));
    }
    rows.sort_unstable();
    rows
}

/// Flags samples whose id, or whose key, another sample of the dataset has too.
fn flag_repeats(files: &mut Files<'_>, columns: &Path) -> Result<(), LibraryError> {
    let mut flags: HashMap<Row, u64> = HashMap::new();
    for (column, flag) in [(Column::Id, Flag::DuplicateId), (Column::Key, Flag::DuplicateSample)] {
        for (_, row) in repeated_values(files, column) {
            *flags.entry(row).or_default() |= flag as u64;
        }
    }
    for (state, set) in files {
        let flag = |ordinal: u32| flags.get(&Row::new(state.generation, ordinal)).copied().unwrap_or(0);
        state.has_repeats = (0..set.rows() as u32).any(|ordinal| flag(ordinal) != 0);
        if state.has_repeats {
            let path = generation_dir(columns, state.generation).join(REPEATS_FILE);
            write_column(&path, (0..set.rows() as u32).map(flag))?;
        }
    }
    Ok(())
}

/// Files whose records can be read back.
struct Opened<'a> {
    files: &'a Files<'a>,
    columns: &'a Path,
    checkpoints: HashMap<u32, Checkpoints>,
}

fn look_up_images(
    places: &Folders<'_>,
    files: &mut Files<'_>,
    columns: &Path,
    listings: &Listings,
) -> Result<(), LibraryError> {
    let dir = |state: &FileState| generation_dir(columns, state.generation);
    let mut all_folders = BTreeSet::new();
    for (state, _) in files.iter_mut() {
        let folders = folders(&dir(state))?;
        // Taken before listing: a file that comes in between is noticed by the next pass.
        state.folders_stamp = places.stamp(&folders);
        all_folders.extend(folders);
    }
    let present = Present::list(&all_folders, places, listings);
    let mut is_there = |written: &str| places.holds(written, listings);
    for (state, set) in files {
        let images = set.column(Column::Images);
        let sum = write_missing(&dir(state), MISSING_FILE, images, &present, &mut is_there)?;
        state.missing = Some(sum);
    }
    Ok(())
}

/// Numbers samples with the same key 1, 2, … by the hash of their whole record, so that `key~2` means the same sample
/// on every machine. Records that are equal throughout cannot be told apart and keep file order.
fn rank_equal_samples(
    dataset: &FoundDataset,
    files: &mut Files<'_>,
    columns: &Path,
    stopping: &AtomicBool,
) -> Result<(), LibraryError> {
    let keys = repeated_values(files, Column::Key);
    let dirs = files.iter().map(|(state, _)| (state.generation, generation_dir(columns, state.generation)));
    let checkpoints =
        dirs.filter_map(|(generation, dir)| Some((generation, read_checkpoints(&dir)?))).collect();
    let opened = Opened { files, columns, checkpoints };
    let mut ranks: HashMap<Row, u64> = HashMap::new();
    for group in keys.chunk_by(|left, right| left.0 == right.0) {
        if stopping.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut hashed = Vec::with_capacity(group.len());
        for (_, row) in group {
            hashed.push((record_hash(dataset, &opened, *row), *row));
        }
        hashed.sort_unstable();
        ranks.extend(hashed.into_iter().zip(1..).map(|((_, row), rank)| (row, rank)));
    }
    for (state, set) in files {
        let mut hasher = DefaultHasher::new();
        let rank = |ordinal: u32| ranks.get(&Row::new(state.generation, ordinal)).copied().unwrap_or(0);
        let is_ranked = !ranks.is_empty() && (0..set.rows() as u32).any(|ordinal| rank(ordinal) > 0);
        state.ranks = if is_ranked {
            let path = generation_dir(columns, state.generation).join(RANK_FILE);
            write_column(&path, (0..set.rows() as u32).map(rank).inspect(|rank| rank.hash(&mut hasher)))?;
            Ranks::Ranked(hasher.finish())
        } else {
            Ranks::Unique
        };
    }
    Ok(())
}

/// Hash of a record whatever its spacing and the order of its keys; zero if it cannot be read back.
fn record_hash(dataset: &FoundDataset, opened: &Opened<'_>, row: Row) -> [u8; 32] {
    let read = || {
        let (state, set) = opened.files.iter().find(|(state, _)| state.generation == row.generation())?;
        let found = dataset.files.iter().find(|file| file.relative == state.path)?;
        let source = RecordSource {
            path: &found.path,
            state,
            dir: &generation_dir(opened.columns, state.generation),
            checkpoints: opened.checkpoints.get(&state.generation),
        };
        let raw = source.read(set.place(row.ordinal())).ok()?;
        let mut value: Value = serde_json::from_slice(&raw).ok()?;
        value.sort_all_objects();
        Some(*blake3::hash(value.to_string().as_bytes()).as_bytes())
    };
    read().unwrap_or_default()
}
