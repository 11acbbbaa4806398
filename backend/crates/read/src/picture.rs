//! Image header parsing: a picture's format, size, and whether it is complete, without decoding it.
//!
//! Each reader looks at pictures once while it reads, so that a page of results reads no picture; so does the library
//! of pictures in folders and archives. [`PictureScan`] takes the bytes of a picture as they go by; [`look_at_picture`]
//! reads the header and the end of one that can be read anywhere, a few kilobytes of it.

mod foreign;
mod formats;
mod walk;

pub use foreign::{Foreign, begins_with};
pub use walk::PictureScan;

use formats::{Directory, first_directory};
use memchr::memmem;
use std::{fmt, io};
use walk::Walk;

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

/// Why a picture cannot be shown, or not as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// There are no bytes.
    Empty,
    /// They are of something else, or of a format that is not shown.
    Foreign(Foreign),
    /// They end within the header.
    HeaderCut,
    /// The header makes no sense.
    Header,
    /// They end before the picture does.
    Cut,
}

impl Flaw {
    /// Those that are not about what the bytes are instead.
    const OWN: [Self; 4] = [Self::Empty, Self::HeaderCut, Self::Header, Self::Cut];

    /// Whether training stops at the picture; false for formats that the usual libraries open and this build does not.
    pub fn is_fatal(self) -> bool {
        !matches!(self, Self::Foreign(foreign) if foreign.is_picture())
    }

    /// What is wrong, in words for the reader, with a picture that begins like one of `format`.
    pub fn reason(self, format: Option<Format>) -> String {
        let format = format.map_or("picture", Format::name);
        match self {
            Self::Empty => "0 bytes".to_owned(),
            Self::Foreign(foreign) => foreign.text().to_owned(),
            Self::HeaderCut => format!("cut short: it ends within the {format} header"),
            Self::Header => format!("damaged: the {format} header makes no sense"),
            Self::Cut => format!("cut short: the bytes end before the {format} picture does"),
        }
    }

    /// The name in stored addresses.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Foreign(foreign) => foreign.name(),
            Self::HeaderCut => "header_cut",
            Self::Header => "header",
            Self::Cut => "cut",
        }
    }

    /// The flaw of a [`name`](Self::name).
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let own = Self::OWN.into_iter().find(|flaw| flaw.name() == name);
        own.or_else(|| Foreign::from_name(name).map(Self::Foreign))
    }
}

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
                walk.found.is_complete = true;
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
    fn foreign(head: &[u8]) -> Self {
        let head = &head[..head.len().min(Foreign::HEAD)];
        let flaw = if head.is_empty() { Flaw::Empty } else { Flaw::Foreign(Foreign::of(head)) };
        Self { facts: PictureFacts { flaw: Some(flaw), ..PictureFacts::default() }, ..Self::default() }
    }

    /// Of a picture of so many bytes, all of which that matter were walked through.
    fn of_walk(format: Format, walk: &Walk, bytes: u64) -> Self {
        let Found { size, orientation, has_scans, components, is_complete, least_bytes } = walk.found;
        let is_complete = least_bytes.map_or(is_complete, |least| bytes >= least);
        let flaw = match size {
            _ if walk.is_nonsense => Some(Flaw::Header),
            None => Some(Flaw::HeaderCut),
            Some(_) => (!is_complete).then_some(Flaw::Cut),
        };
        let size = size.unwrap_or_default();
        Self { has_scans, components, ..Self::of_size(format, size, orientation, flaw) }
    }

    /// Of a TIFF of so many bytes.
    fn of_tiff(directory: Option<Directory>, bytes: u64) -> Self {
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

/// What a parser wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// To pass over so many bytes, and then to be given so many at once.
    Take(u64, usize),
    /// Nothing but to know whether these bytes follow somewhere: they end the picture.
    Find(&'static [u8]),
    /// Nothing more.
    Done,
}

/// What has been found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Found {
    /// Width and height in pixels as stored, once the header was read.
    size: Option<(u32, u32)>,
    /// How the stored picture is to be turned, 1 to 8 as in EXIF; 0 where nothing says so.
    orientation: u8,
    /// Whether a JPEG comes in several scans.
    has_scans: bool,
    /// Colour components of a JPEG.
    components: u8,
    /// Whether the end of the picture was seen.
    is_complete: bool,
    /// Bytes that the picture has at least, where its header says so in place of a mark at its end.
    least_bytes: Option<u64>,
}

/// The header makes no sense.
#[derive(Debug, PartialEq, Eq)]
struct Nonsense;

/// Ends of names of pictures.
pub(crate) const PICTURES: [&str; 13] =
    ["jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp", "bmp", "tif", "tiff", "avif", "heic", "jxl"];

/// Whether a file's name is that of a picture.
pub fn is_picture_name(name: &str) -> bool {
    PICTURES.contains(&extension(name).as_str())
}

/// What stands behind the last dot of a name, in lower case; empty without one.
pub(crate) fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
