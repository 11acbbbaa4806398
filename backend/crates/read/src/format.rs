//! The picture formats that can be shown, told by their first bytes: the one table of signatures.

use std::fmt;

/// A picture format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG, baseline or progressive.
    Jpeg,
    /// PNG; an animated one counts as its still picture.
    Png,
    /// GIF; the first frame is what is shown small.
    Gif,
    /// WebP, lossy or lossless; the first frame is what is shown small.
    WebP,
    /// Windows bitmap.
    Bmp,
    /// TIFF; the first page is what is shown small.
    Tiff,
}

impl Format {
    /// Bytes of a file's start that [`of`](Self::of) looks at.
    pub const HEAD: usize = 18;

    /// The format of bytes that begin with `head`, or `None`. Fewer bytes than [`HEAD`](Self::HEAD) tell all but BMP.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            // Two letters are little: the reserved bytes are zero, and the next header is 12 to 124 bytes long.
            [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, _, _, 12..=124, 0, 0, 0, ..] => Some(Self::Bmp),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Self::Tiff),
            _ => None,
        }
    }

    /// All of them.
    pub const ALL: [Self; 6] = [Self::Jpeg, Self::Png, Self::Gif, Self::WebP, Self::Bmp, Self::Tiff];

    /// The format of a [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// What people call it, such as `JPEG`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Gif => "GIF",
            Self::WebP => "WebP",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
        }
    }

    /// Its media type, such as `image/jpeg`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Gif => "image/gif",
            Self::WebP => "image/webp",
            Self::Bmp => "image/bmp",
            Self::Tiff => "image/tiff",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_their_first_bytes() {
        let bitmap = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0";
        let pictures: [&[u8]; 7] = [
            b"\xff\xd8\xff\xe0",
            b"\x89PNG\r\n\x1a\n",
            b"GIF89a",
            b"RIFF\0\0\0\0WEBPVP8 ",
            bitmap,
            b"II*\0",
            b"MM\0*",
        ];
        for picture in pictures {
            assert!(Format::of(picture).is_some(), "{picture:?}");
        }
        let others: [&[u8]; 6] =
            [b"", b"BMW is a maker of cars", b"RIFF\0\0\0\0WAVE", b"II. Chapter", b"GIFs", b"\xff\xd8"];
        for other in others {
            assert_eq!(Format::of(other), None, "{other:?}");
        }
    }
}
