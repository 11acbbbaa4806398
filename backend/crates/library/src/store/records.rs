//! Reading records back from their annotation files: one, or many of one file in file order.

use crate::store::record_store::{RecordStore, RecordStoreReader};
use crate::store::snapshot::{Located, OpenFile};
use crate::store::state::FileState;
use crate::store::values::Place;
use crate::{Library, LibraryError};
use blendscope_read::reads::UnderWay;
use blendscope_read::{
    Checkpoints, File, Form, RangeReader, Ranges, Reading, Sample, open_file, open_folder, read_back, reads,
};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::rc::Rc;
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

/// Ordinals of samples of a file, ascending.
pub(crate) type Ordinals<'a> = Box<dyn Iterator<Item = u32> + 'a>;

/// Samples that are located at once.
const LOCATED: usize = 4096;

/// Opens an annotation file, if it is still what was indexed.
pub(crate) fn open(file: &OpenFile) -> Result<File, LibraryError> {
    open_unchanged(&file.path, file.state())
}

/// Locates samples of a file, many at a time.
pub(crate) struct Locations<'a> {
    file: &'a OpenFile,
    ordinals: Ordinals<'a>,
    located: VecDeque<Located>,
}

impl<'a> Locations<'a> {
    pub(crate) fn new(file: &'a OpenFile, ordinals: Ordinals<'a>) -> Self {
        Self { file, ordinals, located: VecDeque::new() }
    }

    /// The next sample; none behind the last one.
    pub(crate) fn next(&mut self) -> Result<Option<Located>, LibraryError> {
        if self.located.is_empty() {
            let ordinals: Vec<u32> = self.ordinals.by_ref().take(LOCATED).collect();
            self.located = self.file.locate(&ordinals)?.into();
        }
        Ok(self.located.pop_front())
    }
}

/// Reads records of one file, as its reader handed them out.
pub(crate) struct RecordReader<'a> {
    file: &'a OpenFile,
    opened: &'a File,
    records: Records<'a>,
}

enum Records<'a> {
    Ranges(Box<RangeReader<'a>>, Rc<RefCell<Ahead>>),
    /// Of a binary container.
    Stored(RecordStoreReader<'a>, Locations<'a>),
}

/// Samples whose records the reader of ranges was asked for already.
#[derive(Default)]
struct Ahead {
    located: VecDeque<Located>,
    failure: Option<LibraryError>,
}

impl<'a> RecordReader<'a> {
    /// A reader of these samples' records.
    pub(crate) fn new(file: &'a OpenFile, opened: &'a File, ordinals: Ordinals<'a>) -> Self {
        let container = file.state().container;
        let mut locations = Locations::new(file, ordinals);
        let records = if container.is_kept() {
            Records::Stored(file.generation.records().reader(), locations)
        } else {
            let ahead = Rc::new(RefCell::new(Ahead::default()));
            let asked = Rc::clone(&ahead);
            let ranges: Ranges<'a> = Box::new(std::iter::from_fn(move || match locations.next() {
                Ok(located) => {
                    let located = located?;
                    asked.borrow_mut().located.push_back(located);
                    let offset = located.place.offset;
                    Some((located.ordinal, offset..offset + u64::from(located.place.length)))
                }
                Err(error) => {
                    asked.borrow_mut().failure = Some(error);
                    None
                }
            }));
            let checkpoints = file.checkpoints().map(AsRef::as_ref);
            Records::Ranges(Box::new(RangeReader::new(opened, container, checkpoints, ranges)), ahead)
        };
        Self { file, opened, records }
    }

    /// The next sample and its record; none behind the last.
    pub(crate) fn next(&mut self) -> Result<Option<(Located, &[u8])>, LibraryError> {
        let file = self.file;
        match &mut self.records {
            Records::Ranges(reader, ahead) => {
                let read = reader.next().map_err(|_| changed(file))?;
                let mut ahead = ahead.borrow_mut();
                match (read, ahead.failure.take()) {
                    (Some((_, record)), failure) => {
                        ahead.failure = failure;
                        Ok(ahead.located.pop_front().map(|located| (located, record)))
                    }
                    (None, Some(failure)) => Err(failure),
                    (None, None) => Ok(None),
                }
            }
            Records::Stored(records, locations) => {
                let Some(located) = locations.next()? else { return Ok(None) };
                Ok(Some((located, records.read(located.place.stored, located.place.length)?)))
            }
        }
    }

    /// Makes sure that what was read so far is what was indexed.
    pub(crate) fn check(&self) -> Result<(), LibraryError> {
        let metadata = self.opened.metadata();
        let metadata =
            metadata.map_err(|source| LibraryError::Io { path: self.file.path.clone(), source })?;
        if self.file.state().stamp.holds_for(&metadata) { Ok(()) } else { Err(changed(self.file)) }
    }
}

fn changed(file: &OpenFile) -> LibraryError {
    LibraryError::FileChanged { path: file.state().path.clone() }
}
