//! Zip archives, by their central directory (APPNOTE 6.3.10), read as a stream.

mod end;
mod entry;
mod names;

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
            Found::File { paths, are_guesses, mut place } => {
                seen.guessed_names += u64::from(are_guesses);
                place.offset = place.offset.saturating_add(directory.shift);
                for path in paths.iter().filter_map(|path| unpacked(path)) {
                    if visit(Entry { path: &path, place }).is_break() {
                        return Ok(None);
                    }
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
    /// Files whose names are not UTF-8.
    guessed_names: u64,
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
            let (s, are) = number(self.encrypted);
            troubles.push(format!("{} encrypted file{s} {are} left out", self.encrypted));
        }
        if let Some((method, files)) = self.packed {
            let (s, are) = number(files);
            let method = method_name(method);
            troubles.push(format!("{files} file{s} packed by {method}, which is not read, {are} left out"));
        }
        if self.guessed_names > 0 {
            let (s, are) = number(self.guessed_names);
            troubles.push(format!(
                "{} name{s} {are} not UTF-8 and found as the code pages 437, Shift JIS, GBK, EUC-KR, Big5, 1251 and 1252 \
                 read them",
                self.guessed_names
            ));
        }
        (!troubles.is_empty()).then(|| troubles.join("; "))
    }
}

/// The endings of words about so many.
fn number(count: u64) -> (&'static str, &'static str) {
    if count == 1 { ("", "is") } else { ("s", "are") }
}

/// What people call a method (APPNOTE 6.3.10, 4.4.5).
fn method_name(method: u16) -> String {
    let name = match method {
        1 => "shrinking",
        2..=5 => "reducing",
        6 => "imploding",
        9 => "deflate64",
        12 => "bzip2",
        14 => "LZMA",
        93 => "zstd",
        95 => "XZ",
        98 => "PPMd",
        99 => "AES encryption",
        _ => return format!("method {method}"),
    };
    format!("{name} (method {method})")
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
