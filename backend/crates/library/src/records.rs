//! Reading one record back from its annotation file.

use super::record_store::RecordStoreReader;
use super::snapshot::OpenFile;
use super::state::FileState;
use super::{Library, LibraryError};
use blendscope_local::{Column, Parts, Place};
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
        ordinal: u32,
    ) -> Result<Record, LibraryError> {
        let record = read_record(opened, file, ordinal);
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
    ordinal: u32,
) -> Result<Record, LibraryError> {
    let place = file.place(ordinal);
    let source = RecordSource {
        path: &file.path,
        state: file.state(),
        parts: file.generation.parts(),
        checkpoints: file.checkpoints().map(Arc::as_ref),
    };
    let _reading = reading(&file.path, file.state())?;
    let raw = source.read_from(opened.open(file)?, place)?;
    match file.reading().parse(place.offset, &raw) {
        Ok(sample) if sample.key().0 == file.value(Column::Key, ordinal) => Ok(Record { raw, sample }),
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
}

/// An annotation file whose records can be read back.
pub(crate) struct RecordSource<'a> {
    /// Absolute.
    pub path: &'a Path,
    /// How it was read.
    pub state: &'a FileState,
    /// What is kept of its generation.
    pub parts: &'a Arc<Parts>,
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
        let Self { state, parts, checkpoints, .. } = *self;
        let is_unpacked = state.container.is_packed() && !state.container.is_kept();
        if is_unpacked && checkpoints.is_none() && place.offset > UNPACK_MAX {
            return Err(LibraryError::StillReading { path: state.path.clone() });
        }
        if state.container.is_kept() {
            let mut kept = RecordStoreReader::new(parts);
            let record = kept.read(place.kept, place.length).map(<[u8]>::to_vec);
            return record.ok_or_else(|| parts.damaged(0).into());
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
