//! Records inside one JSON object: a list of them under some key, `{"data": […]}`, or the object's own members by their
//! ids, `{"1001": {…}}`; also one level further in, as in `{"train": {"data": […]}}`.
//!
//! Which lists are records is found by what stands in them, never by their keys. What else the object has is told.

use crate::judge::{Judge, is_record};
use crate::split::array::ArraySplitter;
use crate::split::between::{is_turn, take_value};
use crate::split::scan::{Scan, ValueScan};
use crate::split::walk::{Start, ending, member_start, skip_value};
use crate::split::{Feed, Limits, Output, Problem, Stop};
use crate::{is_picture_name, record_keys};

/// Levels of objects that are looked into.
const DEEPEST: usize = 3;

/// Bytes of a list that are looked at to see what it is a list of.
const LOOKED_AT: usize = 1 << 20;

/// Bytes of a member that may be one record by its key; a longer one is looked into.
const LONGEST_LOOK: usize = 16 << 20;

/// Bytes of a value that show whether it is a list of turns.
const LOOKED_AT_TURN: usize = 4 << 10;

/// Keys that are named in a note.
const NAMED: usize = 8;

/// Cuts the records out of a JSON object. The problem of its end, if any, is returned and not reported.
pub(crate) fn split_object(
    feed: &mut Feed<'_>,
    limits: Limits,
    out: &mut Output<'_>,
) -> Result<Option<Problem>, Stop> {
    let mut walk = Walk { feed, limits, out, is_keyed: false, other: Vec::new(), more_other: 0 };
    if walk.feed.next_token()? != Some(b'{') {
        return Ok(Some(walk.ending("the text does not begin with `{`")));
    }
    if let Some(end) = walk.object(1)? {
        return Ok(Some(end));
    }
    walk.tell_other()?;
    let more = walk.feed.next_token()?.is_some();
    Ok(more.then(|| walk.ending("text behind the end of the object is ignored")))
}

struct Walk<'s, 'f, 'v> {
    feed: &'s mut Feed<'f>,
    limits: Limits,
    out: &'s mut Output<'v>,
    /// Whether a member of this object was a record: then all its neighbours are.
    is_keyed: bool,
    /// Keys of what is no record.
    other: Vec<String>,
    more_other: usize,
}

impl Walk<'_, '_, '_> {
    fn ending(&self, message: impl Into<String>) -> Problem {
        ending(self.feed, message)
    }

    /// Goes through the object that begins here; a problem is the end of reading.
    fn object(&mut self, depth: usize) -> Result<Option<Problem>, Stop> {
        self.feed.consume(1);
        loop {
            match self.feed.next_token()? {
                Some(b'}') => {
                    self.feed.consume(1);
                    return Ok(None);
                }
                Some(b',') => self.feed.consume(1),
                Some(b'"') => {
                    if let Some(end) = self.member(depth)? {
                        return Ok(Some(end));
                    }
                }
                Some(_) => {
                    return Ok(Some(self.ending("no key stands here: the rest of the file is not read")));
                }
                None => {
                    let message = "the file ends without the closing `}`: it may be cut short";
                    return Ok(Some(self.ending(message)));
                }
            }
            if self.feed.consumed() > self.limits.unpacked {
                return Ok(Some(self.ending("not looked at any further")));
            }
        }
    }

    fn member(&mut self, depth: usize) -> Result<Option<Problem>, Stop> {
        let Some(start) = member_start(self.feed, self.limits)? else {
            return Ok(Some(
                self.ending("this member is not JSON or cut short: the rest of the file is not read"),
            ));
        };
        while self.feed.bytes().len() < start.value + LOOKED_AT_TURN && self.feed.more()? {}
        let by_key = match start.first {
            b'{' | b'"' => self.is_keyed || self.is_record_by_key(&start)?,
            b'[' => self.is_turns_by_key(&start) && (self.is_keyed || self.is_record_by_key(&start)?),
            _ => false,
        };
        if by_key {
            self.is_keyed = true;
            return self.record_by_key(&start);
        }
        let key = self.feed.bytes()[..start.key].to_vec();
        self.feed.consume(start.value);
        match start.first {
            b'[' if self.is_list_of_records()? => {
                ArraySplitter::new(self.feed, self.limits, self.out).run_inner()
            }
            b'{' if depth < DEEPEST => {
                let before = std::mem::replace(&mut self.is_keyed, false);
                let end = self.object(depth + 1);
                self.is_keyed = before;
                end
            }
            _ => {
                self.note(&key);
                self.skip()
            }
        }
    }

    /// Whether the member that begins here has an id, and turns or captions for it.
    fn is_turns_by_key(&self, start: &Start) -> bool {
        let bytes = self.feed.bytes();
        let key = std::str::from_utf8(&bytes[..start.key]).unwrap_or_default().trim_matches('"');
        let list = bytes[start.value + 1..].trim_ascii_start();
        // Bare texts of several words say something of what is called by a number or a picture's name; others are words of
        // a record, or names of classes.
        let first = list.strip_prefix(b"\"").and_then(|rest| rest.split(|&byte| byte == b'"').next());
        let is_said = first.is_some_and(|first| first.trim_ascii().contains(&b' ') || !first.is_ascii());
        let is_named = is_said && key.contains(|c: char| c.is_ascii_digit()) || is_picture_name(key);
        !record_keys::is_of_turns(key)
            && (list.starts_with(b"{") && is_turn(list) || list.starts_with(b"\"") && is_named)
    }

    /// Whether the member that begins here is a record by its key.
    fn is_record_by_key(&mut self, start: &Start) -> Result<bool, Stop> {
        let mut scan = ValueScan::new();
        loop {
            let bytes = self.feed.bytes();
            match scan.advance(&bytes[start.value..]) {
                Scan::End(length) => return Ok(is_record(&bytes[..start.value + length])),
                Scan::Mismatch(_) => return Ok(false),
                Scan::More if bytes.len() > LONGEST_LOOK.min(self.limits.record) => return Ok(false),
                Scan::More => {}
            }
            if !self.feed.more()? {
                return Ok(false);
            }
        }
    }

    /// Hands out the member that begins here, key and all.
    fn record_by_key(&mut self, start: &Start) -> Result<Option<Problem>, Stop> {
        let mut scan = ValueScan::new();
        loop {
            let bytes = self.feed.bytes();
            match scan.advance(&bytes[start.value..]) {
                Scan::End(length) => {
                    let raw = &bytes[..start.value + length];
                    self.out.record(self.feed.offset(), raw, self.feed.disk_done())?;
                    let length = raw.len();
                    self.feed.consume(length);
                    return Ok(None);
                }
                Scan::Mismatch(at) => {
                    let at = start.value + at;
                    self.out.lost(
                        self.feed.offset(),
                        format!("its brackets do not match at byte {at} of the record: the rest of the file is not read"),
                    )?;
                    return Ok(Some(self.ending("the rest of the file is not read")));
                }
                Scan::More if bytes.len() >= self.limits.record => {
                    let message = format!("it does not end within {} MB", self.limits.record >> 20);
                    self.out.lost(self.feed.offset(), message)?;
                    self.feed.consume(start.value);
                    return self.skip();
                }
                Scan::More => {}
            }
            if !self.feed.more()? {
                self.out.lost(self.feed.offset(), "the file ends in the middle of the record")?;
                self.feed.consume(self.feed.bytes().len());
                return Ok(Some(self.ending("the file ends without the closing `}`: it may be cut short")));
            }
        }
    }

    /// Whether the list that begins here is one of records, as its first values show.
    fn is_list_of_records(&mut self) -> Result<bool, Stop> {
        let mut judge = Judge::default();
        let mut at = 1;
        loop {
            let rest = &self.feed.bytes()[at..];
            let next = rest.trim_ascii_start();
            let next = next.strip_prefix(b",").unwrap_or(next).trim_ascii_start();
            match take_value(next) {
                Some((value, behind)) if !value.starts_with(b"]") => {
                    at = self.feed.bytes().len() - behind.len();
                    if judge.look(value) {
                        return Ok(judge.is_data());
                    }
                    continue;
                }
                _ if next.starts_with(b"]") => return Ok(judge.is_data()),
                _ => {}
            }
            if self.feed.bytes().len() > LOOKED_AT.min(self.limits.record) || !self.feed.more()? {
                return Ok(judge.is_data());
            }
        }
    }

    /// Passes over the value that begins here.
    fn skip(&mut self) -> Result<Option<Problem>, Stop> {
        skip_value(self.feed, self.limits)
    }

    fn note(&mut self, key: &[u8]) {
        if self.other.len() < NAMED {
            let shown: String = String::from_utf8_lossy(key).trim_matches('"').chars().take(40).collect();
            self.other.push(format!("`{shown}`"));
        } else {
            self.more_other += 1;
        }
    }

    /// Says what the object has beside its records.
    fn tell_other(&mut self) -> Result<(), Stop> {
        if self.other.is_empty() || self.out.seen() == 0 {
            return Ok(());
        }
        let more = if self.more_other > 0 { format!(" and {} more", self.more_other) } else { String::new() };
        let message = format!(
            "no records, and not shown: {}{more} of the object that holds the records",
            self.other.join(", ")
        );
        self.out.trouble(self.feed.offset(), message)
    }
}
