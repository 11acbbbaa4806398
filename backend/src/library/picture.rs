//! One picture's bytes, wherever they are: a file, a member of an archive, or a piece of an annotation file.

use super::LibraryError;
use super::keys::hash_text;
use crate::images::{Format, ImageError, Member, Probe, probe, probe_bytes};
use blendscope_read::{Checkpoints, Container, EmbeddedImage, read_embedded};
use std::fs::{File, Metadata};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// Bytes of the largest picture that is taken out of an archive or an annotation file.
const BYTES_MAX: u64 = 256 << 20;

/// First bytes of a picture in an archive, in which nearly every header ends.
const START: u64 = 16 << 10;

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

impl Picture {
    /// The file or archive that holds it.
    pub(super) fn path(&self) -> &PathBuf {
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

    /// What its header says.
    pub(super) fn probe(&self) -> Result<Probe, ImageError> {
        match self {
            Self::File { path, .. } => probe(path),
            Self::Member(_) | Self::Embedded { .. } => probe_bytes(&self.read()?),
        }
    }

    /// Width and height, like [`Self::probe`], but of a member of an archive from its first bytes where these tell.
    pub(super) fn size(&self) -> Option<(u32, u32)> {
        let from_start = match self {
            Self::Member(member) => {
                let start = member.read_start(START).ok()?;
                // A WebP says at its end how it is to be turned, a TIFF anywhere.
                let is_told = |probe: &Probe| !matches!(probe.format, Format::WebP | Format::Tiff);
                probe_bytes(&start).ok().filter(is_told)
            }
            Self::File { .. } | Self::Embedded { .. } => None,
        };
        let probe = from_start.or_else(|| self.probe().ok())?;
        Some((probe.width, probe.height))
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

/// The file at a path, if it is one.
pub(super) fn on_disk(path: PathBuf) -> Option<Picture> {
    let metadata = std::fs::metadata(&path).ok().filter(Metadata::is_file)?;
    Some(Picture::File { path, metadata })
}

/// The error of a picture whose bytes are no picture.
pub(super) fn broken(key: &str, path: String, cause: &ImageError) -> LibraryError {
    LibraryError::BrokenImage { key: key.to_owned(), path, cause: cause.to_string() }
}
