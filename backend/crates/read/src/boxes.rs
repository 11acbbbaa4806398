//! Box files: what a detector saw on each picture, by the id of the record that shows it.
//!
//! MG-LLaVA keeps them beside its annotation files: a list of `{"id", "boxes", "scores", "labels"}`, or one object of id
//! to such an item, or one item a line. Boxes are `[left, top, right, bottom]` in pixels. Items of videos have `frames`
//! instead and are only counted. A file may be gigabytes long, so it is streamed and its items are known by byte range.

mod form;
mod item;

pub use item::{look_at, parse_boxes};

use crate::File;
use crate::split::{
    Feed, Item, Limits, Output, Problem, Source, Stop, split_array, split_lines, split_members,
};
use crate::{ReadError, open_file};
use form::{Form, form_of};
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

/// Problems of a file that are kept; of the others only the number.
const KEPT_PROBLEMS: usize = 10;

/// What is known when a box file has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BoxesEnd {
    /// Items with an id, those of videos not counted.
    pub items: u64,
    /// Items of videos, which are skipped.
    pub videos: u64,
    /// Items without an id, or that are no JSON, and other trouble.
    pub problems: u64,
    /// The first of the problems.
    pub first_problems: Vec<Problem>,
    /// Whether the visitor stopped before the end.
    pub stopped: bool,
}

/// What is told of each item: its id as text, and its byte range in the file.
pub(crate) type VisitItem<'v> = dyn FnMut(&str, u64, u64) -> ControlFlow<()> + 'v;

/// Streams the items of a box file to `visit` as (id, offset, length), in constant memory.
///
/// The range of an item in an object of id to item begins at its key. [`look_at`] and [`parse_boxes`] read a range.
pub fn index_boxes(path: &Path, visit: &mut VisitItem<'_>) -> Result<BoxesEnd, ReadError> {
    let file = open_file(path).map_err(|source| ReadError::Open { path: path.to_owned(), source })?;
    index_opened(&file, Limits::DEFAULT, visit).map_err(|(offset, source)| ReadError::Io {
        path: path.to_owned(),
        offset,
        source,
    })
}

/// As [`index_boxes`]; an error comes with its place in the file.
pub(crate) fn index_opened(
    file: &File,
    limits: Limits,
    visit: &mut VisitItem<'_>,
) -> Result<BoxesEnd, (u64, io::Error)> {
    let mut feed = Feed::new(Source::Plain { file, position: 0 }, limits.chunk);
    let mut count = Count { visit, end: BoxesEnd::default() };
    let result = split(&mut feed, limits, &mut count);
    match result {
        Ok(Some(problem)) => count.problem(problem),
        Ok(None) => {}
        Err(Stop::Asked) => count.end.stopped = true,
        Err(Stop::Failed(error)) => return Err((feed.disk_done(), error)),
    }
    Ok(count.end)
}

fn split(feed: &mut Feed<'_>, limits: Limits, count: &mut Count<'_, '_>) -> Result<Option<Problem>, Stop> {
    let form = form_of(feed, limits)?;
    if form == Form::Members {
        return split_members(feed, limits, &mut |member| match member {
            Ok(member) => count.item(member.offset, member.raw),
            Err(problem) => {
                count.problem(problem);
                ControlFlow::Continue(())
            }
        });
    }
    let mut each = |item: Item<'_>| match item {
        Item::Record(record) => count.item(record.offset, record.raw),
        Item::Problem(problem) => {
            count.problem(problem);
            ControlFlow::Continue(())
        }
    };
    let mut out = Output::new(&mut each);
    if form == Form::Lines {
        split_lines(feed, limits, &mut out)
    } else {
        split_array(feed, limits, &mut out)
    }
}

/// Tells items apart and counts them.
struct Count<'v, 'f> {
    visit: &'v mut VisitItem<'f>,
    end: BoxesEnd,
}

impl Count<'_, '_> {
    fn item(&mut self, offset: u64, raw: &[u8]) -> ControlFlow<()> {
        match look_at(raw) {
            Ok(item) if item.is_video => self.end.videos += 1,
            Ok(item) => {
                self.end.items += 1;
                return (self.visit)(&item.id, offset, raw.len() as u64);
            }
            Err(message) => self.problem(Problem { number: None, offset, message }),
        }
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: Problem) {
        self.end.problems += 1;
        if self.end.first_problems.len() < KEPT_PROBLEMS {
            self.end.first_problems.push(problem);
        }
    }
}

#[cfg(test)]
mod tests;
