//! Pictures: from image refs and image keys to their bytes, to what is known of them, and to all that is said about one.

use crate::store::keys::{image_key, key_hash};
use crate::store::picture::{Picture, at_place, not_shown};
use crate::store::snapshot::{OpenFile, Snapshot};
use crate::{Library, LibraryError};
use blendscope_catalog::How;
use blendscope_engine::{Budget, Name, Row};
use blendscope_images::{ImageError, Limits, Source, thumbnail};
use blendscope_query::Expanded;
use blendscope_read::{ImageRef, disk, reads};
use blendscope_shared::image::{ImageStatus, ImageView};
use blendscope_shared::image_page::{ImageDetail, ImageSamples};
use blendscope_shared::paths;
use blendscope_shared::search::ParamError;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

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
            Ok(jpeg) => {
                self.colours.learn(&version, &jpeg);
                Ok(Thumbnail::Small { jpeg, version })
            }
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
                Ok(picture) => self.note_picture(&mut view, &picture),
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
        self.note_picture(view, &picture);
        let place = view.tried.last().map(String::as_str).unwrap_or_default();
        let note = match how {
            How::Written => return,
            How::Spelled => format!("found as {place}: the path is written in another way"),
            How::Ending => format!("found as {place}, where the path of another machine ends"),
        };
        view.note = Some(view.note.take().map_or(note.clone(), |before| format!("{before}; {note}")));
    }

    /// What is known of a picture that is there.
    fn note_picture(&self, view: &mut ImageView, picture: &Picture) {
        let known = picture.look();
        view.status = known.status();
        (view.width, view.height) = known.size().unzip();
        let is_shown = known.is_broken || known.facts.format.is_some() || known.shown_as_it_is().is_some();
        let version = picture.version();
        let colour = self.colours.of(&version);
        view.colour = colour.map(|[red, green, blue]| format!("#{red:02x}{green:02x}{blue:02x}"));
        view.thumbnail = if is_shown { format!("{}&v={version}", view.thumbnail) } else { String::new() };
        if known.is_broken || known.is_silent {
            view.trouble = known.trouble;
        } else {
            view.note = known.trouble;
        }
    }
}

impl Library {
    /// The image with a key, and a page of the samples that show it: `limit` of them from `cursor` on.
    pub fn image(
        &self,
        source: &str,
        name: &str,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<ImageDetail, LibraryError> {
        let snapshot = self.snapshot();
        let key = format!("{source}/{name}");
        let first = cursor.map_or(Ok(0), parse_cursor)?;
        let samples = self.samples_with(&snapshot, &key, first, limit)?;
        let catalog = self.catalog();
        let source = catalog.source_of(&key);
        let mut detail = ImageDetail {
            url: paths::image_page(&key),
            terms: source.and_then(|source| source.terms.clone().filter(|_| source.is_restricted)),
            note: source.and_then(|source| source.partial.clone()),
            status: ImageStatus::Missing,
            samples,
            ..ImageDetail::default()
        };
        match self.find_picture(&snapshot, &key)? {
            Ok(picture) => describe(&mut detail, &picture, &snapshot),
            Err(tried) if detail.samples.total == 0 => return Err(LibraryError::UnknownImage { key, tried }),
            Err(tried) => detail.tried = tried,
        }
        Ok(ImageDetail { key, ..detail })
    }

    fn samples_with(
        &self,
        snapshot: &Snapshot,
        key: &str,
        first: usize,
        limit: usize,
    ) -> Result<ImageSamples, LibraryError> {
        let mut rows = snapshot.view.find(Name::Image, key_hash(key), None)?;
        rows.sort_by_key(|row| snapshot.live.position(*row));
        let page: Vec<(Row, f32)> = rows.iter().skip(first).take(limit).map(|row| (*row, 0.0)).collect();
        let items = self.hits(snapshot, &page, &Expanded::default(), &Budget::unlimited())?;
        let (said, boxes) = self.said(snapshot, page.iter().map(|(row, _)| *row), &items)?;
        Ok(ImageSamples {
            total: rows.len() as u64,
            items,
            said,
            boxes,
            next: (rows.len() > first + limit).then(|| format!("i{}", first + limit)),
        })
    }
}

fn parse_cursor(text: &str) -> Result<usize, LibraryError> {
    let place = text.strip_prefix('i').and_then(|number| number.parse().ok());
    place.ok_or_else(|| {
        let message = "is not one that an earlier answer gave".to_owned();
        LibraryError::BadParameter(ParamError { parameter: "cursor".to_owned(), message })
    })
}

fn describe(detail: &mut ImageDetail, picture: &Picture, snapshot: &Snapshot) {
    detail.bytes = Some(picture.bytes());
    detail.place = Some(snapshot.shown(picture.path()));
    let known = picture.look();
    detail.status = known.status();
    (detail.width, detail.height) = known.size().unzip();
    detail.format = known.format();
    if known.is_broken || known.is_silent {
        detail.trouble = known.trouble;
    } else {
        detail.note = known.trouble.or(detail.note.take());
    }
}

/// Names of the largest folder that is looked through.
const NAMES_MAX: usize = 50_000;

/// Folders whose names are remembered.
const FOLDERS_MAX: usize = 16;

/// Places that are compared with what is there.
const PLACES_MAX: usize = 4;

/// By their small letters, the names in a folder.
type Names = Arc<HashMap<String, String>>;

/// Remembers the names in the last few folders, as long as the folders do not change.
#[derive(Default)]
pub(crate) struct OtherCases {
    folders: Mutex<HashMap<PathBuf, (Option<SystemTime>, Names)>>,
}

impl OtherCases {
    /// The file that one of these places would be, were capitals all the same.
    pub(crate) fn find(&self, places: &[PathBuf]) -> Option<PathBuf> {
        places.iter().take(PLACES_MAX).find_map(|place| {
            let _reading = reads::begin(place).ok()?;
            self.of_place(place)
        })
    }

    fn of_place(&self, place: &Path) -> Option<PathBuf> {
        let there = place.ancestors().skip(1).find(|folder| disk::is_dir(folder))?;
        let rest = place.strip_prefix(there).ok()?;
        let found = rest.iter().try_fold(there.to_owned(), |folder, name| {
            let exact = folder.join(name);
            if disk::metadata(&exact).is_ok() {
                return Some(exact);
            }
            let names = self.names(&folder)?;
            Some(folder.join(names.get(&name.to_str()?.to_lowercase())?))
        });
        found.filter(|found| disk::is_file(found))
    }

    fn names(&self, folder: &Path) -> Option<Names> {
        let modified = disk::metadata(folder).and_then(|metadata| metadata.modified()).ok();
        let lock = || self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((as_of, names)) = lock().get(folder)
            && *as_of == modified
        {
            return Some(Arc::clone(names));
        }
        let mut names = HashMap::new();
        for entry in disk::read_dir(folder).ok()?.flatten() {
            let Ok(name) = entry.into_name().into_string() else { continue };
            names.insert(name.to_lowercase(), name);
            if names.len() > NAMES_MAX {
                names.clear();
                break;
            }
        }
        let names = Arc::new(names);
        let mut folders = lock();
        if folders.len() >= FOLDERS_MAX {
            folders.clear();
        }
        folders.insert(folder.to_owned(), (modified, Arc::clone(&names)));
        Some(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_whatever_their_capitals() {
        let root = tempfile::tempdir().unwrap();
        let picture = root.path().join("Pics/Sub/Some_Body.JPG");
        std::fs::create_dir_all(picture.parent().unwrap()).unwrap();
        std::fs::write(&picture, "x").unwrap();
        let cases = OtherCases::default();
        for written in ["pics/sub/some_body.jpg", "Pics/SUB/Some_Body.JPG", "Pics/Sub/some_body.jpg"] {
            assert_eq!(cases.find(&[root.path().join(written)]), Some(picture.clone()), "{written}");
        }
        for written in ["pics/sub/nobody.jpg", "pics/sub", "sub/some_body.jpg"] {
            assert_eq!(cases.find(&[root.path().join(written)]), None, "{written}");
        }
        std::fs::write(picture.with_file_name("New.jpg"), "x").unwrap();
        assert!(
            cases.find(&[root.path().join("Pics/Sub/new.jpg")]).is_some(),
            "what is remembered grows old"
        );
    }
}
