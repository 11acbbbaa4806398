//! Folders that the paths of image sources lead to and that are there.

use super::FoundDataset;
use crate::archive::stands_for;
use crate::paths::{inside, under};
use crate::{Catalog, Spelling};
use blendscope_read::disk;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where documented paths lead: a path inside the first is looked for under the second.
pub(crate) type Mount = (String, PathBuf);

/// Every place of a root that documented paths may be relative to: the data folders, the root, and the image folders of
/// the datasets.
pub(crate) fn mounts(
    catalog: &Catalog,
    root: &Path,
    bases: &[String],
    datasets: &[FoundDataset],
) -> Vec<Mount> {
    let mut mounts: Vec<Mount> = Vec::new();
    let mut mount = |folder: &str, dir: PathBuf| {
        let pair = (folder.to_owned(), dir);
        if !mounts.contains(&pair) {
            mounts.push(pair);
        }
    };
    for base in bases {
        mount("", under(root, base));
    }
    let is_of_source = |folder: &str| {
        let mut spellings = catalog.sources().iter().flat_map(|source| &source.spellings);
        spellings.any(|spelling| inside(folder, spelling.folder()).is_some())
    };
    for dataset in datasets {
        let has_others = !dataset.is_known || !is_of_source(&dataset.key_root);
        for dir in &dataset.image_dirs {
            mount(&dataset.key_root, dir.clone());
            // A ref may be a documented path by itself, whatever folder it is relative to.
            if has_others {
                mount("", dir.clone());
            }
        }
    }
    for base in std::iter::once("").chain(catalog.bases().iter().map(String::as_str)) {
        mount("", under(root, base));
    }
    mounts
}

/// The folders of all sources' paths that exist, or that an archive stands for.
pub(super) fn source_dirs(catalog: &Catalog, mounts: &[Mount], archives: &[PathBuf]) -> BTreeSet<PathBuf> {
    let spellings = catalog.sources().iter().flat_map(|source| &source.spellings);
    let folders: BTreeSet<&str> = spellings.map(Spelling::folder).collect();
    let mut dirs = BTreeSet::new();
    for (mount, dir) in mounts {
        for rest in folders.iter().filter_map(|folder| inside(folder, mount)) {
            let dir = under(dir, rest);
            if disk::is_dir(&dir) || archives.iter().any(|archive| stands_for(archive, &dir)) {
                dirs.insert(dir);
            }
        }
    }
    dirs
}
