//! Which of the three forms a box file has, by its first bytes.

use crate::split::{Feed, Limits, Scan, ValueScan};
use std::io;

/// How the items lie in a box file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A JSON array of items.
    Array,
    /// One JSON object of id to item.
    Members,
    /// One item a line.
    Lines,
}

/// Looks at the first bytes, and consumes no more than a byte order mark and blanks.
pub(super) fn form_of(feed: &mut Feed<'_>, limits: Limits) -> io::Result<Form> {
    if feed.next_token()? != Some(b'{') {
        return Ok(Form::Array);
    }
    loop {
        match first_value(&feed.bytes()[1..]) {
            Some(b'{' | b'}') => return Ok(Form::Members),
            Some(_) => return Ok(Form::Lines),
            None if feed.bytes().len() >= limits.record || !feed.more()? => return Ok(Form::Lines),
            None => {}
        }
    }
}

/// The first byte of the first value in what stands behind `{`, or `}` when there is none: no value of an item is an
/// object, and every value of an object of items is one.
fn first_value(text: &[u8]) -> Option<u8> {
    let text = text.trim_ascii_start();
    match text.first()? {
        b'"' => {}
        other => return Some(*other),
    }
    let Scan::End(key) = ValueScan::new().advance(text) else { return None };
    let behind = text[key..].trim_ascii_start();
    match behind.first()? {
        b':' => behind[1..].trim_ascii_start().first().copied(),
        other => Some(*other),
    }
}
