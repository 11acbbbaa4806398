//! One picture's bytes, wherever they are: a file, a member of an archive, or a piece of an annotation file.

use crate::LibraryError;
use crate::store::keys::{hash_text, is_hash_text, key_hash};
use crate::store::records::{OpenedFiles, open_unchanged, read_record};
use crate::store::snapshot::{OpenFile, Snapshot};
use blendscope_engine::Name;
use blendscope_images::{
    Archives, ImageError, Member, PictureMemory, Source, described, look_at_bytes, reserve,
};
use blendscope_read::{
    Checkpoints, Container, EmbeddedImage, File, Flaw, Foreign, ImageAt, ImageEncoding, ImageRef,
    PictureFacts, disk, read_embedded, reads,
};
use blendscope_shared::image::ImageStatus;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

/// Bytes of an annotation file that are read to look at a picture in it.
const LOOK_MAX: u64 = 8 << 20;

/// Bytes that tell what a file is that is no picture.
const HEAD_BYTES: usize = 64;

/// A picture that is there.
pub enum Picture {
    /// A file of its own.
    File {
        /// Absolute.
        path: PathBuf,
        /// As of now.
        metadata: Metadata,
    },
    /// A file that keeps whoever looks at it waiting.
    Silent {
        /// Absolute.
        path: PathBuf,
        /// For how long.
        cause: Arc<io::Error>,
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
pub struct Known {
    /// Format and size, as far as they are known.
    pub facts: PictureFacts,
    /// Why it cannot be shown, or not as a whole.
    pub trouble: Option<String>,
    /// Whether training would stop at it.
    pub is_broken: bool,
    /// Whether nothing is known since its file does not answer.
    pub is_silent: bool,
}

impl Picture {
    /// The file or archive that holds it.
    pub fn path(&self) -> &Path {
        match self {
            Self::File { path, .. } | Self::Silent { path, .. } | Self::Embedded { path, .. } => path,
            Self::Member(member) => &member.archive,
        }
    }

    /// Number of its bytes.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::File { metadata, .. } => metadata.len(),
            Self::Silent { .. } => 0,
            Self::Member(member) => member.size,
            Self::Embedded { image, .. } => image.bytes,
        }
    }

    /// A name for the picture as it is now: 16 hexadecimal digits that change with its bytes.
    pub fn version(&self) -> String {
        let identity = match self {
            Self::File { path, metadata } => {
                let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                format!("{}|{}|{modified:?}", path.display(), metadata.len())
            }
            Self::Silent { path, .. } => path.display().to_string(),
            Self::Member(member) => member.version(),
            Self::Embedded { image, .. } => return hash_text(image.hash)[..16].to_owned(),
        };
        blake3::hash(identity.as_bytes()).to_hex()[..16].to_owned()
    }

    /// What its bytes say: of a file its header and its end, of a member of a zip archive all that it holds, and of an
    /// embedded picture what was noted while its file was read.
    pub fn look(&self) -> Known {
        self.try_look(false).unwrap_or_else(|error| Known::unreadable(Arc::new(error)))
    }

    /// The same, without unpacking all of a large archive bit by bit.
    pub fn glance(&self) -> Known {
        self.try_look(true).unwrap_or_else(|error| Known::unreadable(Arc::new(error)))
    }

    fn try_look(&self, is_brief: bool) -> io::Result<Known> {
        Ok(match self {
            Self::Silent { cause, .. } => return Ok(Known::unreadable(Arc::clone(cause))),
            Self::File { path, .. } => {
                let content = Source::file(path)?.content;
                let facts = content.look()?.facts;
                match facts.flaw {
                    Some(Flaw::Foreign(_)) => Known::of(facts, &content.head(HEAD_BYTES)?),
                    _ => Known::of(facts, &[]),
                }
            }
            Self::Member(member) => {
                let (facts, head) = if is_brief { member.glance()? } else { member.look()? };
                Known::of(facts, if is_brief { &[] } else { &head })
            }
            Self::Embedded { image, .. } if let Some(known) = Known::while_read(image) => known,
            Self::Embedded { file, container, checkpoints, image, .. } => {
                let _reading = reads::begin(self.path())?;
                let checkpoints = checkpoints.as_deref();
                let bytes = read_embedded(file, *container, checkpoints, image, &mut may_look)?;
                Known::of(look_at_bytes(&bytes).facts, &bytes)
            }
        })
    }

    /// Its bytes, where they are. Those that have to be unpacked are read into memory, as soon as that has room.
    pub fn source(&self, memory: &Arc<PictureMemory>) -> Result<Source, ImageError> {
        let (file, container, checkpoints, image) = match self {
            Self::Silent { cause, .. } => return Err(ImageError::Unreadable(Arc::clone(cause))),
            Self::File { path, .. } => return Ok(Source::file(path)?),
            Self::Member(member) => return member.source(memory),
            Self::Embedded { file, container, checkpoints, image, .. } => {
                (file, container, checkpoints, image)
            }
        };
        if let ImageAt::Range { offset, length, encoding: ImageEncoding::Raw } = image.at
            && !container.is_packed()
        {
            return Ok(Source::part(self.path(), File::clone(file), offset, length));
        }
        let _reading = reads::begin(self.path())?;
        let mut held = None;
        let mut admit = |bytes| {
            held = None;
            held = reserve(memory, bytes, image.bytes)?;
            Ok(())
        };
        let bytes = read_embedded(file, *container, checkpoints.as_deref(), image, &mut admit)?;
        let held = held.and_then(|held| held.shrunk_to(bytes.len() as u64));
        Ok(Source::memory(bytes, held))
    }
}

/// Lets a picture be looked at that is not too large for that.
fn may_look(bytes: u64) -> io::Result<()> {
    if bytes <= LOOK_MAX {
        return Ok(());
    }
    Err(io::Error::other(format!("it takes {} MB to look at it, which is not done here", bytes >> 20)))
}

impl Known {
    /// Of bytes that begin with `head`, which may be empty.
    fn of(facts: PictureFacts, head: &[u8]) -> Self {
        let trouble = facts.flaw.map(|flaw| match head {
            [] => flaw.reason(facts.format),
            _ => described(flaw, head),
        });
        let is_broken = facts.flaw.is_some_and(Flaw::is_fatal);
        Self { facts, trouble, is_broken, is_silent: false }
    }

    /// What was noted of an embedded picture while its file was read.
    pub fn while_read(image: &EmbeddedImage) -> Option<Self> {
        (image.facts != PictureFacts::default()).then(|| Self::of(image.facts, &[]))
    }

    fn unreadable(error: Arc<io::Error>) -> Self {
        let is_silent = reads::is_unanswered(&error);
        let trouble = Some(ImageError::Unreadable(error).to_string());
        Self { trouble, is_broken: !is_silent, is_silent, ..Self::default() }
    }

    /// Whether it can be shown.
    pub fn status(&self) -> ImageStatus {
        match self {
            Self { is_silent: true, .. } => ImageStatus::Unchecked,
            Self { is_broken: true, .. } => ImageStatus::Broken,
            _ => ImageStatus::Present,
        }
    }

    /// Width and height in pixels, where they are known.
    pub fn size(&self) -> Option<(u32, u32)> {
        let PictureFacts { width, height, .. } = self.facts;
        (width > 0 && height > 0).then_some((width, height))
    }

    /// What it is, such as `jpeg`.
    pub fn format(&self) -> Option<String> {
        let PictureFacts { format, flaw, .. } = self.facts;
        match (format, flaw) {
            (Some(format), _) => Some(format.name().to_ascii_lowercase()),
            (None, Some(Flaw::Foreign(foreign))) if foreign.is_picture() => Some(foreign.name().to_owned()),
            _ => None,
        }
    }

    /// The media type of a picture that browsers show and this build cannot make smaller.
    pub fn shown_as_it_is(&self) -> Option<&'static str> {
        let is_shown = self.facts.flaw == Some(Flaw::Foreign(Foreign::Avif));
        self.media_type().filter(|_| is_shown)
    }

    /// The media type of a picture of any format.
    pub fn media_type(&self) -> Option<&'static str> {
        let PictureFacts { format, flaw, .. } = self.facts;
        match (format, flaw) {
            (Some(format), _) => Some(format.media_type()),
            (None, Some(Flaw::Foreign(foreign))) => foreign.media_type(),
            _ => None,
        }
    }
}

/// The file at a path, if there is one. A pipe or device is one that cannot be read.
pub(crate) fn on_disk(path: &Path) -> Option<Picture> {
    let path = path.to_owned();
    let _reading = match reads::begin(&path) {
        Ok(reading) => reading,
        Err(cause) => return Some(Picture::Silent { path, cause: Arc::new(cause) }),
    };
    let metadata = disk::metadata(&path).ok().filter(|metadata| !metadata.is_dir())?;
    Some(Picture::File { path, metadata })
}

/// Why a picture cannot be shown.
pub(crate) fn not_shown(key: &str, path: String, cause: ImageError) -> LibraryError {
    match cause {
        ImageError::Busy { retry_secs, .. } => LibraryError::Busy { what: cause.to_string(), retry_secs },
        ImageError::Unreadable(cause) if reads::is_unanswered(&cause) => {
            LibraryError::NotAnswering { path, source: io::Error::other(cause.to_string()) }
        }
        cause => LibraryError::BrokenImage { key: key.to_owned(), path, cause: cause.to_string() },
    }
}

impl Snapshot {
    /// A path as it is shown: relative to the root where it lies below it.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.resolved.root).unwrap_or(path).display().to_string()
    }

    /// The picture that a ref of a file means, if it is there.
    pub fn picture_of(&self, file: &OpenFile, image: &ImageRef, archives: &Archives) -> Option<Picture> {
        match image {
            ImageRef::Embedded(image) => file.embedded(*image).ok(),
            ImageRef::Path(written) => {
                let dataset = &self.found(file.dataset).slug;
                let searched = self.locator.seek(dataset, written, &mut |place| at_place(place, archives));
                searched.found.map(|(picture, _)| picture)
            }
            ImageRef::Remote(_) | ImageRef::NotEmbedded(_) => None,
        }
    }

    /// The embedded image with a key, which is its dataset's slug and a hash of its bytes.
    pub fn embedded(&self, key: &str) -> Result<Option<Picture>, LibraryError> {
        let Some((slug, name)) = key.split_once('/').filter(|(_, name)| is_hash_text(name)) else {
            return Ok(None);
        };
        let Ok(dataset) = self.dataset_index(slug) else { return Ok(None) };
        let rows = self.view.find(Name::Image, key_hash(key), Some(dataset))?;
        for row in rows {
            let Some((file, ordinal)) = self.locate(row) else { continue };
            let located = file.locate_one(ordinal)?;
            let images = read_record(&mut OpenedFiles::default(), file, &located)?.sample.images;
            let found = images.into_iter().find_map(|image| match image {
                ImageRef::Embedded(image) if hash_text(image.hash) == name => Some(image),
                _ => None,
            });
            if let Some(image) = found {
                return file.embedded(image).map(Some);
            }
        }
        Ok(None)
    }
}

impl OpenFile {
    /// An image inside this annotation file.
    pub fn embedded(&self, image: EmbeddedImage) -> Result<Picture, LibraryError> {
        let file = open_unchanged(&self.path, self.state())?;
        Ok(Picture::Embedded {
            file,
            path: self.path.clone(),
            container: self.state().container,
            checkpoints: self.checkpoints().cloned(),
            image,
        })
    }
}

/// The picture that lies at a path, or would if its archive were unpacked.
pub(crate) fn at_place(path: &Path, archives: &Archives) -> Option<Picture> {
    on_disk(path).or_else(|| archives.find(path).map(Picture::Member))
}
