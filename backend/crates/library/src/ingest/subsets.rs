//! Which samples a list of ids names: a column of yes and no per generation, made when everything is read.

use crate::LibraryError;
use crate::ingest::finish::Finishing;
use crate::store::manifest::Manifest;
use crate::store::snapshot::{OpenGeneration, Scan};
use crate::store::state::{GenerationState, SubsetState};
use crate::store::values::Sums;
use blendscope_catalog::{FoundIdList, ListForm};
use blendscope_engine::{Engine, Field};
use blendscope_read::{IdList, ReadError, disk, read_ids};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::UNIX_EPOCH;

/// Ids of the longest list.
const IDS_MAX: usize = 64 << 20;

/// Looks up the samples of a dataset in its list, as far as that is not done.
/// Stopped in between, it leaves the list for another time.
pub(crate) fn mark(
    list: &FoundIdList,
    manifest: &mut Manifest,
    finishing: &Finishing<'_>,
) -> Result<(), LibraryError> {
    let todo: Vec<u32> = unmarked(list, manifest).map(|state| state.generation).collect();
    if todo.is_empty() {
        return Ok(());
    }
    let read = read_ids(&list.path, IDS_MAX, finishing.stopping);
    if finishing.stopping.load(Ordering::Relaxed) {
        return Ok(());
    }
    let unmarked = SubsetState {
        list: list.slug.clone(),
        stamp: stamp_of(&list.path),
        listed: read.as_ref().map_or(0, |ids| ids.len() as u64),
        trouble: trouble(&read),
        is_decided: false,
        found: 0,
        sums: Sums::default(),
    };
    for number in todo {
        let mut state = GenerationState::clone(&manifest.generations[&number]);
        let ids = read.as_ref().ok().filter(|_| list.form == ListForm::Ids);
        state.subset = Some(match ids.zip(finishing.snapshot.generation(number)) {
            Some((ids, of)) => mark_generation(ids, &unmarked, &mut state, finishing.engine, of)?,
            None => unmarked.clone(),
        });
        manifest.put(state);
    }
    Ok(())
}

/// Whether a list is newer than what was made of it.
pub(crate) fn needs_work(list: &FoundIdList, manifest: &Manifest) -> bool {
    unmarked(list, manifest).next().is_some()
}

/// The generations that were not looked up in a list as it is now.
fn unmarked<'m>(list: &'m FoundIdList, manifest: &'m Manifest) -> impl Iterator<Item = &'m GenerationState> {
    let stamp = stamp_of(&list.path);
    let is_done = move |state: &GenerationState| {
        state.subset.as_ref().is_some_and(|subset| subset.list == list.slug && subset.stamp == stamp)
    };
    let of_dataset = manifest.of_dataset(&list.dataset).map(AsRef::as_ref);
    of_dataset.filter(move |state: &&GenerationState| state.complete && !is_done(state))
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

fn mark_generation(
    ids: &IdList,
    unmarked: &SubsetState,
    state: &mut GenerationState,
    engine: &dyn Engine,
    of: &OpenGeneration,
) -> Result<SubsetState, LibraryError> {
    let (mut found, mut sums) = (0, Sums::default());
    let mut scan = Scan::of(of, SCANNED);
    let mut marks = (0..).zip(&mut scan).map(|(ordinal, numbers)| {
        let is_named = ids.has(numbers[0]);
        if is_named && of.live.shown().contains(ordinal) {
            found += 1;
            add(&mut sums, numbers);
        }
        u64::from(is_named)
    });
    state.receipt = engine.amend(&state.filled(), &mut [(Field::Subset, &mut marks)])?;
    scan.failure()?;
    Ok(SubsetState { is_decided: true, found, sums, ..unmarked.clone() })
}

/// The id, and all that sums are made of.
const SCANNED: [Field; 12] = [
    Field::Id,
    Field::Turns,
    Field::Words,
    Field::WordsHuman,
    Field::WordsGpt,
    Field::Characters,
    Field::CharactersGpt,
    Field::CharactersOther,
    Field::Cjk,
    Field::CjkGpt,
    Field::Images,
    Field::Language,
];

/// Adds the numbers of a sample, in the order of [`SCANNED`].
fn add(sums: &mut Sums, numbers: [u64; SCANNED.len()]) {
    let [_, turns, words, human, gpt, characters, of_gpt, of_others, cjk, cjk_gpt, images, language] =
        numbers;
    sums.turns += turns;
    sums.words += words;
    sums.words_human += human;
    sums.words_gpt += gpt;
    sums.characters += characters;
    sums.characters_gpt += of_gpt;
    sums.characters_other += of_others;
    sums.cjk += cjk;
    sums.cjk_gpt += cjk_gpt;
    sums.images += images;
    sums.text_only += u64::from(images == 0);
    sums.empty += u64::from(words == 0);
    *sums.languages.entry(language).or_default() += 1;
}

fn stamp_of(path: &Path) -> (u64, u128) {
    let Ok(metadata) = disk::metadata(path) else { return (0, 0) };
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    (metadata.len(), modified.map_or(0, |time| time.as_nanos()))
}
