//! All that is said about one image, over all datasets.

use super::keys::key_hash;
use super::picture::Picture;
use super::snapshot::Snapshot;
use super::{Library, LibraryError};
use blendscope_engine::{Budget, Name, Row};
use blendscope_query::Expanded;
use blendscope_shared::image::{ImageDetail, ImageSamples, ImageStatus};
use blendscope_shared::paths;
use blendscope_shared::search::ParamError;

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
        Ok(ImageSamples {
            total: rows.len() as u64,
            items: self.hits(snapshot, &page, &Expanded::default(), &Budget::unlimited())?,
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
