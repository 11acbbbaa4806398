//! What is known of a picture inside an annotation file once its bytes went by: each reader looks at a picture once,
//! while it reads, so that a page of results reads none.

use crate::{EmbeddedImage, Format, ImageAt};

/// What the bytes of a picture say about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PictureFacts {
    /// What it is; none when it is no picture.
    pub format: Option<Format>,
    /// Width in pixels after EXIF rotation; 0 where the header does not tell.
    pub width: u32,
    /// Height in pixels after EXIF rotation; 0 where the header does not tell.
    pub height: u32,
}

/// Looks at a picture while its bytes go by, in pieces of any size.
#[derive(Debug, Default)]
pub struct PictureScan {
    hasher: blake3::Hasher,
    bytes: u64,
    head: Vec<u8>,
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
        let wanted = Format::HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..wanted]);
    }

    /// The picture, whose stored form is at `at`.
    pub fn finish(self, at: ImageAt) -> EmbeddedImage {
        let facts = PictureFacts { format: Format::of(&self.head), ..PictureFacts::default() };
        EmbeddedImage { hash: *self.hasher.finalize().as_bytes(), bytes: self.bytes, facts, at }
    }

    /// The picture of these bytes, whose stored form is at `at`.
    pub fn of(bytes: &[u8], at: ImageAt) -> EmbeddedImage {
        let mut scan = Self::new();
        scan.push(bytes);
        scan.finish(at)
    }
}
