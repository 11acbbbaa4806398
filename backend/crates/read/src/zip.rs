//! The members of a zip archive, by its central directory (APPNOTE 6.3.10), which is read as a stream.

mod end;
mod entry;
mod names;

use crate::File;
use crate::safe_relative;
use end::Directory;
use entry::{Found, LeftOut};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

/// Bytes of the directory read at once.
const CHUNK: usize = 256 << 10;

/// Bytes of a directory entry before its name.
const FIXED: usize = 46;

/// A file in a zip archive that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZipMember {
    /// Its path as it would be unpacked: relative, with slashes.
    pub path: String,
    /// Where its local header begins.
    pub offset: u64,
    /// Bytes in the archive.
    pub stored: u64,
    /// Bytes after unpacking.
    pub size: u64,
    /// CRC-32 of the unpacked bytes.
    pub crc: u32,
    /// Whether it is deflated, or else stored as it is.
    pub is_deflated: bool,
}

/// Why the members of a zip archive cannot be listed.
#[derive(Debug, thiserror::Error)]
pub enum ZipError {
    /// The system failed to read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Its directory makes no sense.
    #[error("{reason} (byte {offset})")]
    Damaged {
        /// Where it is.
        offset: u64,
        /// What is wrong.
        reason: &'static str,
    },
}

/// Tells of every file in a zip archive, until `visit` ends it. The answer is what is wrong with the archive although
/// files were found.
///
/// Links and encrypted files are left out, and paths that climb. A file whose name can be read in several ways is told
/// of by each of them.
pub fn scan_zip(
    file: &File,
    visit: &mut dyn FnMut(&ZipMember) -> ControlFlow<()>,
) -> Result<Option<String>, ZipError> {
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
            Found::File { paths, are_guesses, mut member } => {
                seen.guessed_names += u64::from(are_guesses);
                member.offset = member.offset.saturating_add(directory.shift);
                for path in paths.iter().filter_map(|path| unpacked_path(path)) {
                    member.path = path;
                    if visit(&member).is_break() {
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

/// The path that a member of an archive gets when it is unpacked, relative and without `.` segments; `None` for one that
/// climbs, has a NUL, or names nothing. As in tar and unzip, slashes at the start are dropped.
pub fn unpacked_path(written: &str) -> Option<String> {
    safe_relative(written.trim_start_matches('/'))
}

fn read_entry(
    reading: &mut impl Read,
    at: u64,
    fixed: &mut [u8; FIXED],
    rest: &mut Vec<u8>,
) -> Result<(), ZipError> {
    let damaged = |reason| ZipError::Damaged { offset: at, reason };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_the_same_and_never_climb() {
        for written in ["a/1.jpg", "./a/1.jpg", "/a//1.jpg", "a/./1.jpg"] {
            assert_eq!(unpacked_path(written).as_deref(), Some("a/1.jpg"));
        }
        for bad in ["../a", "a/../b", "..", "", "./", "a\0b"] {
            assert_eq!(unpacked_path(bad), None, "{bad:?}");
        }
    }
}
