//! Everything that can be shown as of one commit. Never changes; the next commit makes a new one.

mod open_file;

pub(super) use open_file::OpenFile;

use super::LibraryError;
use super::dimensions::DIMENSIONS;
use super::facets::KeptFacets;
use super::facts::KeptFacts;
use super::home::Home;
use super::state::{FileState, Payload};
use super::templates::AllTemplates;
use super::understood::TermCounts;
use super::whole::Whole;
use crate::catalog::{Catalog, FoundDataset, Locator, Resolved};
use crate::columns::Row;
use crate::index::SearchView;
use blendscope_shared::image::ImageView;
use open_file::FileFacts;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

/// File of the column that counts missing images per sample.
pub(super) const MISSING_FILE: &str = "images_missing.1.col";

/// File of the column of widths of the samples' first pictures, in pixels: 0 where that is not known.
pub(super) const WIDTH_FILE: &str = "width.1.col";

/// File of the column of heights of the samples' first pictures, in pixels: 0 where that is not known.
pub(super) const HEIGHT_FILE: &str = "height.1.col";

/// File of the column that counts, per sample, the images whose bytes are no picture, or not all of it.
pub(super) const BROKEN_FILE: &str = "images_broken.1.col";

/// File of the column of flags that are found when all samples of a dataset are read.
pub(super) const REPEATS_FILE: &str = "repeats.1.col";

/// File of the column that ranks equal samples: 0 for unique ones, else 1, 2, ….
pub(super) const RANK_FILE: &str = "rank.1.col";

/// File of the places where unpacking a gzip file can begin.
pub(super) const CHECKPOINTS_FILE: &str = "checkpoints.1.bin";

/// Everything that can be shown as of one commit.
pub(super) struct Snapshot {
    /// Counts commits of this process; part of answers' tags.
    pub(super) number: u64,
    /// The text index.
    pub(super) view: SearchView,
    /// What there is under the root.
    pub(super) resolved: Arc<Resolved>,
    /// The catalog it was resolved with.
    pub(super) catalog: Arc<Catalog>,
    /// Finds pictures.
    pub(super) locator: Locator,
    /// Opened annotation files, dataset by dataset in file order.
    pub(super) files: Vec<Arc<OpenFile>>,
    /// Of each dataset, in the order of `resolved.datasets`, its files.
    pub(super) datasets: Vec<std::ops::Range<usize>>,
    /// Whether nothing will be added any more.
    pub(super) is_final: bool,
    /// Pictures for the cards of datasets, by number; kept once nothing is added any more.
    pub(super) covers: Mutex<HashMap<usize, Vec<ImageView>>>,
    /// Counts of single terms.
    pub(super) term_counts: TermCounts,
    /// Samples of single facts.
    pub(super) kept_facts: KeptFacts,
    /// What each dimension says about everything, counted when it is first asked for.
    pub(super) wholes: [OnceLock<Whole>; DIMENSIONS.len()],
    /// Facets that were counted already.
    pub(super) facets: KeptFacets,
    templates: OnceLock<AllTemplates>,
    by_generation: HashMap<u32, usize>,
}

/// What a snapshot is made of.
pub(super) struct Parts<'a> {
    /// The text index as of the commit.
    pub(super) view: SearchView,
    /// What the commit says about itself.
    pub(super) payload: &'a Payload,
    /// What there is under the root.
    pub(super) resolved: Arc<Resolved>,
    /// The catalog it was resolved with.
    pub(super) catalog: Arc<Catalog>,
    /// Whether nothing will be added any more.
    pub(super) is_final: bool,
}

impl Snapshot {
    /// Opens what a commit holds, taking over from `before` what has not changed.
    pub(super) fn open(parts: Parts<'_>, home: &Home, before: Option<&Self>) -> Result<Self, LibraryError> {
        let Parts { view, payload, resolved, catalog, is_final } = parts;
        let mut snapshot = Self {
            number: before.map_or(1, |before| before.number + 1),
            view,
            locator: Locator::new(Arc::clone(&catalog), &resolved),
            catalog,
            resolved: Arc::clone(&resolved),
            files: Vec::new(),
            datasets: Vec::new(),
            is_final,
            covers: Mutex::default(),
            term_counts: TermCounts::default(),
            kept_facts: KeptFacts::default(),
            wholes: [const { OnceLock::new() }; DIMENSIONS.len()],
            facets: KeptFacets::default(),
            templates: OnceLock::new(),
            by_generation: HashMap::new(),
        };
        let mut states: HashMap<(&str, &str), &FileState> = HashMap::new();
        for state in &payload.files {
            states.insert((&state.dataset, &state.path), state);
        }
        for (index, found) in resolved.datasets.iter().enumerate() {
            let first = snapshot.files.len();
            for file in &found.files {
                if let Some(state) = states.get(&(found.slug.as_str(), file.relative.as_str())) {
                    snapshot.push(index, first, &file.path, state, home, before)?;
                }
            }
            snapshot.datasets.push(first..snapshot.files.len());
        }
        Ok(snapshot)
    }

    fn push(
        &mut self,
        dataset: usize,
        first_of_dataset: usize,
        path: &Path,
        state: &FileState,
        home: &Home,
        before: Option<&Self>,
    ) -> Result<(), LibraryError> {
        let same = before.and_then(|before| before.file_of(state.generation));
        let same = same.filter(|old| old.state == *state && state.complete);
        let facts = match same {
            Some(old) => Arc::clone(&old.facts),
            None => Arc::new(FileFacts::open(state, home)?),
        };
        let last = self.files.last();
        let first_position = last.map_or(0, |last| last.first_position + u64::from(last.state.rows));
        let first_ordinal = if self.files.len() == first_of_dataset {
            0
        } else {
            last.map_or(0, |last| last.first_ordinal + u64::from(last.state.rows))
        };
        self.by_generation.insert(state.generation, self.files.len());
        let state = state.clone();
        let path = path.to_owned();
        let keys = self.found(dataset).record.clone();
        let file = OpenFile { state, path, keys, dataset, first_ordinal, first_position, facts };
        self.files.push(Arc::new(file));
        Ok(())
    }

    /// The file of a generation, if it is shown.
    pub(super) fn file_of(&self, generation: u32) -> Option<&Arc<OpenFile>> {
        self.by_generation.get(&generation).map(|index| &self.files[*index])
    }

    /// Number of the dataset with this slug.
    pub(super) fn dataset_index(&self, slug: &str) -> Result<usize, LibraryError> {
        let found = self.resolved.datasets.iter().position(|dataset| dataset.slug == slug);
        found.ok_or_else(|| LibraryError::UnknownDataset(slug.to_owned()))
    }

    /// A dataset as it was found.
    pub(super) fn found(&self, dataset: usize) -> &FoundDataset {
        &self.resolved.datasets[dataset]
    }

    /// The files of a dataset.
    pub(super) fn files_of(&self, dataset: usize) -> &[Arc<OpenFile>] {
        &self.files[self.datasets[dataset].clone()]
    }

    /// Samples of a dataset.
    pub(super) fn samples_of(&self, dataset: usize) -> u64 {
        self.files_of(dataset).iter().map(|file| u64::from(file.state.rows)).sum()
    }

    /// Samples of all datasets.
    pub(super) fn samples(&self) -> u64 {
        self.files.iter().map(|file| u64::from(file.state.rows)).sum()
    }

    /// The sample at a position of a dataset, from 0 in file order.
    pub(super) fn at(&self, dataset: usize, ordinal: u64) -> Option<(&Arc<OpenFile>, u32)> {
        let file = self.files_of(dataset).iter().find(|file| file.holds(ordinal, file.first_ordinal))?;
        Some((file, (ordinal - file.first_ordinal) as u32))
    }

    /// The templates of all files that were read to their end.
    pub(super) fn templates(&self) -> Result<&AllTemplates, LibraryError> {
        if let Some(templates) = self.templates.get() {
            return Ok(templates);
        }
        let templates = AllTemplates::of(&self.files)?;
        Ok(self.templates.get_or_init(|| templates))
    }

    /// Opened file and ordinal of a row.
    pub(super) fn locate(&self, row: Row) -> Option<(&Arc<OpenFile>, u32)> {
        Some((self.file_of(row.generation())?, row.ordinal()))
    }
}
