//! What a picture's header says, for those who decode it: format, size, rotation. No pixels.

use blendscope_read::{Flaw, PictureFacts, PictureLook, begins_with, look_at_picture};
use image::metadata::Orientation;

use super::error::ImageError;
use super::format::Format;

/// So many bytes at the beginning show the reader what a file is that is no picture.
pub(crate) const HEAD_BYTES: usize = 64;

/// What a picture's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// The format, told by the bytes.
    pub format: Format,
    /// Width in pixels, after EXIF rotation.
    pub width: u32,
    /// Height in pixels, after EXIF rotation.
    pub height: u32,
    /// How the stored picture is to be turned.
    pub orientation: Orientation,
    /// Whether it is a JPEG that comes in several scans.
    pub has_scans: bool,
    /// Colour components of a JPEG; 0 for other formats.
    pub components: u8,
}

impl Probe {
    /// How many pixels it has.
    pub fn pixels(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// What a look tells of a picture that begins with `head`; an error if there is no size.
    pub fn of(look: &PictureLook, head: &[u8]) -> Result<Self, ImageError> {
        let PictureFacts { format, width, height, flaw } = look.facts;
        match (format, flaw) {
            (Some(format), None | Some(Flaw::Cut)) => {
                let orientation = Orientation::from_exif(look.orientation);
                let orientation = orientation.unwrap_or(Orientation::NoTransforms);
                let PictureLook { has_scans, components, .. } = *look;
                Ok(Self { format, width, height, orientation, has_scans, components })
            }
            (_, Some(Flaw::Empty)) | (None, None) => Err(ImageError::Empty),
            (None, Some(flaw)) => Err(ImageError::NotAPicture(described(flaw, head))),
            (Some(format), Some(flaw)) => Err(ImageError::Header(flaw.reason(Some(format)))),
        }
    }
}

/// What is wrong with a picture that begins with `head`, and its first letters where it is text.
pub fn described(flaw: Flaw, head: &[u8]) -> String {
    let reason = flaw.reason(Format::of(head));
    match begins_with(&head[..head.len().min(HEAD_BYTES)]).filter(|_| matches!(flaw, Flaw::Foreign(_))) {
        Some(text) => format!("{reason}: begins with {text:?}"),
        None => reason,
    }
}

/// Looks at a picture in memory.
pub fn look_at_bytes(bytes: &[u8]) -> PictureLook {
    let look = look_at_picture(bytes.len() as u64, &mut |at, buffer| {
        let rest = usize::try_from(at).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
        let filled = rest.len().min(buffer.len());
        buffer[..filled].copy_from_slice(&rest[..filled]);
        Ok(filled)
    });
    look.expect("reading memory does not fail")
}

/// A size after turning: EXIF orientations 5 to 8 exchange width and height.
pub(crate) fn turned((width, height): (u32, u32), orientation: Orientation) -> (u32, u32) {
    match orientation {
        Orientation::NoTransforms
        | Orientation::FlipHorizontal
        | Orientation::FlipVertical
        | Orientation::Rotate180 => (width, height),
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
    }
}

#[cfg(test)]
mod tests;
