//! Everything that can be shown as of one commit. Never changes; the next commit makes a new one.

mod open_file;
mod open_generation;

pub(crate) use open_file::{Located, OpenFile};
pub(crate) use open_generation::{OpenGeneration, Scan, checkpoints_name};

use crate::LibraryError;
use crate::store::manifest::Manifest;
use crate::store::state::GenerationState;
use blendscope_catalog::{Catalog, FoundDataset, Locator, Resolved};
use blendscope_engine::{Block, Engine, Filled, Live, LiveGeneration, Row, View};
use roaring::RoaringTreemap;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Everything that can be shown as of one commit.
pub struct Snapshot {
    /// Counts commits of this process; part of answers' tags.
    pub number: u64,
    /// The state of the index.
    pub view: Arc<dyn View>,
    /// Which samples there are.
    pub live: Arc<Live>,
    /// What there is under the root.
    pub resolved: Arc<Resolved>,
    /// The catalog it was resolved with.
    pub catalog: Arc<Catalog>,
    /// Finds pictures.
    pub locator: Locator,
    /// Annotation files, dataset by dataset in file order.
    pub files: Vec<Arc<OpenFile>>,
    /// Opened generations with samples of these files, by dataset and number.
    pub generations: Vec<Arc<OpenGeneration>>,
    /// Of each dataset, in the order of `resolved.datasets`, its files.
    pub datasets: Vec<std::ops::Range<usize>>,
    is_final: bool,
    /// Set while something of the index is in doubt.
    doubt: Arc<AtomicBool>,
}

/// What a snapshot is made of.
pub struct Parts<'a> {
    /// Holds what was committed.
    pub engine: &'a dyn Engine,
    /// The generations as of the commit.
    pub manifest: &'a Manifest,
    /// What there is under the root.
    pub resolved: Arc<Resolved>,
    /// The catalog it was resolved with.
    pub catalog: Arc<Catalog>,
    /// Whether nothing will be added any more.
    pub is_final: bool,
    /// Set while something of the index is in doubt.
    pub doubt: Arc<AtomicBool>,
}

/// A file that is shown: its dataset, its path, and its place in its generation.
struct Shown<'a> {
    dataset: usize,
    path: &'a Path,
    state: &'a Arc<GenerationState>,
    number: usize,
    first_ordinal: u64,
    first_position: u64,
}

impl Snapshot {
    /// Opens what a commit holds, taking over from `before` what has not changed.
    pub fn open(parts: Parts<'_>, before: Option<&Self>) -> Result<Self, LibraryError> {
        let Parts { engine, manifest, resolved, catalog, is_final, doubt } = parts;
        let (shown, datasets) = shown(manifest, &resolved);
        let mut blocks: BTreeMap<(usize, u32), Vec<Block>> = BTreeMap::new();
        for (file, of) in shown.iter().enumerate() {
            let state = &of.state.files[of.number];
            let (first_row, rows, first_position) = (state.first_row, state.rows, of.first_position);
            let of_generation = blocks.entry((of.dataset, of.state.generation)).or_default();
            of_generation.push(Block { first_row, rows, file, first_position });
        }
        let live = blocks.into_iter().map(|((dataset, number), blocks)| {
            LiveGeneration::new(number, dataset, manifest.generations[&number].rows, blocks)
        });
        let live = Arc::new(Live::new(live.collect()));
        let states = || live.generations().iter().map(|of| &manifest.generations[&of.number]);
        let filled: Vec<Filled> = states().map(|state| state.filled()).collect();
        let view = engine.view(&live, &filled)?;
        let mut generations = Vec::with_capacity(filled.len());
        for (state, of) in states().zip(live.generations()) {
            let known = before.and_then(|before| before.generation(of.number));
            generations.push(Arc::new(OpenGeneration::open(state, of.clone(), &view, engine, known)?));
        }
        let file = |of: &Shown<'_>| {
            let at = live.at(of.state.generation).expect("every file that is shown is in a live generation");
            let generation: &Arc<OpenGeneration> = &generations[at];
            Arc::new(OpenFile {
                generation: Arc::clone(generation),
                number: of.number,
                path: PathBuf::from(of.path),
                keys: resolved.datasets[of.dataset].record.clone(),
                dataset: of.dataset,
                first_ordinal: of.first_ordinal,
                first_position: of.first_position,
            })
        };
        let files = shown.iter().map(file).collect();
        Ok(Self {
            number: before.map_or(1, |before| before.number + 1),
            view,
            live,
            locator: Locator::new(Arc::clone(&catalog), &resolved),
            catalog,
            files,
            resolved: Arc::clone(&resolved),
            generations,
            datasets,
            is_final,
            doubt,
        })
    }

    /// Whether nothing will be added any more, and nothing is in doubt.
    pub fn is_final(&self) -> bool {
        self.is_final && !self.doubt.load(Ordering::Acquire)
    }

    /// An opened generation, if samples of it are shown.
    pub fn generation(&self, number: u32) -> Option<&Arc<OpenGeneration>> {
        self.live.at(number).map(|at| &self.generations[at])
    }

    /// Number of the dataset with this slug.
    pub fn dataset_index(&self, slug: &str) -> Result<usize, LibraryError> {
        let found = self.resolved.datasets.iter().position(|dataset| dataset.slug == slug);
        found.ok_or_else(|| LibraryError::UnknownDataset(slug.to_owned()))
    }

    /// A dataset as it was found.
    pub fn found(&self, dataset: usize) -> &FoundDataset {
        &self.resolved.datasets[dataset]
    }

    /// The files of a dataset.
    pub fn files_of(&self, dataset: usize) -> &[Arc<OpenFile>] {
        &self.files[self.datasets[dataset].clone()]
    }

    /// The generations of a dataset.
    pub fn generations_of(&self, dataset: usize) -> &[Arc<OpenGeneration>] {
        let begin = self.generations.partition_point(|generation| generation.dataset < dataset);
        let end = self.generations.partition_point(|generation| generation.dataset <= dataset);
        &self.generations[begin..end]
    }

    /// Samples of a dataset.
    pub fn samples_of(&self, dataset: usize) -> u64 {
        self.files_of(dataset).last().map_or(0, |last| last.first_ordinal + u64::from(last.rows()))
    }

    /// Samples of all datasets.
    pub fn samples(&self) -> u64 {
        self.files.last().map_or(0, |last| last.positions().end)
    }

    /// The sample at a position of a dataset, from 0 in file order.
    pub fn at(&self, dataset: usize, ordinal: u64) -> Option<(&Arc<OpenFile>, u32)> {
        let files = self.files_of(dataset);
        let end = |file: &OpenFile| file.first_ordinal + u64::from(file.rows());
        let file = files.get(files.partition_point(|file| end(file) <= ordinal))?;
        Some((file, (ordinal - file.first_ordinal) as u32))
    }

    /// File and ordinal of a row; `None` for rows that are not shown.
    pub fn locate(&self, row: Row) -> Option<(&Arc<OpenFile>, u32)> {
        let (_, block) = self.live.locate(row)?;
        Some((&self.files[block.file], row.ordinal() - block.first_row))
    }
}

/// What is shown of the generations: the files that are still there, dataset by dataset.
fn shown<'a>(
    manifest: &'a Manifest,
    resolved: &'a Resolved,
) -> (Vec<Shown<'a>>, Vec<std::ops::Range<usize>>) {
    let mut known: HashMap<(&str, &str), (&Arc<GenerationState>, usize)> = HashMap::new();
    for state in manifest.generations.values() {
        for (number, file) in state.files.iter().enumerate() {
            known.insert((&state.dataset, &file.path), (state, number));
        }
    }
    let (mut shown, mut datasets) = (Vec::new(), Vec::new());
    let mut first_position = 0;
    for (dataset, found) in resolved.datasets.iter().enumerate() {
        let (first, mut first_ordinal) = (shown.len(), 0);
        for file in &found.files {
            let Some((state, number)) = known.get(&(found.slug.as_str(), file.relative.as_str())) else {
                continue;
            };
            let rows = u64::from(state.files[*number].rows);
            let (path, number) = (file.path.as_path(), *number);
            shown.push(Shown { dataset, path, state, number, first_ordinal, first_position });
            first_ordinal += rows;
            first_position += rows;
        }
        datasets.push(first..shown.len());
    }
    (shown, datasets)
}

impl OpenFile {
    /// Position of a sample over all datasets.
    pub fn position(&self, ordinal: u32) -> u64 {
        self.first_position + u64::from(ordinal)
    }

    /// The positions of all its samples.
    pub fn positions(&self) -> Range<u64> {
        self.first_position..self.first_position + u64::from(self.rows())
    }

    /// The ordinal of the sample at one of its positions.
    pub fn ordinal_at(&self, position: u64) -> u32 {
        (position - self.first_position) as u32
    }
}

impl Snapshot {
    /// The file with the sample at a position, which there has to be.
    pub fn file_at(&self, position: u64) -> &OpenFile {
        &self.files[self.files.partition_point(|file| file.positions().end <= position)]
    }
}

/// Those of a set of positions that are in a range, ascending.
pub(crate) fn within(positions: &RoaringTreemap, range: Range<u64>) -> impl Iterator<Item = u64> + '_ {
    let mut rest = positions.iter();
    rest.advance_to(range.start);
    rest.take_while(move |position| *position < range.end)
}
