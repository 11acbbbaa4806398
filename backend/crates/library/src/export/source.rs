//! The records of one annotation file, read in file order.

use crate::LibraryError;
use crate::record_store::RecordStoreReader;
use crate::records::open_unchanged;
use crate::snapshot::{Located, OpenFile};
use blendscope_read::{File, RangeReader, Ranges};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

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
