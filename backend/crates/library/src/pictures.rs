//! From image refs and image keys to pictures.

use super::keys::{hash_text, image_key, is_hash_text, key_hash};
use super::picture::{Picture, not_shown, on_disk};
use super::records::{OpenedFiles, open_unchanged, read_record};
use super::snapshot::{OpenFile, Snapshot};
use super::{Library, LibraryError};
use blendscope_catalog::How;
use blendscope_engine::Name;
use blendscope_images::{Archives, ImageError, Limits, Source, thumbnail};
use blendscope_read::{EmbeddedImage, ImageRef};
use blendscope_shared::image::{ImageStatus, ImageView};
use blendscope_shared::paths;
use std::path::Path;
use std::sync::Arc;

/// Width of the thumbnail that answers point to.
const VIEW_WIDTH: u32 = 320;

/// A picture as it is.
#[derive(Debug)]
pub struct Original {
    /// Its bytes.
    pub body: Source,
    /// What its bytes are.
    pub media_type: &'static str,
    /// Size in bytes.
    pub bytes: u64,
    /// Changes when the bytes do.
    pub version: String,
}

/// A scaled picture.
#[derive(Debug)]
pub enum Thumbnail {
    /// It is there.
    Small {
        /// A JPEG.
        jpeg: Arc<[u8]>,
        /// Changes when the picture's bytes do.
        version: String,
    },
    /// The whole picture, where only browsers can show it.
    Whole(Original),
}

impl Library {
    /// The picture with an image key.
    pub fn original(&self, source: &str, name: &str) -> Result<Original, LibraryError> {
        let (key, picture) = self.picture(source, name)?;
        let known = picture.look();
        match known.media_type() {
            Some(media_type) => self.as_it_is(&key, &picture, media_type),
            // Asking for its bytes says which file does not answer.
            None if known.is_silent => self.as_it_is(&key, &picture, ""),
            None => {
                let trouble = known.trouble.unwrap_or_default();
                Err(self.not_shown(&key, &picture, ImageError::NotAPicture(trouble)))
            }
        }
    }

    fn as_it_is(
        &self,
        key: &str,
        picture: &Picture,
        media_type: &'static str,
    ) -> Result<Original, LibraryError> {
        let source = picture.source(&self.picture_memory);
        let body = source.map_err(|cause| self.not_shown(key, picture, cause))?.settled();
        Ok(Original { bytes: body.content.len(), body, media_type, version: picture.version() })
    }

    fn not_shown(&self, key: &str, picture: &Picture, cause: ImageError) -> LibraryError {
        not_shown(key, self.snapshot().shown(picture.path()), cause)
    }

    /// The picture with an image key, no wider than `width` pixels.
    pub fn thumbnail(&self, source: &str, name: &str, width: u32) -> Result<Thumbnail, LibraryError> {
        let (key, picture) = self.picture(source, name)?;
        let version = picture.version();
        let memory = &self.picture_memory;
        let jpeg = self.thumbnails().get_or_make(&format!("{version}-{width}"), || {
            thumbnail(picture.source(memory)?, width, &Limits::default(), memory)
        });
        match jpeg {
            Ok(jpeg) => Ok(Thumbnail::Small { jpeg, version }),
            Err(ImageError::NotAPicture(_)) if let Some(media_type) = picture.look().shown_as_it_is() => {
                self.as_it_is(&key, &picture, media_type).map(Thumbnail::Whole)
            }
            Err(cause) => Err(self.not_shown(&key, &picture, cause)),
        }
    }

    /// The first picture at one of the places where the one with this key may be.
    fn picture(&self, source: &str, name: &str) -> Result<(String, Picture), LibraryError> {
        let key = format!("{source}/{name}");
        let snapshot = self.snapshot();
        match self.find_picture(&snapshot, &key)? {
            Ok(picture) => Ok((key, picture)),
            Err(tried) => Err(LibraryError::UnknownImage { key, tried }),
        }
    }

    /// The picture with a key, or the paths that were looked at in vain.
    pub fn find_picture(
        &self,
        snapshot: &Snapshot,
        key: &str,
    ) -> Result<Result<Picture, Vec<String>>, LibraryError> {
        if let Some(picture) = snapshot.embedded(key)? {
            return Ok(Ok(picture));
        }
        let archives = self.archives();
        let searched = snapshot.locator.seek_key(key, &mut |place| at_place(place, &archives));
        let tried = || searched.tried.iter().map(|path| snapshot.shown(path)).collect();
        Ok(searched.found.map(|(picture, _)| picture).ok_or_else(tried))
    }

    /// What is known about an image of a sample.
    pub fn image_view(&self, snapshot: &Snapshot, file: &OpenFile, image: &ImageRef) -> ImageView {
        let dataset = snapshot.found(file.dataset);
        let mut view = ImageView { written: image.written().to_owned(), ..ImageView::default() };
        let Some(key) = image_key(&self.catalog(), dataset, image) else {
            let is_remote = matches!(image, ImageRef::Remote(_));
            view.status = if is_remote { ImageStatus::Remote } else { ImageStatus::NotEmbedded };
            return view;
        };
        view.thumbnail = paths::thumbnail(&key, VIEW_WIDTH);
        if let Some(source) = self.catalog().source_of(&key) {
            view.terms = source.terms.clone().filter(|_| source.is_restricted);
        }
        view.status = ImageStatus::Missing;
        match image {
            ImageRef::Embedded(image) => match file.embedded(*image) {
                Ok(picture) => fill_in(&mut view, &picture),
                Err(error) => view.trouble = Some(error.to_string()),
            },
            _ => self.look_for(&mut view, snapshot, &dataset.slug),
        }
        if view.status == ImageStatus::Missing && self.may_be_in_archives(&snapshot.resolved) {
            view.status = ImageStatus::Unchecked;
        }
        if view.status == ImageStatus::Missing && view.note.is_none() {
            view.note = self.catalog().source_of(&key).and_then(|source| source.partial.clone());
        }
        view.key = key;
        view
    }

    /// Looks for the picture of a path, place by place.
    fn look_for(&self, view: &mut ImageView, snapshot: &Snapshot, dataset: &str) {
        let archives = self.archives();
        let searched = snapshot.locator.seek(dataset, &view.written, &mut |place| at_place(place, &archives));
        view.tried.extend(searched.tried.iter().map(|path| snapshot.shown(path)));
        let Some((picture, how)) = searched.found else {
            let other = self.other_cases.find(&searched.tried);
            view.note = other.map(|path| format!("its name differs in case: {}", snapshot.shown(&path)));
            return;
        };
        fill_in(view, &picture);
        let place = view.tried.last().map(String::as_str).unwrap_or_default();
        let note = match how {
            How::Written => return,
            How::Spelled => format!("found as {place}: the path is written in another way"),
            How::Ending => format!("found as {place}, where the path of another machine ends"),
        };
        view.note = Some(view.note.take().map_or(note.clone(), |before| format!("{before}; {note}")));
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
    fn embedded(&self, key: &str) -> Result<Option<Picture>, LibraryError> {
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
    fn embedded(&self, image: EmbeddedImage) -> Result<Picture, LibraryError> {
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
fn at_place(path: &Path, archives: &Archives) -> Option<Picture> {
    on_disk(path).or_else(|| archives.find(path).map(Picture::Member))
}

fn fill_in(view: &mut ImageView, picture: &Picture) {
    let known = picture.look();
    view.status = known.status();
    (view.width, view.height) = known.size().unzip();
    let is_shown = known.is_broken || known.facts.format.is_some() || known.shown_as_it_is().is_some();
    view.thumbnail =
        if is_shown { format!("{}&v={}", view.thumbnail, picture.version()) } else { String::new() };
    if known.is_broken || known.is_silent {
        view.trouble = known.trouble;
    } else {
        view.note = known.trouble;
    }
}
