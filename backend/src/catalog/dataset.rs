//! Datasets as the catalog knows them.

use super::{paths, pattern};

/// A dataset and where the preparation documents put it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dataset {
    /// Name in links.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// Patterns of its annotation files, with or without their extension. One with `/` fits the end of a path, and what
    /// stands before it is the data folder.
    pub files: Vec<String>,
    /// Folders under the data folder that the documents put the files into.
    pub places: Vec<Place>,
    /// Folders that image refs may be relative to, under the data folder; the expected one first, never none.
    pub images: Vec<String>,
    /// How many samples its own documents speak of.
    pub documented_samples: Option<u64>,
    /// Documented language, ISO 639-1.
    pub language: Option<String>,
    /// Terms of use in the documents' own words.
    pub terms: Option<String>,
}

/// A folder that a document puts annotation files into.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Relative to the data folder.
    pub folder: String,
    /// Image folder that belongs to this place, when it is not the dataset's first.
    pub images: Option<String>,
}

/// How a file came to belong to a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// Which of the dataset's patterns fits.
    pub(crate) pattern: usize,
    /// Which place the file is at, when it is at a documented one.
    pub(crate) place: Option<usize>,
    /// The data folder, as far as pattern or place tell.
    pub(crate) base: Option<String>,
}

impl Dataset {
    /// Whether the file at this path, relative to the root, belongs to the dataset.
    pub(crate) fn matches(&self, path: &str) -> Option<Match> {
        self.files.iter().enumerate().find_map(|(number, pattern)| {
            let before = pattern::fits_end(pattern, path)
                .or_else(|| pattern::fits_end(pattern, without_extension(path)))?;
            if pattern.contains('/') {
                return Some(Match { pattern: number, place: None, base: Some(before.to_owned()) });
            }
            let (place, base) = self.place_of(before).unzip();
            Some(Match { pattern: number, place, base })
        })
    }

    /// The longest documented place that a folder ends with, and the data folder before it.
    fn place_of(&self, folder: &str) -> Option<(usize, String)> {
        let ends =
            self.places.iter().enumerate().filter_map(|(number, place)| {
                paths::before(folder, &place.folder).map(|base| (number, base))
            });
        ends.min_by_key(|(_, base)| base.len()).map(|(number, base)| (number, base.to_owned()))
    }

    /// Image folders under the data folder, in the order in which they are expected for a file at this place.
    pub(crate) fn image_folders(&self, place: Option<usize>) -> Vec<&str> {
        let own = place.and_then(|place| self.places.get(place)?.images.as_deref());
        let others = self.places.iter().filter_map(|place| place.images.as_deref());
        let mut folders: Vec<&str> = Vec::new();
        for folder in own.into_iter().chain(self.images.iter().map(String::as_str)).chain(others) {
            if !folders.contains(&folder) {
                folders.push(folder);
            }
        }
        folders
    }
}

/// Extensions of annotation files; each may have `.gz` behind it.
pub(crate) const EXTENSIONS: [&str; 3] = [".json", ".jsonl", ".ndjson"];

/// A name without `.json`, `.jsonl`, `.ndjson` and `.gz`.
pub(crate) fn without_extension(name: &str) -> &str {
    let unpacked = name.strip_suffix(".gz").unwrap_or(name);
    EXTENSIONS.iter().find_map(|extension| unpacked.strip_suffix(extension)).unwrap_or(unpacked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blip() -> Dataset {
        let place = |folder: &str, images: Option<&str>| Place {
            folder: folder.to_owned(),
            images: images.map(str::to_owned),
        };
        Dataset {
            files: vec!["blip_558k".to_owned(), "mine/*.jsonl".to_owned()],
            places: vec![place("pretrain", None), place("llava/pretrain", Some("llava/images"))],
            images: vec!["images".to_owned()],
            ..Dataset::default()
        }
    }

    #[test]
    fn the_longest_place_tells_the_data_folder_whatever_the_extension() {
        for name in ["blip_558k.json", "blip_558k.jsonl", "blip_558k.json.gz"] {
            let found = blip().matches(&format!("data/llava/pretrain/{name}")).unwrap();
            assert_eq!((found.place, found.base.as_deref()), (Some(1), Some("data")));
        }
        let elsewhere = blip().matches("x/blip_558k.json").unwrap();
        assert_eq!((elsewhere.place, elsewhere.base), (None, None));
        assert_eq!(blip().matches("llava/pretrain/blip_558k_meta.json"), None);
        assert_eq!(blip().matches("data/mine/a.jsonl").unwrap().base.as_deref(), Some("data"));
        assert_eq!(blip().matches("data/mine/a.json"), None);
    }

    #[test]
    fn the_places_own_image_folder_is_expected_first() {
        assert_eq!(blip().image_folders(Some(1)), ["llava/images", "images"]);
        assert_eq!(blip().image_folders(Some(0)), ["images", "llava/images"]);
    }
}
