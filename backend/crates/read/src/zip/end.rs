//! The end of a zip archive, which says where its directory is.

use super::{ZipError, u16_at, u32_at, u64_at};
use crate::File;
use memchr::memmem;
use std::io;

const END: usize = 22;
const LOCATOR: u64 = 20;
const END64: usize = 56;

/// The longest comment that may follow the end record.
const LONGEST_COMMENT: u64 = 65_535;

/// Where the directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Directory {
    pub(super) begin: u64,
    pub(super) bytes: u64,
    /// Number of entries; only the low 16 bits are sure.
    pub(super) entries: u64,
    /// Bytes before the archive proper, as in one that unpacks itself.
    pub(super) shift: u64,
}

/// The end record's fields.
struct End {
    /// Where the record is: the directory ends here at the latest.
    at: u64,
    entries: u64,
    bytes: u64,
    offset: u64,
}

/// Finds the directory of a zip archive.
pub(super) fn find(file: &File) -> Result<Directory, ZipError> {
    let length = file.metadata()?.len();
    let mut tail = vec![0; length.min(END as u64 + LONGEST_COMMENT) as usize];
    let tail_at = length - tail.len() as u64;
    file.read_exact_at(&mut tail, tail_at)?;
    let Some(place) = find_end(&tail) else {
        let reason = "the end of the zip archive is missing: a download was cut short, fetch it again";
        return Err(ZipError::Damaged { offset: length, reason });
    };
    let (record, at) = (&tail[place..], tail_at + place as u64);
    if !matches!(u16_at(record, 4), 0 | 0xffff) {
        let reason = "one part of a split zip archive: join the parts with `zip -s 0`";
        return Err(ZipError::Damaged { offset: at, reason });
    }
    let end = match end64(file, at)? {
        Some(end) => end,
        None => End {
            at,
            entries: u16_at(record, 10).into(),
            bytes: u32_at(record, 12).into(),
            offset: u32_at(record, 16).into(),
        },
    };
    place_directory(file, &end)
}

/// The last end record whose comment fits behind it.
fn find_end(tail: &[u8]) -> Option<usize> {
    let mut search = tail;
    while let Some(place) = memmem::rfind(search, b"PK\x05\x06") {
        let record = &tail[place..];
        if record.len() >= END && END + usize::from(u16_at(record, 20)) <= record.len() {
            return Some(place);
        }
        search = &tail[..place];
    }
    None
}

/// The fields of the zip64 end record, if there is one before the end record at `at`.
fn end64(file: &File, at: u64) -> io::Result<Option<End>> {
    let Some(locator_at) = at.checked_sub(LOCATOR) else { return Ok(None) };
    let mut locator = [0; LOCATOR as usize];
    file.read_exact_at(&mut locator, locator_at)?;
    if !locator.starts_with(b"PK\x06\x07") {
        return Ok(None);
    }
    // Where the locator says, or right before it when something stands before the archive.
    let places = [Some(u64_at(&locator, 8)), locator_at.checked_sub(END64 as u64)];
    let fits = |place: &u64| place.checked_add(END64 as u64).is_some_and(|end| end <= locator_at);
    for place in places.into_iter().flatten().filter(fits) {
        let mut record = [0; END64];
        file.read_exact_at(&mut record, place)?;
        if record.starts_with(b"PK\x06\x06") {
            let [entries, bytes, offset] = [32, 40, 48].map(|field| u64_at(&record, field));
            return Ok(Some(End { at: place, entries, bytes, offset }));
        }
    }
    Ok(None)
}

fn place_directory(file: &File, end: &End) -> Result<Directory, ZipError> {
    let Some(latest) = end.at.checked_sub(end.bytes) else {
        let reason = "the zip archive's directory is larger than the archive: fetch it again";
        return Err(ZipError::Damaged { offset: end.at, reason });
    };
    let directory = |begin, shift| Directory { begin, bytes: end.bytes, entries: end.entries, shift };
    if end.bytes == 0 {
        return Ok(directory(latest, 0));
    }
    if end.offset <= latest {
        let mut signature = [0; 4];
        file.read_exact_at(&mut signature, end.offset)?;
        let is_here = signature == *b"PK\x01\x02";
        return Ok(if is_here { directory(end.offset, 0) } else { directory(latest, latest - end.offset) });
    }
    let reason = "the zip archive's directory is not where its end says: fetch it again";
    Err(ZipError::Damaged { offset: end.at, reason })
}
