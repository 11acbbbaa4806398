//! Reading one record back from its annotation file.

use super::LibraryError;
use super::snapshot::{CHECKPOINTS_FILE, OpenFile};
use super::state::FileState;
use crate::columns::Place;
use crate::read::{Checkpoints, Sample, parse_record, read_back};
use std::fs::File;
use std::path::Path;

/// Text that is unpacked from the start of a gzip file to show a record, while there are no places to begin at inside.
const UNPACK_MAX: u64 = 16 << 20;

/// A record as it stands in its file, and what it says.
pub(super) struct Record {
    /// Its bytes.
    pub(super) raw: Vec<u8>,
    /// What they say.
    pub(super) sample: Sample,
}

/// Reads a sample's record; an error if the file is not the one that was indexed.
pub(super) fn read_record(file: &OpenFile, ordinal: u32) -> Result<Record, LibraryError> {
    let place = file.columns().place(ordinal);
    let raw = read_bytes(&file.path, &file.state, file.checkpoints(), place)?;
    match parse_record(&raw) {
        Ok(sample) => Ok(Record { raw, sample }),
        Err(_) => Err(LibraryError::FileChanged { path: file.state.path.clone() }),
    }
}

/// Reads the bytes at a place of an annotation file that still has its size and time.
pub(super) fn read_bytes(
    path: &Path,
    state: &FileState,
    checkpoints: Option<&Checkpoints>,
    place: Place,
) -> Result<Vec<u8>, LibraryError> {
    let changed = || LibraryError::FileChanged { path: state.path.clone() };
    let io = |source| LibraryError::Io { path: path.to_owned(), source };
    if state.container.is_gzip() && checkpoints.is_none() && place.offset > UNPACK_MAX {
        return Err(LibraryError::StillReading { path: state.path.clone() });
    }
    let file = File::open(path).map_err(io)?;
    if !state.stamp.holds_for(&file.metadata().map_err(io)?) {
        return Err(changed());
    }
    let length = u64::from(place.length);
    read_back(&file, state.container, checkpoints, place.offset, length).map_err(|_| changed())
}

/// The places where unpacking can begin, as they were written for a generation.
pub(super) fn read_checkpoints(dir: &Path) -> Option<Checkpoints> {
    let bytes = std::fs::read(dir.join(CHECKPOINTS_FILE)).ok()?;
    Checkpoints::from_bytes(&bytes).ok()
}
