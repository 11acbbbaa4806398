//! Members of one JSON object, cut out without parsing them: for files that are one object of id to item.

use crate::split::walk::{ending, skip_rest};
use crate::split::{Feed, Limits, Problem, Scan, Stop, ValueScan};
use std::ops::ControlFlow;

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

/// The key and the value of a member's text, both as JSON; none when it is not one.
pub(crate) fn member_parts(raw: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut cut = MemberCut::new();
    let ended = match cut.advance(raw) {
        Cut::End(length) => length == raw.len(),
        Cut::More => cut.scan.may_end(),
        Cut::Broken(_) => false,
    };
    let Part::Value { key_end, value } = cut.part else { return None };
    ended.then_some((&raw[..key_end], &raw[value..]))
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

/// What a piece of text shows about the member.
enum Cut {
    /// The member goes on behind the piece.
    More,
    /// The member ends before this byte, counted from its start.
    End(usize),
    /// What stands at this byte cannot be a part of a member.
    Broken(usize),
}

/// The state of a scan over one member; text may come in pieces of any size.
struct MemberCut {
    part: Part,
    /// Scans the key, then the value.
    scan: ValueScan,
}

/// The part of a member that is scanned. Places are bytes from the member's start.
#[derive(Clone, Copy)]
enum Part {
    Key,
    Colon { key_end: usize },
    Value { key_end: usize, value: usize },
}

impl MemberCut {
    fn new() -> Self {
        Self { part: Part::Key, scan: ValueScan::new() }
    }

    /// Scans on; `member` begins with the quote of the key and is longer than the last time.
    fn advance(&mut self, member: &[u8]) -> Cut {
        loop {
            match self.part {
                Part::Key => match self.scan.advance(member) {
                    Scan::End(key_end) => self.part = Part::Colon { key_end },
                    Scan::Mismatch(at) => return Cut::Broken(at),
                    Scan::More => return Cut::More,
                },
                Part::Colon { key_end } => {
                    let colon = key_end + blanks(&member[key_end..]);
                    match member.get(colon) {
                        None => return Cut::More,
                        Some(b':') => {}
                        Some(_) => return Cut::Broken(colon),
                    }
                    let value = colon + 1 + blanks(&member[colon + 1..]);
                    if value == member.len() {
                        return Cut::More;
                    }
                    *self = Self { part: Part::Value { key_end, value }, scan: ValueScan::new() };
                }
                Part::Value { value, .. } => {
                    return match self.scan.advance(&member[value..]) {
                        Scan::End(length) => Cut::End(value + length),
                        Scan::Mismatch(at) => Cut::Broken(value + at),
                        Scan::More => Cut::More,
                    };
                }
            }
        }
    }
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::Source;
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
