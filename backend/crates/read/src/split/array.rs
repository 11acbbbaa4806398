//! Splits the records of one JSON array, pretty-printed or on a single line, intact or not.

use super::scan::{ending, member_start, skip_value};
use super::{Feed, Item};
use crate::split::scan::{Scan, ValueScan};
use crate::split::{Limits, Output, Problem, Stop};
use memchr::memmem;
use std::ops::ControlFlow;

/// Longest start of a record that is remembered to find the next one behind damage.
const LONGEST_SIGNATURE: usize = 256;

/// Values that may turn out not to end, whatever it costs to find out.
const SPARED: u32 = 32;

/// Cuts the values out of a JSON array. The problem of its end, if any, is returned and not reported.
pub(crate) fn split_array(
    feed: &mut Feed<'_>,
    limits: Limits,
    out: &mut Output<'_>,
) -> Result<Option<Problem>, Stop> {
    ArraySplitter::new(feed, limits, out).run()
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Opening,
    FirstOrEnd,
    Value,
    CommaOrEnd,
    Nothing,
}

/// Cuts a list into records.
pub(super) struct ArraySplitter<'s, 'f, 'v> {
    feed: &'s mut Feed<'f>,
    limits: Limits,
    out: &'s mut Output<'v>,
    /// How records of this file begin, up to the end of the first key.
    signature: Option<Vec<u8>>,
    /// Whether the list stands inside an object, which goes on behind it.
    is_inner: bool,
    /// Values that turned out not to end.
    unended: u32,
    /// Bytes scanned for them.
    wasted: u64,
    /// What is lost with the end of the text.
    cut: Option<Problem>,
}

impl<'s, 'f, 'v> ArraySplitter<'s, 'f, 'v> {
    pub(super) fn new(feed: &'s mut Feed<'f>, limits: Limits, out: &'s mut Output<'v>) -> Self {
        Self { feed, limits, out, signature: None, is_inner: false, unended: 0, wasted: 0, cut: None }
    }

    /// Cuts up the list that begins here, up to its end; a problem is also the end of the text.
    pub(super) fn run_inner(mut self) -> Result<Option<Problem>, Stop> {
        self.is_inner = true;
        self.run()
    }

    fn run(mut self) -> Result<Option<Problem>, Stop> {
        let mut expect = Expect::Opening;
        while let Some(byte) = self.feed.next_token()? {
            expect = match (expect, byte) {
                (Expect::Opening | Expect::Nothing, b'[') => self.pass(Expect::FirstOrEnd),
                (Expect::Opening, _) => return Ok(Some(self.ending("the text does not begin with `[`"))),
                (Expect::Nothing, b'{') => match self.value()? {
                    Expect::CommaOrEnd => Expect::Nothing,
                    damaged => damaged,
                },
                (Expect::FirstOrEnd | Expect::CommaOrEnd, b']') | (Expect::Nothing, b',') => {
                    self.pass(Expect::Nothing)
                }
                (Expect::Nothing, _) => {
                    return Ok(Some(self.ending("text behind the end of the list is ignored")));
                }
                (Expect::Value, b']') => {
                    self.trouble("a comma without a record behind it")?;
                    self.pass(Expect::Nothing)
                }
                (Expect::CommaOrEnd, b',') => self.pass(Expect::Value),
                (Expect::FirstOrEnd | Expect::Value, b',') => {
                    self.trouble("a comma without a record before it")?;
                    self.pass(Expect::Value)
                }
                (Expect::CommaOrEnd, b'{') => {
                    self.trouble("a comma is missing between two records")?;
                    Expect::Value
                }
                (
                    Expect::FirstOrEnd | Expect::Value,
                    b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b'a'..=b'z',
                ) => self.value()?,
                _ => self.garbage()?,
            };
            if self.is_inner && expect == Expect::Nothing {
                return Ok(self.cut);
            }
        }
        Ok(self.early_end(expect))
    }

    fn pass(&mut self, next: Expect) -> Expect {
        self.feed.consume(1);
        next
    }

    fn trouble(&mut self, message: &str) -> Result<(), Stop> {
        self.out.trouble(self.feed.offset(), message)
    }

    fn ending(&self, message: impl Into<String>) -> Problem {
        Problem { number: None, offset: self.feed.offset(), message: message.into() }
    }

    fn early_end(self, expect: Expect) -> Option<Problem> {
        match expect {
            Expect::Nothing => self.cut,
            Expect::Opening => Some(self.ending("the file has no text")),
            Expect::FirstOrEnd | Expect::Value | Expect::CommaOrEnd => Some(self.ending(format!(
                "the file ends behind {} records without the closing `]`: it may be cut short",
                self.out.seen()
            ))),
        }
    }

    /// Passes over what cannot be a part of an array, up to where a record or the end may be.
    fn garbage(&mut self) -> Result<Expect, Stop> {
        self.trouble("text that is no record stands between records")?;
        self.feed.consume(1);
        loop {
            let bytes = self.feed.bytes();
            let next = bytes.iter().position(|byte| matches!(byte, b'{' | b',' | b']'));
            let Some(next) = next else {
                self.feed.consume(bytes.len());
                if !self.feed.more()? {
                    return Ok(Expect::CommaOrEnd);
                }
                continue;
            };
            let at_record = bytes[next] == b'{';
            self.feed.consume(next);
            return Ok(if at_record { Expect::Value } else { Expect::CommaOrEnd });
        }
    }

    /// Cuts out the value that begins here.
    fn value(&mut self) -> Result<Expect, Stop> {
        let mut scan = ValueScan::new();
        loop {
            let bound = if self.is_hasty() { self.next_signature() } else { None };
            let length = self.feed.bytes().len();
            match scan.advance(&self.feed.bytes()[..bound.unwrap_or(length)]) {
                Scan::End(length) => return self.record(length),
                Scan::Mismatch(at) => {
                    self.waste(at);
                    let message = format!("its brackets do not match at byte {at} of the record");
                    self.out.lost(self.feed.offset(), message)?;
                    return self.leave_damage();
                }
                Scan::More => {}
            }
            if let Some(next) = bound {
                self.out.lost(self.feed.offset(), "it does not end before the next record begins")?;
                self.feed.consume(next);
                return Ok(Expect::Value);
            }
            if length >= self.limits.record {
                return self.too_long(scan);
            }
            if !self.feed.more()? {
                return if scan.may_end() { self.record(length) } else { self.cut_short() };
            }
        }
    }

    fn waste(&mut self, bytes: usize) {
        self.unended = self.unended.saturating_add(1);
        self.wasted += bytes as u64;
    }

    /// Whether so much was scanned in vain that a value may only go up to where the next record seems to begin: without
    /// this, a list of nothing but beginnings takes time by the square of its length.
    fn is_hasty(&self) -> bool {
        self.unended > SPARED && self.wasted > 4 * self.feed.offset()
    }

    fn record(&mut self, length: usize) -> Result<Expect, Stop> {
        let raw = &self.feed.bytes()[..length];
        self.out.record(self.feed.offset(), raw, self.feed.disk_done())?;
        if self.signature.is_none() {
            self.signature = signature(raw);
        }
        self.feed.consume(length);
        Ok(Expect::CommaOrEnd)
    }

    /// The text ended inside a value: either it is cut there, or a quote or bracket was lost long before.
    fn cut_short(&mut self) -> Result<Expect, Stop> {
        self.waste(self.feed.bytes().len());
        let number = self.out.seen();
        let message = format!("the file ends in the middle of record {number}");
        let problem = self.out.losing(self.feed.offset(), message);
        let next = self.find_next_record()?;
        if next == Expect::Nothing {
            self.cut = Some(problem);
        } else {
            let message = "it does not end: a quote or a bracket is missing".to_owned();
            self.out.problem(Problem { message, ..problem })?;
        }
        Ok(next)
    }

    /// The value does not fit into memory: passes over it, or goes on at a record that it has swallowed.
    fn too_long(&mut self, mut scan: ValueScan) -> Result<Expect, Stop> {
        self.waste(self.feed.bytes().len());
        let message = format!("it does not end within {} MB", self.limits.record >> 20);
        self.out.lost(self.feed.offset(), message)?;
        if let Some(next) = self.next_signature() {
            self.feed.consume(next);
            return Ok(Expect::Value);
        }
        loop {
            match scan.advance(self.feed.bytes()) {
                Scan::End(length) => {
                    self.feed.consume(length);
                    return Ok(Expect::CommaOrEnd);
                }
                Scan::Mismatch(_) => return self.leave_damage(),
                Scan::More => {
                    self.feed.consume(scan.forget());
                    if !self.feed.more()? {
                        self.cut =
                            Some(self.ending("the file ends in the middle of the record that is too long"));
                        return Ok(Expect::Nothing);
                    }
                }
            }
        }
    }

    /// Goes on behind damage, and says so when everything up to the end is lost by it.
    fn leave_damage(&mut self) -> Result<Expect, Stop> {
        let offset = self.feed.offset();
        let next = self.find_next_record()?;
        if next == Expect::Nothing {
            let skipped = self.feed.offset() - offset;
            let message =
                format!("no record is found behind the damage: {skipped} bytes up to the end are skipped");
            self.cut = Some(Problem { number: None, offset, message });
        }
        Ok(next)
    }

    /// Goes to the next place behind the current byte where a record begins as the others did, or to the end.
    fn find_next_record(&mut self) -> Result<Expect, Stop> {
        if self.signature.is_none() {
            self.signature = signature(self.feed.bytes());
        }
        loop {
            if let Some(next) = self.next_signature() {
                self.feed.consume(next);
                return Ok(Expect::Value);
            }
            let overlap = self.signature.as_ref().map_or(0, Vec::len);
            self.feed.consume(self.feed.bytes().len().saturating_sub(overlap));
            if !self.feed.more()? {
                self.feed.consume(self.feed.bytes().len());
                return Ok(Expect::Nothing);
            }
        }
    }

    fn next_signature(&self) -> Option<usize> {
        let behind = self.feed.bytes().get(1..)?;
        memmem::find(behind, self.signature.as_deref()?).map(|found| found + 1)
    }
}

/// The start of an object up to the end of its first key, with the blank space as it stands. Turns begin with another
/// key than records do, and inside a text its quotes would be escaped.
pub(super) fn signature(object: &[u8]) -> Option<Vec<u8>> {
    let head = &object[..object.len().min(LONGEST_SIGNATURE)];
    let key = head.strip_prefix(b"{")?.trim_ascii_start().strip_prefix(b"\"")?;
    let end = head.len() - key.len() + key.iter().position(|&byte| byte == b'"')?;
    Some(head[..=end].to_vec())
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

pub(super) fn is_key(quoted: &[u8], name: &str) -> bool {
    quoted.len() == name.len() + 2 && &quoted[1..=name.len()] == name.as_bytes()
}
