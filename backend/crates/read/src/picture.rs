//! What a picture's bytes say about it: format, size, and whether it is whole. Told once by each reader while it reads, so
//! that a page of results reads no picture, and by the library of pictures in folders and archives.
//!
//! Nothing is decoded. [`PictureScan`] takes the bytes of a picture as they go by; [`look_at_picture`] reads the header and the
//! end of one that can be read anywhere, a few kilobytes of it.

mod bmp;
mod exif;
mod flaw;
mod foreign;
mod gif;
mod jpeg;
mod look;
mod png;
mod scan;
mod tiff;
mod walk;
mod webp;

pub use flaw::Flaw;
pub use foreign::{Foreign, begins_with};
pub use look::{PictureLook, ReadAt, look_at_picture};
pub use scan::PictureScan;

use crate::Format;

/// What the bytes of a picture say about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PictureFacts {
    /// What it is; none when it is no picture, or one of a format that is not shown.
    pub format: Option<Format>,
    /// Width in pixels after EXIF rotation; 0 where the header does not tell.
    pub width: u32,
    /// Height in pixels after EXIF rotation; 0 where the header does not tell.
    pub height: u32,
    /// Why it cannot be shown, or not as a whole.
    pub flaw: Option<Flaw>,
}

#[cfg(test)]
mod tests;
