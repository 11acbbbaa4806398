//! `WebDataset` shards: tar archives in which consecutive files of one name, extensions aside, are one record.
//!
//! A file's key is its path up to the first dot of its base name, and what stands behind that dot, in lower case, is
//! the name of the value it holds in the record (as the `WebDataset` library does it). So `a/1.jpg`, `a/1.seg.PNG` and
//! `a/1.json` make `{"__key__":"a/1","jpg":…,"seg.png":…,"json":…}`.

mod extension;
mod header;
mod members;
mod payload;
mod record;

pub use members::{TarError, TarMembers};

use super::split::{Limits, Output, Stop};
use crate::unpacked::Unpacked;
use header::{BLOCK, Header};
use members::TarMember;
use payload::{Payload, Payloads};
use record::{Record, last_part};

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

#[cfg(test)]
mod tests;
