//! One picture's bytes, wherever they are: a file, a member of an archive, or a piece of an annotation file.

use super::LibraryError;
use super::keys::hash_text;
use crate::images::{ImageError, Member, described, head, look_at_bytes, look_at_file, probe};
use blendscope_read::{Checkpoints, Container, EmbeddedImage, Flaw, Foreign, PictureFacts, read_embedded};
use blendscope_shared::image::ImageStatus;
use std::fs::{File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// Bytes of the largest picture that is taken out of an archive or an annotation file.
const BYTES_MAX: u64 = 256 << 20;

/// A picture that is there.
pub(super) enum Picture {
    /// A file of its own.
    File {
        /// Absolute.
        path: PathBuf,
        /// As of now.
        metadata: Metadata,
    },
    /// A member of an archive.
    Member(Member),
    /// Bytes inside an annotation file, which has the size and time that it was indexed with.
    Embedded {
        /// The annotation file, opened.
        file: File,
        /// Absolute path of it.
        path: PathBuf,
        /// What kind of file it is.
        container: Container,
        /// Where unpacking can begin, for packed files.
        checkpoints: Option<Arc<Checkpoints>>,
        /// The address.
        image: EmbeddedImage,
    },
}

/// What is known of a picture's bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// Format and size, as far as they are known.
    pub(super) facts: PictureFacts,
    /// Why it cannot be shown, or not as a whole.
    pub(super) trouble: Option<String>,
    /// Whether training would stop at it.
    pub(super) is_broken: bool,
}

impl Picture {
    /// The file or archive that holds it.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::File { path, .. } | Self::Embedded { path, .. } => path,
            Self::Member(member) => &member.archive,
        }
    }

    /// Number of its bytes.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::File { metadata, .. } => metadata.len(),
            Self::Member(member) => member.size,
            Self::Embedded { image, .. } => image.bytes,
        }
    }

    /// A name for the picture as it is now: 16 hexadecimal digits that change with its bytes.
    pub(super) fn version(&self) -> String {
        let identity = match self {
            Self::File { path, metadata } => {
                let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                format!("{}|{}|{modified:?}", path.display(), metadata.len())
            }
            Self::Member(member) => member.version(),
            Self::Embedded { image, .. } => return hash_text(image.hash)[..16].to_owned(),
        };
        blake3::hash(identity.as_bytes()).to_hex()[..16].to_owned()
    }

    /// What its bytes say: of a file its header and its end, of a member of a zip archive all that it holds, and of an
    /// embedded picture what was noted while its file was read.
    pub(super) fn look(&self) -> Known {
        self.try_look(false).unwrap_or_else(Known::unreadable)
    }

    /// The same, without unpacking all of a large archive bit by bit.
    pub(super) fn glance(&self) -> Known {
        self.try_look(true).unwrap_or_else(Known::unreadable)
    }

    fn try_look(&self, is_brief: bool) -> io::Result<Known> {
        Ok(match self {
            Self::File { path, .. } => {
                let facts = look_at_file(path)?.facts;
                match facts.flaw {
                    Some(Flaw::Foreign(_)) => Known::of(facts, &head(path)?),
                    _ => Known::of(facts, &[]),
                }
            }
            Self::Member(member) if is_brief => Known::of(member.glance(BYTES_MAX)?.facts, &[]),
            Self::Embedded { image, .. } if let Some(known) = Known::while_read(image) => known,
            Self::Member(_) | Self::Embedded { .. } => {
                let bytes = self.read()?;
                Known::of(look_at_bytes(&bytes).facts, &bytes)
            }
        })
    }

    /// An error if it is a file that is no picture: that is not read, however large it is.
    pub(super) fn check(&self) -> Result<(), ImageError> {
        if let Self::File { path, .. } = self {
            probe(path)?;
        }
        Ok(())
    }

    /// All its bytes.
    pub(super) fn read(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::File { path, .. } => std::fs::read(path),
            Self::Member(member) => member.read(BYTES_MAX),
            Self::Embedded { file, container, checkpoints, image, .. } => {
                read_embedded(file, *container, checkpoints.as_deref(), image, BYTES_MAX)
            }
        }
    }
}

impl Known {
    /// Of bytes that begin with `head`, which may be empty.
    fn of(facts: PictureFacts, head: &[u8]) -> Self {
        let trouble = facts.flaw.map(|flaw| match head {
            [] => flaw.reason(facts.format),
            _ => described(flaw, head),
        });
        Self { facts, trouble, is_broken: facts.flaw.is_some_and(Flaw::is_fatal) }
    }

    /// What was noted of an embedded picture while its file was read.
    pub(super) fn while_read(image: &EmbeddedImage) -> Option<Self> {
        (image.facts != PictureFacts::default()).then(|| Self::of(image.facts, &[]))
    }

    fn unreadable(error: io::Error) -> Self {
        let trouble = Some(ImageError::from(error).to_string());
        Self { trouble, is_broken: true, ..Self::default() }
    }

    /// Whether it can be shown.
    pub(super) fn status(&self) -> ImageStatus {
        if self.is_broken { ImageStatus::Broken } else { ImageStatus::Present }
    }

    /// Width and height in pixels, where they are known.
    pub(super) fn size(&self) -> Option<(u32, u32)> {
        let PictureFacts { width, height, .. } = self.facts;
        (width > 0 && height > 0).then_some((width, height))
    }

    /// What it is, such as `jpeg`.
    pub(super) fn format(&self) -> Option<String> {
        let PictureFacts { format, flaw, .. } = self.facts;
        match (format, flaw) {
            (Some(format), _) => Some(format.name().to_ascii_lowercase()),
            (None, Some(Flaw::Foreign(foreign))) if foreign.is_picture() => Some(foreign.name().to_owned()),
            _ => None,
        }
    }

    /// The media type of a picture that browsers show and this build cannot make smaller.
    pub(super) fn shown_as_it_is(&self) -> Option<&'static str> {
        let is_shown = self.facts.flaw == Some(Flaw::Foreign(Foreign::Avif));
        self.media_type().filter(|_| is_shown)
    }

    /// The media type of a picture of any format.
    pub(super) fn media_type(&self) -> Option<&'static str> {
        let PictureFacts { format, flaw, .. } = self.facts;
        match (format, flaw) {
            (Some(format), _) => Some(format.media_type()),
            (None, Some(Flaw::Foreign(foreign))) => foreign.media_type(),
            _ => None,
        }
    }
}

/// The file at a path, if it is one.
pub(super) fn on_disk(path: &Path) -> Option<Picture> {
    let metadata = std::fs::metadata(path).ok().filter(Metadata::is_file)?;
    Some(Picture::File { path: path.to_owned(), metadata })
}

/// The error of a picture whose bytes are no picture.
pub(super) fn broken(key: &str, path: String, cause: &impl ToString) -> LibraryError {
    LibraryError::BrokenImage { key: key.to_owned(), path, cause: cause.to_string() }
}
