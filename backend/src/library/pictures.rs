//! From image refs and image keys to pictures.

use super::snapshot::{OpenFile, Snapshot};
use super::{Library, LibraryError};
use crate::images::{Limits, probe, thumbnail};
use crate::read::ImageRef;
use blendscope_shared::image::{ImageStatus, ImageView};
use blendscope_shared::paths;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Width of the thumbnail that answers point to.
const VIEW_WIDTH: u32 = 320;

/// A picture's file as it is.
#[derive(Clone, Debug)]
pub struct Original {
    /// Where it lies.
    pub path: PathBuf,
    /// What its bytes are.
    pub media_type: &'static str,
    /// Size in bytes.
    pub bytes: u64,
    /// Changes when the file does.
    pub version: String,
}

/// A scaled picture.
#[derive(Clone, Debug)]
pub struct Thumbnail {
    /// JPEG bytes.
    pub jpeg: Vec<u8>,
    /// Changes when the picture's file does.
    pub version: String,
}

impl Library {
    /// The file with an image key.
    pub fn original(&self, source: &str, name: &str) -> Result<Original, LibraryError> {
        let (key, path, metadata) = self.picture(source, name)?;
        let facts = probe(&path).map_err(|cause| self.broken(&key, &path, &cause))?;
        let version = version(&path, &metadata);
        Ok(Original { media_type: facts.format.media_type(), bytes: metadata.len(), version, path })
    }

    /// The picture with an image key, no wider than `width` pixels.
    pub fn thumbnail(&self, source: &str, name: &str, width: u32) -> Result<Thumbnail, LibraryError> {
        let (key, path, metadata) = self.picture(source, name)?;
        let version = version(&path, &metadata);
        let jpeg = self.thumbnails().get_or_make(&format!("{version}-{width}"), || {
            // The header first: what is no picture is not read, however large it is.
            probe(&path)?;
            let bytes = std::fs::read(&path)?;
            thumbnail(&bytes, width, &Limits::default())
        });
        match jpeg {
            Ok(jpeg) => Ok(Thumbnail { jpeg: jpeg.to_vec(), version }),
            Err(cause) => Err(self.broken(&key, &path, &cause)),
        }
    }

    /// The first file at one of the places where the picture may be.
    fn picture(&self, source: &str, name: &str) -> Result<(String, PathBuf, Metadata), LibraryError> {
        let key = format!("{source}/{name}");
        let snapshot = self.snapshot();
        let places = snapshot.locator.of_key(&key);
        for path in &places {
            if let Some(metadata) = file_metadata(path) {
                return Ok((key, path.clone(), metadata));
            }
        }
        let tried = places.iter().map(|path| snapshot.shown(path)).collect();
        Err(LibraryError::UnknownImage { key, tried })
    }

    fn broken(&self, key: &str, path: &Path, cause: &impl ToString) -> LibraryError {
        let path = self.snapshot().shown(path);
        LibraryError::BrokenImage { key: key.to_owned(), path, cause: cause.to_string() }
    }

    /// What is known about an image of a sample.
    pub(super) fn image_view(&self, snapshot: &Snapshot, file: &OpenFile, image: &ImageRef) -> ImageView {
        let dataset = snapshot.found(file.dataset);
        let written = match image {
            ImageRef::Path(written) => written,
            ImageRef::Remote(address) => {
                return ImageView { written: address.clone(), ..ImageView::default() };
            }
            ImageRef::Embedded(_) => return ImageView::default(),
        };
        let key = self.catalog().image_key(dataset, written);
        let mut view =
            ImageView { thumbnail: paths::thumbnail(&key, VIEW_WIDTH), key, ..ImageView::default() };
        written.clone_into(&mut view.written);
        view.status = ImageStatus::Missing;
        for path in snapshot.locator.of_ref(&dataset.slug, written) {
            view.tried.push(snapshot.shown(&path));
            if let Some(metadata) = file_metadata(&path) {
                view.thumbnail = format!("{}&v={}", view.thumbnail, version(&path, &metadata));
                fill_in(&mut view, &path);
                break;
            }
        }
        view
    }
}

impl Snapshot {
    /// A path as it is shown: relative to the root where it lies below it.
    pub(super) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.resolved.root).unwrap_or(path).display().to_string()
    }
}

fn fill_in(view: &mut ImageView, path: &Path) {
    match probe(path) {
        Ok(facts) => {
            view.status = ImageStatus::Present;
            view.width = Some(facts.width);
            view.height = Some(facts.height);
        }
        Err(cause) => {
            view.status = ImageStatus::Broken;
            view.trouble = Some(cause.to_string());
        }
    }
}

fn file_metadata(path: &Path) -> Option<Metadata> {
    std::fs::metadata(path).ok().filter(Metadata::is_file)
}

/// A name for the picture as it is now: 16 hexadecimal digits that change with the file.
fn version(path: &Path, metadata: &Metadata) -> String {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let identity = format!("{}|{}|{modified:?}", path.display(), metadata.len());
    blake3::hash(identity.as_bytes()).to_hex()[..16].to_owned()
}
