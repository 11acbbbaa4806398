//! A look at a picture that can be read anywhere: a file, a member of an archive, bytes in memory.

use super::foreign::Foreign;
use super::tiff::{Directory, first_directory};
use super::walk::{Found, Walk};
use super::{Flaw, PictureFacts};
use crate::Format;
use memchr::memmem;
use std::io;

/// Reads into a buffer from a place, perhaps less than it holds, and nothing only at the end.
pub type ReadAt<'r> = dyn FnMut(u64, &mut [u8]) -> io::Result<usize> + 'r;

/// Bytes read at once: first, where nearly every header ends, and then.
const FIRST: usize = 4 << 10;
const PIECE: usize = 64 << 10;

/// Bytes at the end in which its mark is looked for, first and then, before everything is looked through.
const TAILS: [u64; 2] = [512, 64 << 10];

/// Bytes that are read at most where nothing says how many there can be.
const READ_MAX: u64 = 32 << 20;

/// What a look at a picture tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PictureLook {
    /// Format, size and flaw.
    pub facts: PictureFacts,
    /// How the stored picture is to be turned, 1 to 8 as in EXIF.
    pub orientation: u8,
    /// Whether it is a JPEG that comes in several scans.
    pub has_scans: bool,
    /// Colour components of a JPEG; 0 for other formats.
    pub components: u8,
}

/// Looks at the header and the end of a picture of so many bytes. All of it is read only where the end has no mark, and
/// of that no more than a picture of its size can have.
pub fn look_at_picture(bytes: u64, read: &mut ReadAt<'_>) -> io::Result<PictureLook> {
    let mut buffer = vec![0; FIRST];
    let filled = fill(read, 0, &mut buffer)?;
    buffer.truncate(filled);
    let Some(format) = Format::of(&buffer) else { return Ok(PictureLook::foreign(&buffer)) };
    let Some(mut walk) = Walk::new(format) else {
        return Ok(PictureLook::of_tiff(first_directory(read)?, bytes));
    };
    let (mut at, mut has_seen_tail, mut read_bytes) = (filled as u64, false, filled as u64);
    walk.push(&buffer);
    buffer.resize(PIECE, 0);
    while !walk.is_done() {
        let is_enough = match walk.most_bytes() {
            Some(most) => at >= most,
            None => read_bytes >= READ_MAX,
        };
        if is_enough {
            walk.give_up();
            break;
        }
        if let Some(mark) = walk.end_mark().filter(|_| !has_seen_tail) {
            has_seen_tail = true;
            if ends_with(mark, at, bytes, read)? {
                walk.found.is_whole = true;
                break;
            }
        }
        let jumped = walk.jump();
        at = at.saturating_add(jumped);
        // What comes behind something long may be long as well.
        let wanted = if jumped < FIRST as u64 { PIECE } else { FIRST };
        let filled = fill(read, at, &mut buffer[..wanted])?;
        if filled == 0 {
            break;
        }
        walk.push(&buffer[..filled]);
        (at, read_bytes) = (at + filled as u64, read_bytes + filled as u64);
    }
    Ok(PictureLook::of_walk(format, &walk, bytes))
}

/// Whether a mark stands near the end, behind what has been looked through.
fn ends_with(mark: &[u8], from: u64, bytes: u64, read: &mut ReadAt<'_>) -> io::Result<bool> {
    for tail in TAILS {
        // The mark may have begun in what was looked through.
        let begin = bytes.saturating_sub(tail).max(from.saturating_sub(mark.len() as u64 - 1));
        let mut end = vec![0; bytes.saturating_sub(begin).min(tail) as usize];
        let filled = fill(read, begin, &mut end)?;
        if memmem::rfind(&end[..filled], mark).is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Fills the buffer as far as there is something.
fn fill(read: &mut ReadAt<'_>, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read(at + filled as u64, &mut buffer[filled..])? {
            0 => break,
            some => filled += some,
        }
    }
    Ok(filled)
}

impl PictureLook {
    /// Of bytes that are no picture which can be shown.
    pub(super) fn foreign(head: &[u8]) -> Self {
        let head = &head[..head.len().min(Foreign::HEAD)];
        let flaw = if head.is_empty() { Flaw::Empty } else { Flaw::Foreign(Foreign::of(head)) };
        Self { facts: PictureFacts { flaw: Some(flaw), ..PictureFacts::default() }, ..Self::default() }
    }

    /// Of a picture of so many bytes, all of which that matter were walked through.
    pub(super) fn of_walk(format: Format, walk: &Walk, bytes: u64) -> Self {
        let Found { size, orientation, has_scans, components, is_whole, least_bytes } = walk.found;
        let is_whole = least_bytes.map_or(is_whole, |least| bytes >= least);
        let flaw = match size {
            _ if walk.is_nonsense => Some(Flaw::Header),
            None => Some(Flaw::HeaderCut),
            Some(_) => (!is_whole).then_some(Flaw::Cut),
        };
        let size = size.unwrap_or_default();
        Self { has_scans, components, ..Self::of_size(format, size, orientation, flaw) }
    }

    /// Of a TIFF of so many bytes.
    pub(super) fn of_tiff(directory: Option<Directory>, bytes: u64) -> Self {
        let Some(directory) = directory else {
            return Self::of_size(Format::Tiff, (0, 0), 0, Some(Flaw::HeaderCut));
        };
        let size = (directory.width, directory.height);
        let flaw = if size.0 == 0 || size.1 == 0 {
            Some(Flaw::Header)
        } else {
            (directory.end > bytes).then_some(Flaw::Cut)
        };
        Self::of_size(Format::Tiff, size, directory.orientation, flaw)
    }

    /// Of a size as stored.
    fn of_size(format: Format, stored: (u32, u32), orientation: u8, flaw: Option<Flaw>) -> Self {
        let orientation = if matches!(orientation, 1..=8) { orientation } else { 1 };
        // Orientations 5 to 8 exchange width and height.
        let (width, height) = if orientation > 4 { (stored.1, stored.0) } else { stored };
        let facts = PictureFacts { format: Some(format), width, height, flaw };
        Self { facts, orientation, has_scans: false, components: 0 }
    }
}
