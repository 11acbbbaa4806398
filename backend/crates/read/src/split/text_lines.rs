//! Lines of plain text, as lists of ids have them.

use crate::split::{Feed, Limits, Output, Problem, Stop};
use memchr::memchr;

/// Cuts text into lines; each that is not blank is a record.
pub(crate) fn split_text_lines(
    feed: &mut Feed<'_>,
    limits: Limits,
    out: &mut Output<'_>,
) -> Result<Option<Problem>, Stop> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    while feed.bytes().len() < MARK.len() && feed.more()? {}
    if feed.bytes().starts_with(MARK) {
        feed.consume(MARK.len());
    }
    let mut searched = 0;
    loop {
        if let Some(found) = memchr(b'\n', &feed.bytes()[searched..]) {
            let length = searched + found;
            line(feed, length, out)?;
            feed.consume(length + 1);
            searched = 0;
            continue;
        }
        searched = feed.bytes().len();
        if searched >= limits.record {
            let message = format!("a line is longer than {} MB", limits.record >> 20);
            out.lost(feed.offset(), message)?;
            skip_line(feed)?;
            searched = 0;
        } else if !feed.more()? {
            line(feed, searched, out)?;
            return Ok(None);
        }
    }
}

fn line(feed: &Feed<'_>, length: usize, out: &mut Output<'_>) -> Result<(), Stop> {
    let line = &feed.bytes()[..length];
    let trimmed = line.trim_ascii();
    if trimmed.is_empty() {
        return Ok(());
    }
    let before = length - line.trim_ascii_start().len();
    out.record(feed.offset() + before as u64, trimmed, feed.disk_done())
}

fn skip_line(feed: &mut Feed<'_>) -> Result<(), Stop> {
    loop {
        if let Some(found) = memchr(b'\n', feed.bytes()) {
            feed.consume(found + 1);
            return Ok(());
        }
        feed.consume(feed.bytes().len());
        if !feed.more()? {
            return Ok(());
        }
    }
}
