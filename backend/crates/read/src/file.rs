//! Reading an annotation file: streaming all of it, and fetching one or many of its records again.
//!
//! Many records are fetched in file order: by large reads, and with one decoder going forward.

use crate::archive::{Archive, read_archive};
use crate::arrow::read_arrow;
use crate::coco::read_coco;
use crate::disk::is_unanswered;
use crate::folder::read_folder;
use crate::gzip::Checkpoints;
use crate::parquet::read_parquet;
use crate::pickle::read_pickle;
use crate::sheet::read_sheet;
use crate::split::{
    Feed, Item, Limits, Output, Problem, Stop, TextAt, split_array, split_lines, split_object,
};
use crate::tar::read_tar;
use crate::unpacked::{Measured, Unpacked, measure};
use crate::{Container, File, Form, Packing, open_file};
use std::collections::VecDeque;
use std::io;
use std::iter::Peekable;
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};

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

/// Checkpoints of a packed archive or pickle lie so many times as far apart as those of text: its pictures do not pack
/// again, so that each checkpoint takes 32 KB.
const FARTHER: u64 = 8;

/// What is known when a file has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileEnd {
    /// Records seen, the bad ones included.
    pub records: u64,
    /// Whether the visitor stopped before the end.
    pub stopped: bool,
    /// Where unpacking can begin, for packed files; needed by [`read_back`] and [`read_embedded`](crate::read_embedded).
    pub checkpoints: Option<Checkpoints>,
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
    if container.form.is_text() {
        let text = TextAt::whole(file, container.packing);
        return read_json(text, container.form, limits, &mut Output::new(visit));
    }
    let mut checkpoints = None;
    let end = read_by(visit, |out| read_binary(file, container, limits, &mut checkpoints, out));
    end.map(|end| FileEnd { checkpoints, ..end }).map_err(|error| (0, error))
}

/// Streams the records of a text in one of the forms that texts have, and hands back what is wrong with its packing.
pub(crate) fn read_text(
    text: TextAt<'_>,
    form: Form,
    limits: Limits,
    visit: &mut dyn FnMut(Item<'_>) -> ControlFlow<()>,
) -> io::Result<FileEnd> {
    match form {
        Form::Csv | Form::Tsv => read_by(visit, |out| read_table(text, limits, &mut None, out)),
        Form::Coco => read_by(visit, |out| read_coco(text, limits, out)),
        _ => read_json(text, form, limits, &mut Output::new(visit)).map_err(|(_, error)| error),
    }
}

fn read_json(
    text: TextAt<'_>,
    form: Form,
    limits: Limits,
    out: &mut Output<'_>,
) -> Result<FileEnd, (u64, io::Error)> {
    let source = text.open(limits.spacing).map_err(|error| (0, error))?;
    let mut feed = Feed::new(source, limits.chunk);
    let split = match form {
        Form::JsonLines => split_lines,
        Form::JsonObject => split_object,
        _ => split_array,
    };
    let result = split(&mut feed, limits, out);
    let (offset, disk_done) = (feed.offset(), feed.disk_done());
    let (damage, checkpoints) = feed.into_source().finish();
    let result = result.and_then(|ending| match last_problem(ending, damage, offset) {
        Some(problem) => out.problem(problem),
        None => Ok(()),
    });
    let stopped = match result {
        Ok(()) => false,
        Err(Stop::Asked) => true,
        Err(Stop::Failed(error)) => return Err((disk_done, error)),
    };
    Ok(FileEnd { records: out.seen(), stopped, checkpoints })
}

/// Reads a container whose records have a JSON form of their own. A packed one is unpacked twice: at first only for its
/// length and its checkpoints, which are noted even where the visitor stops.
fn read_binary(
    file: &File,
    container: Container,
    limits: Limits,
    checkpoints: &mut Option<Checkpoints>,
    out: &mut Output<'_>,
) -> Result<(), Stop> {
    let text = TextAt::whole(file, container.packing);
    match container.form {
        Form::Parquet => return read_parquet(file, out),
        Form::Arrow => return read_arrow(file, out),
        Form::Csv | Form::Tsv => return read_table(text, limits, checkpoints, out),
        Form::Folder => return Err(Stop::Failed(io::Error::other("a folder is read by its path"))),
        Form::Coco => return read_coco(text, limits, out),
        Form::Archive if container.packing == Packing::Plain => {
            return read_archive(Archive::plain(file)?, limits, out);
        }
        _ => {}
    }
    let spacing = limits.spacing.saturating_mul(FARTHER);
    let Measured { length, damage, checkpoints: found } =
        measure(file, container.packing, spacing, limits.unpacked)?;
    let bytes = Unpacked::new(file, container.packing, Some(&found));
    let read = match container.form {
        Form::Tar => read_tar(bytes, length, out),
        Form::Archive => {
            let archive = Archive { file, packing: container.packing, checkpoints: Some(&found), length };
            read_archive(archive, limits, out)
        }
        _ => read_pickle(bytes, length, out),
    };
    if container.is_packed() {
        *checkpoints = Some(found);
    }
    read?;
    damage.map_or(Ok(()), |damage| out.trouble(length, damage))
}

fn read_table(
    text: TextAt<'_>,
    limits: Limits,
    checkpoints: &mut Option<Checkpoints>,
    out: &mut Output<'_>,
) -> Result<(), Stop> {
    let mut source = text.open(limits.spacing.saturating_mul(FARTHER))?;
    let end = read_sheet(&mut source, limits, out)?;
    let (damage, found) = source.finish();
    *checkpoints = found;
    damage.map_or(Ok(()), |damage| out.trouble(end, damage))
}

/// Runs a reader that has no checkpoints.
fn read_by(
    visit: &mut dyn FnMut(Item<'_>) -> ControlFlow<()>,
    read: impl FnOnce(&mut Output<'_>) -> Result<(), Stop>,
) -> Result<FileEnd, io::Error> {
    let mut out = Output::new(visit);
    let stopped = match read(&mut out) {
        Ok(()) => false,
        Err(Stop::Asked) => true,
        Err(Stop::Failed(error)) => return Err(error),
    };
    Ok(FileEnd { records: out.seen(), stopped, checkpoints: None })
}

/// One problem out of what the end of the text and the packing around it say.
fn last_problem(ending: Option<Problem>, damage: Option<String>, offset: u64) -> Option<Problem> {
    match (ending, damage) {
        (Some(ending), Some(damage)) => {
            Some(Problem { message: format!("{}; {damage}", ending.message), ..ending })
        }
        (None, Some(message)) => Some(Problem { number: None, offset, message }),
        (ending, None) => ending,
    }
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
