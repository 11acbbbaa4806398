//! File type detection: what a file is, by looking into it; its name says nothing.

mod binary;
mod foreign;

use crate::container::Sniff;
use crate::judge::{Judge, Verdict, verdict};
use crate::records::{read_container, read_text};
use crate::sheet::{Look, look_at_table};
use crate::split::{Feed, Item, Limits, Problem, Scan, TextAt, ValueScan, is_list_of_records, take_value};
use crate::unpacked::{Unpacked, Unpacker};
use crate::zstd::is_zstd;
use crate::{Container, File, Form, Packing, RecordError, gzip, irregular, open_file};
use memchr::memmem;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

/// Bytes of text that are looked at by themselves.
const HEAD: usize = 256 << 10;

/// Records that are looked at where the first ones are none.
const RECORDS: u64 = 1000;

/// Records that are looked at where they are nothing, such as nulls.
const RECORDS_OF_NOTHING: u64 = 100_000;

/// Bytes behind which no more records are looked at, unless there are few of them.
const ENOUGH: u64 = 8 << 20;

/// Few records.
const FEW: u64 = 20;

/// Small reads, and no record that is very long: a look must be quick.
pub(crate) const LIMITS: Limits =
    Limits { chunk: 64 << 10, record: 16 << 20, unpacked: 64 << 20, ..Limits::DEFAULT };

/// Looks into a file.
pub fn sniff(path: &Path) -> Sniff {
    look(path).unwrap_or_else(|error| Sniff::Unreadable(format!("cannot be read: {error}")))
}

fn look(path: &Path) -> io::Result<Sniff> {
    if let Some(kind) = irregular(crate::disk::metadata(path)?.file_type()) {
        return Ok(Sniff::Unreadable(format!("{kind}, not a file")));
    }
    let file = open_file(path)?;
    let mut head = vec![0; HEAD];
    let filled = fill(&mut head, |into, done| Unpacked::plain(&file).read_at(into, done as u64))?;
    head.truncate(filled);
    let packing = packing_of(&head);
    let Some(mut unpacker) = Unpacker::new(&file, packing, u64::MAX)? else {
        return look_inside(&file, packing, &head);
    };
    let mut text = vec![0; HEAD];
    let filled = fill(&mut text, |into, _| unpacker.read(into))?;
    text.truncate(filled);
    if let (true, (Some(damage), _)) = (text.is_empty(), unpacker.finish()) {
        return Ok(Sniff::Unreadable(damage));
    }
    Ok(packed(packing, look_inside(&file, packing, &text)?))
}

/// How a file is packed that begins like this.
fn packing_of(head: &[u8]) -> Packing {
    if head.starts_with(&gzip::MAGIC) {
        Packing::Gzip
    } else if is_zstd(head) {
        Packing::Zstd
    } else {
        Packing::Plain
    }
}

/// Says that what was found is packed.
fn packed(packing: Packing, inside: Sniff) -> Sniff {
    let by = if packing == Packing::Zstd { "packed by zstd" } else { "packed by gzip" };
    match inside {
        Sniff::Foreign(reason) => Sniff::Foreign(format!("{by}: {reason}")),
        Sniff::Unreadable(reason) => Sniff::Unreadable(format!("{by}: {reason}")),
        Sniff::Boxes => Sniff::Foreign(format!("{by}: a box file, unpack it first")),
        Sniff::Pictures { .. } => Sniff::Foreign(format!("{by}: an archive of pictures, unpack it first")),
        Sniff::Records(_) => inside,
    }
}

/// Reads until `into` is full or the bytes end.
fn fill(into: &mut [u8], mut read: impl FnMut(&mut [u8], usize) -> io::Result<usize>) -> io::Result<usize> {
    let mut filled = 0;
    while filled < into.len() {
        match read(&mut into[filled..], filled)? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}

/// Looks into a file whose contents begin with `head`.
fn look_inside(file: &File, packing: Packing, head: &[u8]) -> io::Result<Sniff> {
    if let Some(zip) = binary::zip_by_its_head(head) {
        let is_plain = packing == Packing::Plain;
        return Ok(if is_plain {
            binary::zip_by_its_listing(file, zip)?
        } else {
            Sniff::Foreign("a zip archive: unpack it first".to_owned())
        });
    }
    if let Some(form) = binary::form(head) {
        if packing != Packing::Plain && matches!(form, Form::Parquet | Form::Arrow) {
            return Ok(Sniff::Foreign("a table in a packed file: unpack it first".to_owned()));
        }
        let container = Container { form, packing };
        let seen = look_at_file(file, container)?;
        let inside = if form == Form::Tar { binary::tar_by_its_listing(file, packing, &seen)? } else { None };
        return Ok(inside.unwrap_or_else(|| binary::judge(container, seen)));
    }
    if let Some(other) = binary::other_format(head) {
        return Ok(other);
    }
    Text { text: TextAt::whole(file, packing), head }.look()
}

/// Looks into a text, such as a member of an archive.
pub(crate) fn sniff_text(text: TextAt<'_>) -> io::Result<Sniff> {
    let mut source = text.open(u64::MAX)?;
    let mut head = vec![0; HEAD];
    let filled = fill(&mut head, |into, _| source.read(into))?;
    head.truncate(filled);
    if let (true, (Some(damage), _)) = (head.is_empty(), source.finish()) {
        return Ok(Sniff::Unreadable(damage));
    }
    if let Some(other) = binary::other_format(&head) {
        return Ok(other);
    }
    Text { text, head: &head }.look()
}

/// A text, and its first bytes.
struct Text<'a> {
    text: TextAt<'a>,
    head: &'a [u8],
}

impl Text<'_> {
    fn look(&self) -> io::Result<Sniff> {
        let mut feed = Feed::new(self.text.open(u64::MAX)?, LIMITS.chunk);
        let token = feed.next_token()?;
        let before = (feed.offset() - self.text.begin()) as usize;
        let text = self.head.get(before..).unwrap_or_default();
        match token {
            Some(b'[') => {
                let is_records = is_list_of_records(&mut feed).unwrap_or(true);
                let form = if is_records { Form::JsonArray } else { Form::JsonLines };
                let seen = self.records(form)?;
                let found = Sniff::Records(self.container(form));
                Ok(if seen.judge.is_data() { found } else { foreign::list(seen, text) })
            }
            Some(b'{') => self.object(&mut feed, text),
            _ => {
                let has_records =
                    memmem::find(text, b"\n{").is_some() || memmem::find(text, b"\r{").is_some();
                if has_records && self.records(Form::JsonLines)?.judge.is_data() {
                    return Ok(Sniff::Records(self.container(Form::JsonLines)));
                }
                self.table(text)
            }
        }
    }

    /// Says what a text is that does not begin like JSON: a table, or what `magic` knows.
    fn table(&self, text: &[u8]) -> io::Result<Sniff> {
        let form = match look_at_table(self.head, self.head.len() < HEAD) {
            Look::Table(dialect) if dialect.has_tabs() => Form::Tsv,
            Look::Table(_) => Form::Csv,
            Look::Other(reason) => return Ok(Sniff::Foreign(reason)),
            Look::NoTable => return Ok(binary::no_json(text)),
        };
        Ok(binary::judge(self.container(form), self.records(form)?))
    }

    fn container(&self, form: Form) -> Container {
        Container { form, packing: self.text.packing() }
    }

    fn records(&self, form: Form) -> io::Result<Seen> {
        look_at_text(self.text, form)
    }

    /// Says what a text is that begins with an object: records one behind the other, one record, or one object that has
    /// the records in it.
    fn object(&self, feed: &mut Feed<'_>, text: &[u8]) -> io::Result<Sniff> {
        let first = First::of(feed)?;
        if foreign::is_box_file(text) {
            return Ok(Sniff::Boxes);
        }
        if !first.has_more
            && let Some(found) = foreign::look_at_coco(self.text, text)?
        {
            return Ok(found);
        }
        if !first.has_more
            && let Some(table) = foreign::table_of_pandas(text)
        {
            return Ok(table);
        }
        if first.is_complete
            && !first.has_more
            && foreign::is_around_records(text)
            && self.records(Form::JsonObject)?.judge.is_data()
        {
            return Ok(Sniff::Records(self.container(Form::JsonObject)));
        }
        let seen = if first.is_complete { Some(self.records(Form::JsonLines)?) } else { None };
        if seen
            .as_ref()
            .is_some_and(|seen| seen.judge.has_records() || first.has_more && seen.judge.is_data())
        {
            return Ok(Sniff::Records(self.container(Form::JsonLines)));
        }
        let may_hold = !first.has_more && (first.is_complete || !has_bare_lines(text));
        if may_hold && self.records(Form::JsonObject)?.judge.is_data() {
            return Ok(Sniff::Records(self.container(Form::JsonObject)));
        }
        let seen = seen.map_or_else(|| self.records(Form::JsonLines), Ok)?;
        let is_lines = !first.is_complete && seen.judge.is_data();
        Ok(if is_lines {
            Sniff::Records(self.container(Form::JsonLines))
        } else {
            foreign::object(seen, text, first.has_more)
        })
    }
}

/// Whether an object stands on a line of its own without a comma behind it, as in JSON lines and never in a list.
fn has_bare_lines(text: &[u8]) -> bool {
    let value = memmem::find(text, b"\n{").and_then(|found| take_value(&text[found + 1..]));
    value.is_some_and(|(_, behind)| {
        let rest = behind.trim_ascii_start();
        behind.starts_with(b"\n") || behind.starts_with(b"\r") && rest.starts_with(b"{")
    })
}

/// The first value of a text, as far as that is looked at.
struct First {
    /// Whether it has an end.
    is_complete: bool,
    /// Whether anything follows it.
    has_more: bool,
}

impl First {
    fn of(feed: &mut Feed<'_>) -> io::Result<Self> {
        let mut scan = ValueScan::new();
        loop {
            match scan.advance(feed.bytes()) {
                Scan::End(length) => {
                    feed.consume(length);
                    let has_more = loop {
                        match feed.next_token()? {
                            Some(b',' | b']') => feed.consume(1),
                            token => break token.is_some(),
                        }
                    };
                    return Ok(Self { is_complete: true, has_more });
                }
                Scan::Mismatch(_) => return Ok(Self { is_complete: false, has_more: true }),
                Scan::More => {}
            }
            if feed.bytes().len() >= LIMITS.record || !feed.more()? {
                return Ok(Self { is_complete: false, has_more: false });
            }
        }
    }
}

/// What the first records of a file are.
#[derive(Default)]
pub(crate) struct Seen {
    judge: Judge,
    /// The first record that is not a sample of a known shape, and why.
    first_other: Option<(Vec<u8>, Option<RecordError>)>,
    /// The first that says nothing about the others, such as a null, and why it is no sample.
    first_nothing: Option<(Vec<u8>, Option<RecordError>)>,
    /// What records without text consist of, in a tar archive.
    members: binary::Members,
    /// The first trouble that is no record.
    first_problem: Option<Problem>,
}

impl Seen {
    /// Remembers the first record that tells what the file is.
    fn note(&mut self, raw: &[u8], verdict: Verdict) {
        let error = match verdict {
            Verdict::Nothing(error) => {
                self.first_nothing.get_or_insert_with(|| (raw.to_vec(), Some(error)));
                return;
            }
            Verdict::Other(error) => Some(error),
            _ => None,
        };
        self.first_other.get_or_insert_with(|| (raw.to_vec(), error));
    }

    /// The record that tells best what the file is, if it is none of samples.
    fn telling(&mut self) -> Option<(Vec<u8>, Option<RecordError>)> {
        self.first_other.take().or_else(|| self.first_nothing.take())
    }
}

/// Looks at the first records of a container that is no text.
fn look_at_file(file: &File, container: Container) -> io::Result<Seen> {
    look_at_records(container, 0, |visit| {
        read_container(file, container, LIMITS, visit).map(drop).map_err(|(_, error)| error)
    })
}

/// Looks at the first records of a text in some form.
fn look_at_text(text: TextAt<'_>, form: Form) -> io::Result<Seen> {
    let container = Container { form, packing: text.packing() };
    look_at_records(container, text.begin(), |visit| read_text(text, form, LIMITS, visit).map(drop))
}

/// Looks at the first records that `read` hands out of a container that begins at a byte.
fn look_at_records(
    container: Container,
    begin: u64,
    read: impl FnOnce(&mut dyn FnMut(Item<'_>) -> ControlFlow<()>) -> io::Result<()>,
) -> io::Result<Seen> {
    let mut seen = Seen::default();
    let (mut count, mut telling) = (0, 0);
    read(&mut |item| {
        count += 1;
        let place = match item {
            Item::Record(record) => {
                let verdict = verdict(container, record.raw);
                seen.judge.count(&verdict);
                if container.form == Form::Tar {
                    seen.members.note(record.raw, &verdict);
                }
                telling += u64::from(!matches!(verdict, Verdict::Nothing(_)));
                seen.note(record.raw, verdict);
                record.offset + record.raw.len() as u64
            }
            Item::Problem(problem) => {
                let offset = problem.offset;
                seen.first_problem.get_or_insert(problem);
                offset
            }
        };
        let place = place.saturating_sub(begin);
        let is_enough = seen.judge.has_records()
            || telling >= RECORDS
            || count >= RECORDS_OF_NOTHING
            || place > ENOUGH && count >= FEW
            || place > LIMITS.unpacked;
        if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(seen)
}

#[cfg(test)]
mod tests;
