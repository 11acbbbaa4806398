//! Splits records inside one JSON object: a list of them under some key, `{"data": […]}`, or the object's own members
//! by their ids, `{"1001": {…}}`; also one level further in, as in `{"train": {"data": […]}}`.
//!
//! Which lists are records is found by what stands in them, never by their keys. What else the object has is reported.
//! Members are cut out without parsing them.

use super::Feed;
use super::lines::{is_turn, take_value};
use super::scan::{Cut, MemberCut, Part, Start, ending, member_start, skip_rest, skip_value};
use crate::dialect::table;
use crate::is_picture_name;
use crate::judge::{Judge, is_record};
use crate::split::array::ArraySplitter;
use crate::split::scan::{Scan, ValueScan};
use crate::split::{Limits, Output, Problem, Stop};
use std::ops::ControlFlow;

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
        !table::is_of_turns(key)
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

/// One member of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Member<'a> {
    /// Where its key begins, in bytes of the text.
    pub(crate) offset: u64,
    /// Key, colon and value as they stand.
    pub(crate) raw: &'a [u8],
}

/// Cuts the members out of a JSON object, in constant memory. A member that is lost comes as the problem with it.
///
/// The problem of the object's end, if any, is returned. Damage between members ends reading: unlike a record of an
/// array, a member cannot be told from what stands inside another.
pub(crate) fn split_members(
    feed: &mut Feed<'_>,
    limits: Limits,
    visit: &mut dyn FnMut(Result<Member<'_>, Problem>) -> ControlFlow<()>,
) -> Result<Option<Problem>, Stop> {
    if feed.next_token()? != Some(b'{') {
        return Ok(Some(ending(feed, "the text does not begin with `{`")));
    }
    feed.consume(1);
    loop {
        match feed.next_token()? {
            Some(b'}') => return behind_the_end(feed),
            Some(b'"') => {}
            None => {
                return Ok(Some(ending(feed, "the file ends without the closing `}`: it may be cut short")));
            }
            Some(_) => return Ok(Some(ending(feed, "no key stands here: the rest of the file is not read"))),
        }
        if let Some(damage) = cut_out(feed, limits, visit)? {
            return Ok(Some(damage));
        }
        match feed.next_token()? {
            Some(b',') => feed.consume(1),
            Some(b'}') | None => {}
            Some(_) => {
                return Ok(Some(ending(feed, "a comma is missing here: the rest of the file is not read")));
            }
        }
    }
}

fn behind_the_end(feed: &mut Feed<'_>) -> Result<Option<Problem>, Stop> {
    feed.consume(1);
    let more = feed.next_token()?.is_some();
    Ok(more.then(|| ending(feed, "text behind the end of the object is ignored")))
}

/// Cuts out the member that begins here; what comes back ends reading.
fn cut_out(
    feed: &mut Feed<'_>,
    limits: Limits,
    visit: &mut dyn FnMut(Result<Member<'_>, Problem>) -> ControlFlow<()>,
) -> Result<Option<Problem>, Stop> {
    let mut cut = MemberCut::new();
    loop {
        match cut.advance(feed.bytes()) {
            Cut::End(length) => {
                let member = Member { offset: feed.offset(), raw: &feed.bytes()[..length] };
                if visit(Ok(member)).is_break() {
                    return Err(Stop::Asked);
                }
                feed.consume(length);
                return Ok(None);
            }
            Cut::Broken(at) => {
                let message =
                    format!("byte {at} of this member is not JSON: the rest of the file is not read");
                return Ok(Some(ending(feed, message)));
            }
            Cut::More if feed.bytes().len() >= limits.record => {
                let message = format!("a member does not end within {} MB", limits.record >> 20);
                if visit(Err(ending(feed, message))).is_break() {
                    return Err(Stop::Asked);
                }
                return pass_over(feed, cut, limits);
            }
            Cut::More if feed.more()? => {}
            Cut::More => return Ok(Some(ending(feed, "the file ends in the middle of this member"))),
        }
    }
}

/// Passes over a member that does not fit into memory.
fn pass_over(feed: &mut Feed<'_>, cut: MemberCut, limits: Limits) -> Result<Option<Problem>, Stop> {
    let Part::Value { value, .. } = cut.part else {
        return Ok(Some(ending(feed, "a key that does not end: the rest of the file is not read")));
    };
    feed.consume(value);
    skip_rest(feed, cut.scan, limits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::Source;
    use crate::split::member_parts;
    use crate::testing::file_of;

    /// Members as (offset, text), messages of lost ones, and the message of the end.
    fn split(text: &str, chunk: usize, record: usize) -> (Vec<(u64, String)>, Vec<String>, Option<String>) {
        let file = file_of(text.as_bytes());
        let mut feed = Feed::new(Source::Plain { file: &file, position: 0 }, chunk);
        let (mut members, mut lost) = (Vec::new(), Vec::new());
        let end = split_members(&mut feed, Limits { chunk, record, ..Limits::DEFAULT }, &mut |member| {
            match member {
                Ok(member) => members.push((member.offset, String::from_utf8(member.raw.to_vec()).unwrap())),
                Err(problem) => lost.push(problem.message),
            }
            ControlFlow::Continue(())
        });
        (members, lost, end.unwrap().map(|problem| problem.message))
    }

    #[test]
    fn members_have_exact_ranges_however_they_are_cut() {
        let text = "\u{feff} {\"a\" : {\"x\":[1,\"}\"]}, \"b\\\"\":[2] ,\n\"c\":3}\n";
        for chunk in 1..text.len() {
            let (members, lost, end) = split(text, chunk, 1 << 20);
            let texts: Vec<&str> = members.iter().map(|(_, member)| member.as_str()).collect();
            assert_eq!(texts, ["\"a\" : {\"x\":[1,\"}\"]}", "\"b\\\"\":[2]", "\"c\":3"], "{chunk}");
            for (offset, member) in &members {
                assert_eq!(&text[*offset as usize..][..member.len()], member);
            }
            assert_eq!((lost.len(), end), (0, None));
        }
    }

    #[test]
    fn a_member_falls_into_key_and_value() {
        assert_eq!(member_parts(br#""a b" : {"x":1}"#), Some((&br#""a b""#[..], &br#"{"x":1}"#[..])));
        assert_eq!(member_parts(br#""a":17"#), Some((&br#""a""#[..], &b"17"[..])));
        for other in ["", "\"a", "\"a\"", "\"a\":", "\"a\":{", "\"a\":{} ", "{}", "\"a\":}"] {
            assert_eq!(member_parts(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn damage_ends_reading_and_is_named() {
        let rows = [
            ("[]", 0, "does not begin with `{`"),
            ("", 0, "does not begin with `{`"),
            ("{\"a\":1", 0, "in the middle of this member"),
            ("{\"a\":{}", 1, "without the closing `}`"),
            ("{\"a\":{} \"b\":{}}", 1, "a comma is missing"),
            ("{\"a\":{},17}", 1, "no key stands here"),
            ("{\"a\" 1}", 0, "byte 4 of this member is not JSON"),
            ("{\"a\":[}}", 0, "byte 5 of this member is not JSON"),
            ("{\"a\":1} x", 1, "behind the end of the object"),
        ];
        for (text, count, part) in rows {
            let (members, _, end) = split(text, 3, 1 << 20);
            assert_eq!(members.len(), count, "{text}");
            assert!(end.as_ref().is_some_and(|message| message.contains(part)), "{text}: {end:?}");
        }
    }

    #[test]
    fn a_member_too_long_for_memory_is_lost_alone() {
        let text = format!("{{\"a\":[{}1],\"b\":2}}", "1,".repeat(100));
        let (members, lost, end) = split(&text, 16, 64);
        assert_eq!(members, [(209, "\"b\":2".to_owned())]);
        assert_eq!((lost.len(), end), (1, None));
    }
}
