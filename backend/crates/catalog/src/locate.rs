//! From refs and image keys to the places where a picture's file may be. Path arithmetic only: whoever asks says what is
//! there.

mod alternative;
mod seek;

use super::escapes::{escaped, unescaped};
use super::known::Catalog;
use super::paths::{inside, safe_relative, split, under};
use super::resolve::{FoundDataset, Mount, Resolved, mounts};
pub use alternative::Alternative;
use blendscope_read::disk;
pub use seek::{How, Sought};
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Knows every folder of a resolved root in which pictures may lie.
#[derive(Clone, Debug)]
pub struct Locator {
    catalog: Arc<Catalog>,
    /// By dataset.
    places: HashMap<String, Places>,
    mounts: Vec<Mount>,
    /// The root, and the same folder without links in its path.
    roots: [PathBuf; 2],
    /// Folders of image sources that are there.
    source_dirs: BTreeSet<PathBuf>,
}

/// Where a dataset's refs lead.
#[derive(Clone, Debug)]
struct Places {
    /// In the order in which they are tried.
    dirs: Vec<PathBuf>,
    /// The folder that refs are relative to, as the documents name it.
    key_root: String,
}

impl Locator {
    /// A locator for what was found under a root.
    pub fn new(catalog: Arc<Catalog>, resolved: &Resolved) -> Self {
        let mounts = mounts(&catalog, &resolved.root, &resolved.bases, &resolved.datasets);
        let places = resolved.datasets.iter().map(|found| (found.slug.clone(), Places::of(found))).collect();
        let real = disk::canonicalize(&resolved.root).unwrap_or_else(|_| resolved.root.clone());
        let roots = [resolved.root.clone(), real];
        Self { catalog, places, mounts, roots, source_dirs: resolved.source_dirs.clone() }
    }

    /// Where the picture of a dataset's ref should be, the expected place first. After the dataset's own folders come
    /// those of the other paths of its image source, as far as they are there. None for an unsafe ref.
    pub fn of_ref(&self, dataset: &str, written: &str) -> Vec<PathBuf> {
        let (Some(places), Some(reference)) = (self.places.get(dataset), safe_relative(written)) else {
            return Vec::new();
        };
        let mut paths: Vec<PathBuf> = places.dirs.iter().map(|dir| dir.join(&reference)).collect();
        let others = other_letters(&reference);
        paths.extend(others.iter().flat_map(|other| places.dirs.iter().map(move |dir| dir.join(other))));
        let (folder, name) = split(&reference);
        for alternative in self.alternatives_of(places, folder) {
            let Some(listed) = alternative.listed_name(name) else { continue };
            paths.push(alternative.dir.join(&listed));
            paths.extend(other_letters(&listed).iter().map(|other| alternative.dir.join(other)));
        }
        without_repeats(paths)
    }

    /// Where the picture with an image key may be, likely places first: every path of a known source in every folder,
    /// or else the ref in the folders of the dataset that the key begins with.
    pub fn of_key(&self, key: &str) -> Vec<PathBuf> {
        let Some((source, name)) = key.split_once('/') else { return Vec::new() };
        let Some(name) = safe_relative(name) else { return Vec::new() };
        if self.places.contains_key(source) {
            return self.of_ref(source, &name);
        }
        let mut documented = self.catalog.image_paths(source, &name);
        let others: Vec<String> = documented.iter().flat_map(|path| other_letters(path)).collect();
        documented.extend(others);
        let mut paths = Vec::new();
        for (folder, dir) in &self.mounts {
            paths.extend(documented.iter().filter_map(|path| Some(dir.join(inside(path, folder)?))));
        }
        let is_likely = |path: &Path| path.ancestors().skip(1).any(|dir| self.source_dirs.contains(dir));
        paths.sort_by_key(|path| !is_likely(path));
        without_repeats(paths)
    }

    /// Every other folder in which pictures of refs into `folder` (as refs write it, without their names) may lie, by
    /// the other paths of their image source; only folders that are there.
    pub fn alternatives(&self, dataset: &FoundDataset, folder: &str) -> Vec<Alternative> {
        self.alternatives_of(&Places::of(dataset), folder)
    }

    fn alternatives_of(&self, places: &Places, folder: &str) -> Vec<Alternative> {
        let own: Vec<PathBuf> = places.dirs.iter().map(|dir| under(dir, folder)).collect();
        let mut found: Vec<Alternative> = Vec::new();
        for (source, written, rest) in self.catalog.sources_of_folder(&places.key_root, folder) {
            for spelling in &source.spellings {
                for dir in self.dirs_of(spelling.folder()) {
                    let other = Alternative::new(source, written, spelling, &dir, &rest);
                    let is_own = other.is_plain() && own.contains(&other.dir);
                    if !is_own && !found.contains(&other) {
                        found.push(other);
                    }
                }
            }
        }
        found
    }

    /// Where a folder of the documents is, under every data folder that has it.
    fn dirs_of<'l>(&'l self, folder: &'l str) -> impl Iterator<Item = PathBuf> + 'l {
        let dirs =
            self.mounts.iter().filter_map(move |(mount, dir)| Some(under(dir, inside(folder, mount)?)));
        dirs.filter(|dir| self.source_dirs.contains(dir))
    }
}

impl Places {
    fn of(found: &FoundDataset) -> Self {
        Self { dirs: found.image_dirs.clone(), key_root: found.key_root.clone() }
    }
}

/// The path with letters written by their number as letters, and the other way round.
fn other_letters(path: &str) -> Vec<String> {
    let plain = unescaped(path);
    let numbered = escaped(plain.as_deref().unwrap_or(path)).filter(|numbered| numbered != path);
    plain.into_iter().chain(numbered).collect()
}

fn without_repeats(paths: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut kept: Vec<PathBuf> = Vec::with_capacity(paths.len());
    for path in paths {
        if !kept.contains(&path) {
            kept.push(path);
        }
    }
    kept
}
