//! Going through the members of a JSON object without keeping them.

use crate::split::array::ArraySplitter;
use crate::split::scan::{Scan, ValueScan};
use crate::split::{Feed, Item, Limits, Output, Problem, Stop};
use std::ops::ControlFlow;

/// Bytes of the longest key.
const LONGEST_KEY: usize = 64 << 10;

/// Where the parts of a member are, counted from its key.
pub(super) struct Start {
    /// Behind the key's closing quote.
    pub(super) key: usize,
    /// Where the value begins.
    pub(super) value: usize,
    /// The value's first byte.
    pub(super) first: u8,
}

/// Where the parts of the member that begins here are; none when it is cut or no member.
pub(super) fn member_start(feed: &mut Feed<'_>, limits: Limits) -> Result<Option<Start>, Stop> {
    loop {
        let bytes = feed.bytes();
        if let Scan::End(key) = ValueScan::new().advance(bytes) {
            let behind = key + blanks(&bytes[key..]);
            if bytes.get(behind).is_some_and(|byte| *byte != b':') {
                return Ok(None);
            }
            let value = (behind + 1 + blanks(bytes.get(behind + 1..).unwrap_or_default())).min(bytes.len());
            if let Some(&first) = bytes.get(value) {
                return Ok(Some(Start { key, value, first }));
            }
        }
        if bytes.len() > LONGEST_KEY + limits.chunk || !feed.more()? {
            return Ok(None);
        }
    }
}

/// Passes over the value that begins here; a problem ends reading.
pub(super) fn skip_value(feed: &mut Feed<'_>, limits: Limits) -> Result<Option<Problem>, Stop> {
    skip_rest(feed, ValueScan::new(), limits)
}

/// As [`skip_value`] for a value of which a scan has seen a part, all of it still in the feed.
pub(super) fn skip_rest(
    feed: &mut Feed<'_>,
    mut scan: ValueScan,
    limits: Limits,
) -> Result<Option<Problem>, Stop> {
    loop {
        match scan.advance(feed.bytes()) {
            Scan::End(length) => {
                feed.consume(length);
                return Ok(None);
            }
            Scan::Mismatch(_) => {
                let message = "brackets of this member do not match: the rest of the file is not read";
                return Ok(Some(ending(feed, message)));
            }
            Scan::More => feed.consume(scan.forget()),
        }
        if feed.consumed() > limits.unpacked {
            return Ok(Some(ending(feed, "not looked at any further")));
        }
        if !feed.more()? {
            return Ok(Some(ending(feed, "the file ends in the middle of a member: it may be cut short")));
        }
    }
}

pub(super) fn ending(feed: &Feed<'_>, message: impl Into<String>) -> Problem {
    Problem { number: None, offset: feed.offset(), message: message.into() }
}

/// Hands out the values of the list that an object has under a key. The problem of its end, if any, is returned.
pub(crate) fn walk_list(
    feed: &mut Feed<'_>,
    limits: Limits,
    wanted: &str,
    visit: &mut dyn FnMut(Item<'_>) -> ControlFlow<()>,
) -> Result<Option<Problem>, Stop> {
    if feed.next_token()? != Some(b'{') {
        return Ok(Some(ending(feed, "the text does not begin with `{`")));
    }
    feed.consume(1);
    let mut out = Output::new(visit);
    loop {
        match feed.next_token()? {
            Some(b'}') => return Ok(None),
            Some(b',') => feed.consume(1),
            Some(b'"') => {
                let Some(start) = member_start(feed, limits)? else {
                    return Ok(Some(ending(feed, "this member is not JSON or cut short")));
                };
                let is_wanted = start.first == b'[' && is_key(&feed.bytes()[..start.key], wanted);
                feed.consume(start.value);
                let end = if is_wanted {
                    ArraySplitter::new(feed, limits, &mut out).run_inner()?
                } else {
                    skip_value(feed, limits)?
                };
                if end.is_some() {
                    return Ok(end);
                }
            }
            Some(_) => return Ok(Some(ending(feed, "no key stands here: the rest of the file is not read"))),
            None => {
                return Ok(Some(ending(feed, "the file ends without the closing `}`: it may be cut short")));
            }
        }
    }
}

fn is_key(quoted: &[u8], name: &str) -> bool {
    quoted.len() == name.len() + 2 && &quoted[1..=name.len()] == name.as_bytes()
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}
