//! Reader of `WebDataset` shards: tar archives in which consecutive files of one name, extensions aside, are one
//! record.
//!
//! A file's key is its path up to the first dot of its base name, and what stands behind that dot, in lower case, is
//! the name of the value it holds in the record (as the `WebDataset` library does it). So `a/1.jpg`, `a/1.seg.PNG` and
//! `a/1.json` make `{"__key__":"a/1","jpg":…,"seg.png":…,"json":…}`.

mod members;

pub use members::{TarError, TarMembers};

use super::split::{Limits, Output, Stop};
use crate::dialect::table;
use crate::json::Origin;
use crate::unpacked::Unpacked;
use crate::{EmbeddedImage, Format, ImageAt, ImageEncoding, PictureScan, json};
use members::{BLOCK, Header, TarMember};
use memchr::memchr;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io;

/// Streams the records of a tar archive.
///
/// Pictures become their address, JSON its value, other text a text, and other bytes `{"bytes": …, "blake3": …}`. A
/// record with more than 64 MB of text is lost; at a damaged header reading ends.
pub(crate) fn read_tar(bytes: Unpacked<'_>, length: u64, out: &mut Output<'_>) -> Result<(), Stop> {
    read_limited(bytes, length, Limits::DEFAULT.record, out)
}

fn read_limited(bytes: Unpacked<'_>, length: u64, limit: usize, out: &mut Output<'_>) -> Result<(), Stop> {
    let mut members = TarMembers::of(bytes, length);
    let mut grouping = Grouping { payloads: Payloads::new(), record: None, hidden: None, limit };
    loop {
        let done = members.disk_done();
        match members.next_member() {
            Ok(Some(member)) if member.is_file => grouping.add(members.bytes(), &member, done, out)?,
            Ok(Some(_)) => {}
            Ok(None) => {
                grouping.flush(done, out)?;
                if !members.has_end_mark() {
                    out.trouble(done, "the archive has no end mark: it may be cut short, fetch it again")?;
                }
                break;
            }
            Err(error) => {
                grouping.end_early(error, done, out)?;
                break;
            }
        }
    }
    grouping.report_hidden(out)
}

/// Puts members together that share a key.
struct Grouping {
    payloads: Payloads,
    record: Option<Pending>,
    /// Where the first member without a name is, and how many there are.
    hidden: Option<(u64, u64)>,
    /// The most bytes of JSON text in a record.
    limit: usize,
}

/// The record that the next member may belong to.
enum Pending {
    Good(Record),
    /// It has too much text.
    TooLong {
        key: String,
        offset: u64,
    },
}

impl Grouping {
    fn add(
        &mut self,
        bytes: &mut Unpacked<'_>,
        member: &TarMember,
        done: u64,
        out: &mut Output<'_>,
    ) -> Result<(), Stop> {
        let Some((key, name)) = split_path(&member.path) else {
            self.hidden.get_or_insert((member.offset, 0)).1 += 1;
            return Ok(());
        };
        let name = name.to_lowercase();
        // Two files of one name are of two records: shards of one sample each were joined.
        let goes_on = match &self.record {
            Some(Pending::Good(record)) => record.key == key && !record.has(&name),
            Some(Pending::TooLong { key: lost, .. }) => lost == key,
            None => false,
        };
        if !goes_on {
            self.flush(done, out)?;
            self.record = Some(Pending::Good(Record::new(key.to_owned(), member.offset)));
        }
        let Some(Pending::Good(record)) = &mut self.record else { return Ok(()) };
        let payload = self.payloads.read(bytes, member, last_part(&name), self.limit)?;
        let is_too_long = matches!(payload, Payload::TooLong);
        record.push(&name, member, payload);
        if is_too_long || record.len() > self.limit {
            let (key, offset) = (std::mem::take(&mut record.key), record.offset);
            self.record = Some(Pending::TooLong { key, offset });
        }
        Ok(())
    }

    fn flush(&mut self, done: u64, out: &mut Output<'_>) -> Result<(), Stop> {
        match self.record.take() {
            None => Ok(()),
            Some(Pending::Good(mut record)) => {
                let offset = record.offset;
                match record.damage.take() {
                    Some(damage) if !record.has_text => out.lost(offset, damage),
                    Some(damage) => {
                        out.record(offset, &record.finish(), done)?;
                        out.trouble(offset, damage)
                    }
                    None => out.record(offset, &record.finish(), done),
                }
            }
            Some(Pending::TooLong { key, offset }) => {
                let limit = self.limit >> 20;
                out.lost(offset, format!("record {:?} has more than {limit} MB of text", shortened(&key)))
            }
        }
    }

    fn end_early(&mut self, error: TarError, done: u64, out: &mut Output<'_>) -> Result<(), Stop> {
        let message = error.to_string();
        match error {
            TarError::Io(error) => Err(Stop::Failed(error)),
            TarError::Damaged { offset, reason } => {
                self.flush(done, out)?;
                out.trouble(offset, reason)
            }
            TarError::CutShort { offset, path, .. } => {
                let key = path.as_deref().and_then(split_path).map(|(key, _)| key);
                // Without its header nobody knows whether the last member was of the same record: it counts as such.
                let pending = match (&self.record, key) {
                    (Some(pending), None) => Some(pending.offset()),
                    (Some(pending), Some(key)) if pending.key() == key => Some(pending.offset()),
                    _ => None,
                };
                if pending.is_some() {
                    self.record = None;
                }
                self.flush(done, out)?;
                out.lost(pending.unwrap_or(offset), message)
            }
        }
    }

    fn report_hidden(&self, out: &mut Output<'_>) -> Result<(), Stop> {
        let Some((offset, count)) = self.hidden else { return Ok(()) };
        out.trouble(offset, format!("{count} files whose names begin with a dot belong to no record"))
    }
}

impl Pending {
    fn key(&self) -> &str {
        match self {
            Self::Good(record) => &record.key,
            Self::TooLong { key, .. } => key,
        }
    }

    fn offset(&self) -> u64 {
        match self {
            Self::Good(record) => record.offset,
            Self::TooLong { offset, .. } => *offset,
        }
    }
}

/// Whether a file that begins like this is a tar archive; those without a magic have the right checksum.
pub(crate) fn looks_like_tar(head: &[u8]) -> bool {
    let is_old = |block: &[u8; BLOCK]| block[0] != 0 && Header::parse(block).is_ok();
    head.get(257..262) == Some(b"ustar") || head.first_chunk().is_some_and(is_old)
}

/// The key of a path and the name of its value, which is empty without a dot; none for hidden files.
fn split_path(path: &str) -> Option<(&str, &str)> {
    let base = path.rfind('/').map_or(0, |slash| slash + 1);
    match path[base..].find('.') {
        Some(0) => None,
        Some(dot) => Some((&path[..base + dot], &path[base + dot + 1..])),
        None => Some((path, "")),
    }
}

/// The start of a key, for messages.
fn shortened(key: &str) -> &str {
    &key[..key.floor_char_boundary(80)]
}

/// Values nested deeper than this are refused, so that the record's own text can be read.
const DEEPEST: usize = 100;

/// Members that share a key.
struct Record {
    key: String,
    /// Where the first header of its first member begins.
    offset: u64,
    /// The JSON text, its last brace missing.
    text: Vec<u8>,
    names: HashSet<String>,
    /// What is wrong with a member of JSON.
    damage: Option<String>,
    /// Whether a member is text.
    has_text: bool,
}

impl Record {
    fn new(key: String, offset: u64) -> Self {
        let mut text = b"{\"__key__\":".to_vec();
        push_text(&mut text, &key);
        Self { key, offset, text, names: HashSet::new(), damage: None, has_text: false }
    }

    /// Whether there is a member of this name already.
    fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Bytes of JSON text so far.
    fn len(&self) -> usize {
        self.text.len()
    }

    /// Adds a member. A JSON member stands for its value, a list of turns for the record's conversation; one that is not
    /// JSON is left out, and the record notes why.
    fn push(&mut self, name: &str, member: &TarMember, payload: Payload) {
        self.names.insert(name.to_owned());
        match payload {
            Payload::Image(image) => self.push_value(name, image.to_json().to_string().as_bytes()),
            Payload::Text(text) if is_json(name) => self.push_member(name, member, &text),
            Payload::Text(text) => {
                let text = serde_json::to_vec(&text).expect("a text is written into memory without errors");
                self.has_text = true;
                self.push_value(name, &text);
            }
            Payload::Binary(hash) => {
                let hash = blake3::Hash::from_bytes(hash).to_hex().to_string();
                self.push_value(name, json!({"bytes": member.size, "blake3": hash}).to_string().as_bytes());
            }
            Payload::TooLong => self.push_value(name, b"null"),
        }
    }

    fn push_value(&mut self, name: &str, value: &[u8]) {
        self.text.push(b',');
        push_text(&mut self.text, name);
        self.text.push(b':');
        self.text.extend_from_slice(value);
    }

    /// Adds a member of JSON, or of JSON lines.
    fn push_member(&mut self, name: &str, member: &TarMember, text: &str) {
        let mut value = Vec::new();
        match push_json(&mut value, text, member.data)
            .or_else(|error| push_lines(&mut value, text, member.data).then_some(()).ok_or(error))
        {
            Ok(()) => {
                let is_own = matches!(name, "json" | "jsonl" | "ndjson");
                let key = match value.first() {
                    Some(b'[') if is_own && is_turns(&value) => "conversations",
                    Some(b'{') if is_own => "json",
                    _ => name,
                };
                self.has_text = true;
                self.push_value(key, &value);
            }
            Err(error) => {
                let why = if text.trim().is_empty() { "it is empty".to_owned() } else { error };
                self.damage
                    .get_or_insert_with(|| format!("its JSON member {} is damaged: {why}", member.path));
            }
        }
    }

    /// The whole JSON text.
    fn finish(mut self) -> Vec<u8> {
        self.text.push(b'}');
        self.text
    }
}

/// What stands behind the last dot of a member's name: `png` of `seg.png`.
fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn push_text(into: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(into, text).expect("text is written into memory without errors");
}

/// Whether a name is one of a JSON member.
fn is_json(name: &str) -> bool {
    matches!(last_part(name), "json" | "jsonl" | "ndjson")
}

/// Whether a list begins with a turn.
fn is_turns(list: &[u8]) -> bool {
    let first = serde_json::from_slice::<Vec<Value>>(list).ok().and_then(|list| list.into_iter().next());
    first.is_some_and(|first| {
        let keys: Vec<&str> = first.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
        table::is_turn(&keys)
    })
}

/// Adds JSON lines that begin at a byte of the archive as one list; adds nothing and says false if they are none.
fn push_lines(into: &mut Vec<u8>, text: &str, offset: u64) -> bool {
    let before = into.len();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut open = b'[';
    for line in lines {
        into.push(open);
        open = b',';
        let place = line.as_ptr() as usize - text.as_ptr() as usize;
        if push_json(into, line, offset + place as u64).is_err() {
            into.truncate(before);
            return false;
        }
    }
    into.push(b']');
    open == b',' || {
        into.truncate(before);
        false
    }
}

/// Adds a JSON text that begins at a byte of the archive, repaired and with addresses in place of pictures in base64;
/// adds nothing and says why if it is none.
fn push_json(into: &mut Vec<u8>, text: &str, offset: u64) -> Result<(), String> {
    let marked = text.len();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let offset = offset + (marked - text.len()) as u64;
    let value = json::parse(text.as_bytes(), Origin::File(offset))
        .map_err(|error| format!("{}, at byte {}", error.message, error.offset))?;
    if value.depth() > DEEPEST {
        return Err(format!("it is nested deeper than {DEEPEST}"));
    }
    value.write_stored(into);
    Ok(())
}

/// Bytes read at once.
const CHUNK: usize = 256 << 10;

/// Ends of names that are pictures even if their bytes are not: such a picture is broken, and shown so.
const PICTURES: [&str; 9] = ["jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "avif"];

/// What a member holds.
#[derive(Debug)]
enum Payload {
    /// A picture.
    Image(EmbeddedImage),
    /// Text.
    Text(String),
    /// Other bytes, with their BLAKE3.
    Binary([u8; 32]),
    /// Text that is longer than allowed.
    TooLong,
}

/// Reads members; keeps one buffer for all of them.
struct Payloads {
    buffer: Vec<u8>,
}

impl Payloads {
    fn new() -> Self {
        Self { buffer: vec![0; CHUNK] }
    }

    /// Reads a member whose name ends with `kind`; of text at most `limit` bytes.
    fn read(
        &mut self,
        bytes: &mut Unpacked<'_>,
        member: &TarMember,
        kind: &str,
        limit: usize,
    ) -> io::Result<Payload> {
        let end = member.data + member.size;
        let filled = self.chunk(bytes, member.data, end)?;
        let head = &self.buffer[..filled];
        if Format::of(head).is_some() || PICTURES.contains(&kind) {
            return self.picture(bytes, member).map(Payload::Image);
        }
        self.text_or_bytes(bytes, member.data, end, limit)
    }

    fn text_or_bytes(
        &mut self,
        bytes: &mut Unpacked<'_>,
        begin: u64,
        end: u64,
        limit: usize,
    ) -> io::Result<Payload> {
        // The member is there to its end, so no more is reserved than the file has.
        let mut text = Vec::with_capacity(limit.min((end - begin) as usize));
        let (mut at, mut checked, mut is_text) = (begin, 0, true);
        while is_text && at < end {
            let filled = self.chunk(bytes, at, end)?;
            at += filled as u64;
            if text.len() + filled > limit {
                return Ok(Payload::TooLong);
            }
            text.extend_from_slice(&self.buffer[..filled]);
            match still_text(&text[checked..]) {
                Some(valid) => checked += valid,
                None => is_text = false,
            }
        }
        if !is_text || checked < text.len() || !is_readable(&text) {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&text);
            return self.hash(bytes, hasher, at, end).map(Payload::Binary);
        }
        let text = String::from_utf8(text).expect("every part of the text has been checked");
        Ok(Payload::Text(text))
    }

    fn picture(&mut self, bytes: &mut Unpacked<'_>, member: &TarMember) -> io::Result<EmbeddedImage> {
        let (mut at, end) = (member.data, member.data + member.size);
        let mut scan = PictureScan::new();
        while at < end {
            let filled = self.chunk(bytes, at, end)?;
            scan.push(&self.buffer[..filled]);
            at += filled as u64;
        }
        let encoding = ImageEncoding::Raw;
        Ok(scan.finish(ImageAt::Range { offset: member.data, length: member.size, encoding }))
    }

    fn hash(
        &mut self,
        bytes: &mut Unpacked<'_>,
        mut hasher: blake3::Hasher,
        mut at: u64,
        end: u64,
    ) -> io::Result<[u8; 32]> {
        while at < end {
            let filled = self.chunk(bytes, at, end)?;
            hasher.update(&self.buffer[..filled]);
            at += filled as u64;
        }
        Ok(*hasher.finalize().as_bytes())
    }

    /// Reads on at a place, not beyond `end`; none only there.
    fn chunk(&mut self, bytes: &mut Unpacked<'_>, at: u64, end: u64) -> io::Result<usize> {
        let wanted = self.buffer.len().min((end - at) as usize);
        let filled = bytes.read_at(&mut self.buffer[..wanted], at)?;
        if filled == 0 && wanted > 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file has become shorter"));
        }
        Ok(filled)
    }
}

/// How many bytes are UTF-8 for sure; none if a byte cannot be of a text, whatever follows.
fn still_text(text: &[u8]) -> Option<usize> {
    match std::str::from_utf8(text) {
        _ if memchr(0, text).is_some() => None,
        Ok(_) => Some(text.len()),
        Err(error) if error.error_len().is_none() => Some(error.valid_up_to()),
        Err(_) => None,
    }
}

/// Whether text is for people to read: at most one byte in 32 is a control character.
fn is_readable(text: &[u8]) -> bool {
    let controls = text.iter().filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()).count();
    controls <= text.len() / 32
}

#[cfg(test)]
mod tests;
