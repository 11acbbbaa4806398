//! Streams the records of a container of any form; what lies in an archive or a folder is opened elsewhere.

use crate::arrow::read_arrow;
use crate::coco::read_coco;
use crate::gzip::Checkpoints;
use crate::parquet::read_parquet;
use crate::pickle::read_pickle;
use crate::sheet::read_sheet;
use crate::split::{
    Feed, Item, Limits, Output, Problem, Stop, TextAt, split_array, split_lines, split_object,
};
use crate::tar::read_tar;
use crate::unpacked::{Measured, Unpacked, measure};
use crate::{Container, File, Form, Packing};
use std::io;
use std::ops::ControlFlow;

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
    /// Where unpacking can begin, for packed files; needed by [`read_back`](crate::read_back) and [`read_embedded`](crate::read_embedded).
    pub checkpoints: Option<Checkpoints>,
}

/// Streams the records of a file that is neither an archive nor a folder; an error comes with its place in the file on
/// disk.
pub(crate) fn read_container(
    file: &File,
    container: Container,
    limits: Limits,
    visit: &mut dyn FnMut(Item<'_>) -> ControlFlow<()>,
) -> Result<FileEnd, (u64, io::Error)> {
    let (text, packing) = (TextAt::whole(file, container.packing), container.packing);
    if container.form.is_text() {
        return read_json(text, container.form, limits, &mut Output::new(visit));
    }
    let mut checkpoints = None;
    let end = read_by(visit, |out| match container.form {
        Form::Parquet => read_parquet(file, out),
        Form::Arrow => read_arrow(file, out),
        Form::Csv | Form::Tsv => read_table(text, limits, &mut checkpoints, out),
        Form::Coco => read_coco(text, limits, out),
        Form::Tar => read_unpacked(file, packing, limits, &mut checkpoints, out, |found, length, out| {
            read_tar(Unpacked::new(file, packing, Some(found)), length, out)
        }),
        Form::Pickle => read_unpacked(file, packing, limits, &mut checkpoints, out, |found, length, out| {
            read_pickle(Unpacked::new(file, packing, Some(found)), length, out)
        }),
        _ => Err(Stop::Failed(io::Error::other("an archive or a folder is read file by file"))),
    });
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

/// Reads what lies behind a packing with checkpoints. A packed file is unpacked twice: at first only for its length and
/// its checkpoints, which are noted even where the visitor stops.
pub(crate) fn read_unpacked(
    file: &File,
    packing: Packing,
    limits: Limits,
    checkpoints: &mut Option<Checkpoints>,
    out: &mut Output<'_>,
    read: impl FnOnce(&Checkpoints, u64, &mut Output<'_>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let spacing = limits.spacing.saturating_mul(FARTHER);
    let Measured { length, damage, checkpoints: found } = measure(file, packing, spacing, limits.unpacked)?;
    let read = read(&found, length, out);
    if packing != Packing::Plain {
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
pub(crate) fn read_by(
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
