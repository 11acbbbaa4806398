//! Zip archives, by their central directory (APPNOTE 6.3.10), read as a stream.

mod end;
mod entry;

use super::error::ArchiveError;
use super::folders::unpacked;
use super::scan::{Entry, Visit};
use end::Directory;
use entry::{Found, LeftOut};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

/// Bytes of the directory read at once.
const CHUNK: usize = 256 << 10;

/// Bytes of a directory entry before its name.
const FIXED: usize = 46;

/// Tells of every file in a zip archive; see [`scan`](super::scan::scan).
pub(super) fn scan(file: &File, visit: &mut Visit<'_>) -> Result<Option<String>, ArchiveError> {
    let directory = end::find(file)?;
    let mut reading = file;
    reading.seek(SeekFrom::Start(directory.begin))?;
    let mut reading = BufReader::with_capacity(CHUNK, reading);
    let (mut fixed, mut rest) = ([0; FIXED], Vec::new());
    let mut seen = Seen::default();
    let mut at = directory.begin;
    while at < directory.begin + directory.bytes {
        read_entry(&mut reading, at, &mut fixed, &mut rest)?;
        at += (FIXED + rest.len()) as u64;
        seen.entries += 1;
        match entry::parse(&fixed, &rest) {
            Found::File { path, mut place } => {
                let Some(path) = unpacked(&path) else { continue };
                place.offset = place.offset.saturating_add(directory.shift);
                if visit(Entry { path: &path, place }).is_break() {
                    return Ok(None);
                }
            }
            Found::LeftOut(LeftOut::Encrypted) => seen.encrypted += 1,
            Found::LeftOut(LeftOut::Method(method)) => seen.packed = Some((method, seen.packed_files() + 1)),
            Found::LeftOut(LeftOut::NoFile) => {}
        }
    }
    Ok(seen.trouble(&directory))
}

fn read_entry(
    reading: &mut impl Read,
    at: u64,
    fixed: &mut [u8; FIXED],
    rest: &mut Vec<u8>,
) -> Result<(), ArchiveError> {
    let damaged = |reason| ArchiveError::Damaged { offset: at, reason };
    let cut = |_| damaged("the zip archive's directory is cut short: fetch it again");
    reading.read_exact(fixed).map_err(cut)?;
    if !fixed.starts_with(b"PK\x01\x02") {
        return Err(damaged("the zip archive's directory is damaged: fetch it again"));
    }
    let lengths = [28, 30, 32].map(|place| usize::from(u16_at(fixed, place)));
    rest.resize(lengths.iter().sum(), 0);
    reading.read_exact(rest).map_err(cut)
}

/// What was seen on the way.
#[derive(Default)]
struct Seen {
    entries: u64,
    encrypted: u64,
    /// A method that is not read, and how many files are packed by such.
    packed: Option<(u16, u64)>,
}

impl Seen {
    fn packed_files(&self) -> u64 {
        self.packed.map_or(0, |(_, files)| files)
    }

    fn trouble(&self, directory: &Directory) -> Option<String> {
        let mut troubles = Vec::new();
        // Without zip64 the number has 16 bits, and some writers let it overflow.
        if self.entries as u16 != directory.entries as u16 {
            let (has, says) = (self.entries, directory.entries);
            troubles.push(format!("the directory has {has} entries and says {says}"));
        }
        if self.encrypted > 0 {
            troubles.push(format!("{} encrypted files are left out", self.encrypted));
        }
        if let Some((method, files)) = self.packed {
            troubles
                .push(format!("{files} files packed by a method that is not read ({method}) are left out"));
        }
        (!troubles.is_empty()).then(|| troubles.join("; "))
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
