//! A generation as of a commit: what is known of it, and its parts.

use crate::LibraryError;
use crate::store::record_store::RecordStore;
use crate::store::sets::{SOURCES, Sets};
use crate::store::state::{FileState, GenerationState, SubsetState};
use crate::store::templates::GenerationTemplates;
use crate::store::values::Sums;
use blendscope_engine::{Block, Engine, Field, LiveGeneration, Parts, Row, View};
use blendscope_read::Checkpoints;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A generation of which samples are shown. Ordinals are places among its rows.
pub struct OpenGeneration {
    /// What is known of it.
    pub state: Arc<GenerationState>,
    /// Number of its dataset in `resolved.datasets`.
    pub dataset: usize,
    /// Which of its samples are shown.
    pub live: LiveGeneration,
    /// Answers what is asked of its samples.
    pub view: Arc<dyn View>,
    contents: Arc<Contents>,
    sums: Sums,
}

/// What was written while it was read, opened when it is first asked for.
struct Contents {
    parts: Arc<dyn Parts>,
    records: RecordStore,
    /// By number of the file.
    checkpoints: Vec<OnceLock<Option<Arc<Checkpoints>>>>,
    sources: OnceLock<Option<Sets>>,
    templates: OnceLock<Option<GenerationTemplates>>,
}

impl OpenGeneration {
    /// Opens a generation of which these samples are shown, taking over from `before` what has not changed.
    pub(crate) fn open(
        state: &Arc<GenerationState>,
        live: LiveGeneration,
        view: &Arc<dyn View>,
        engine: &dyn Engine,
        before: Option<&Arc<Self>>,
    ) -> Result<Self, LibraryError> {
        let parts = engine.parts(state.generation, &state.receipt)?;
        let is_same = |old: &&Arc<Self>| {
            let same_parts = Arc::as_ptr(&old.contents.parts).cast::<()>() == Arc::as_ptr(&parts).cast();
            same_parts && (old.state.complete, old.state.files.len()) == (state.complete, state.files.len())
        };
        let contents = match before.filter(is_same) {
            Some(old) => Arc::clone(&old.contents),
            None => Arc::new(Contents::of(parts, state.files.len())),
        };
        let mut sums = Sums::default();
        for file in state.files.iter().filter(|file| live.shown().contains(file.first_row)) {
            sums.add_all(&file.sums);
        }
        let (state, view, dataset) = (Arc::clone(state), Arc::clone(view), live.dataset);
        Ok(Self { state, dataset, live, view, contents, sums })
    }

    /// Everything that was written while it was read.
    pub fn parts(&self) -> &dyn Parts {
        self.contents.parts.as_ref()
    }

    /// The records that no range of an annotation file holds.
    pub(crate) fn records(&self) -> &RecordStore {
        &self.contents.records
    }

    /// Sums over the samples that are shown.
    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    /// Whether all its rows are shown.
    pub fn is_whole(&self) -> bool {
        self.live.is_whole()
    }

    /// The rows of its files.
    pub fn blocks(&self) -> &[Block] {
        self.live.blocks()
    }

    /// The row at an ordinal.
    pub fn row(&self, ordinal: u32) -> Row {
        self.live.row(ordinal)
    }

    /// Where unpacking one of its files can begin, for packed ones.
    pub(crate) fn checkpoints(&self, number: usize) -> Option<&Arc<Checkpoints>> {
        let file: &FileState = &self.state.files[number];
        if !file.container.is_packed() {
            return None;
        }
        let read = || read_checkpoints(self.parts(), file.first_row).map(Arc::new);
        self.contents.checkpoints.get(number)?.get_or_init(read).as_ref()
    }

    /// How many images of the samples that are shown are broken, as far as they were looked at.
    pub fn broken(&self) -> u64 {
        let shown = self.state.files.iter().filter(|file| self.live.shown().contains(file.first_row));
        shown.filter_map(|file| file.broken).sum()
    }

    /// Its templates; `None` as long as it is being read.
    pub fn templates(&self) -> Result<Option<&GenerationTemplates>, LibraryError> {
        if let Some(templates) = self.contents.templates.get() {
            return Ok(templates.as_ref());
        }
        let templates =
            if self.state.complete { Some(GenerationTemplates::read(self.parts())?) } else { None };
        Ok(self.contents.templates.get_or_init(|| templates).as_ref())
    }

    /// What a list says about the samples; `None` where that is not known.
    pub fn in_subset(&self, list: Option<&str>) -> Option<&SubsetState> {
        let subset = self.state.subset.as_ref()?;
        (subset.is_decided && Some(subset.list.as_str()) == list).then_some(subset)
    }

    /// The image sources of a set of them.
    pub fn sources_of(&self, set: u64) -> Vec<String> {
        let sources = self.contents.sources.get_or_init(|| Sets::read(self.parts(), SOURCES).ok());
        sources.iter().flat_map(|sources| sources.values_of(set)).map(str::to_owned).collect()
    }
}

impl Contents {
    fn of(parts: Arc<dyn Parts>, files: usize) -> Self {
        Self {
            records: RecordStore::new(Arc::clone(&parts)),
            parts,
            checkpoints: (0..files).map(|_| OnceLock::new()).collect(),
            sources: OnceLock::new(),
            templates: OnceLock::new(),
        }
    }
}

/// Name of the part that holds the places where unpacking a file can begin, by the file's first row.
pub(crate) fn checkpoints_name(first_row: u32) -> String {
    format!("checkpoints/{first_row}")
}

/// The places where unpacking a file can begin, as they were written; by the file's first row.
fn read_checkpoints(parts: &dyn Parts, first_row: u32) -> Option<Checkpoints> {
    let bytes = parts.last(&checkpoints_name(first_row)).ok().flatten()?;
    Checkpoints::from_bytes(&bytes).ok()
}

/// Samples that the engine is asked about at once.
const BATCH: u32 = 1 << 14;

/// Goes over all rows of a generation, also those of files that changed or went. It ends early when the engine fails; ask
/// [`Self::failure`] then.
pub(crate) struct Scan<'a, const N: usize> {
    of: &'a OpenGeneration,
    fields: [Field; N],
    rows: Range<u32>,
    batch: std::vec::IntoIter<[u64; N]>,
    failure: Option<LibraryError>,
}

impl<'a, const N: usize> Scan<'a, N> {
    /// The numbers in these fields.
    pub(crate) fn of(of: &'a OpenGeneration, fields: [Field; N]) -> Self {
        Self { of, fields, rows: 0..of.state.rows, batch: Vec::new().into_iter(), failure: None }
    }

    /// An error when it ended early.
    pub(crate) fn failure(self) -> Result<(), LibraryError> {
        self.failure.map_or(Ok(()), Err)
    }

    fn read(&mut self) -> Result<(), LibraryError> {
        let end = self.rows.end.min(self.rows.start.saturating_add(BATCH));
        let rows: Vec<Row> = (self.rows.start..end).map(|ordinal| self.of.row(ordinal)).collect();
        self.rows.start = end;
        let numbers = self.of.view.numbers(&rows, &self.fields)?;
        let of_row = |at: usize| std::array::from_fn(|field| numbers[field][at]);
        self.batch = (0..rows.len()).map(of_row).collect::<Vec<_>>().into_iter();
        Ok(())
    }
}

impl<const N: usize> Iterator for Scan<'_, N> {
    type Item = [u64; N];

    fn next(&mut self) -> Option<[u64; N]> {
        if let Some(numbers) = self.batch.next() {
            return Some(numbers);
        }
        if self.rows.is_empty() || self.failure.is_some() {
            return None;
        }
        self.failure = self.read().err();
        self.batch.next()
    }
}
