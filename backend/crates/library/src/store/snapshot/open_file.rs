//! An annotation file with its samples, and what the engine keeps of these.

use crate::LibraryError;
use crate::store::snapshot::{OpenGeneration, Snapshot};
use crate::store::state::{FileState, Ranks};
use crate::store::values::Place;
use blendscope_engine::{Field, Row};
use blendscope_read::{Checkpoints, RecordKeys};
use blendscope_shared::key::SampleKey;
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

/// Where a sample of a file is found, and what it is called.
#[derive(Clone, Copy, Debug)]
pub struct Located {
    /// Its number in the file.
    pub ordinal: u32,
    /// Where its record lies.
    pub place: Place,
    /// Its key.
    pub key: SampleKey,
    /// Its number among equal ones of its dataset, from 1; 0 for one that has no equal.
    pub rank: u64,
}

/// The numbers by which samples are located.
const LOCATING: [Field; 6] =
    [Field::Key, Field::Rank, Field::Offset, Field::Length, Field::Stored, Field::Skipped];

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
        Row::new(self.generation.state.generation, self.state().first_row + ordinal)
    }

    /// The numbers of some samples in some fields: a list per field.
    pub fn numbers(&self, ordinals: &[u32], fields: &[Field]) -> Result<Vec<Vec<u64>>, LibraryError> {
        let rows: Vec<Row> = ordinals.iter().map(|ordinal| self.row(*ordinal)).collect();
        Ok(self.generation.view.numbers(&rows, fields)?)
    }

    /// Where some samples are found.
    pub fn locate(&self, ordinals: &[u32]) -> Result<Vec<Located>, LibraryError> {
        let numbers = self.numbers(ordinals, &LOCATING)?;
        let located = |(at, ordinal)| self.located(ordinal, std::array::from_fn(|field| numbers[field][at]));
        Ok(ordinals.iter().copied().enumerate().map(located).collect())
    }

    /// From numbers in the order of [`LOCATING`].
    fn located(&self, ordinal: u32, numbers: [u64; LOCATING.len()]) -> Located {
        let [key, rank, offset, length, stored, skipped] = numbers;
        // Ranks of before another file came or went count no more.
        let is_ranked = matches!(self.generation.state.ranks, Ranks::Ranked(_));
        let record = skipped + u64::from(ordinal);
        let place = Place { offset, length: length as u32, stored, record };
        Located { ordinal, place, key: SampleKey(key), rank: if is_ranked { rank } else { 0 } }
    }

    /// Where a sample is found.
    pub fn locate_one(&self, ordinal: u32) -> Result<Located, LibraryError> {
        Ok(self.locate(&[ordinal])?[0])
    }

    /// Where unpacking can begin, for packed files.
    pub fn checkpoints(&self) -> Option<&Arc<Checkpoints>> {
        self.generation.checkpoints(self.number)
    }

    /// Position of a sample in its dataset.
    pub fn dataset_ordinal(&self, ordinal: u32) -> u64 {
        self.first_ordinal + u64::from(ordinal)
    }
}

impl Snapshot {
    /// Where samples of any files are found, all asked for at once; none for those that are not shown.
    pub fn locate_all(&self, rows: &[Row]) -> Result<Vec<Option<(&OpenFile, Located)>>, LibraryError> {
        let numbers = self.view.numbers(rows, &LOCATING)?;
        let located = |(at, row): (usize, &Row)| {
            let (file, ordinal) = self.locate(*row)?;
            Some((file.as_ref(), file.located(ordinal, std::array::from_fn(|field| numbers[field][at]))))
        };
        Ok(rows.iter().enumerate().map(located).collect())
    }
}

impl Located {
    /// The lasting name: the key, with `~n` for the second and further ones of equal samples.
    pub fn key_text(&self) -> String {
        let key = self.key.to_text();
        match self.rank {
            0 | 1 => key,
            rank => format!("{key}~{rank}"),
        }
    }
}
