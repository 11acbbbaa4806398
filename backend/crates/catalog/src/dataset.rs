//! Types of the catalog: datasets, and layouts, which say where a project's preparation document puts files.

use super::recipe::Unit;
use crate::paths;
use blendscope_read::RecordKeys;
use std::sync::Arc;

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
    /// Size of its annotation files in the documents' own words, such as `1.5 GB`.
    pub size: Option<String>,
    /// What the documents count of it.
    pub unit: Unit,
    /// Documented language, ISO 639-1; English when absent.
    pub language: Option<String>,
    /// Terms of use in the documents' own words.
    pub terms: Option<String>,
    /// Whether the terms restrict what may be done with it.
    pub is_restricted: bool,
    /// Whether it is to be looked things up in and not trained on: part of a blend only when it is asked for.
    pub is_reference: bool,
    /// Whether its loader needs a `.count` file beside each shard.
    pub is_counted: bool,
    /// Address of the page to get it from.
    pub home: Option<String>,
    /// What the keys of its records are, where they are not the usual ones.
    pub record: Option<Arc<RecordKeys>>,
}

/// A folder that a document puts annotation files into.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Relative to the data folder; may be a pattern.
    pub folder: String,
    /// Image folder that belongs to this place, when it is not the dataset's first.
    #[serde(default)]
    pub images: Option<String>,
    /// Slugs of the layouts whose documents speak of this place.
    #[serde(default)]
    pub layouts: Vec<String>,
}

/// How a file came to belong to a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Which of the dataset's patterns fits.
    pub pattern: usize,
    /// Which place the file is at, when it is at a documented one.
    pub place: Option<usize>,
    /// The data folder, as far as pattern or place tell.
    pub base: Option<String>,
}

impl Dataset {
    /// Whether the file at this path, relative to the root, belongs to the dataset.
    pub fn matches(&self, path: &str) -> Option<Match> {
        self.files.iter().enumerate().find_map(|(number, pattern)| {
            let before = paths::fits_end(pattern, path)
                .or_else(|| paths::fits_end(pattern, without_extension(path)))?;
            let (place, base) = self.place_of(super::paths::split(path).0).unzip();
            // A pattern with folders tells the data folder by itself.
            let base = if pattern.contains('/') { Some(before.to_owned()) } else { base };
            Some(Match { pattern: number, place, base })
        })
    }

    /// The longest documented place that a folder ends with, and the data folder before it.
    fn place_of(&self, folder: &str) -> Option<(usize, String)> {
        let ends =
            self.places.iter().enumerate().filter_map(|(number, place)| {
                paths::fits_end(&place.folder, folder).map(|base| (number, base))
            });
        ends.min_by_key(|(_, base)| base.len()).map(|(number, base)| (number, base.to_owned()))
    }

    /// Image folders under the data folder, in the order in which they are expected for a file at this place.
    pub fn image_folders(&self, place: Option<usize>) -> Vec<&str> {
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

/// Extensions of annotation files that are text.
pub(crate) const TEXT_EXTENSIONS: [&str; 9] =
    [".json", ".jsonl", ".ndjson", ".jsonlines", ".jl", ".ldjson", ".csv", ".tsv", ".token"];

/// Extensions of other containers.
pub(crate) const BINARY_EXTENSIONS: [&str; 12] = [
    ".pkl", ".pickle", ".pk", ".parquet", ".parq", ".pq", ".arrow", ".arrows", ".feather", ".ipc", ".tar",
    ".tgz",
];

/// Extensions that may stand behind these, of files packed as a whole.
pub(crate) const PACKINGS: [&str; 3] = [".gz", ".zst", ".zstd"];

/// A name without the extension of an annotation file, and that of its packing where one stands behind it.
pub(crate) fn without_extension(name: &str) -> &str {
    let unpacked = PACKINGS.iter().find_map(|packing| name.strip_suffix(packing)).unwrap_or(name);
    let mut extensions = TEXT_EXTENSIONS.iter().chain(&BINARY_EXTENSIONS);
    extensions.find_map(|extension| unpacked.strip_suffix(extension)).unwrap_or(name)
}

/// A preparation document's tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Name in the catalog, such as `convllava`.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// Address of the document.
    pub document: Option<String>,
    /// What the document calls the data folder, such as `playground/data`.
    pub roots: Vec<String>,
    /// Whether its document puts box files beside its annotation files.
    pub has_boxes: bool,
    /// Folders of pictures and other files in its tree; its annotation files stand at the places of the datasets.
    pub folders: Vec<String>,
}

/// A layout that a root has, perhaps in part and beside others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundLayout {
    /// Name in the catalog.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// Address of the document.
    pub document: Option<String>,
    /// How many of its places are there: places with annotation files, and folders.
    pub found: usize,
    /// How many places it has.
    pub total: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(folder: &str, images: Option<&str>) -> Place {
        Place { folder: folder.to_owned(), images: images.map(str::to_owned), layouts: Vec::new() }
    }

    fn blip() -> Dataset {
        Dataset {
            files: vec!["blip_558k".to_owned(), "mine/*.jsonl".to_owned()],
            places: vec![place("pretrain", None), place("llava/pretrain", Some("llava/images"))],
            images: vec!["images".to_owned()],
            ..Dataset::default()
        }
    }

    #[test]
    fn the_longest_place_tells_the_data_folder_whatever_the_extension() {
        for name in ["blip_558k.json", "blip_558k.jsonl", "blip_558k.json.gz", "blip_558k.parquet"] {
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
    fn places_are_patterns_and_the_first_of_equals_counts() {
        let shards = Dataset {
            files: vec!["coyo/pkl*/*.pkl".to_owned()],
            places: vec![place("coyo/pkl03-split", None), place("coyo/pkl##-split", None)],
            ..Dataset::default()
        };
        let place_of = |path: &str| shards.matches(path).map(|found| (found.place, found.base.unwrap()));
        assert_eq!(place_of("data/coyo/pkl03-split/part-00000.pkl"), Some((Some(0), "data".to_owned())));
        assert_eq!(place_of("coyo/pkl02-split/part-00000.pkl"), Some((Some(1), String::new())));
        assert_eq!(place_of("coyo/pkl/0000.pkl"), Some((None, String::new())));
        assert_eq!(place_of("coyo/pkl03-split/part-00000.json"), None);
    }

    #[test]
    fn extensions_of_packings_are_none_of_the_name() {
        for (name, stem) in [
            ("a.json.gz", "a"),
            ("a.pkl", "a"),
            ("a.parquet", "a"),
            ("a.pkl.gz", "a"),
            ("a.tar.zst", "a"),
            ("a.tgz", "a"),
            ("a.b", "a.b"),
            ("a.gz", "a.gz"),
        ] {
            assert_eq!(without_extension(name), stem);
        }
    }

    #[test]
    fn the_places_own_image_folder_is_expected_first() {
        assert_eq!(blip().image_folders(Some(1)), ["llava/images", "images"]);
        assert_eq!(blip().image_folders(Some(0)), ["images", "llava/images"]);
    }
}
