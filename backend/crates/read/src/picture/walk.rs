//! Going through the parts of a picture in order, whether its bytes go by or can be read anywhere.
//!
//! A format's parser says which bytes it wants next; the walk collects them, passes over what nobody wants, and lets the
//! caller jump over it where that saves reading.

use super::bmp::Bmp;
use super::gif::Gif;
use super::jpeg::Jpeg;
use super::png::Png;
use super::webp::WebP;
use crate::Format;
use memchr::memmem;

/// Bytes of profiles, previews and notes around pixels, and of a pixel that does not pack at all, at most.
const AROUND_PIXELS: u64 = 64 << 20;
const BYTES_PER_PIXEL: u64 = 16;

/// What a parser wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// To pass over so many bytes, and then to be given so many at once.
    Take(u64, usize),
    /// Nothing but to know whether these bytes follow somewhere: they end the picture.
    Find(&'static [u8]),
    /// Nothing more.
    Done,
}

/// What has been found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Width and height in pixels as stored, once the header has told.
    pub(super) size: Option<(u32, u32)>,
    /// How the stored picture is to be turned, 1 to 8 as in EXIF; 0 where nothing says so.
    pub(super) orientation: u8,
    /// Whether a JPEG comes in several scans.
    pub(super) has_scans: bool,
    /// Colour components of a JPEG.
    pub(super) components: u8,
    /// Whether the end of the picture was seen.
    pub(super) is_whole: bool,
    /// Bytes that the picture has at least, where its header says so in place of a mark at its end.
    pub(super) least_bytes: Option<u64>,
}

/// The header makes no sense.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Nonsense;

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
        self.found.is_whole |= self.end_mark().is_none();
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
        let kept = mark.len() - 1;
        self.buffer.extend_from_slice(&bytes[..bytes.len().min(kept)]);
        if memmem::find(&self.buffer, mark).is_some() || memmem::find(bytes, mark).is_some() {
            self.found.is_whole = true;
            self.next = Next::Done;
        }
        if bytes.len() > kept {
            self.buffer.clear();
            self.buffer.extend_from_slice(&bytes[bytes.len() - kept..]);
        } else {
            self.buffer.drain(..self.buffer.len().saturating_sub(kept));
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
