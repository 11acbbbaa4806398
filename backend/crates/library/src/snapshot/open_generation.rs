//! A generation as of a commit: what is known of it, and the columns of its samples.

use crate::LibraryError;
use crate::state::{GenerationState, Ranks};
use crate::templates::GenerationTemplates;
use blendscope_engine::{Block, LiveGeneration, Row};
use blendscope_local::{ColumnSet, Contents, GenerationColumns, Parts, SetSums, names};
use blendscope_read::Checkpoints;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// A generation with its samples' columns. Ordinals are places among its rows.
pub struct OpenGeneration {
    /// What is known of it.
    pub state: Arc<GenerationState>,
    /// Number of its dataset in `resolved.datasets`.
    pub dataset: usize,
    /// The columns of its samples.
    pub data: Arc<GenerationColumns>,
    /// By number of the file.
    checkpoints: Arc<Vec<OnceLock<Option<Arc<Checkpoints>>>>>,
    sums: SetSums,
    templates: OnceLock<Option<GenerationTemplates>>,
}

impl OpenGeneration {
    /// Opens a generation of which these files' blocks are shown, taking over from `before` what has not changed.
    pub fn open(
        state: &Arc<GenerationState>,
        dataset: usize,
        blocks: Vec<Block>,
        dir: &Path,
        before: Option<&Arc<Self>>,
    ) -> Result<Self, LibraryError> {
        let live = LiveGeneration::new(state.generation, dataset, state.rows, blocks);
        let known = before.map(|old| &old.data);
        let data = Arc::new(GenerationColumns::open(dir, live, contents(state), known)?);
        let same =
            before.filter(|old| old.state.end == state.end && old.state.files.len() == state.files.len());
        let checkpoints = match same {
            Some(old) => Arc::clone(&old.checkpoints),
            None => Arc::new(state.files.iter().map(|_| OnceLock::new()).collect()),
        };
        let mut sums = SetSums::default();
        for file in state.files.iter().filter(|file| data.live.shown().contains(file.first_row)) {
            sums.add_all(&file.sums);
        }
        let state = Arc::clone(state);
        Ok(Self { state, dataset, data, checkpoints, sums, templates: OnceLock::new() })
    }

    /// Everything that was written while it was read.
    pub fn parts(&self) -> &Arc<Parts> {
        self.data.parts()
    }

    /// The columns that were filled while it was read.
    pub fn columns(&self) -> &ColumnSet {
        self.data.columns()
    }

    /// Sums over the samples that are shown.
    pub fn sums(&self) -> &SetSums {
        &self.sums
    }

    /// How many samples are shown.
    pub fn samples(&self) -> u64 {
        self.data.live.samples()
    }

    /// Whether all its rows are shown.
    pub fn is_whole(&self) -> bool {
        self.data.live.is_whole()
    }

    /// The rows of its files.
    pub fn blocks(&self) -> &[Block] {
        self.data.live.blocks()
    }

    /// The row at an ordinal.
    pub fn row(&self, ordinal: u32) -> Row {
        self.data.live.row(ordinal)
    }

    /// Where unpacking one of its files can begin, once it is read.
    pub fn checkpoints(&self, file: usize) -> Option<&OnceLock<Option<Arc<Checkpoints>>>> {
        self.checkpoints.get(file)
    }

    /// How many images of the samples that are shown are broken, as far as they were looked at.
    pub fn broken(&self) -> u64 {
        let Some(all) = self.state.broken else { return 0 };
        match self.data.broken_column().filter(|_| !self.is_whole()) {
            Some(column) => self.data.live.shown().iter().filter_map(|row| column.get(row as usize)).sum(),
            None => all,
        }
    }

    /// Its templates; `None` as long as it is being read.
    pub fn templates(&self) -> Result<Option<&GenerationTemplates>, LibraryError> {
        if let Some(templates) = self.templates.get() {
            return Ok(templates.as_ref());
        }
        let rows = self.state.rows as usize;
        let open = || GenerationTemplates::open(self.parts(), rows);
        let templates = if self.state.complete { Some(open()?) } else { None };
        Ok(self.templates.get_or_init(|| templates).as_ref())
    }

    /// The image sources of a set of them.
    pub fn sources_of(&self, set: u64) -> Vec<String> {
        self.data.sources().map(|sources| sources.set(set)).unwrap_or_default()
    }
}

/// What a commit says that the files of a generation hold.
fn contents(state: &GenerationState) -> Contents {
    let known = [
        (names::RANK, matches!(state.ranks, Ranks::Ranked(_))),
        (names::MISSING, state.folders_stamp.is_some()),
        (names::BROKEN, state.broken.is_some()),
        (names::REPEATS, state.has_repeats),
        (names::SUBSET, state.subset.as_ref().is_some_and(|subset| subset.is_decided)),
        (names::WIDTH, state.sized_at.is_some()),
        (names::HEIGHT, state.sized_at.is_some()),
    ];
    Contents {
        end: state.end,
        late: state.late,
        refs: state.refs,
        is_complete: state.complete,
        known: known.into_iter().filter(|(_, is_known)| *is_known).map(|(name, _)| name).collect(),
    }
}
