//! Which samples a list of ids names: a column of yes and no per annotation file, made when everything is read.

use super::LibraryError;
use super::snapshot::{OpenFile, Snapshot};
use super::state::FileState;
use crate::catalog::{FoundIdList, ListForm};
use crate::columns::{Column, ColumnSet, generation_dir, write_column};
use blendscope_read::{IdList, ReadError, read_ids};
use blendscope_shared::dataset::Subset;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::UNIX_EPOCH;

/// File of the column: 1 for the samples that are in the list.
pub(super) const SUBSET_FILE: &str = "subset.1.col";

/// Ids of the longest list.
const IDS_MAX: usize = 64 << 20;

/// What a list says about the samples of one annotation file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SubsetState {
    /// Slug of the list.
    pub(super) list: String,
    /// Size and time of the list when it was read.
    stamp: (u64, u128),
    /// Different entries of the list.
    listed: u64,
    /// Why the list is not whole, if it is not.
    trouble: Option<String>,
    /// Whether it can be decided which samples are in the list; the sums are zero where it cannot.
    pub(super) is_decided: bool,
    /// Samples that are in the list.
    pub(super) found: u64,
    /// Whitespace words of these.
    pub(super) words: u64,
    /// Image refs of these.
    pub(super) images: u64,
}

/// Looks up the samples of a dataset in its list, as far as that is not done.
/// Stopped in between, it leaves the list for another time.
pub(super) fn mark(
    list: &FoundIdList,
    states: &mut [FileState],
    columns: &Path,
    stopping: &AtomicBool,
) -> Result<(), LibraryError> {
    if !needs_work(list, states) {
        return Ok(());
    }
    let stamp = stamp_of(&list.path);
    let read = read_ids(&list.path, IDS_MAX, stopping);
    if stopping.load(Ordering::Relaxed) {
        return Ok(());
    }
    let unmarked = SubsetState {
        list: list.slug.clone(),
        stamp,
        listed: read.as_ref().map_or(0, |ids| ids.len() as u64),
        trouble: trouble(&read),
        is_decided: false,
        found: 0,
        words: 0,
        images: 0,
    };
    for state in states.iter_mut().filter(|state| state.dataset == list.dataset && state.complete) {
        state.subset = Some(match &read {
            Ok(ids) if list.form == ListForm::Ids => mark_file(ids, &unmarked, state, columns)?,
            _ => unmarked.clone(),
        });
    }
    Ok(())
}

/// Whether a list is newer than what was made of it.
pub(super) fn needs_work(list: &FoundIdList, states: &[FileState]) -> bool {
    let stamp = stamp_of(&list.path);
    let is_done = |state: &FileState| {
        state.subset.as_ref().is_some_and(|subset| subset.list == list.slug && subset.stamp == stamp)
    };
    let of_dataset = |state: &&FileState| state.dataset == list.dataset && state.complete;
    states.iter().filter(of_dataset).any(|state| !is_done(state))
}

/// What is wrong with a list, in a sentence.
fn trouble(read: &Result<IdList, ReadError>) -> Option<String> {
    let ids = match read {
        Ok(ids) => ids,
        Err(error) => return Some(error.to_string()),
    };
    let first = ids.first_bad.first().map(|bad| format!("the first at byte {}: {}", bad.offset, bad.message));
    let bad = first.map(|first| format!("{} of its lines are no entries, {first}", ids.bad));
    ids.cut.clone().or(bad)
}

fn mark_file(
    ids: &IdList,
    unmarked: &SubsetState,
    state: &FileState,
    columns: &Path,
) -> Result<SubsetState, LibraryError> {
    let dir = generation_dir(columns, state.generation);
    let set = ColumnSet::open(&dir, state.rows as usize)?;
    let (mut found, mut words, mut images) = (0, 0, 0);
    let marks = set.column(Column::Id).iter().zip(0..).map(|(id, ordinal)| {
        let mark = u64::from(ids.has(id));
        found += mark;
        words += mark * set.value(Column::Words, ordinal);
        images += mark * set.value(Column::Images, ordinal);
        mark
    });
    write_column(&dir.join(SUBSET_FILE), marks)?;
    Ok(SubsetState { is_decided: true, found, words, images, ..unmarked.clone() })
}

fn stamp_of(path: &Path) -> (u64, u128) {
    let Ok(metadata) = std::fs::metadata(path) else { return (0, 0) };
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    (metadata.len(), modified.map_or(0, |time| time.as_nanos()))
}

impl OpenFile {
    /// What a list says about the samples; `None` where that is not known.
    pub(super) fn in_subset(&self, list: Option<&str>) -> Option<&SubsetState> {
        let subset = self.state.subset.as_ref()?;
        (subset.is_decided && Some(subset.list.as_str()) == list).then_some(subset)
    }
}

impl Snapshot {
    /// What lists of ids say about a dataset.
    pub(super) fn subsets(&self, slug: &str) -> Vec<Subset> {
        let lists = self.resolved.id_lists.iter().filter(|list| list.dataset == slug);
        lists.map(|list| self.subset(list)).collect()
    }

    fn subset(&self, list: &FoundIdList) -> Subset {
        let files =
            self.dataset_index(&list.dataset).map(|dataset| self.files_of(dataset)).unwrap_or_default();
        let listed = files.iter().find_map(|file| Some(file.state.subset.as_ref()?.listed));
        Subset {
            slug: list.slug.clone(),
            title: list.title.clone(),
            listed: listed.unwrap_or(0),
            found: files
                .iter()
                .filter_map(|file| Some(file.in_subset(Some(&list.slug))?.found))
                .reduce(|sum, found| sum + found),
            note: list
                .note
                .clone()
                .or_else(|| files.iter().find_map(|file| file.state.subset.as_ref()?.trouble.clone())),
        }
    }
}
