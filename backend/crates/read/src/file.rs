//! Streaming a whole annotation file, and fetching one of its records again.

use crate::arrow::read_arrow;
use crate::folder::read_folder;
use crate::gzip::{Checkpoints, GzipReader};
use crate::parquet::read_parquet;
use crate::pickle::read_pickle;
use crate::ranges::fill;
use crate::sheet::read_sheet;
use crate::split::{Feed, Item, Limits, Output, Problem, Source, Stop, read_at, split_array, split_lines};
use crate::tar::read_tar;
use crate::{Container, Form, ReadError};
use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

/// What is known when a file has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileEnd {
    /// Records seen, the bad ones included.
    pub records: u64,
    /// Whether the visitor stopped before the end.
    pub stopped: bool,
    /// Where unpacking can begin, for gzip files; needed by [`read_back`].
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
    let file = File::open(path).map_err(open)?;
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
    if container.is_kept() {
        return read_binary(file, container, limits, visit);
    }
    let source = if container.is_packed() {
        Source::Gzip(Box::new(GzipReader::new(file, limits.spacing)))
    } else {
        Source::Plain { file, position: 0 }
    };
    let mut feed = Feed::new(source, limits.chunk);
    let mut out = Output::new(visit);
    let split = if container.form == Form::JsonLines { split_lines } else { split_array };
    let result = split(&mut feed, limits, &mut out);
    let (offset, disk_done) = (feed.offset(), feed.disk_done());
    let (damage, checkpoints) = match feed.into_source() {
        Source::Plain { .. } => (None, None),
        Source::Gzip(reader) => {
            let (damage, checkpoints) = reader.finish();
            (damage, Some(checkpoints))
        }
    };
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

fn read_binary(
    file: &File,
    container: Container,
    limits: Limits,
    visit: &mut dyn FnMut(Item<'_>) -> ControlFlow<()>,
) -> Result<FileEnd, (u64, io::Error)> {
    let read = read_by(visit, |out| match container.form {
        Form::Parquet => read_parquet(file, out),
        Form::Arrow => read_arrow(file, out),
        Form::Csv | Form::Tsv => read_sheet(&mut Source::Plain { file, position: 0 }, limits, out),
        Form::Tar => read_tar(file, out),
        Form::Folder => Err(Stop::Failed(io::Error::other("a folder is read by its path"))),
        _ => read_pickle(file, out),
    });
    read.map_err(|error| (0, error))
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

/// Fetches one record's bytes again, by the range that [`read_file`] gave; not for binary containers, whose records are
/// no byte ranges.
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
    if !container.is_packed() {
        if offset.checked_add(len).is_none_or(|end| end > size) {
            return Err(gone);
        }
        let mut record = vec![0; len as usize];
        let read = |into: &mut [u8], done: usize| read_at(file, into, offset + done as u64);
        return fill(&mut record, read).map_err(failed)?.then_some(record).ok_or(gone);
    }
    let reader = match checkpoints.and_then(|checkpoints| checkpoints.before(offset)) {
        Some(checkpoint) => GzipReader::resume(file, checkpoint).ok_or(ReadError::Gone { offset, len })?,
        None => GzipReader::new(file, u64::MAX),
    };
    unpack_range(reader, offset, len).map_err(failed)?.ok_or(gone)
}

fn unpack_range(mut reader: GzipReader<'_>, offset: u64, len: u64) -> io::Result<Option<Vec<u8>>> {
    // No record is handed out that is longer than this, so the range must be another file's.
    let longest = (Limits::DEFAULT.record + Limits::DEFAULT.chunk) as u64;
    if len > longest || !reader.skip_to(offset)? {
        return Ok(None);
    }
    let mut record = vec![0; len as usize];
    let complete = fill(&mut record, |into, _| reader.read(into))?;
    Ok(complete.then_some(record))
}

#[cfg(test)]
mod tests;
