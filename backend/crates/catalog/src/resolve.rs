//! Resolving a root: which annotation file is which dataset, and where its pictures are.

mod claim;
mod images;
mod layouts;
mod lists;
mod open;
mod source_dirs;

use super::archive::stands_for;
use super::error::ResolveError;
use super::known::Catalog;
use super::layout::FoundLayout;
use super::list::FoundIdList;
use super::looks::Looks;
use super::walk::walk;
use super::{paths, unclaimed, unknown};
use blendscope_read::{Container, Form, RecordKeys, disk};
use blendscope_shared::dataset::Unclaimed;
pub(crate) use source_dirs::{Mount, mounts};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// So many folders of pairs in one folder are one dataset.
const MANY_FOLDERS: usize = 10;

/// What there is under a root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Files that look like data but belong to no dataset, by path; of many that are alike, the first few.
    pub unclaimed: Vec<Unclaimed>,
    /// Folders that paths of image sources lead to and that are there.
    pub source_dirs: BTreeSet<PathBuf>,
}

impl Resolved {
    /// Archives of pictures at places where no dataset looks for any.
    fn unused_archives(&self) -> Vec<Unclaimed> {
        let is_used = |archive: &PathBuf| {
            let own = archive.parent().unwrap_or(&self.root);
            let mut dirs = self.datasets.iter().flat_map(|dataset| &dataset.image_dirs);
            let is_near = dirs.any(|dir| own.starts_with(dir) || dir.starts_with(own));
            is_near || !self.datasets.is_empty() && !self.folders_of_archive(archive).is_empty()
        };
        let told = |archive: &PathBuf| Unclaimed {
            path: paths::relative(&self.root, archive),
            reason: "an archive of pictures without texts, and no dataset here looks for its pictures in it"
                .to_owned(),
        };
        self.archives.iter().filter(|archive| !is_used(archive)).map(told).collect()
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

/// Looks through a root.
pub(crate) fn resolve(catalog: &Catalog, root: &Path, looks: &Looks) -> Result<Resolved, ResolveError> {
    let fail = |source| ResolveError::Root { path: root.to_owned(), source };
    if !disk::metadata(root).map_err(fail)?.is_dir() {
        return Err(ResolveError::NotAFolder { path: root.to_owned() });
    }
    disk::read_dir(root).map_err(fail)?;
    let root = std::path::absolute(root).map_err(fail)?;

    let walked = walk(&root, catalog.id_lists(), looks);
    let (mut unclaimed, mut watched) = (walked.unclaimed, walked.watched);
    let opened =
        open::open(catalog.datasets(), walked.candidates, walked.pairs, looks, &mut watched, &mut unclaimed);
    let id_lists = lists::id_lists(catalog.id_lists(), walked.lists, &mut unclaimed);
    let claimed = claim::claim(catalog.datasets(), opened.files);
    let archives = opened.archives;
    let layouts = layouts::layouts(catalog, &root, &claimed, &archives);
    let place = images::Folders { root: &root, catalog, bases: &claimed.bases, archives: &archives, looks };
    let datasets = datasets(&place, claimed.known, claimed.unknown);
    let source_dirs = {
        let mounts = mounts(catalog, &root, &claimed.bases, &datasets);
        source_dirs::source_dirs(catalog, &mounts, &archives)
    };
    looks.finish(watched);
    let mut resolved = Resolved {
        bases: claimed.bases,
        layouts,
        datasets,
        id_lists,
        archives,
        box_files: opened.box_files,
        unclaimed: Vec::new(),
        source_dirs,
        root,
    };
    let told: HashSet<String> = unclaimed.iter().map(|file| file.path.clone()).collect();
    unclaimed.extend(resolved.unused_archives().into_iter().filter(|archive| !told.contains(&archive.path)));
    resolved.unclaimed = unclaimed::shortened(unclaimed);
    Ok(resolved)
}

/// Known datasets and then the others, each with a slug of its own.
fn datasets(
    place: &images::Folders<'_>,
    known: Vec<claim::Known<'_>>,
    unknown: Vec<FoundFile>,
) -> Vec<FoundDataset> {
    let mut datasets: Vec<FoundDataset> = Vec::new();
    let mut taken: HashSet<String> = HashSet::new();
    for known in &known {
        let slug = known_slug(place.catalog, &taken, known);
        taken.insert(slug.clone());
        datasets.push(place.known(known, slug));
    }
    for found in unknown_datasets(unknown) {
        let is_taken = |slug: &str| place.catalog.reserves(slug) || taken.contains(slug);
        let name = if found.name == "." { name_of(place.root) } else { found.name };
        let slug = unknown::unique_slug(&name, &found.folder, is_taken);
        taken.insert(slug.clone());
        datasets.push(place.unknown(name, slug, found.files));
    }
    datasets
}

fn name_of(root: &Path) -> String {
    root.file_name().map_or_else(|| "captions".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The dataset's own slug; a further copy of its files has the folder's name in it.
fn known_slug(catalog: &Catalog, taken: &HashSet<String>, known: &claim::Known<'_>) -> String {
    if known.copy == 0 && !taken.contains(&known.dataset.slug) {
        return known.dataset.slug.clone();
    }
    let (folder, _) = paths::split(&known.files[0].relative);
    let name = format!("{}-{}", known.dataset.slug, unknown::slug_of(paths::split(folder).1));
    unknown::unique_slug(&name, "", |slug| taken.contains(slug) || catalog.reserves(slug))
}

struct Unknown {
    name: String,
    folder: String,
    files: Vec<FoundFile>,
}

fn unknown_datasets(files: Vec<FoundFile>) -> Vec<Unknown> {
    let (files, mut datasets) = folders_of_folders(files);
    let names: Vec<&str> = files.iter().map(|file| file.relative.as_str()).collect();
    let groups = unknown::group(&names);
    let files_of = |members: &[usize]| members.iter().map(|&number| files[number].clone()).collect();
    datasets.extend(groups.into_iter().map(|group| Unknown {
        files: files_of(&group.members),
        name: group.name,
        folder: group.folder,
    }));
    datasets.sort_by(|a, b| a.files[0].relative.cmp(&b.files[0].relative));
    datasets
}

/// Takes out the folders of pairs of which very many lie in one folder: they are one dataset, whatever they are called.
fn folders_of_folders(files: Vec<FoundFile>) -> (Vec<FoundFile>, Vec<Unknown>) {
    let around = |file: &FoundFile| {
        let is_folder = file.container.form == Form::Folder;
        is_folder.then(|| paths::split(&file.relative).0.to_owned())
    };
    let mut siblings: BTreeMap<String, usize> = BTreeMap::new();
    for folder in files.iter().filter_map(around) {
        *siblings.entry(folder).or_default() += 1;
    }
    let mut together: BTreeMap<String, Vec<FoundFile>> = BTreeMap::new();
    let mut others = Vec::new();
    for file in files {
        match around(&file).filter(|folder| siblings[folder] >= MANY_FOLDERS) {
            Some(folder) => together.entry(folder).or_default().push(file),
            None => others.push(file),
        }
    }
    let named = |(path, files): (String, Vec<FoundFile>)| {
        let (folder, name) = paths::split(&path);
        let name = if name.is_empty() { "captions" } else { name };
        Unknown { name: name.to_owned(), folder: paths::split(folder).1.to_owned(), files }
    };
    (others, together.into_iter().map(named).collect())
}
