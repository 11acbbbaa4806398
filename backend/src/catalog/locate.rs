//! From refs and image keys to the places where a picture's file may be. Path arithmetic only: nothing is looked at.

use super::load::Catalog;
use super::paths::{inside, safe_relative, under};
use super::resolve::Resolved;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Knows every folder of a resolved root in which pictures may lie.
#[derive(Clone, Debug)]
pub struct Locator {
    catalog: Arc<Catalog>,
    /// Folders by dataset, in the order in which they are tried.
    dirs: HashMap<String, Vec<PathBuf>>,
    /// Where documented paths lead: a path inside the first is looked for under the second.
    mounts: Vec<(String, PathBuf)>,
}

impl Locator {
    /// A locator for what was found under a root.
    pub fn new(catalog: Arc<Catalog>, resolved: &Resolved) -> Self {
        let mut mounts = Vec::new();
        let mut mount = |folder: &str, dir: PathBuf| {
            let pair = (folder.to_owned(), dir);
            if !mounts.contains(&pair) {
                mounts.push(pair);
            }
        };
        for base in &resolved.bases {
            mount("", under(&resolved.root, base));
        }
        for dataset in &resolved.datasets {
            for dir in &dataset.image_dirs {
                mount(&dataset.key_root, dir.clone());
                // A ref may be a documented path by itself, whatever folder it is relative to.
                mount("", dir.clone());
            }
        }
        for base in std::iter::once("").chain(catalog.bases().iter().map(String::as_str)) {
            mount("", under(&resolved.root, base));
        }
        let dirs =
            resolved.datasets.iter().map(|found| (found.slug.clone(), found.image_dirs.clone())).collect();
        Self { catalog, dirs, mounts }
    }

    /// Where the picture of a dataset's ref should be, the expected place first. None for an unsafe ref.
    pub fn of_ref(&self, dataset: &str, written: &str) -> Vec<PathBuf> {
        let (Some(dirs), Some(reference)) = (self.dirs.get(dataset), safe_relative(written)) else {
            return Vec::new();
        };
        dirs.iter().map(|dir| dir.join(&reference)).collect()
    }

    /// Where the picture with an image key may be, likely places first: every spelling of a known source in every
    /// folder, or else the ref in the folders of the dataset that the key begins with.
    pub fn of_key(&self, key: &str) -> Vec<PathBuf> {
        let Some((source, name)) = key.split_once('/') else { return Vec::new() };
        let Some(name) = safe_relative(name) else { return Vec::new() };
        if self.dirs.contains_key(source) {
            return self.of_ref(source, &name);
        }
        let documented = self.catalog.image_paths(source, &name);
        let mut places = Vec::new();
        for (folder, dir) in &self.mounts {
            places.extend(documented.iter().filter_map(|path| Some(dir.join(inside(path, folder)?))));
        }
        places
    }
}
