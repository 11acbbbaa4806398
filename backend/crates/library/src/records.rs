//! Reading one record back from its annotation file.

use super::record_store::RecordStore;
use super::sample_values::Place;
use super::snapshot::{Located, OpenFile};
use super::state::FileState;
use super::{Library, LibraryError};
use blendscope_read::reads::{self, UnderWay};
use blendscope_read::{Checkpoints, File, Form, Reading, Sample, open_file, open_folder, read_back};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Text that is unpacked from the start of a gzip file to show a record, while there are no places to begin at inside.
const UNPACK_MAX: u64 = 16 << 20;

/// A record as it stands in its file, and what it says.
pub struct Record {
    /// Its bytes.
    pub raw: Vec<u8>,
    /// What they say.
    pub sample: Sample,
}

impl Library {
    /// Reads a sample's record; an error if the file is not the one that was indexed. One that only seems to be is
    /// indexed again.
    pub fn read_record<'a>(
        &self,
        opened: &mut OpenedFiles<'a>,
        file: &'a OpenFile,
        located: &Located,
    ) -> Result<Record, LibraryError> {
        let record = read_record(opened, file, located);
        if matches!(record, Err(LibraryError::NotAsIndexed { .. })) {
            self.suspect(file);
        }
        record
    }
}

/// Reads a sample's record; an error if the file is not the one that was indexed.
pub(crate) fn read_record<'a>(
    opened: &mut OpenedFiles<'a>,
    file: &'a OpenFile,
    located: &Located,
) -> Result<Record, LibraryError> {
    let place = located.place;
    let _reading = reading(&file.path, file.state())?;
    let raw = file.source().read_from(opened.open(file)?, place)?;
    match file.reading().parse(place.offset, &raw) {
        Ok(sample) if sample.key() == located.key => Ok(Record { raw, sample }),
        _ => Err(LibraryError::NotAsIndexed { path: file.state().path.clone() }),
    }
}

/// Files that are open at once for one answer.
const OPENED_MAX: usize = 4;

/// Annotation files that were opened to read records for one answer: each is compared with what was indexed only once.
#[derive(Default)]
pub struct OpenedFiles<'a>(Vec<(&'a OpenFile, File)>);

impl<'a> OpenedFiles<'a> {
    fn open(&mut self, file: &'a OpenFile) -> Result<&File, LibraryError> {
        let known = self.0.iter().position(|(known, _)| std::ptr::eq(*known, file));
        let at = if let Some(at) = known {
            at
        } else {
            let opened = open_unchanged(&file.path, file.state())?;
            if self.0.len() == OPENED_MAX {
                self.0.remove(0);
            }
            self.0.push((file, opened));
            self.0.len() - 1
        };
        Ok(&self.0[at].1)
    }
}

impl OpenFile {
    /// How its records are read.
    pub fn reading(&self) -> Reading {
        Reading { container: self.state().container, keys: self.keys.clone() }
    }

    /// For reading its records back.
    pub(crate) fn source(&self) -> RecordSource<'_> {
        RecordSource {
            path: &self.path,
            state: self.state(),
            records: self.generation.records(),
            checkpoints: self.checkpoints().map(Arc::as_ref),
        }
    }
}

/// An annotation file whose records can be read back.
pub(crate) struct RecordSource<'a> {
    /// Absolute.
    pub path: &'a Path,
    /// How it was read.
    pub state: &'a FileState,
    /// The record store of its generation.
    pub records: &'a RecordStore,
    /// Where unpacking can begin, for gzip files.
    pub checkpoints: Option<&'a Checkpoints>,
}

impl RecordSource<'_> {
    /// Reads a record as the reader of its container handed it out; an error unless the file still has its size and
    /// time.
    pub(crate) fn read(&self, place: Place) -> Result<Vec<u8>, LibraryError> {
        let _reading = reading(self.path, self.state)?;
        self.read_from(&open_unchanged(self.path, self.state)?, place)
    }

    /// Reads a record from the file, which was opened unchanged.
    fn read_from(&self, file: &File, place: Place) -> Result<Vec<u8>, LibraryError> {
        let Self { state, records, checkpoints, .. } = *self;
        let is_unpacked = state.container.is_packed() && !state.container.is_kept();
        if is_unpacked && checkpoints.is_none() && place.offset > UNPACK_MAX {
            return Err(LibraryError::StillReading { path: state.path.clone() });
        }
        if state.container.is_kept() {
            return records.reader().read(place.stored, place.length).map(<[u8]>::to_vec);
        }
        let length = u64::from(place.length);
        read_back(file, state.container, checkpoints, place.offset, length).map_err(|error| {
            let path = state.path.clone();
            if error.is_of_system() {
                LibraryError::Unreachable { path, reason: error.to_string() }
            } else {
                LibraryError::NotAsIndexed { path }
            }
        })
    }
}

/// Begins to read an annotation file; an error if it is known not to answer.
fn reading(path: &Path, state: &FileState) -> Result<UnderWay, LibraryError> {
    reads::begin(path).map_err(|source| LibraryError::NotAnswering { path: state.path.clone(), source })
}

/// Opens an annotation file that still has the size and time that it was indexed with.
pub(crate) fn open_unchanged(path: &Path, state: &FileState) -> Result<File, LibraryError> {
    let _reading = reading(path, state)?;
    let failed =
        |error: io::Error| LibraryError::Unreachable { path: state.path.clone(), reason: error.to_string() };
    let is_folder = state.container.form == Form::Folder;
    let file = if is_folder { open_folder(path) } else { open_file(path) }.map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !state.stamp.holds_for(&metadata) {
        return Err(LibraryError::FileChanged { path: state.path.clone() });
    }
    Ok(file)
}
