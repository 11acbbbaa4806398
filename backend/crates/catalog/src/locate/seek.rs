//! Looking for the picture of a ref or a key: exactly as written, then in other ways, then by the end of its path.

use super::{Locator, safe_relative, without_repeats};
use crate::spellings::{is_odd, spellings};
use std::path::{Path, PathBuf};

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
pub struct Sought<T> {
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
    pub fn seek<T>(&self, dataset: &str, written: &str, at: &mut dyn FnMut(&Path) -> Option<T>) -> Sought<T> {
        let mut sought = Sought { found: None, tried: Vec::new() };
        if sought.look(self.of_ref(dataset, written), How::Written, at) || !is_odd(written) {
            return sought;
        }
        let ways = [vec![written.to_owned()], spellings(written)].concat();
        let spelled = ways.iter().flat_map(|way| match way.strip_prefix('/') {
            Some(_) => self.inside(dataset, way),
            None => self.of_ref(dataset, way),
        });
        if sought.look(spelled.collect(), How::Spelled, at) {
            return sought;
        }
        for ends in self.by_end(dataset, &ways) {
            let mut there = ends.iter().filter_map(|place| Some((place, at(place)?)));
            if let Some((place, found)) = there.next() {
                // Two pictures at ends of the same length: neither is meant more than the other.
                if there.next().is_none() {
                    sought.tried.push(place.clone());
                    sought.found = Some((found, How::Ending));
                }
                break;
            }
        }
        sought
    }

    /// Looks for the picture with an image key; see [`of_key`](Self::of_key).
    pub fn seek_key<T>(&self, key: &str, at: &mut dyn FnMut(&Path) -> Option<T>) -> Sought<T> {
        let of_dataset = key.split_once('/').filter(|(source, _)| self.places.contains_key(*source));
        if let Some((dataset, name)) = of_dataset {
            return self.seek(dataset, name, at);
        }
        let mut sought = Sought { found: None, tried: Vec::new() };
        sought.look(self.of_key(key), How::Written, at);
        sought
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

impl<T> Sought<T> {
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

    fn sought(written: &str, there: &[&str]) -> (Option<(String, How)>, usize) {
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
        let sought = locator.seek("mine", written, &mut at);
        (sought.found, sought.tried.len())
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
                sought(written, &["pics/a b.jpg"]).0,
                Some(("pics/a b.jpg".to_owned(), how)),
                "{written}"
            );
        }
    }

    #[test]
    fn an_exact_name_comes_before_every_other_way() {
        let there = ["%41.jpg", "A.jpg", "a.jpg?x", "a.jpg"];
        assert_eq!(sought("%41.jpg", &there).0, Some(("%41.jpg".to_owned(), How::Written)));
        assert_eq!(sought("a.jpg?x", &there).0, Some(("a.jpg?x".to_owned(), How::Written)));
        assert_eq!(sought("a.jpg?y", &there).0, Some(("a.jpg".to_owned(), How::Spelled)));
    }

    #[test]
    fn two_pictures_at_the_same_end_are_none() {
        let written = "/elsewhere/pics/a.jpg";
        assert_eq!(sought(written, &["pics/a.jpg", "inner/pics/a.jpg"]).0, None);
        assert_eq!(sought(written, &["a.jpg"]).0, None, "a name alone is no end");
        let longer = sought("/x/inner/pics/a.jpg", &["pics/a.jpg", "inner/pics/a.jpg"]).0;
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
            assert_eq!(sought(written, &[]).0, None, "{written}");
        }
    }
}
