//! What there is under a root: the datasets, files, layouts, lists and archives that resolving it found.

use crate::dataset::FoundLayout;
use crate::paths;
use crate::recipe::FoundIdList;
use blendscope_blend::document::Mistake;
use blendscope_blend::format::Format;
use blendscope_blend::mixture::Mixture;
use blendscope_read::{Container, RecordKeys};
use blendscope_shared::dataset::Unclaimed;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What there is under a root.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Resolved {
    /// The root as an absolute path; links in it are kept.
    pub root: PathBuf,
    /// Folders, relative to the root, that play the part of the documents' `data` or `playground/data`.
    pub bases: Vec<String>,
    /// The documents' layouts that it has, the most complete first.
    pub layouts: Vec<FoundLayout>,
    /// Known datasets in the catalog's order, then unknown ones by path.
    pub datasets: Vec<FoundDataset>,
    /// Lists of ids, by path.
    pub id_lists: Vec<FoundIdList>,
    /// Archives of pictures, absolute, by path.
    pub archives: Vec<PathBuf>,
    /// Files with boxes on pictures, by path.
    pub box_files: Vec<BoxFile>,
    /// Mixture files of trainers, by path.
    pub mixtures: Vec<FoundMixture>,
    /// Files that look like data but belong to no dataset, by path; of many that are alike, the first few.
    pub unclaimed: Vec<Unclaimed>,
    /// Folders that paths of image sources lead to and that are there.
    pub source_dirs: BTreeSet<PathBuf>,
}

/// A mixture file that is under the root.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundMixture {
    /// Name in links.
    pub slug: String,
    /// Relative to the root, with `/`.
    pub relative: String,
    /// Whose rules hold.
    pub format: Format,
    /// What it says: a name, and what the trainer takes. A registry of VILA has several, any other file one.
    pub mixtures: Result<Vec<(String, Mixture)>, Mistake>,
}

impl Resolved {
    /// Archives of pictures at places where no dataset looks for any.
    pub(crate) fn unused_archives(&self) -> Vec<Unclaimed> {
        let is_used = |archive: &PathBuf| {
            let own = archive.parent().unwrap_or(&self.root);
            let mut dirs = self.datasets.iter().flat_map(|dataset| &dataset.image_dirs);
            let is_near = dirs.any(|dir| own.starts_with(dir) || dir.starts_with(own));
            is_near || !self.datasets.is_empty() && !self.folders_of_archive(archive).is_empty()
        };
        let reported = |archive: &PathBuf| Unclaimed {
            path: paths::relative(&self.root, archive),
            reason: "an archive of pictures without texts, and no dataset here looks for its pictures in it"
                .to_owned(),
        };
        self.archives.iter().filter(|archive| !is_used(archive)).map(reported).collect()
    }

    /// The folders of pictures that an archive stands for, besides those that it would unpack to where it lies.
    pub fn folders_of_archive(&self, archive: &Path) -> Vec<PathBuf> {
        let of_datasets = self.datasets.iter().flat_map(|dataset| &dataset.image_dirs);
        let folders = self.source_dirs.iter().chain(of_datasets).filter(|dir| **dir != self.root);
        let standing: BTreeSet<&PathBuf> = folders.filter(|dir| stands_for(archive, dir)).collect();
        standing.into_iter().cloned().collect()
    }
}

/// A dataset that is under the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "facts about a dataset, each by itself")]
pub struct FoundDataset {
    /// Name in links, unique among all datasets and image sources.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// Whether the catalog has it.
    pub is_known: bool,
    /// How many samples its own documents speak of.
    pub documented_samples: Option<u64>,
    /// Documented language, ISO 639-1; English when absent.
    pub language: Option<String>,
    /// Terms of use in the documents' own words.
    pub terms: Option<String>,
    /// Whether the terms restrict what may be done with it.
    pub is_restricted: bool,
    /// Whether it is to be looked things up in and not trained on: COCO's captions, questions of a benchmark.
    pub is_reference: bool,
    /// Whether its loader needs a `.count` file beside each shard.
    pub is_counted: bool,
    /// Whether box files are about its samples: where a layout of its place has some, or nothing is known.
    pub has_boxes: bool,
    /// Address of the page to get it from.
    pub home: Option<String>,
    /// Titles of the layouts whose documents speak of its place.
    pub layouts: Vec<String>,
    /// For one the catalog does not know: the catalog entry that would name it, as TOML.
    pub suggestion: Option<String>,
    /// The folder that image refs are relative to, relative to the root; empty for the root itself.
    pub image_root: String,
    /// The same folder as the documents name it, relative to their data folder: what image keys are made with.
    pub key_root: String,
    /// Absolute folders in which refs are looked for, in this order; the first is the expected one, never none.
    pub image_dirs: Vec<PathBuf>,
    /// What the catalog says about the keys of its records.
    pub record: Option<Arc<RecordKeys>>,
    /// Its annotation files in the order of their samples.
    pub files: Vec<FoundFile>,
}

/// An annotation file that is under the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// Absolute.
    pub path: PathBuf,
    /// Relative to the root, with `/`.
    pub relative: String,
    /// How its records lie in it.
    pub container: Container,
    /// Size on disk.
    pub bytes: u64,
}

/// A file with boxes on pictures, by sample id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoxFile {
    /// Absolute.
    pub path: PathBuf,
    /// Relative to the root, with `/`.
    pub relative: String,
    /// Size on disk.
    pub bytes: u64,
}

/// Whether the pictures of a folder may be in an archive: one inside it, one with its name or that of a folder above it
/// (`train2017.zip` for `train2017/`), or beside it a tar archive, or a zip archive whose name begins with `image`,
/// or such in a folder beside it whose name does (`sam/000000.tar` for `sam/images`, `image_chunks/images_0.zip` for
/// `images`).
pub(crate) fn stands_for(archive: &Path, folder: &Path) -> bool {
    if archive.parent() == Some(folder) || folder.starts_with(archive.with_extension("")) {
        return true;
    }
    let Some(parent) = folder.parent() else { return false };
    let Some(around) = archive.parent() else { return false };
    // A folder of archives, such as `image_chunks`; any other folder's archives are that folder's.
    let is_of_archives = around.file_name().is_some_and(|name| name.to_string_lossy().starts_with("image"));
    let is_sibling = around == parent || is_of_archives && around.parent() == Some(parent);
    is_of_pictures(archive) && is_sibling
}

pub(crate) fn is_of_pictures(archive: &Path) -> bool {
    let is_tar = archive.extension().is_some_and(|extension| extension == "tar");
    is_tar || archive.file_name().is_some_and(|name| name.to_string_lossy().starts_with("image"))
}
