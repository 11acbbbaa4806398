//! Datasets and the annotation files they consist of.

use serde::{Deserialize, Serialize};

/// Answer of `GET /api/v1/datasets`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Datasets {
    /// Every dataset found under the root, in the catalog's order.
    pub items: Vec<Dataset>,
    /// Always null: the list is never long enough to page.
    pub next: Option<String>,
    /// Files that look like data but belong to no dataset.
    pub unclaimed: Vec<Unclaimed>,
    /// Preparation documents whose layout the root has, in part or as a whole, best first.
    #[serde(default)]
    pub layouts: Vec<Layout>,
}

/// A preparation document's layout, as far as the root has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Name in the catalog, such as `convllava`.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// How many of its places are there.
    pub found: usize,
    /// How many places it has.
    pub total: usize,
}

/// Answer of `GET /api/v1/layouts`: where the preparation documents put files under the root.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layouts {
    /// The documents of the catalog.
    pub items: Vec<LayoutPlan>,
    /// Always null: the list is never long enough to page.
    pub next: Option<String>,
}

/// What a preparation document puts where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayoutPlan {
    /// Name in the catalog, such as `convllava`.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// Address of the document.
    pub document: Option<String>,
    /// Annotation files and folders of pictures, in the document's tree.
    pub places: Vec<PlannedPlace>,
}

/// A place of a layout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedPlace {
    /// Relative to the root; `*` stands for anything.
    pub path: String,
    /// The dataset whose annotation files lie there; null for a folder of pictures.
    pub dataset: Option<String>,
    /// Page to get it from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
}

/// A named set of annotation files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dataset {
    /// Name in links, such as `llava-v1.5-mix665k`.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// Samples read so far.
    pub samples: u64,
    /// Bad records so far.
    pub skipped: u64,
    /// What the dataset's own documents say it has.
    pub documented_samples: Option<u64>,
    /// Image refs of all samples.
    pub images_referenced: u64,
    /// Image refs whose file is not there. Final once `complete`.
    pub images_missing: u64,
    /// Image refs whose bytes are no picture, or not all of it, as far as they were looked at: in the background, when
    /// everything is searchable.
    #[serde(default)]
    pub images_broken: u64,
    /// Image refs that are addresses on the web or in a bucket.
    #[serde(default)]
    pub images_remote: u64,
    /// Languages by number of samples, most frequent first: ISO 639-1 codes or `und`.
    pub languages: Vec<LanguageCount>,
    /// Recipes this dataset is a part of.
    pub recipes: Vec<String>,
    /// The first annotation files by path: up to 50 in the list of datasets, up to 2,000 in the answer about one.
    pub files: Vec<AnnotationFile>,
    /// How many annotation files there are.
    #[serde(default)]
    pub files_total: u64,
    /// Whether every file is read and its images are looked up.
    pub complete: bool,
    /// Turns of all samples.
    pub turns: u64,
    /// Whitespace-separated words of all turns.
    pub words: u64,
    /// Unicode characters of all turns.
    #[serde(default)]
    pub characters: u64,
    /// Samples without any image.
    pub text_only: u64,
    /// Terms of use in the documents' own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// Whether the terms restrict what may be done with it.
    #[serde(default)]
    pub is_restricted: bool,
    /// Whether it is to be looked things up in and not trained on, as captions of COCO or questions of a benchmark are: it
    /// is part of a blend only when it is asked for.
    #[serde(default)]
    pub is_reference: bool,
    /// Preparation documents whose layout its place is, such as `ConvLLaVA`.
    #[serde(default)]
    pub layouts: Vec<String>,
    /// For a dataset the catalog does not know: the catalog entry that would name it, as TOML.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// Lists of ids that say which of its samples were chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subsets: Vec<Subset>,
    /// The folder that image refs are relative to, relative to the root; empty for the root itself.
    pub image_root: String,
    /// Up to three pictures for the shelf, from all over the dataset.
    #[serde(default)]
    pub covers: Vec<crate::image::ImageView>,
    /// How its records were read; only in the answer about this dataset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<Reading>,
}

/// Which keys the records of a dataset were read from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What their turns are, most frequent first: the keys with the shape, such as `conversations: from, value`.
    pub turns: Vec<KeyCount>,
    /// Keys of their pictures.
    pub pictures: Vec<KeyCount>,
    /// Keys that are shown as other keys of a sample and are neither turns nor pictures.
    pub unread: Vec<KeyCount>,
}

/// A key of records, and how many have it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyCount {
    /// The key.
    pub key: String,
    /// Records.
    pub records: u64,
}

/// A list of ids, and what it says about a dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subset {
    /// Name in links: a value of the search parameter `subset`.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// Ids in the list.
    pub listed: u64,
    /// Samples of the dataset that are in the list; null where that cannot be decided.
    pub found: Option<u64>,
    /// Why it cannot be decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A language and how many samples are in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageCount {
    /// ISO 639-1 code, `und` when undecided.
    pub lang: String,
    /// Samples.
    pub count: u64,
}

/// One annotation file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnotationFile {
    /// Relative to the root, with `/`.
    pub path: String,
    /// `json_array`, `json_lines`, `json_array_gzip`, `json_lines_gzip`, `pickle`, `parquet`, `arrow`, `csv`, `tsv`, `tar` or
    /// `archive`.
    pub container: String,
    /// Samples read so far.
    pub samples: u64,
    /// Bad records so far.
    pub skipped: u64,
    /// Size on disk.
    pub bytes: u64,
    /// Image refs of its samples.
    pub images_referenced: u64,
    /// Image refs whose file is not there.
    pub images_missing: u64,
    /// Whether all of it has been read.
    pub complete: bool,
}

/// A file that looks like data but belongs to no dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unclaimed {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Why it is not opened, and what it probably is.
    pub reason: String,
}

/// Answer of `GET /api/v1/datasets/{slug}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DatasetDetail {
    /// The dataset.
    #[serde(flatten)]
    pub dataset: Dataset,
    /// The first hundred bad records.
    pub problems: Vec<RecordProblem>,
    /// How many there are.
    pub problems_total: u64,
}

/// A bad record, or a file that could not be read to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordProblem {
    /// Annotation file, relative to the root.
    pub file: String,
    /// Number of the record in the file, from 0, skipped ones counted; null when the whole file is meant.
    pub record: Option<u64>,
    /// Where the record begins, or the trouble where no record is meant; in the unpacked text for compressed files.
    pub byte_offset: u64,
    /// What is wrong.
    pub message: String,
}
