//! The locator: from image refs and image keys to the paths where a picture's file may be.
//!
//! A picture is looked for exactly as written, then in other ways, then by the end of its path. Path arithmetic only:
//! whoever asks says what is there.

use super::known::Catalog;
use super::paths::{inside, safe_relative, split, under};
use crate::found::{FoundDataset, Resolved};
use crate::paths::join;
use crate::resolve::{Mount, mounts};
use crate::spellings::{escaped, is_odd, spellings, unescaped};
use crate::{Source, Spelling, paths};
use blendscope_read::disk;
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
    let mut unique: Vec<PathBuf> = Vec::with_capacity(paths.len());
    for path in paths {
        if !unique.contains(&path) {
            unique.push(path);
        }
    }
    unique
}

/// A folder in which refs into some other folder may find their pictures, perhaps under other names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// Absolute.
    pub dir: PathBuf,
    /// What listed names begin and end with instead of what refs' names do.
    pub strip: (String, String),
    /// What refs' names begin and end with.
    pub add: (String, String),
    /// The folders that all names of the image source have in common here, and the pattern of its names if it has one.
    names: Option<(String, String)>,
}

impl Alternative {
    /// The folder `dir` of the path `listed`, and `rest` in it, for refs that were written by the path `written`.
    pub fn new(source: &Source, written: &Spelling, listed: &Spelling, dir: &Path, rest: &str) -> Self {
        let around = |spelling: &Spelling| {
            // What stands before a name with folders belongs to the first of them.
            let prefix = if rest.is_empty() { spelling.prefix() } else { "" };
            (prefix.to_owned(), spelling.after.clone())
        };
        let names = source.names.clone().map(|pattern| (rest.to_owned(), pattern));
        Self { dir: under(dir, rest), strip: around(listed), add: around(written), names }
    }

    /// Whether listed names are those of refs.
    pub fn is_plain(&self) -> bool {
        self.strip == self.add
    }

    /// The name by which a ref means a listed picture; `None` for one that is not the source's.
    pub fn ref_name(&self, listed: &str) -> Option<String> {
        self.renamed(listed, &self.strip, &self.add)
    }

    /// The name in this folder of the picture that a ref means.
    pub fn listed_name(&self, written: &str) -> Option<String> {
        self.renamed(written, &self.add, &self.strip)
    }

    fn renamed(&self, name: &str, from: &(String, String), to: &(String, String)) -> Option<String> {
        let shared = name.strip_prefix(from.0.as_str())?.strip_suffix(from.1.as_str())?;
        let is_allowed = match &self.names {
            Some((folders, names)) => paths::fits(names, &join(folders, shared)),
            None => !shared.is_empty(),
        };
        is_allowed.then(|| format!("{}{shared}{}", to.0, to.1))
    }
}

/// How a picture was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By its path as written.
    Written,
    /// By its path in another way of writing it.
    Spelled,
    /// By the end of its path, which is of another machine.
    Ending,
}

/// What came of looking for a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// What is there, and how it was found.
    pub found: Option<(T, How)>,
    /// The places looked at, in order; the last one is where it was found.
    pub tried: Vec<PathBuf>,
}

impl Locator {
    /// Looks for the picture of a dataset's ref; `at` says what is at a place.
    ///
    /// A path is taken as written, then without what another system or an address adds to it. An absolute path that is
    /// not below the root or a folder of pictures is of another machine: the longest end of it, a folder and a name at
    /// least, that leads to one picture is taken.
    pub fn seek<T>(
        &self,
        dataset: &str,
        written: &str,
        at: &mut dyn FnMut(&Path) -> Option<T>,
    ) -> Located<T> {
        let mut located = Located { found: None, tried: Vec::new() };
        if located.look(self.of_ref(dataset, written), How::Written, at) || !is_odd(written) {
            return located;
        }
        let ways = [vec![written.to_owned()], spellings(written)].concat();
        let spelled = ways.iter().flat_map(|way| match way.strip_prefix('/') {
            Some(_) => self.inside(dataset, way),
            None => self.of_ref(dataset, way),
        });
        if located.look(spelled.collect(), How::Spelled, at) {
            return located;
        }
        for ends in self.by_end(dataset, &ways) {
            let mut there = ends.iter().filter_map(|place| Some((place, at(place)?)));
            if let Some((place, found)) = there.next() {
                // Two pictures at ends of the same length: neither is meant more than the other.
                if there.next().is_none() {
                    located.tried.push(place.clone());
                    located.found = Some((found, How::Ending));
                }
                break;
            }
        }
        located
    }

    /// Looks for the picture with an image key; see [`of_key`](Self::of_key).
    pub fn seek_key<T>(&self, key: &str, at: &mut dyn FnMut(&Path) -> Option<T>) -> Located<T> {
        let of_dataset = key.split_once('/').filter(|(source, _)| self.places.contains_key(*source));
        if let Some((dataset, name)) = of_dataset {
            return self.seek(dataset, name, at);
        }
        let mut located = Located { found: None, tried: Vec::new() };
        located.look(self.of_key(key), How::Written, at);
        located
    }

    /// The place that an absolute path means below the root or a folder of pictures, however these are reached.
    fn inside(&self, dataset: &str, absolute: &str) -> Vec<PathBuf> {
        let Some(relative) = safe_relative(absolute.trim_start_matches('/')) else { return Vec::new() };
        let path = Path::new("/").join(relative);
        let [root, real_root] = &self.roots;
        let dirs = self.places.get(dataset).map(|places| places.dirs.iter()).unwrap_or_default();
        let folders = [(root, root), (real_root, root)].into_iter().chain(dirs.map(|dir| (dir, dir)));
        let below = |(folder, here): (&PathBuf, &PathBuf)| Some(here.join(path.strip_prefix(folder).ok()?));
        without_repeats(folders.filter_map(below).collect())
    }

    /// The places at the ends of absolute paths, the longest ends first; places of one length together.
    fn by_end(&self, dataset: &str, ways: &[String]) -> Vec<Vec<PathBuf>> {
        let dirs = self.places.get(dataset).map(|places| places.dirs.as_slice()).unwrap_or_default();
        let mut ends: Vec<Vec<PathBuf>> = Vec::new();
        for way in ways.iter().filter(|way| way.starts_with('/')) {
            let Some(path) = safe_relative(way.trim_start_matches('/')) else { continue };
            let names: Vec<&str> = path.split('/').collect();
            for length in 2..names.len() {
                let end = names[names.len() - length..].join("/");
                let places = dirs.iter().chain(&self.roots[..1]).map(|dir| dir.join(&end));
                ends.resize_with(ends.len().max(length - 1), Vec::new);
                ends[length - 2].extend(places);
            }
        }
        ends.into_iter().rev().map(without_repeats).collect()
    }
}

impl<T> Located<T> {
    /// Looks at places in order, until there is something.
    fn look(&mut self, places: Vec<PathBuf>, how: How, at: &mut dyn FnMut(&Path) -> Option<T>) -> bool {
        for place in places {
            if self.tried.contains(&place) {
                continue;
            }
            self.found = at(&place).map(|found| (found, how));
            self.tried.push(place);
            if self.found.is_some() {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalog, FoundDataset, Resolved};
    use std::sync::Arc;

    fn located(written: &str, there: &[&str]) -> (Option<(String, How)>, usize) {
        let dataset = FoundDataset {
            slug: "mine".to_owned(),
            image_dirs: vec!["/root/of/data".into(), "/root/of/data/inner".into()],
            ..FoundDataset::default()
        };
        let resolved =
            Resolved { root: "/root/of/data".into(), datasets: vec![dataset], ..Resolved::default() };
        let locator = Locator::new(Arc::new(Catalog::builtin()), &resolved);
        let mut at = |place: &Path| {
            let relative = place.strip_prefix("/root/of/data").expect("no place is outside the root");
            there.contains(&relative.to_str()?).then(|| relative.display().to_string())
        };
        let located = locator.seek("mine", written, &mut at);
        (located.found, located.tried.len())
    }

    #[test]
    fn paths_are_tried_as_written_and_then_in_other_ways() {
        for (written, how) in [
            ("pics/a b.jpg", How::Written),
            ("./pics//a b.jpg", How::Written),
            (r"pics\a b.jpg", How::Spelled),
            ("pics/a%20b.jpg", How::Spelled),
            ("pics/a b.jpg?download=1", How::Spelled),
            (" pics/a b.jpg\n", How::Spelled),
            ("/root/of/data/pics/a b.jpg", How::Spelled),
            ("file:///root/of/data/pics/a%20b.jpg", How::Spelled),
            ("/home/me/data/pics/a b.jpg", How::Ending),
            (r"C:\Users\me\pics\a b.jpg", How::Ending),
        ] {
            assert_eq!(
                located(written, &["pics/a b.jpg"]).0,
                Some(("pics/a b.jpg".to_owned(), how)),
                "{written}"
            );
        }
    }

    #[test]
    fn an_exact_name_comes_before_every_other_way() {
        let there = ["%41.jpg", "A.jpg", "a.jpg?x", "a.jpg"];
        assert_eq!(located("%41.jpg", &there).0, Some(("%41.jpg".to_owned(), How::Written)));
        assert_eq!(located("a.jpg?x", &there).0, Some(("a.jpg?x".to_owned(), How::Written)));
        assert_eq!(located("a.jpg?y", &there).0, Some(("a.jpg".to_owned(), How::Spelled)));
    }

    #[test]
    fn two_pictures_at_the_same_end_are_none() {
        let written = "/elsewhere/pics/a.jpg";
        assert_eq!(located(written, &["pics/a.jpg", "inner/pics/a.jpg"]).0, None);
        assert_eq!(located(written, &["a.jpg"]).0, None, "a name alone is no end");
        let longer = located("/x/inner/pics/a.jpg", &["pics/a.jpg", "inner/pics/a.jpg"]).0;
        assert_eq!(longer, Some(("inner/pics/a.jpg".to_owned(), How::Ending)));
    }

    #[test]
    fn no_way_leaves_the_root() {
        for written in [
            r"..\secret.jpg",
            "%2E%2E/secret.jpg",
            "/root/of/data/../secret.jpg",
            "file:///etc/../x.jpg",
            "a\0.jpg",
            "",
        ] {
            assert_eq!(located(written, &[]).0, None, "{written}");
        }
    }
}
