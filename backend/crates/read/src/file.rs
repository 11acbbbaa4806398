//! Reading an annotation file: streaming all of it, and fetching one or many of its records again.
//!
//! Many records are fetched in file order: by large reads, and with one decoder going forward.

use crate::archive::Archive;
use crate::archive_records::read_archive;
use crate::disk::is_unanswered;
use crate::folder::read_folder;
use crate::gzip::Checkpoints;
use crate::records::{FileEnd, read_by, read_container, read_unpacked};
use crate::sniff::LIMITS;
use crate::split::{Item, Limits};
use crate::unpacked::Unpacked;
use crate::{Container, File, Form, Packing, Reading, RecordKeys, open_file};
use std::collections::VecDeque;
use std::io;
use std::iter::Peekable;
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why an annotation file, or a range of it, could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The system failed to read.
    #[error("cannot read {} at byte {offset}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Where reading stopped, in bytes of the file on disk.
        offset: u64,
        /// What the system says.
        source: io::Error,
    },
    /// A record's range is no longer there.
    #[error(
        "{len} bytes at byte {offset} of the text are not there any more: the file has changed, index it again"
    )]
    Gone {
        /// Where the range begins, in bytes of the unpacked text.
        offset: u64,
        /// Length of the range in bytes.
        len: u64,
    },
    /// A record's range cannot be fetched.
    #[error("cannot read {len} bytes at byte {offset} of the text: {source}")]
    Back {
        /// Where the range begins, in bytes of the unpacked text.
        offset: u64,
        /// Length of the range in bytes.
        len: u64,
        /// What the system says.
        source: io::Error,
    },
}

impl ReadError {
    /// Whether the system failed to read, as a disk or a network does for a while, whatever the file holds; or did not
    /// answer.
    pub fn is_of_system(&self) -> bool {
        match self {
            Self::Open { source, .. } | Self::Io { source, .. } | Self::Back { source, .. } => {
                source.raw_os_error().is_some() || is_unanswered(source)
            }
            Self::Gone { .. } => false,
        }
    }
}

/// Streams the records of a file to `visit`, in constant memory.
///
/// What is wrong inside the file comes as [`Item::Problem`]; everything else is still read. The visitor may end
/// reading by [`ControlFlow::Break`].
pub fn read_file(
    path: &Path,
    container: Container,
    visit: &mut dyn FnMut(Item<'_>) -> ControlFlow<()>,
) -> Result<FileEnd, ReadError> {
    let open = |source| ReadError::Open { path: path.to_owned(), source };
    if container.form == Form::Folder {
        return read_by(visit, |out| read_folder(path, out)).map_err(open);
    }
    let file = open_file(path).map_err(open)?;
    read_opened(&file, container, Limits::DEFAULT, visit).map_err(|(offset, source)| ReadError::Io {
        path: path.to_owned(),
        offset,
        source,
    })
}

/// As [`read_file`]; an error comes with its place in the file on disk.
pub fn read_opened(
    file: &File,
    container: Container,
    limits: Limits,
    visit: &mut dyn FnMut(Item<'_>) -> ControlFlow<()>,
) -> Result<FileEnd, (u64, io::Error)> {
    if container.form != Form::Archive {
        return read_container(file, container, limits, visit);
    }
    let (packing, mut checkpoints) = (container.packing, None);
    let end = read_by(visit, |out| {
        if packing == Packing::Plain {
            return read_archive(Archive::plain(file)?, limits, out);
        }
        read_unpacked(file, packing, limits, &mut checkpoints, out, |found, length, out| {
            let archive = Archive { file, packing, checkpoints: Some(found), length };
            read_archive(archive, limits, out)
        })
    });
    end.map(|end| FileEnd { checkpoints, ..end }).map_err(|error| (0, error))
}

/// Records that are looked at for keys of records of one's own.
const RECORDS_OF_OWN: u64 = 20;

/// The container of a file in whose first records these keys are found, if there is one.
pub fn container_of_own(path: &Path, keys: &Arc<RecordKeys>) -> Option<Container> {
    let file = open_file(path).ok()?;
    Container::all().find(|container| has_sample(&file, *container, keys))
}

fn has_sample(file: &File, container: Container, keys: &Arc<RecordKeys>) -> bool {
    let reading = Reading { container, keys: Some(Arc::clone(keys)) };
    let (mut looked, mut found) = (0, false);
    let read = read_opened(file, container, LIMITS, &mut |item| {
        looked += 1;
        if let Item::Record(record) = item {
            found = reading.parse(record.offset, record.raw).is_ok_and(|sample| sample.is_certain);
        }
        if found || looked >= RECORDS_OF_OWN { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    read.is_ok() && found
}

/// Fetches one record's bytes again, by the range that [`read_file`] gave; not for containers whose records are stored.
///
/// A plain file needs one read. Of a gzip file the text from the nearest checkpoint on is unpacked, or from the
/// start without any.
pub fn read_back(
    file: &File,
    container: Container,
    checkpoints: Option<&Checkpoints>,
    offset: u64,
    len: u64,
) -> Result<Vec<u8>, ReadError> {
    let gone = ReadError::Gone { offset, len };
    let failed = |source| ReadError::Back { offset, len, source };
    let size = file.metadata().map_err(failed)?.len();
    // No record is handed out that is longer than this, so the range must be another file's.
    let longest = (Limits::DEFAULT.record + Limits::DEFAULT.chunk) as u64;
    let is_there = container.is_packed() || offset.checked_add(len).is_some_and(|end| end <= size);
    if !is_there || len > longest {
        return Err(gone);
    }
    let mut record = vec![0; len as usize];
    let complete = Unpacked::new(file, container.packing, checkpoints).fill(&mut record, offset);
    if complete.map_err(failed)? { Ok(record) } else { Err(gone) }
}

/// Records this near to each other are fetched by one read: bytes between them are cheaper to read than to leave out.
const BRIDGED: u64 = 16 << 10;

/// Text fetched by one read, a longer record aside.
const SPAN: u64 = 1 << 20;

/// What to fetch: numbers that mean something to the caller, each with a byte range of the unpacked text, ascending.
pub type Ranges<'a> = Box<dyn Iterator<Item = (u32, Range<u64>)> + 'a>;

/// Reads ranges of a file's text in ascending order; not for binary containers, whose records are no ranges.
pub struct RangeReader<'a> {
    text: Unpacked<'a>,
    ranges: Peekable<Ranges<'a>>,
    /// Ranges that are in the buffer and not handed out yet.
    fetched: VecDeque<(u32, Range<u64>)>,
    buffer: Vec<u8>,
    /// Place of the buffer's first byte in the text.
    base: u64,
}

impl<'a> RangeReader<'a> {
    /// A reader of these ranges. Without checkpoints a gzip file is unpacked from its start.
    pub fn new(
        file: &'a File,
        container: Container,
        checkpoints: Option<&'a Checkpoints>,
        ranges: Ranges<'a>,
    ) -> Self {
        let text = Unpacked::new(file, container.packing, checkpoints);
        Self { text, ranges: ranges.peekable(), fetched: VecDeque::new(), buffer: Vec::new(), base: 0 }
    }

    /// The next range, with its number; none behind the last.
    #[expect(clippy::should_implement_trait, reason = "it lends its buffer, which an iterator cannot")]
    pub fn next(&mut self) -> Result<Option<(u32, &[u8])>, ReadError> {
        if self.fetched.is_empty() {
            self.fetch()?;
        }
        let Some((number, range)) = self.fetched.pop_front() else { return Ok(None) };
        let (begin, end) = (range.start - self.base, range.end - self.base);
        Ok(Some((number, &self.buffer[begin as usize..end as usize])))
    }

    /// Reads the next range and those near behind it; nothing when there is none.
    fn fetch(&mut self) -> Result<(), ReadError> {
        let Some((number, first)) = self.ranges.next() else { return Ok(()) };
        let (start, mut end) = (first.start, first.end);
        self.fetched.push_back((number, first));
        let is_near = |next: &Range<u64>, end: u64| {
            (end..=end + BRIDGED).contains(&next.start) && next.end - start <= SPAN
        };
        while let Some((number, next)) = self.ranges.next_if(|(_, next)| is_near(next, end)) {
            end = next.end;
            self.fetched.push_back((number, next));
        }
        let len = end - start;
        self.base = start;
        if self.buffer.len() < len as usize {
            self.buffer.resize(len as usize, 0);
        }
        let read = self.text.fill(&mut self.buffer[..len as usize], start);
        let is_there = read.map_err(|source| ReadError::Back { offset: start, len, source })?;
        if is_there { Ok(()) } else { Err(ReadError::Gone { offset: start, len }) }
    }
}

#[cfg(test)]
mod tests;
