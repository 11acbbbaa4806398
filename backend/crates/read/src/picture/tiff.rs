//! TIFF: the first directory, wherever it lies (TIFF 6.0, section 2).

use super::look::ReadAt;
use std::io;

/// Entries of the longest directory that is read, and numbers of the longest list.
const ENTRIES_MAX: usize = 4096;
const NUMBERS_MAX: usize = 1 << 16;

/// What the first directory says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Directory {
    pub(super) width: u32,
    pub(super) height: u32,
    /// 1 to 8; 0 where it says none.
    pub(super) orientation: u8,
    /// Where the last strip or tile of pixels ends.
    pub(super) end: u64,
}

/// Reads the first directory; none where there is no such.
pub(super) fn first_directory(read: &mut ReadAt<'_>) -> io::Result<Option<Directory>> {
    let mut head = [0; 8];
    if !read_all(read, 0, &mut head)? {
        return Ok(None);
    }
    let is_big = match &head[..4] {
        [b'I', b'I', 42, 0] => false,
        [b'M', b'M', 0, 42] => true,
        _ => return Ok(None),
    };
    let mut tiff = Tiff { read, is_big };
    let at = u64::from(tiff.number(&head[4..]));
    tiff.directory(at)
}

/// Copies from a place of some bytes; the answer is how many were there.
pub(super) fn copy(bytes: &[u8], at: u64, buffer: &mut [u8]) -> usize {
    let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
    let filled = rest.len().min(buffer.len());
    buffer[..filled].copy_from_slice(&rest[..filled]);
    filled
}

/// Fills the buffer; false when there is less.
pub(super) fn read_all(read: &mut ReadAt<'_>, at: u64, buffer: &mut [u8]) -> io::Result<bool> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read(at.saturating_add(filled as u64), &mut buffer[filled..])? {
            0 => return Ok(false),
            some => filled += some,
        }
    }
    Ok(true)
}

struct Tiff<'r, 'd> {
    read: &'r mut ReadAt<'d>,
    is_big: bool,
}

impl Tiff<'_, '_> {
    fn directory(&mut self, at: u64) -> io::Result<Option<Directory>> {
        let mut count = [0; 2];
        if !read_all(self.read, at, &mut count)? {
            return Ok(None);
        }
        // Behind them stands where the next directory is.
        let mut entries = vec![0; usize::from(self.short(&count)).min(ENTRIES_MAX) * 12 + 4];
        if !read_all(self.read, at + 2, &mut entries)? {
            return Ok(None);
        }
        let mut directory = Directory::default();
        let (mut begins, mut lengths) = (Vec::new(), Vec::new());
        for entry in entries.as_chunks::<12>().0 {
            let first = |numbers: Vec<u32>| numbers.first().copied().unwrap_or(0);
            match self.short(entry) {
                256 => directory.width = first(self.numbers(entry)?),
                257 => directory.height = first(self.numbers(entry)?),
                274 => {
                    let orientation = first(self.numbers(entry)?);
                    directory.orientation = if matches!(orientation, 1..=8) { orientation as u8 } else { 0 };
                }
                273 | 324 => begins = self.numbers(entry)?,
                279 | 325 => lengths = self.numbers(entry)?,
                _ => {}
            }
        }
        let ends = begins.iter().zip(&lengths).map(|(begin, length)| u64::from(*begin) + u64::from(*length));
        directory.end = ends.max().unwrap_or(0);
        Ok(Some(directory))
    }

    /// The numbers of an entry: in it when they fit, else where it says.
    fn numbers(&mut self, entry: &[u8; 12]) -> io::Result<Vec<u32>> {
        let size = match self.short(&entry[2..]) {
            3 => 2,
            4 => 4,
            _ => return Ok(Vec::new()),
        };
        let length = (self.number(&entry[4..]) as usize).min(NUMBERS_MAX) * size;
        let mut bytes = entry[8..8 + length.min(4)].to_vec();
        if length > 4 {
            bytes.resize(length, 0);
            let at = self.number(&entry[8..]).into();
            if !read_all(self.read, at, &mut bytes)? {
                return Ok(Vec::new());
            }
        }
        let value = |piece: &[u8]| if size == 2 { self.short(piece).into() } else { self.number(piece) };
        Ok(bytes.chunks_exact(size).map(value).collect())
    }

    fn short(&self, bytes: &[u8]) -> u16 {
        let bytes = [bytes[0], bytes[1]];
        if self.is_big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) }
    }

    fn number(&self, bytes: &[u8]) -> u32 {
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        if self.is_big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }
}
