//! The driver of the header parsers, whether a picture's bytes go by in pieces or can be read anywhere.
//!
//! A format's parser says which bytes it wants next; the walk collects them, passes over what nobody wants, and lets
//! the caller jump over it where that saves reading.

use super::formats::{Bmp, Gif, Jpeg, Png, WebP, copy, first_directory};
use super::{Foreign, Found, Next, PictureFacts, PictureLook};
use crate::{EmbeddedImage, Format, ImageAt};
use memchr::memmem;

/// Bytes of profiles, previews and notes around pixels, and of a pixel that does not pack at all, at most.
const AROUND_PIXELS: u64 = 64 << 20;
const BYTES_PER_PIXEL: u64 = 16;

enum Parser {
    Jpeg(Jpeg),
    Png(Png),
    Gif(Gif),
    WebP(WebP),
    Bmp(Bmp),
}

/// A walk through a picture.
pub(super) struct Walk {
    parser: Parser,
    next: Next,
    /// What was collected of the bytes that the parser wants at once; the last ones while a mark is looked for.
    buffer: Vec<u8>,
    /// What has been found out so far.
    pub(super) found: Found,
    /// Whether the header makes no sense.
    pub(super) is_nonsense: bool,
}

impl Walk {
    /// Begins at the first byte of a picture; none for a format whose header is not in one piece.
    pub(super) fn new(format: Format) -> Option<Self> {
        let parser = match format {
            Format::Jpeg => Parser::Jpeg(Jpeg::default()),
            Format::Png => Parser::Png(Png::default()),
            Format::Gif => Parser::Gif(Gif::default()),
            Format::WebP => Parser::WebP(WebP::default()),
            Format::Bmp => Parser::Bmp(Bmp),
            Format::Tiff => return None,
        };
        let mut walk = Self {
            parser,
            next: Next::Take(0, 0),
            buffer: Vec::new(),
            found: Found::default(),
            is_nonsense: false,
        };
        walk.step();
        Some(walk)
    }

    /// Takes the next bytes.
    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            match &mut self.next {
                Next::Done => return,
                Next::Find(mark) => {
                    let mark = *mark;
                    self.find(mark, bytes);
                    return;
                }
                Next::Take(skip, need) => {
                    let passed = (*skip).min(bytes.len() as u64) as usize;
                    *skip -= passed as u64;
                    bytes = &bytes[passed..];
                    let wanted = (*need - self.buffer.len()).min(bytes.len());
                    self.buffer.extend_from_slice(&bytes[..wanted]);
                    bytes = &bytes[wanted..];
                    if *skip == 0 && self.buffer.len() == *need {
                        self.step();
                    }
                }
            }
        }
    }

    /// Bytes that can be jumped over now; the caller goes on behind them.
    pub(super) fn jump(&mut self) -> u64 {
        let Next::Take(skip, need) = self.next else { return 0 };
        self.next = Next::Take(0, need);
        if need == 0 && skip > 0 {
            self.step();
        }
        skip
    }

    /// Whether nothing more can be learned.
    pub(super) fn is_done(&self) -> bool {
        self.next == Next::Done
    }

    /// What stands at the end of a picture that is whole, where nothing else is of interest any more.
    pub(super) fn end_mark(&self) -> Option<&'static [u8]> {
        if let Next::Find(mark) = self.next { Some(mark) } else { None }
    }

    /// Ends the walk, since more has gone by than a picture has: one whose size was not found by now makes no sense, and
    /// whether the rest of another one is there is not known, unless it would be more than the picture can have.
    pub(super) fn give_up(&mut self) {
        self.is_nonsense |= self.found.size.is_none();
        self.found.is_complete |= self.end_mark().is_none();
    }

    /// Bytes by whose number a picture whose pixels have begun ends in any case: no format takes more than so many for a
    /// pixel, and what stands around the pixels is some megabytes.
    pub(super) fn most_bytes(&self) -> Option<u64> {
        self.end_mark()?;
        let (width, height) = self.found.size?;
        Some(AROUND_PIXELS + u64::from(width) * u64::from(height) * BYTES_PER_PIXEL)
    }

    /// Looks for a mark, of which the first bytes may have gone by before.
    fn find(&mut self, mark: &[u8], bytes: &[u8]) {
        let overlap = mark.len() - 1;
        self.buffer.extend_from_slice(&bytes[..bytes.len().min(overlap)]);
        if memmem::find(&self.buffer, mark).is_some() || memmem::find(bytes, mark).is_some() {
            self.found.is_complete = true;
            self.next = Next::Done;
        }
        if bytes.len() > overlap {
            self.buffer.clear();
            self.buffer.extend_from_slice(&bytes[bytes.len() - overlap..]);
        } else {
            self.buffer.drain(..self.buffer.len().saturating_sub(overlap));
        }
    }

    /// Hands the parser what it wanted, until it wants what has not come yet.
    fn step(&mut self) {
        loop {
            let (bytes, found) = (self.buffer.as_slice(), &mut self.found);
            let next = match &mut self.parser {
                Parser::Jpeg(jpeg) => jpeg.step(bytes, found),
                Parser::Png(png) => png.step(bytes, found),
                Parser::Gif(gif) => gif.step(bytes, found),
                Parser::WebP(webp) => webp.step(bytes, found),
                Parser::Bmp(bmp) => bmp.step(bytes, found),
            };
            self.buffer.clear();
            self.is_nonsense = next.is_err();
            self.next = next.unwrap_or(Next::Done);
            if self.next != Next::Take(0, 0) {
                return;
            }
        }
    }
}

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
            Self::Tiff(start) => {
                let wanted = TIFF_MAX.saturating_sub(start.len()).min(bytes.len());
                start.extend_from_slice(&bytes[..wanted]);
            }
        }
    }

    fn facts(self, bytes: u64) -> PictureFacts {
        // What is shorter than a head has not been looked at yet.
        let seen = if let Self::Head(head) = self { Self::of(head) } else { self };
        match seen {
            Self::Head(head) => PictureLook::foreign(&head).facts,
            Self::Walk(format, walk) => PictureLook::of_walk(format, &walk, bytes).facts,
            Self::Tiff(start) if (start.len() as u64) < bytes => {
                PictureFacts { format: Some(Format::Tiff), ..PictureFacts::default() }
            }
            Self::Tiff(start) => {
                let mut read = |at: u64, buffer: &mut [u8]| Ok(copy(&start, at, buffer));
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
