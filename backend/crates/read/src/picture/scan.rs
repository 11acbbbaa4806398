//! A look at a picture while its bytes go by, in pieces of any size.

use super::look::PictureLook;
use super::tiff::{copy, first_directory};
use super::walk::Walk;
use super::{Foreign, PictureFacts};
use crate::{EmbeddedImage, Format, ImageAt};

/// Bytes of the largest TIFF whose directory is found: it may lie anywhere, so all of it is kept until then.
const TIFF_MAX: usize = 16 << 20;

/// Looks at a picture while its bytes go by.
pub struct PictureScan {
    hasher: blake3::Hasher,
    bytes: u64,
    seen: Seen,
}

enum Seen {
    /// The first bytes, as long as they do not tell what it is.
    Head(Vec<u8>),
    /// A picture whose parts are walked through.
    Walk(Format, Box<Walk>),
    /// All of a TIFF, as far as it is kept.
    Tiff(Vec<u8>),
}

impl Default for PictureScan {
    fn default() -> Self {
        Self { hasher: blake3::Hasher::new(), bytes: 0, seen: Seen::Head(Vec::new()) }
    }
}

impl PictureScan {
    /// Nothing has gone by.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes of the picture, decoded.
    pub fn push(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        match &mut self.seen {
            Seen::Head(head) => {
                // Everything that tells what it is lies in the head; the rest of this piece follows it.
                let wanted = Foreign::HEAD.saturating_sub(head.len()).min(bytes.len());
                head.extend_from_slice(&bytes[..wanted]);
                if head.len() >= Foreign::HEAD {
                    let head = std::mem::take(head);
                    self.seen = Seen::of(head);
                    self.seen.push(&bytes[wanted..]);
                }
            }
            seen => seen.push(bytes),
        }
    }

    /// The picture, whose stored form is at `at`.
    pub fn finish(self, at: ImageAt) -> EmbeddedImage {
        let facts = self.seen.facts(self.bytes);
        EmbeddedImage { hash: *self.hasher.finalize().as_bytes(), bytes: self.bytes, facts, at }
    }

    /// The picture of these bytes, whose stored form is at `at`.
    pub fn of(bytes: &[u8], at: ImageAt) -> EmbeddedImage {
        let mut scan = Self::new();
        scan.push(bytes);
        scan.finish(at)
    }
}

impl Seen {
    /// What begins with `head`.
    fn of(head: Vec<u8>) -> Self {
        let Some(format) = Format::of(&head) else { return Self::Head(head) };
        match Walk::new(format) {
            Some(mut walk) => {
                walk.push(&head);
                Self::Walk(format, Box::new(walk))
            }
            None => Self::Tiff(head),
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        match self {
            Self::Head(_) => {}
            Self::Walk(_, walk) => walk.push(bytes),
            Self::Tiff(kept) => {
                let wanted = TIFF_MAX.saturating_sub(kept.len()).min(bytes.len());
                kept.extend_from_slice(&bytes[..wanted]);
            }
        }
    }

    fn facts(self, bytes: u64) -> PictureFacts {
        // What is shorter than a head has not been looked at yet.
        let seen = if let Self::Head(head) = self { Self::of(head) } else { self };
        match seen {
            Self::Head(head) => PictureLook::foreign(&head).facts,
            Self::Walk(format, walk) => PictureLook::of_walk(format, &walk, bytes).facts,
            Self::Tiff(kept) if (kept.len() as u64) < bytes => {
                PictureFacts { format: Some(Format::Tiff), ..PictureFacts::default() }
            }
            Self::Tiff(kept) => {
                let mut read = |at: u64, buffer: &mut [u8]| Ok(copy(&kept, at, buffer));
                let directory = first_directory(&mut read).ok().flatten();
                PictureLook::of_tiff(directory, bytes).facts
            }
        }
    }
}

impl std::fmt::Debug for PictureScan {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PictureScan").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}
