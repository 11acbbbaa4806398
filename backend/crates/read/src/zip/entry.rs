//! One entry of a zip archive's directory.

use super::names::{self, Names};
use super::{FIXED, ZipMember, u16_at, u32_at, u64_at};

/// Extra fields: sizes that do not fit, and Info-ZIP's name in UTF-8.
const ZIP64: u16 = 0x0001;
const UNICODE_PATH: u16 = 0x7075;

/// Flags: encrypted, strongly encrypted.
const ENCRYPTED: u16 = 1 | 1 << 6;

/// Systems on which folders are separated by backslashes: FAT, NTFS, VFAT.
const BACKSLASH_SYSTEMS: [u8; 3] = [0, 10, 14];
const UNIX: u8 = 3;

/// What an entry is.
pub(super) enum Found {
    /// A file that can be read.
    File {
        /// As written, with slashes; several where its letters can be read in several ways.
        paths: Vec<String>,
        /// Whether that is so.
        are_guesses: bool,
        /// Where it is, before the directory's shift; its path is left empty.
        member: ZipMember,
    },
    /// Something else.
    LeftOut(LeftOut),
}

/// Why an entry is no file that can be read.
pub(super) enum LeftOut {
    Encrypted,
    /// Packed by this method.
    Method(u16),
    /// A folder or a link.
    NoFile,
}

/// Reads an entry: its fixed fields, and its name, extra fields and comment, which are `rest`.
pub(super) fn parse(fixed: &[u8; FIXED], rest: &[u8]) -> Found {
    let (system, flags, method) = (fixed[5], u16_at(fixed, 8), u16_at(fixed, 10));
    let (name, rest) = rest.split_at(usize::from(u16_at(fixed, 28)));
    let extra = &rest[..usize::from(u16_at(fixed, 30))];
    let is_link = system == UNIX && u32_at(fixed, 38) >> 28 == 0o12;
    let Names { names, are_guesses } = names::read(flags, name, extra_field(extra, UNICODE_PATH));
    let paths: Vec<String> = names.into_iter().map(|name| with_slashes(system, name)).collect();
    if is_link || paths[0].ends_with('/') {
        return Found::LeftOut(LeftOut::NoFile);
    }
    if flags & ENCRYPTED != 0 {
        return Found::LeftOut(LeftOut::Encrypted);
    }
    if !matches!(method, 0 | 8) {
        return Found::LeftOut(LeftOut::Method(method));
    }
    let [size, stored, offset] = large_fields([24, 20, 42].map(|place| u32_at(fixed, place)), extra);
    let (crc, is_deflated) = (u32_at(fixed, 16), method == 8);
    let member = ZipMember { path: String::new(), offset, stored, size, crc, is_deflated };
    Found::File { paths, are_guesses, member }
}

/// The fields, each replaced by the next number of the zip64 extra field where it is full.
fn large_fields(fields: [u32; 3], extra: &[u8]) -> [u64; 3] {
    let mut numbers = extra_field(extra, ZIP64).unwrap_or_default().chunks_exact(8);
    fields.map(|field| match field {
        u32::MAX => numbers.next().map_or(u64::from(field), |number| u64_at(number, 0)),
        _ => field.into(),
    })
}

/// The contents of the first extra field with an id.
fn extra_field(mut extra: &[u8], wanted: u16) -> Option<&[u8]> {
    while extra.len() >= 4 {
        let (id, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let (contents, rest) = extra[4..].split_at_checked(length)?;
        if id == wanted {
            return Some(contents);
        }
        extra = rest;
    }
    None
}

/// The name with slashes between its folders.
fn with_slashes(system: u8, name: String) -> String {
    if BACKSLASH_SYSTEMS.contains(&system) && !name.contains('/') {
        return name.replace('\\', "/");
    }
    name
}
