//! What there is under the root, dataset by dataset.

use crate::ask::answers::{Asked, Current};
use crate::store::problems::Problems;
use crate::store::read_keys::ReadKeys;
use crate::store::records::OpenedFiles;
use crate::store::snapshot::{OpenFile, OpenGeneration, Snapshot};
use crate::store::values::Sums;
use crate::{Library, LibraryError};
use blendscope_catalog::{FoundFile, FoundIdList, FoundLayout};
use blendscope_engine::Field;
use blendscope_read::{Container, read_whole};
use blendscope_shared::dataset::{
    AnnotationFile, Dataset, DatasetDetail, Datasets, Layout, LayoutPlan, Layouts, PlannedPlace,
    RecordProblem, Subset,
};
use blendscope_shared::image::{ImageStatus, ImageView};
use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

/// Pictures on a dataset's card.
const COVERS: u64 = 3;

/// Samples looked at for each of them.
const COVER_SAMPLES: usize = 12;

/// Annotation files listed with each of all datasets, and with the one that is asked for.
const FILES_MAX: usize = 50;
const FILES_OF_ONE_MAX: usize = 2_000;

/// Bad records listed with a dataset.
const PROBLEMS_MAX: usize = 100;

impl Library {
    /// All datasets, and the files that belong to none.
    pub fn datasets(&self) -> Datasets {
        let snapshot = self.current();
        let items =
            (0..snapshot.datasets.len()).map(|index| self.describe(&snapshot, index, FILES_MAX)).collect();
        let resolved = &snapshot.resolved;
        let mut unclaimed = resolved.unclaimed.clone();
        unclaimed.extend(self.trouble_of_sidecars(&snapshot));
        Datasets { items, next: None, unclaimed, layouts: resolved.layouts.iter().map(layout).collect() }
    }

    /// Where the preparation documents of the catalog put annotation files and pictures.
    pub fn layouts(&self) -> Layouts {
        let catalog = self.catalog();
        let plan = |layout: &blendscope_catalog::Layout| {
            let of_datasets = catalog.datasets().iter().flat_map(|dataset| {
                let own = dataset.places.iter().filter(|place| place.layouts.contains(&layout.slug));
                own.map(|place| PlannedPlace {
                    path: planned_path(&place.folder, dataset.files.first()),
                    dataset: Some(dataset.title.clone()),
                    home: dataset.home.clone(),
                })
            });
            let folder =
                |folder: &String| PlannedPlace { path: format!("{folder}/"), ..PlannedPlace::default() };
            LayoutPlan {
                slug: layout.slug.clone(),
                title: layout.title.clone(),
                document: layout.document.clone(),
                places: of_datasets.chain(layout.folders.iter().map(folder)).collect(),
            }
        };
        Layouts { items: catalog.layouts().iter().map(plan).collect(), next: None }
    }

    /// One dataset with its bad records.
    pub fn dataset(&self, slug: &str) -> Result<DatasetDetail, LibraryError> {
        let snapshot = self.current();
        let index = snapshot.dataset_index(slug)?;
        let mut problems = Vec::new();
        let mut problems_total = 0;
        let found = snapshot.found(index);
        for of in snapshot.generations_of(index) {
            let own = Problems::read(of.parts());
            problems_total += own.total;
            // Files that changed or went have problems no more.
            let is_there = |path: &str| of.is_whole() || of.state.file(path).is_some();
            problems.extend(own.first.into_iter().filter(|problem| is_there(&problem.file)));
            if let Some(problem) = left_out_templates(of) {
                problems_total += 1;
                problems.insert(0, problem);
            }
        }
        for file in snapshot.files_of(index) {
            if let Some(problem) = wrong_count(file, found.is_counted) {
                problems_total += 1;
                problems.insert(0, problem);
            }
        }
        problems.truncate(PROBLEMS_MAX);
        let mut dataset = self.describe(&snapshot, index, FILES_OF_ONE_MAX);
        let files = snapshot.files_of(index).iter();
        dataset.reading = Some(ReadKeys::together(files.map(|file| &file.state().read_keys)));
        Ok(DatasetDetail { dataset, problems, problems_total })
    }

    fn describe(&self, snapshot: &Current, index: usize, files_max: usize) -> Dataset {
        let found = snapshot.found(index);
        let mut sums = Sums::default();
        snapshot.generations_of(index).iter().for_each(|of| sums.add_all(of.sums()));
        let mut entries = entries(snapshot, index);
        let skipped = entries.iter().map(|file| file.skipped).sum();
        let images_missing = entries.iter().map(|file| file.images_missing).sum();
        let complete = entries.iter().all(|file| file.complete)
            && snapshot.generations_of(index).iter().all(|of| of.state.folders_stamp.is_some());
        let files_total = entries.len() as u64;
        entries.truncate(files_max);
        Dataset {
            slug: found.slug.clone(),
            title: found.title.clone(),
            samples: snapshot.samples_of(index),
            skipped,
            documented_samples: found.documented_samples,
            images_referenced: sums.images,
            images_missing,
            images_broken: snapshot.generations_of(index).iter().map(|of| of.broken()).sum(),
            images_remote: sums.remote,
            languages: sums.languages(),
            recipes: self.recipes_with(&found.slug),
            complete,
            files: entries,
            files_total,
            turns: sums.turns,
            words: sums.words,
            characters: sums.characters,
            text_only: sums.text_only,
            terms: found.terms.clone(),
            is_restricted: found.is_restricted,
            is_reference: found.is_reference,
            layouts: found.layouts.clone(),
            suggestion: found.suggestion.clone(),
            subsets: snapshot.subsets(&found.slug),
            image_root: found.image_root.clone(),
            covers: self.covers(snapshot, index),
            reading: None,
        }
    }

    /// Pictures from all over a dataset.
    fn covers(&self, current: &Current, index: usize) -> Vec<ImageView> {
        let find = || Ok(self.find_covers(current, index));
        let covers = current.answer_if(Asked::Covers(index), || current.is_final(), find);
        covers.map(|covers| covers.to_vec()).unwrap_or_default()
    }

    fn find_covers(&self, snapshot: &Snapshot, index: usize) -> Vec<ImageView> {
        let samples = snapshot.samples_of(index);
        let mut covers: Vec<ImageView> = Vec::new();
        for part in 0..COVERS {
            if !snapshot.is_final() {
                // More samples come: what is shown of them must not change with each commit.
                let first = 0..samples.min(COVERS * COVER_SAMPLES as u64);
                covers.extend(self.find_cover(snapshot, index, first, &covers));
                continue;
            }
            // In the middle of the first, the second… part, and on from there.
            let middle = samples * (2 * part + 1) / (2 * COVERS);
            let end = samples * (part + 1) / COVERS;
            covers.extend(self.find_cover(snapshot, index, middle..end.max(middle + 1), &covers));
        }
        covers
    }

    /// The first picture of the samples at these positions that is there and is not known yet.
    fn find_cover(
        &self,
        snapshot: &Snapshot,
        index: usize,
        positions: Range<u64>,
        known: &[ImageView],
    ) -> Option<ImageView> {
        let mut opened = OpenedFiles::default();
        positions.take(COVER_SAMPLES).find_map(|position| {
            let (file, ordinal) = snapshot.at(index, position)?;
            let images = file.numbers(&[ordinal], &[Field::Images]).ok()?.first()?[0];
            let located = (images > 0).then(|| file.locate_one(ordinal).ok()).flatten()?;
            let record = self.read_record(&mut opened, file, &located).ok()?;
            let view = self.image_view(snapshot, file, record.sample.images.first()?);
            let is_shown = view.status == ImageStatus::Present && !view.thumbnail.is_empty();
            (is_shown && known.iter().all(|known| known.key != view.key)).then_some(view)
        })
    }
}

/// Where a document puts the files of a pattern, which may have folders of its own.
fn planned_path(folder: &str, pattern: Option<&String>) -> String {
    let name = pattern.map_or("*", |pattern| pattern.rsplit('/').next().unwrap_or(pattern));
    if folder.is_empty() || folder == "." { name.to_owned() } else { format!("{folder}/{name}") }
}

fn layout(found: &FoundLayout) -> Layout {
    let FoundLayout { slug, title, found, total, .. } = found.clone();
    Layout { slug, title, found, total }
}

impl Snapshot {
    /// What lists of ids say about a dataset.
    pub fn subsets(&self, slug: &str) -> Vec<Subset> {
        let lists = self.resolved.id_lists.iter().filter(|list| list.dataset == slug);
        lists.map(|list| self.subset(list)).collect()
    }

    fn subset(&self, list: &FoundIdList) -> Subset {
        let of_dataset = self.dataset_index(&list.dataset).map(|dataset| self.generations_of(dataset));
        let generations: Vec<_> = of_dataset.into_iter().flatten().collect();
        let listed = generations.iter().find_map(|of| Some(of.state.subset.as_ref()?.listed));
        Subset {
            slug: list.slug.clone(),
            title: list.title.clone(),
            listed: listed.unwrap_or(0),
            found: generations
                .iter()
                .filter_map(|of| Some(of.in_subset(Some(&list.slug))?.found))
                .reduce(|sum, found| sum + found),
            note: list
                .note
                .clone()
                .or_else(|| generations.iter().find_map(|of| of.state.subset.as_ref()?.trouble.clone())),
        }
    }
}

/// What is wrong with the `.count` file of a shard that was read to its end, as of now.
fn wrong_count(file: &OpenFile, is_needed: bool) -> Option<RecordProblem> {
    let state = file.state();
    if state.container != Container::PICKLE || !state.complete {
        return None;
    }
    let records = u64::from(state.rows) + state.skipped;
    let message = trouble_of_count(&file.path, records, is_needed)?;
    Some(RecordProblem { file: state.path.clone(), record: None, byte_offset: 0, message })
}

/// Says that not every sample could be given its templates, where that is so.
fn left_out_templates(of: &OpenGeneration) -> Option<RecordProblem> {
    let left_out = of.templates().ok()??.left_out();
    if left_out == 0 {
        return None;
    }
    let message = format!(
        "{left_out} samples are counted without their instruction templates: the file combines them in more ways than are \
         kept"
    );
    let file = of.state.files.first()?.path.clone();
    Some(RecordProblem { file, record: None, byte_offset: 0, message })
}

/// The annotation files of a dataset, read or not, by path.
fn entries(snapshot: &Snapshot, index: usize) -> Vec<AnnotationFile> {
    let by_path: HashMap<&str, &OpenFile> =
        snapshot.files_of(index).iter().map(|file| (file.state().path.as_str(), file.as_ref())).collect();
    let entry = |on_disk: &FoundFile| match by_path.get(on_disk.relative.as_str()) {
        Some(file) => annotation_file(file),
        None => AnnotationFile {
            path: on_disk.relative.clone(),
            container: on_disk.container.name(),
            bytes: on_disk.bytes,
            ..AnnotationFile::default()
        },
    };
    snapshot.found(index).files.iter().map(entry).collect()
}

fn annotation_file(file: &OpenFile) -> AnnotationFile {
    let state = file.state();
    AnnotationFile {
        path: state.path.clone(),
        container: state.container.name(),
        samples: u64::from(state.rows),
        skipped: state.skipped,
        bytes: state.stamp.bytes,
        images_referenced: state.sums.images,
        images_missing: state.missing.unwrap_or(0),
        complete: state.complete,
    }
}

/// Bytes of the largest file that can be one number.
const LARGEST: u64 = 4096;

/// What is wrong with a shard's `.count` file. One that is not there matters only where the loader needs it.
pub(crate) fn trouble_of_count(shard: &Path, records: u64, is_needed: bool) -> Option<String> {
    let path = shard.with_extension("count");
    let name = path.file_name()?.to_string_lossy().into_owned();
    let text = read_whole(&path, LARGEST).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(text) = text else {
        let message =
            format!("no readable {name} beside it, without which llm-jp's loader cannot read the shard");
        return is_needed.then_some(message);
    };
    match text.trim().parse::<u64>() {
        Ok(count) if count == records => None,
        Ok(count) => Some(format!("{name} says {count}, but the shard has {records} records")),
        Err(_) => Some(format!("{name} holds no number")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_is_absent_or_wrong_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let shard = folder.path().join("00000.pkl");
        assert_eq!(trouble_of_count(&shard, 6, false), None);
        assert!(trouble_of_count(&shard, 6, true).unwrap().contains("no readable 00000.count"));
        for (text, part) in [("6", None), ("6\n", None), ("7", Some("says 7")), ("six", Some("no number"))] {
            std::fs::write(folder.path().join("00000.count"), text).unwrap();
            let message = trouble_of_count(&shard, 6, true);
            assert_eq!(message.is_some(), part.is_some(), "{text}");
            assert!(part.is_none_or(|part| message.unwrap().contains(part)));
        }
    }
}
