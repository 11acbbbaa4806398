//! Resolving a root: which annotation file is which dataset, and where its pictures are.

mod claim;
mod images;

use super::error::ResolveError;
use super::load::Catalog;
use super::walk::{Candidate, walk};
use super::{paths, unknown};
use crate::read::{Container, Sniff, sniff};
use blendscope_shared::dataset::Unclaimed;
use std::path::{Path, PathBuf};

/// What there is under a root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// The root as an absolute path; links in it are kept.
    pub root: PathBuf,
    /// Folders, relative to the root, that play the part of the documents' `data` or `playground/data`.
    pub bases: Vec<String>,
    /// Known datasets in the catalog's order, then unknown ones by path.
    pub datasets: Vec<FoundDataset>,
    /// Files that look like data but belong to no dataset, by path.
    pub unclaimed: Vec<Unclaimed>,
}

/// A dataset that is under the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundDataset {
    /// Name in links, unique among all datasets and image sources.
    pub slug: String,
    /// Name for people.
    pub title: String,
    /// How many samples its own documents speak of.
    pub documented_samples: Option<u64>,
    /// Terms of use in the documents' own words.
    pub terms: Option<String>,
    /// The folder that image refs are relative to, relative to the root; empty for the root itself.
    pub image_root: String,
    /// The same folder as the documents name it, relative to their data folder: what image keys are made with.
    pub key_root: String,
    /// Absolute folders in which refs are looked for, in this order; the first is the expected one, never none.
    pub image_dirs: Vec<PathBuf>,
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

/// Looks through a root.
pub(crate) fn resolve(catalog: &Catalog, root: &Path) -> Result<Resolved, ResolveError> {
    let fail = |source| ResolveError::Root { path: root.to_owned(), source };
    if !std::fs::metadata(root).map_err(fail)?.is_dir() {
        return Err(ResolveError::NotAFolder { path: root.to_owned() });
    }
    std::fs::read_dir(root).map_err(fail)?;
    let root = std::path::absolute(root).map_err(fail)?;

    let walked = walk(&root);
    let mut unclaimed = walked.unclaimed;
    let files = open(walked.candidates, &mut unclaimed);
    let claimed = claim::claim(catalog.datasets(), files);
    let place = images::Folders { root: &root, catalog, bases: &claimed.bases };
    let mut datasets: Vec<FoundDataset> = Vec::new();
    for known in &claimed.known {
        let slug = known_slug(catalog, &datasets, known);
        datasets.push(place.known(known, slug));
    }
    for found in unknown_datasets(claimed.unknown) {
        let is_taken = |slug: &str| catalog.reserves(slug) || datasets.iter().any(|other| other.slug == slug);
        let slug = unknown::unique_slug(&found.name, &found.folder, is_taken);
        datasets.push(place.unknown(found.name, slug, found.files));
    }
    unclaimed.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Resolved { bases: claimed.bases, datasets, unclaimed, root })
}

/// Looks into every candidate; what has no records goes to the unclaimed.
fn open(candidates: Vec<Candidate>, unclaimed: &mut Vec<Unclaimed>) -> Vec<FoundFile> {
    let mut files = Vec::new();
    for Candidate { path, relative, bytes } in candidates {
        match sniff(&path) {
            Sniff::Records(container) => files.push(FoundFile { path, relative, container, bytes }),
            Sniff::Foreign(reason) | Sniff::Unreadable(reason) => {
                unclaimed.push(Unclaimed { path: relative, reason });
            }
        }
    }
    files
}

/// The dataset's own slug; a further copy of its files has the folder's name in it.
fn known_slug(catalog: &Catalog, datasets: &[FoundDataset], known: &claim::Known<'_>) -> String {
    let is_taken = |slug: &str| datasets.iter().any(|other| other.slug == slug);
    if known.copy == 0 && !is_taken(&known.dataset.slug) {
        return known.dataset.slug.clone();
    }
    let (folder, _) = paths::split(&known.files[0].relative);
    let name = format!("{}-{}", known.dataset.slug, unknown::slug_of(paths::split(folder).1));
    unknown::unique_slug(&name, "", |slug| is_taken(slug) || catalog.reserves(slug))
}

struct Unknown {
    name: String,
    folder: String,
    files: Vec<FoundFile>,
}

fn unknown_datasets(files: Vec<FoundFile>) -> Vec<Unknown> {
    let names: Vec<&str> = files.iter().map(|file| file.relative.as_str()).collect();
    let groups = unknown::group(&names);
    let files_of = |members: &[usize]| members.iter().map(|&number| files[number].clone()).collect();
    groups
        .into_iter()
        .map(|group| Unknown { files: files_of(&group.members), name: group.name, folder: group.folder })
        .collect()
}
