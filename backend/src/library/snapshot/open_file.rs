//! An annotation file with the columns of its samples.

use super::{BROKEN_FILE, HEIGHT_FILE, MISSING_FILE, RANK_FILE, REPEATS_FILE, WIDTH_FILE};
use crate::columns::{Column, ColumnReader, ColumnSet, Row, SetColumn, generation_dir};
use crate::library::LibraryError;
use crate::library::dimensions::{Codes, DIMENSIONS};
use crate::library::home::Home;
use crate::library::keys::key_hash;
use crate::library::records::read_checkpoints;
use crate::library::refs::{SOURCES_COLUMN, image_keys};
use crate::library::state::{FileState, Ranks};
use crate::library::subsets::SUBSET_FILE;
use crate::library::tally::Tally;
use crate::library::templates::FileTemplates;
use blendscope_read::{Checkpoints, RecordKeys, id_hash};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// An annotation file with its samples' columns.
pub(crate) struct OpenFile {
    /// How far it was read.
    pub(crate) state: FileState,
    /// Absolute path.
    pub(crate) path: PathBuf,
    /// What the catalog says about the keys of its records.
    pub(crate) keys: Option<Arc<RecordKeys>>,
    /// Number of its dataset in `resolved.datasets`.
    pub(crate) dataset: usize,
    /// Samples of its dataset in files before it.
    pub(crate) first_ordinal: u64,
    /// Samples of all datasets in files before it.
    pub(crate) first_position: u64,
    pub(super) facts: Arc<FileFacts>,
}

/// The opened columns of a file; kept from one snapshot to the next while nothing was added.
pub(super) struct FileFacts {
    columns: ColumnSet,
    rank: Option<ColumnReader>,
    dir: PathBuf,
    checkpoints: OnceLock<Option<Arc<Checkpoints>>>,
    image_keys: OnceLock<ColumnReader>,
    missing: Lazy<ColumnReader>,
    broken: Lazy<ColumnReader>,
    repeats: Lazy<ColumnReader>,
    subset: Lazy<ColumnReader>,
    width: Lazy<ColumnReader>,
    height: Lazy<ColumnReader>,
    sources: Lazy<SetColumn>,
    templates: OnceLock<FileTemplates>,
    tallies: [OnceLock<Tally>; DIMENSIONS.len()],
}

/// What is opened when it is first asked for; none where there is nothing to open.
type Lazy<T> = OnceLock<Option<Arc<T>>>;

impl OpenFile {
    /// All columns.
    pub(crate) fn columns(&self) -> &ColumnSet {
        &self.facts.columns
    }

    /// The rank of a sample among equal ones of its dataset: 0 for unique ones.
    pub(crate) fn rank(&self, ordinal: u32) -> u64 {
        self.facts.rank.as_ref().and_then(|ranks| ranks.get(ordinal as usize)).unwrap_or(0)
    }

    /// Where unpacking can begin, for packed files.
    pub(crate) fn checkpoints(&self) -> Option<&Arc<Checkpoints>> {
        if !self.state.container.is_packed() {
            return None;
        }
        let read = || read_checkpoints(&self.facts.dir).map(Arc::new);
        self.facts.checkpoints.get_or_init(read).as_ref()
    }

    /// Folder of its generation.
    pub(crate) fn dir(&self) -> &Path {
        &self.facts.dir
    }

    /// The row of a sample.
    pub(crate) fn row(&self, ordinal: u32) -> Row {
        Row::new(self.state.generation, ordinal)
    }

    /// Position of a sample in its dataset.
    pub(crate) fn dataset_ordinal(&self, ordinal: u32) -> u64 {
        self.first_ordinal + u64::from(ordinal)
    }

    /// The column that counts missing images, once the folders are listed.
    pub(crate) fn missing_column(&self) -> Option<Arc<ColumnReader>> {
        self.lazily(&self.facts.missing, self.state.missing.is_some(), MISSING_FILE)
    }

    /// The column that counts broken images, once they were looked at.
    pub(crate) fn broken_column(&self) -> Option<Arc<ColumnReader>> {
        self.lazily(&self.facts.broken, self.state.broken.is_some(), BROKEN_FILE)
    }

    /// The column of flags that are found when all samples of the dataset are read, if any has one.
    pub(crate) fn repeats_column(&self) -> Option<Arc<ColumnReader>> {
        self.lazily(&self.facts.repeats, self.state.has_repeats, REPEATS_FILE)
    }

    /// The column that says which samples a list of ids names, where that is decided.
    pub(crate) fn subset_column(&self) -> Option<Arc<ColumnReader>> {
        let is_decided = self.state.subset.as_ref().is_some_and(|subset| subset.is_decided);
        self.lazily(&self.facts.subset, is_decided, SUBSET_FILE)
    }

    /// The column of widths of first pictures, once these were looked up.
    pub(crate) fn width_column(&self) -> Option<Arc<ColumnReader>> {
        self.lazily(&self.facts.width, self.state.sized_at.is_some(), WIDTH_FILE)
    }

    /// The column of heights of first pictures, once these were looked up.
    pub(crate) fn height_column(&self) -> Option<Arc<ColumnReader>> {
        self.lazily(&self.facts.height, self.state.sized_at.is_some(), HEIGHT_FILE)
    }

    fn lazily(&self, cell: &Lazy<ColumnReader>, is_there: bool, file: &str) -> Option<Arc<ColumnReader>> {
        let open = || ColumnReader::open(&self.facts.dir.join(file), self.state.rows as usize);
        // A damaged column is noticed, and made anew, by the next pass.
        cell.get_or_init(|| open().ok().filter(|_| is_there).map(Arc::new)).clone()
    }

    /// The image sources of the samples.
    pub(crate) fn sources(&self) -> Option<Arc<SetColumn>> {
        let open = || SetColumn::open(&self.facts.dir, SOURCES_COLUMN, self.state.rows as usize);
        self.facts.sources.get_or_init(|| open().ok().map(Arc::new)).clone()
    }

    /// The image sources of a set of them.
    pub(crate) fn sources_of(&self, set: u64) -> Vec<String> {
        self.sources().map(|sources| sources.set(set)).unwrap_or_default()
    }

    /// Its templates; `None` as long as it is being read.
    pub(crate) fn templates(&self) -> Result<Option<&FileTemplates>, LibraryError> {
        if !self.state.complete {
            return Ok(None);
        }
        if let Some(templates) = self.facts.templates.get() {
            return Ok(Some(templates));
        }
        let templates = FileTemplates::open(&self.facts.dir, self.state.rows as usize)?;
        Ok(Some(self.facts.templates.get_or_init(|| templates)))
    }

    /// How often the codes of a dimension occur, counted when it is first asked for.
    pub(crate) fn tally(&self, dimension: usize, codes: &Codes) -> &Tally {
        self.facts.tallies[dimension].get_or_init(|| Tally::of_all(self, codes))
    }

    /// The ordinals of samples with this id.
    pub(crate) fn with_id(&self, id: &str) -> Vec<u32> {
        let rows = self.columns().column(Column::Id).rows_with(id_hash(id));
        rows.into_iter().map(|row| row as u32).collect()
    }

    /// The ordinals of samples with an image of this key; none where the column of keys cannot be read.
    pub(crate) fn with_image(&self, key: &str) -> Vec<u32> {
        self.with_image_key(key_hash(key)).map(Iterator::collect).unwrap_or_default()
    }

    /// The ordinals of samples with this key.
    pub(crate) fn with_key(&self, key: u64) -> impl Iterator<Item = u32> + use<> {
        self.columns().column(Column::Key).rows_with(key).into_iter().map(|row| row as u32)
    }

    /// The ordinals of samples with an image of this key, given as its hash, in order.
    pub(crate) fn with_image_key(&self, key: u64) -> Result<impl Iterator<Item = u32> + use<>, LibraryError> {
        Ok(self.samples_of_refs(&self.image_keys()?.rows_with(key)).into_iter())
    }

    /// The hashes of the image keys of all refs, in record order.
    pub(crate) fn image_keys(&self) -> Result<&ColumnReader, LibraryError> {
        if let Some(keys) = self.facts.image_keys.get() {
            return Ok(keys);
        }
        let keys = image_keys(&self.facts.dir, self.columns().column(Column::Images).iter().sum())?;
        Ok(self.facts.image_keys.get_or_init(|| keys))
    }

    /// The ordinals of the samples that have these refs, which are numbered over the whole file and ascend.
    fn samples_of_refs(&self, refs: &[usize]) -> Vec<u32> {
        let mut ordinals = Vec::new();
        let (mut refs, mut seen) = (refs.iter().peekable(), 0);
        if refs.peek().is_none() {
            return ordinals;
        }
        for (ordinal, images) in (0..).zip(self.columns().column(Column::Images).iter()) {
            seen += images as usize;
            let of_sample = std::iter::from_fn(|| refs.next_if(|reference| **reference < seen)).count();
            if of_sample > 0 {
                ordinals.push(ordinal);
            }
            if refs.peek().is_none() {
                break;
            }
        }
        ordinals
    }

    pub(super) fn holds(&self, position: u64, first: u64) -> bool {
        (first..first + u64::from(self.state.rows)).contains(&position)
    }
}

impl FileFacts {
    pub(super) fn open(state: &FileState, home: &Home) -> Result<Self, LibraryError> {
        let dir = generation_dir(&home.columns(), state.generation);
        let rows = state.rows as usize;
        let rank = match state.ranks {
            Ranks::Ranked(_) => Some(ColumnReader::open(&dir.join(RANK_FILE), rows)?),
            Ranks::Unknown | Ranks::Unique => None,
        };
        Ok(Self {
            columns: ColumnSet::open(&dir, rows)?,
            rank,
            dir,
            checkpoints: OnceLock::new(),
            image_keys: OnceLock::new(),
            missing: OnceLock::new(),
            broken: OnceLock::new(),
            repeats: OnceLock::new(),
            subset: OnceLock::new(),
            width: OnceLock::new(),
            height: OnceLock::new(),
            sources: OnceLock::new(),
            templates: OnceLock::new(),
            tallies: [const { OnceLock::new() }; DIMENSIONS.len()],
        })
    }
}
