//! The file of a generation, opened without everything that a snapshot needs.

use super::LibraryError;
use super::state::{GenerationState, Ranks};
use super::templates::GenerationTemplates;
use blendscope_local::{
    ColumnError, ColumnReader, ColumnSet, LateFile, Parts, generation_file, names, open_late,
};
use blendscope_read::Checkpoints;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The opened file of a generation.
pub(crate) struct Generation {
    /// All its parts.
    pub parts: Arc<Parts>,
    /// Its columns.
    pub columns: ColumnSet,
}

impl Generation {
    /// Opens a generation.
    pub(crate) fn open(dir: &Path, state: &GenerationState) -> Result<Self, ColumnError> {
        let parts = Arc::new(Parts::open(&generation_file(dir, state.generation), state.end)?);
        let columns = ColumnSet::open(&parts, state.rows as usize)?;
        Ok(Self { parts, columns })
    }
}

/// Opens a late column of a generation.
pub(crate) fn late_column(
    dir: &Path,
    state: &GenerationState,
    name: &str,
) -> Result<Option<ColumnReader>, ColumnError> {
    let Some(file) = state.late else { return Ok(None) };
    let parts = Arc::new(open_late(dir, state.generation, file)?);
    if parts.names().all(|own| own != name) {
        return Ok(None);
    }
    ColumnReader::open(&parts, name, state.rows as usize).map(Some)
}

/// The file of a generation that cannot be read, because something of it is damaged or gone, as after a power cut. An error
/// of the system, such as too many open files, says nothing about the files and is passed on.
///
/// Directories are looked at, and the parts that are read as a whole; [`damage_in`] looks at every byte.
pub(crate) fn unreadable_file(dir: &Path, state: &GenerationState) -> Result<Option<PathBuf>, LibraryError> {
    damaged_file(open_all(dir, state))
}

/// Reads the file of a generation, or one of late columns, and looks at all checksums; gives the file when something is
/// damaged.
pub(crate) fn damage_in(
    dir: &Path,
    state: &GenerationState,
    late: Option<LateFile>,
) -> Result<Option<PathBuf>, LibraryError> {
    let opened = match late {
        None => Parts::open(&generation_file(dir, state.generation), state.end),
        Some(late) => open_late(dir, state.generation, late),
    };
    damaged_file(opened.and_then(|parts| parts.check()))
}

fn open_all(dir: &Path, state: &GenerationState) -> Result<(), ColumnError> {
    let generation = Generation::open(dir, state)?;
    let late = state.late.map(|late| open_late(dir, state.generation, late)).transpose()?;
    if let (Some(late), Ranks::Ranked(_)) = (late, state.ranks) {
        ColumnReader::open(&Arc::new(late), names::RANK, state.rows as usize)?;
    }
    if state.complete {
        GenerationTemplates::open(&generation.parts, state.rows as usize)?;
        ColumnReader::open(&generation.parts, names::IMAGE_KEYS, state.refs as usize)?;
    }
    Ok(())
}

fn damaged_file(opened: Result<(), ColumnError>) -> Result<Option<PathBuf>, LibraryError> {
    match opened {
        Ok(()) => Ok(None),
        Err(ColumnError::Damaged { path, .. }) => Ok(Some(path)),
        Err(ColumnError::Io { path, source }) if source.kind() == ErrorKind::NotFound => Ok(Some(path)),
        Err(error) => Err(error.into()),
    }
}

/// Name of the part that holds the places where unpacking a file can begin, by the file's first row.
pub(crate) fn checkpoints_name(first_row: u32) -> String {
    format!("checkpoints.1/{first_row}")
}

/// The places where unpacking a file can begin, as they were written; by the file's first row.
pub(crate) fn read_checkpoints(parts: &Parts, first_row: u32) -> Option<Checkpoints> {
    let bytes = parts.last(&checkpoints_name(first_row)).ok().flatten()?;
    Checkpoints::from_bytes(bytes).ok()
}
