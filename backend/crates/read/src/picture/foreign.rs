//! Tells what stands where a picture should be and is none (a web page, a pointer of Git LFS), or is one of a format
//! that is not shown.

/// Something else than a picture that can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Foreign {
    /// What git keeps in place of a large file that was not fetched.
    LfsPointer,
    /// HTML, as servers send in place of a picture.
    WebPage,
    /// JSON, such as a server's error.
    Json,
    /// XML, such as a bucket's error.
    Xml,
    /// A drawing in SVG.
    Svg,
    /// Text of another kind.
    Text,
    /// A zip archive.
    Zip,
    /// Anything packed by gzip.
    Gzip,
    /// A PDF document.
    Pdf,
    /// A film.
    Video,
    /// Zeros, as downloads leave that reserve their room first.
    Zeros,
    /// Bytes of no known kind.
    Bytes,
    /// A picture in AVIF.
    Avif,
    /// A picture in HEIC.
    Heic,
    /// A picture in JPEG XL.
    JpegXl,
    /// A picture in JPEG 2000.
    Jpeg2000,
    /// A picture of Photoshop.
    Photoshop,
    /// A Windows icon.
    Icon,
    /// A picture in PBM, PGM or PPM.
    Netpbm,
}

/// Each with its name in stored addresses, and what the user reads.
const TABLE: [(Foreign, &str, &str); 19] = [
    (
        Foreign::LfsPointer,
        "lfs_pointer",
        "a Git LFS pointer instead of a picture; run `git lfs pull` where it came from",
    ),
    (Foreign::WebPage, "web_page", "a web page instead of a picture"),
    (Foreign::Json, "json", "JSON instead of a picture"),
    (Foreign::Xml, "xml", "XML instead of a picture"),
    (Foreign::Svg, "svg", "a drawing in SVG, which image libraries do not open as a picture"),
    (Foreign::Text, "text", "text instead of a picture"),
    (Foreign::Zip, "zip", "a zip archive instead of a picture"),
    (Foreign::Gzip, "gzip", "gzip instead of a picture"),
    (Foreign::Pdf, "pdf", "a PDF document instead of a picture"),
    (Foreign::Video, "video", "a video instead of a picture"),
    (Foreign::Zeros, "zeros", "zeros instead of a picture: a download that did not finish"),
    (Foreign::Bytes, "bytes", "no picture of any known format"),
    (Foreign::Avif, "avif", "AVIF: not shown by this build"),
    (Foreign::Heic, "heic", "HEIC: not shown by this build; Pillow opens it with a plug-in only"),
    (Foreign::JpegXl, "jpeg_xl", "JPEG XL: not shown by this build; Pillow opens it with a plug-in only"),
    (Foreign::Jpeg2000, "jpeg_2000", "JPEG 2000: not shown by this build"),
    (Foreign::Photoshop, "photoshop", "a Photoshop picture: not shown by this build"),
    (Foreign::Icon, "icon", "a Windows icon: not shown by this build"),
    (Foreign::Netpbm, "netpbm", "PBM, PGM or PPM: not shown by this build"),
];

impl Foreign {
    /// Bytes of a file's start that [`of`](Self::of) looks at, at most.
    pub(super) const HEAD: usize = 256;

    /// What begins with `head`, which is not empty and not the head of a picture that can be shown.
    pub fn of(head: &[u8]) -> Self {
        Self::by_signature(head).or_else(|| Self::by_text(head)).unwrap_or(Self::Bytes)
    }

    /// What the user reads.
    pub fn text(self) -> &'static str {
        self.row().2
    }

    /// Whether it is a picture all the same, which other programs open.
    pub fn is_picture(self) -> bool {
        self.media_type().is_some()
    }

    /// The media type of one that [is a picture](Self::is_picture).
    pub fn media_type(self) -> Option<&'static str> {
        match self {
            Self::Avif => Some("image/avif"),
            Self::Heic => Some("image/heic"),
            Self::JpegXl => Some("image/jxl"),
            Self::Jpeg2000 => Some("image/jp2"),
            Self::Photoshop => Some("image/vnd.adobe.photoshop"),
            Self::Icon => Some("image/vnd.microsoft.icon"),
            Self::Netpbm => Some("image/x-portable-anymap"),
            _ => None,
        }
    }

    /// A short name, such as `avif`; it is the one in stored addresses.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        TABLE.iter().find(|row| row.1 == name).map(|row| row.0)
    }

    #[cfg(test)]
    pub(super) fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    fn row(self) -> &'static (Self, &'static str, &'static str) {
        TABLE.iter().find(|row| row.0 == self).expect("every kind has its row, as a test says")
    }

    fn by_signature(head: &[u8]) -> Option<Self> {
        match head {
            [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', ..] => Some(Self::Avif),
            [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'm', b'e' | b'i', ..] => Some(Self::Heic),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] | [0x1A, 0x45, 0xDF, 0xA3, ..] => Some(Self::Video),
            [0xFF, 0x0A, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Some(Self::JpegXl),
            [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] | [0xFF, 0x4F, 0xFF, 0x51, ..] => Some(Self::Jpeg2000),
            [b'8', b'B', b'P', b'S', ..] => Some(Self::Photoshop),
            [0, 0, 1, 0, 1..=64, 0, ..] => Some(Self::Icon),
            [b'P', b'1'..=b'6', b' ' | b'\n' | b'\r' | b'\t', ..] => Some(Self::Netpbm),
            [b'%', b'P', b'D', b'F', ..] => Some(Self::Pdf),
            [b'P', b'K', 3, 4, ..] => Some(Self::Zip),
            [0x1F, 0x8B, ..] => Some(Self::Gzip),
            _ if head.iter().all(|byte| *byte == 0) => Some(Self::Zeros),
            _ => None,
        }
    }

    fn by_text(head: &[u8]) -> Option<Self> {
        let text = text(head)?.to_ascii_lowercase();
        let begins = |tags: &[&str]| tags.iter().any(|tag| text.starts_with(tag));
        Some(if begins(&["version https://git-lfs"]) {
            Self::LfsPointer
        } else if begins(&["<svg"]) || begins(&["<?xml", "<!doctype svg"]) && text.contains("<svg") {
            Self::Svg
        } else if begins(&["<?xml"]) {
            Self::Xml
        } else if begins(&["<!doctype", "<html", "<head", "<body", "<!--", "<script", "<meta", "<title"]) {
            Self::WebPage
        } else if begins(&["{", "["]) {
            Self::Json
        } else {
            Self::Text
        })
    }
}

/// The first forty characters of what is text, to show what it is.
pub fn begins_with(head: &[u8]) -> Option<String> {
    Some(text(&head[..head.len().min(Foreign::HEAD)])?.chars().take(40).collect())
}

/// The bytes as text, without what is white around it; none if they are not text or only white.
fn text(head: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character cut at the end of the head is still text.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_text = !text.chars().any(|c| c.is_control() && !c.is_whitespace());
    let text = text.trim_start_matches('\u{feff}').trim();
    (is_text && !text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_known_by_its_first_bytes() {
        for (head, kind) in [
            (&b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a"[..], Foreign::LfsPointer),
            (b"\n\n  <!DOCTYPE html><html><head>", Foreign::WebPage),
            (b"\xef\xbb\xbf<HTML>", Foreign::WebPage),
            (b"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>", Foreign::Xml),
            (b"<?xml version=\"1.0\"?>\n<svg width=\"3\">", Foreign::Svg),
            (b"{\"error\": 404}", Foreign::Json),
            (b"../images/1.jpg", Foreign::Text),
            (b"\0\0\0\x1cftypavif\0\0\0\0", Foreign::Avif),
            (b"\0\0\0\x18ftypheic\0\0\0\0", Foreign::Heic),
            (b"\0\0\0\x18ftypmp42\0\0\0\0", Foreign::Video),
            (b"\0\0\0\0\0\0\0\0", Foreign::Zeros),
            (b"P6\n3 2\n255\n", Foreign::Netpbm),
            (b"\0\x01\x02\xfe\xff", Foreign::Bytes),
            (b"  \n ", Foreign::Bytes),
        ] {
            assert_eq!(Foreign::of(head), kind, "{head:?}");
        }
    }

    #[test]
    fn a_character_cut_in_half_is_still_text() {
        let cut = &"見つかりません".as_bytes()[..10];
        assert_eq!(begins_with(cut).as_deref(), Some("見つか"));
        assert_eq!(begins_with(b"\xff\0"), None);
    }
}
