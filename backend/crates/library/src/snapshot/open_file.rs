//! An annotation file with its samples.

use super::OpenGeneration;
use crate::generation::read_checkpoints;
use crate::state::FileState;
use blendscope_engine::Row;
use blendscope_local::{Column, Place};
use blendscope_read::{Checkpoints, RecordKeys};
use std::path::PathBuf;
use std::sync::Arc;

/// An annotation file with its samples, which are numbered from 0: a block of its generation's rows.
pub struct OpenFile {
    /// Its generation.
    pub generation: Arc<OpenGeneration>,
    /// Its number among the generation's files.
    pub number: usize,
    /// Absolute path.
    pub path: PathBuf,
    /// What the catalog says about the keys of its records.
    pub keys: Option<Arc<RecordKeys>>,
    /// Number of its dataset in `resolved.datasets`.
    pub dataset: usize,
    /// Samples of its dataset in files before it.
    pub first_ordinal: u64,
    /// Samples of all datasets in files before it.
    pub first_position: u64,
}

impl OpenFile {
    /// How far it was read.
    pub fn state(&self) -> &FileState {
        &self.generation.state.files[self.number]
    }

    /// Number of its samples.
    pub fn rows(&self) -> u32 {
        self.state().rows
    }

    /// The row of a sample.
    pub fn row(&self, ordinal: u32) -> Row {
        Row::new(self.generation.state.generation, self.in_generation(ordinal))
    }

    /// Place of a sample among the generation's rows.
    pub fn in_generation(&self, ordinal: u32) -> u32 {
        self.state().first_row + ordinal
    }

    /// A countable fact of a sample.
    pub fn value(&self, column: Column, ordinal: u32) -> u64 {
        self.generation.columns().value(column, self.in_generation(ordinal))
    }

    /// Where a sample's record lies.
    pub fn place(&self, ordinal: u32) -> Place {
        self.generation.columns().place(self.in_generation(ordinal), self.state().first_row)
    }

    /// The rank of a sample among equal ones of its dataset: 0 for unique ones.
    pub fn rank(&self, ordinal: u32) -> u64 {
        self.generation.data.rank(self.in_generation(ordinal))
    }

    /// Where unpacking can begin, for packed files.
    pub fn checkpoints(&self) -> Option<&Arc<Checkpoints>> {
        if !self.state().container.is_packed() {
            return None;
        }
        let first_row = self.state().first_row;
        let read = || read_checkpoints(self.generation.parts(), first_row).map(Arc::new);
        self.generation.checkpoints(self.number)?.get_or_init(read).as_ref()
    }

    /// Position of a sample in its dataset.
    pub fn dataset_ordinal(&self, ordinal: u32) -> u64 {
        self.first_ordinal + u64::from(ordinal)
    }
}
