//! A generation with the columns of its samples.

use crate::columns::{Column, ColumnReader, ColumnSet, Parts, Row, SetColumn, SetSums, open_late};
use crate::library::LibraryError;
use crate::library::dimensions::{Codes, DIMENSIONS};
use crate::library::generation::{BROKEN, Generation, HEIGHT, MISSING, RANK, REPEATS, WIDTH};
use crate::library::keys::key_hash;
use crate::library::refs::{SOURCES, image_keys};
use crate::library::state::{GenerationState, Ranks};
use crate::library::subsets::SUBSET;
use crate::library::tally::Tally;
use crate::library::templates::GenerationTemplates;
use blendscope_read::{Checkpoints, id_hash};
use blendscope_shared::key::SampleKey;
use roaring::RoaringBitmap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// A generation with its samples' columns. Ordinals are places among its rows.
pub(crate) struct OpenGeneration {
    /// What is known of it.
    pub(crate) state: Arc<GenerationState>,
    /// Number of its dataset in `resolved.datasets`.
    pub(crate) dataset: usize,
    /// The rows of its files that are shown, ascending.
    blocks: Vec<Block>,
    live: Arc<RoaringBitmap>,
    read: Arc<Read>,
    late: Arc<Late>,
    sums: SetSums,
    tallies: Arc<Tallies>,
}

/// The rows of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// Row of its first sample.
    pub(crate) first_row: u32,
    /// Number of its samples.
    pub(crate) rows: u32,
    /// The file's place in the snapshot.
    pub(crate) file: usize,
    /// Position of its first sample over all datasets.
    pub(crate) first_position: u64,
}

/// How often the codes of each dimension occur among the rows that are shown.
type Tallies = [OnceLock<Tally>; DIMENSIONS.len()];

/// What was written while the generation was read.
struct Read {
    parts: Arc<Parts>,
    columns: ColumnSet,
    /// By number of the file.
    checkpoints: Vec<OnceLock<Option<Arc<Checkpoints>>>>,
    image_keys: OnceLock<ColumnReader>,
    sources: Lazy<SetColumn>,
    templates: OnceLock<GenerationTemplates>,
}

/// Its late columns.
struct Late {
    parts: Option<Arc<Parts>>,
    rank: Lazy<ColumnReader>,
    missing: Lazy<ColumnReader>,
    broken: Lazy<ColumnReader>,
    repeats: Lazy<ColumnReader>,
    subset: Lazy<ColumnReader>,
    width: Lazy<ColumnReader>,
    height: Lazy<ColumnReader>,
}

/// What is opened when it is first asked for; none where there is nothing to open.
type Lazy<T> = OnceLock<Option<Arc<T>>>;

impl OpenGeneration {
    /// Opens a generation, taking over from `before` what has not changed.
    pub(super) fn open(
        state: &Arc<GenerationState>,
        dataset: usize,
        blocks: Vec<Block>,
        dir: &Path,
        before: Option<&Arc<Self>>,
    ) -> Result<Self, LibraryError> {
        let mut live = RoaringBitmap::new();
        for block in &blocks {
            live.insert_range(block.first_row..block.first_row + block.rows);
        }
        let read =
            before.filter(|old| old.state.end == state.end && old.state.files.len() == state.files.len());
        let read = match read {
            Some(old) => Arc::clone(&old.read),
            None => Arc::new(Read::open(state, dir)?),
        };
        let late = match before.filter(|old| old.state.late == state.late && old.state.rows == state.rows) {
            Some(old) => Arc::clone(&old.late),
            None => Arc::new(Late::open(state, dir)?),
        };
        let same = before.filter(|old| old.state == *state && *old.live == live && old.dataset == dataset);
        let tallies = same.map_or_else(Arc::default, |old| Arc::clone(&old.tallies));
        let mut sums = SetSums::default();
        for file in state.files.iter().filter(|file| live.contains(file.first_row)) {
            sums.add_all(&file.sums);
        }
        let state = Arc::clone(state);
        Ok(Self { state, dataset, blocks, live: Arc::new(live), read, late, sums, tallies })
    }

    /// Everything that was written while it was read.
    pub(crate) fn parts(&self) -> &Arc<Parts> {
        &self.read.parts
    }

    /// Whether a file of it changed on disk, so that it has to be checked again.
    pub(in crate::library) fn has_changed(&self) -> bool {
        self.files().any(|parts| parts.has_changed())
    }

    /// A file of it of which something could not be read, if there is one.
    pub(in crate::library) fn lost_file(&self) -> Option<PathBuf> {
        let lost = self.files().find(|parts| parts.has_lost_pages());
        lost.map(|parts| parts.path().to_owned())
    }

    /// Says that its files were checked again and are whole.
    pub(in crate::library) fn accept_change(&self) {
        self.files().for_each(|parts| parts.accept_change());
    }

    fn files(&self) -> impl Iterator<Item = &Arc<Parts>> {
        std::iter::once(&self.read.parts).chain(&self.late.parts)
    }

    /// The columns that were filled while it was read.
    pub(crate) fn columns(&self) -> &ColumnSet {
        &self.read.columns
    }

    /// The ordinals of the samples that are shown.
    pub(crate) fn live(&self) -> &RoaringBitmap {
        &self.live
    }

    /// Sums over the samples that are shown.
    pub(crate) fn sums(&self) -> &SetSums {
        &self.sums
    }

    /// How many samples are shown.
    pub(crate) fn samples(&self) -> u64 {
        self.live.len()
    }

    /// Whether all its rows are shown.
    pub(crate) fn is_whole(&self) -> bool {
        self.live.len() == u64::from(self.state.rows)
    }

    /// Whether the text index has samples of it that are not shown.
    pub(super) fn hides_rows(&self) -> bool {
        self.blocks.len() != self.state.files.len()
    }

    /// The rows of its files.
    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The block of a row; none for rows that are not shown.
    pub(crate) fn block_of(&self, ordinal: u32) -> Option<&Block> {
        let behind = self.blocks.partition_point(|block| block.first_row <= ordinal);
        let block = &self.blocks[behind.checked_sub(1)?];
        (ordinal - block.first_row < block.rows).then_some(block)
    }

    /// The row at an ordinal.
    pub(crate) fn row(&self, ordinal: u32) -> Row {
        Row::new(self.state.generation, ordinal)
    }

    /// The rank of a sample among equal ones of its dataset: 0 for unique ones.
    pub(crate) fn rank(&self, ordinal: u32) -> u64 {
        if !matches!(self.state.ranks, Ranks::Ranked(_)) {
            return 0;
        }
        let ranks = self.late.rank.get_or_init(|| self.late_column(RANK)).as_ref();
        ranks.and_then(|ranks| ranks.get(ordinal as usize)).unwrap_or(0)
    }

    /// Where unpacking one of its files can begin, once it is read.
    pub(super) fn checkpoints(&self, file: usize) -> Option<&OnceLock<Option<Arc<Checkpoints>>>> {
        self.read.checkpoints.get(file)
    }

    /// The column that counts missing images, once the folders are listed.
    pub(crate) fn missing_column(&self) -> Option<Arc<ColumnReader>> {
        self.lazily(&self.late.missing, self.state.folders_stamp.is_some(), MISSING)
    }

    /// The column that counts broken images, once they were looked at.
    pub(crate) fn broken_column(&self) -> Option<Arc<ColumnReader>> {
        self.lazily(&self.late.broken, self.state.broken.is_some(), BROKEN)
    }

    /// How many images of the samples that are shown are broken, as far as they were looked at.
    pub(crate) fn broken(&self) -> u64 {
        let Some(all) = self.state.broken else { return 0 };
        match self.broken_column().filter(|_| !self.is_whole()) {
            Some(column) => self.live.iter().filter_map(|row| column.get(row as usize)).sum(),
            None => all,
        }
    }

    /// The column of flags that are found when all samples of the dataset are read, if any has one.
    pub(crate) fn repeats_column(&self) -> Option<Arc<ColumnReader>> {
        self.lazily(&self.late.repeats, self.state.has_repeats, REPEATS)
    }

    /// The column that says which samples a list of ids names, where that is decided.
    pub(crate) fn subset_column(&self) -> Option<Arc<ColumnReader>> {
        let is_decided = self.state.subset.as_ref().is_some_and(|subset| subset.is_decided);
        self.lazily(&self.late.subset, is_decided, SUBSET)
    }

    /// The column of widths of first pictures, once these were looked up.
    pub(crate) fn width_column(&self) -> Option<Arc<ColumnReader>> {
        self.lazily(&self.late.width, self.state.sized_at.is_some(), WIDTH)
    }

    /// The column of heights of first pictures, once these were looked up.
    pub(crate) fn height_column(&self) -> Option<Arc<ColumnReader>> {
        self.lazily(&self.late.height, self.state.sized_at.is_some(), HEIGHT)
    }

    fn lazily(&self, cell: &Lazy<ColumnReader>, is_there: bool, name: &str) -> Option<Arc<ColumnReader>> {
        if !is_there {
            return None;
        }
        cell.get_or_init(|| self.late_column(name)).clone()
    }

    /// A late column; none when it is damaged, which is noticed elsewhere, and mended by the next pass.
    fn late_column(&self, name: &str) -> Option<Arc<ColumnReader>> {
        let parts = self.late.parts.as_ref()?;
        ColumnReader::open(parts, name, self.state.rows as usize).ok().map(Arc::new)
    }

    /// The image sources of the samples.
    pub(crate) fn sources(&self) -> Option<Arc<SetColumn>> {
        let open = || SetColumn::open(self.parts(), SOURCES, self.state.rows as usize);
        self.read.sources.get_or_init(|| open().ok().map(Arc::new)).clone()
    }

    /// The image sources of a set of them.
    pub(crate) fn sources_of(&self, set: u64) -> Vec<String> {
        self.sources().map(|sources| sources.set(set)).unwrap_or_default()
    }

    /// Its templates; `None` as long as it is being read.
    pub(crate) fn templates(&self) -> Result<Option<&GenerationTemplates>, LibraryError> {
        if !self.state.complete {
            return Ok(None);
        }
        if let Some(templates) = self.read.templates.get() {
            return Ok(Some(templates));
        }
        let templates = GenerationTemplates::open(self.parts(), self.state.rows as usize)?;
        Ok(Some(self.read.templates.get_or_init(|| templates)))
    }

    /// How often the codes of a dimension occur, counted when it is first asked for.
    pub(crate) fn tally(&self, dimension: usize, codes: &Codes) -> &Tally {
        self.tallies[dimension].get_or_init(|| Tally::of_all(self, codes))
    }

    /// The ordinals of samples with this id.
    pub(crate) fn with_id(&self, ids: &[&str]) -> Vec<u32> {
        let hashes = ids.iter().map(|id| id_hash(id)).collect();
        self.live_rows(self.columns().column(Column::Id).rows_with_any(&hashes))
    }

    /// The ordinals of samples with an image of one of these keys; none where the column of keys cannot be read.
    pub(crate) fn with_image(&self, keys: &[&str]) -> Vec<u32> {
        let hashes = keys.iter().map(|key| key_hash(key)).collect();
        let found = self.image_keys().map(|keys| self.samples_of_refs(&keys.rows_with_any(&hashes)));
        found.unwrap_or_default()
    }

    /// The ordinals of samples with this key.
    pub(crate) fn with_key(&self, key: u64) -> Vec<u32> {
        self.live_rows(self.columns().column(Column::Key).rows_with(key))
    }

    /// The ordinals of samples with one of these keys, as they stand in links.
    pub(crate) fn with_keys(&self, keys: &[&str]) -> Vec<u32> {
        let hash = |key: &&str| SampleKey::from_text(key.split('~').next().unwrap_or(key)).map(|key| key.0);
        let hashes = keys.iter().filter_map(hash).collect();
        self.live_rows(self.columns().column(Column::Key).rows_with_any(&hashes))
    }

    /// The ordinals of samples with an image of this key, given as its hash, in order.
    pub(crate) fn with_image_key(&self, key: u64) -> Result<Vec<u32>, LibraryError> {
        Ok(self.samples_of_refs(&self.image_keys()?.rows_with(key)))
    }

    /// The hashes of the image keys of all refs, in record order.
    pub(crate) fn image_keys(&self) -> Result<&ColumnReader, LibraryError> {
        if let Some(keys) = self.read.image_keys.get() {
            return Ok(keys);
        }
        let keys = image_keys(self.parts(), self.state.refs)?;
        Ok(self.read.image_keys.get_or_init(|| keys))
    }

    /// The ordinals of the samples that have these refs, which are numbered over the whole generation and ascend.
    fn samples_of_refs(&self, refs: &[u32]) -> Vec<u32> {
        let mut ordinals = Vec::new();
        let (mut refs, mut seen) = (refs.iter().peekable(), 0_u64);
        if refs.peek().is_none() {
            return ordinals;
        }
        for (ordinal, images) in (0..).zip(self.columns().column(Column::Images).iter()) {
            seen += images;
            let of_sample =
                std::iter::from_fn(|| refs.next_if(|reference| u64::from(**reference) < seen)).count();
            if of_sample > 0 {
                ordinals.push(ordinal);
            }
            if refs.peek().is_none() {
                break;
            }
        }
        self.live_rows(ordinals)
    }

    fn live_rows(&self, mut ordinals: Vec<u32>) -> Vec<u32> {
        if !self.is_whole() {
            ordinals.retain(|ordinal| self.live.contains(*ordinal));
        }
        ordinals
    }
}

impl Read {
    fn open(state: &GenerationState, dir: &Path) -> Result<Self, LibraryError> {
        let Generation { parts, columns } = Generation::open(dir, state)?;
        Ok(Self {
            parts,
            columns,
            checkpoints: state.files.iter().map(|_| OnceLock::new()).collect(),
            image_keys: OnceLock::new(),
            sources: OnceLock::new(),
            templates: OnceLock::new(),
        })
    }
}

impl Late {
    fn open(state: &GenerationState, dir: &Path) -> Result<Self, LibraryError> {
        let parts = state.late.map(|file| open_late(dir, state.generation, file)).transpose()?;
        Ok(Self {
            parts: parts.map(Arc::new),
            rank: OnceLock::new(),
            missing: OnceLock::new(),
            broken: OnceLock::new(),
            repeats: OnceLock::new(),
            subset: OnceLock::new(),
            width: OnceLock::new(),
            height: OnceLock::new(),
        })
    }
}
