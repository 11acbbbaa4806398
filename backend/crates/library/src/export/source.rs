//! The records of one annotation file, read in file order.

use crate::LibraryError;
use crate::record_store::RecordStoreReader;
use crate::records::open_unchanged;
use crate::snapshot::OpenFile;
use blendscope_local::Place;
use blendscope_read::{File, RangeReader, Ranges};

/// Ordinals of samples of a file, ascending.
pub(super) type Ordinals<'a> = Box<dyn Iterator<Item = u32> + 'a>;

/// Opens an annotation file, if it is still what was indexed.
pub(crate) fn open(file: &OpenFile) -> Result<File, LibraryError> {
    open_unchanged(&file.path, file.state())
}

/// Reads records of one file, as its reader handed them out.
pub(crate) struct RecordReader<'a> {
    file: &'a OpenFile,
    opened: &'a File,
    records: Records<'a>,
}

enum Records<'a> {
    Ranges(Box<RangeReader<'a>>),
    /// Of a binary container.
    Kept(RecordStoreReader, Ordinals<'a>),
}

impl<'a> RecordReader<'a> {
    /// A reader of these samples' records.
    pub(crate) fn new(file: &'a OpenFile, opened: &'a File, ordinals: Ordinals<'a>) -> Self {
        let container = file.state().container;
        let records = if container.is_kept() {
            Records::Kept(RecordStoreReader::new(file.generation.parts()), ordinals)
        } else {
            let ranges: Ranges<'a> = Box::new(ordinals.map(|ordinal| {
                let Place { offset, length, .. } = file.place(ordinal);
                (ordinal, offset..offset + u64::from(length))
            }));
            Records::Ranges(Box::new(RangeReader::new(
                opened,
                container,
                file.checkpoints().map(AsRef::as_ref),
                ranges,
            )))
        };
        Self { file, opened, records }
    }

    /// The next sample's ordinal and record; none behind the last.
    pub(crate) fn next(&mut self) -> Result<Option<(u32, &[u8])>, LibraryError> {
        let file = self.file;
        match &mut self.records {
            Records::Ranges(reader) => reader.next().map_err(|_| changed(file)),
            Records::Kept(kept, ordinals) => {
                let Some(ordinal) = ordinals.next() else { return Ok(None) };
                let place = file.place(ordinal);
                let record =
                    kept.read(place.kept, place.length).ok_or_else(|| file.generation.parts().damaged(0))?;
                Ok(Some((ordinal, record)))
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
