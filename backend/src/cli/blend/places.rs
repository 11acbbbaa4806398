//! Where paths of a mixture lead: below the root, or nowhere.

use crate::cli::error::CliError;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// The root, the mixture's folder, and folders that lie elsewhere than written.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// The root as an absolute path, links in it kept.
    root: PathBuf,
    /// The root without links.
    real: PathBuf,
    /// The mixture's folder, absolute; none for a string.
    folder: Option<PathBuf>,
    /// What a path begins with, and what with instead.
    moved: Vec<(String, String)>,
}

impl Places {
    /// The places of a mixture in this folder.
    pub(super) fn new(
        root: &Path,
        folder: Option<&Path>,
        moved: Vec<(String, String)>,
    ) -> Result<Self, CliError> {
        let fail = |why: String| CliError::Mixture(format!("{}: {why}", root.display()));
        let real =
            fs::canonicalize(root).map_err(|error| fail(format!("the root cannot be read: {error}")))?;
        if !real.is_dir() {
            return Err(fail("the root is no folder".to_owned()));
        }
        let absolute = |path: &Path| {
            std::path::absolute(path).map(|path| normal(&path)).map_err(|error| fail(error.to_string()))
        };
        let folder = folder.map(absolute).transpose()?;
        Ok(Self { root: absolute(root)?, real, folder, moved })
    }

    /// The root.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the root, from one that is relative to it.
    pub(super) fn absolute(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A file or folder as a mixture writes it, relative to the root, or else to the mixture's folder.
    pub(super) fn find(&self, written: &str) -> Result<String, String> {
        let bases: Vec<&Path> = std::iter::once(self.root.as_path()).chain(self.folder.as_deref()).collect();
        self.look(written, &bases)
    }

    /// A file or folder as a mixture writes it, relative to the mixture's folder.
    pub(super) fn beside(&self, written: &str) -> Result<String, String> {
        self.look(written, &[self.folder.as_deref().unwrap_or(&self.root)])
    }

    /// The first of the places that a path may mean that is there, relative to the root.
    fn look(&self, written: &str, bases: &[&Path]) -> Result<String, String> {
        if written.is_empty() || written.contains('\0') {
            return Err("a path that names nothing".to_owned());
        }
        let path = moved(&self.moved, written);
        let mut candidates: Vec<PathBuf> = bases.iter().map(|base| normal(&base.join(&path))).collect();
        candidates.dedup();
        let inside: Vec<&PathBuf> =
            candidates.iter().filter(|candidate| self.relative(candidate).is_some()).collect();
        if inside.is_empty() {
            return Err(format!(
                "`{written}` lies outside of the root {}; `--map OLD=NEW` says where its folder is here",
                self.root.display()
            ));
        }
        let found = inside.iter().find(|candidate| candidate.exists()).and_then(|found| self.relative(found));
        found.ok_or_else(|| {
            let looked: Vec<String> =
                inside.iter().map(|candidate| candidate.display().to_string()).collect();
            format!("`{written}` is not there: looked for {}", looked.join(" and "))
        })
    }

    /// A path relative to the root, if it lies in it.
    fn relative(&self, path: &Path) -> Option<String> {
        let below = path.strip_prefix(&self.root).or_else(|_| path.strip_prefix(&self.real)).ok()?;
        let below = below.to_str()?;
        (!below.is_empty()).then(|| below.to_owned())
    }
}

/// A path whose folder is elsewhere; the longest folder counts.
fn moved(folders: &[(String, String)], path: &str) -> String {
    let fits = folders.iter().filter_map(|(old, new)| {
        let old = old.trim_end_matches('/');
        let rest = path.strip_prefix(old).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
        Some((old.len(), new.trim_end_matches('/'), rest))
    });
    fits.max_by_key(|(length, ..)| *length)
        .map_or_else(|| path.to_owned(), |(_, new, rest)| format!("{new}{rest}"))
}

/// A path without `.` and `..`, links not looked at.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => drop(normal.pop()),
            other => normal.push(other),
        }
    }
    normal
}

/// A path relative to a folder; both absolute.
pub(super) fn relative_to(folder: &Path, path: &Path) -> PathBuf {
    let (folder, path) = (normal(folder), normal(path));
    let common = folder.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(common).map(|_| Component::ParentDir);
    up.chain(path.components().skip(common)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(folder: &Path, moved: &[(&str, &str)]) -> Places {
        fs::create_dir_all(folder.join("root/sub")).unwrap();
        fs::write(folder.join("root/a.json"), "[]").unwrap();
        fs::write(folder.join("root/sub/b.json"), "[]").unwrap();
        fs::write(folder.join("c.json"), "[]").unwrap();
        let moved = moved.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect();
        Places::new(&folder.join("root"), Some(&folder.join("root/sub")), moved).unwrap()
    }

    #[test]
    fn paths_are_looked_for_below_the_root_and_beside_the_mixture() {
        let folder = tempfile::tempdir().unwrap();
        let places = places(folder.path(), &[]);
        assert_eq!(places.find("a.json").unwrap(), "a.json");
        assert_eq!(places.find("b.json").unwrap(), "sub/b.json");
        assert_eq!(places.find("../a.json").unwrap(), "a.json");
        assert_eq!(places.find("./sub/../a.json").unwrap(), "a.json");
        assert_eq!(places.find(folder.path().join("root/a.json").to_str().unwrap()).unwrap(), "a.json");
        assert!(places.beside("a.json").is_err());
        for outside in ["../../c.json", "/etc/passwd", "sub/../../../c.json", ".."] {
            assert!(places.find(outside).unwrap_err().contains("outside"), "{outside}");
        }
        assert!(places.find("none.json").unwrap_err().contains("none.json"));
        assert!(places.find("").is_err());
    }

    #[test]
    fn folders_are_moved_at_their_borders_and_the_longest_counts() {
        let folders = [("/mnt/data", "/x"), ("/mnt/data/coco/", "/y/")]
            .map(|(old, new)| (old.to_owned(), new.to_owned()));
        for (path, there) in [
            ("/mnt/data/a.json", "/x/a.json"),
            ("/mnt/data/coco/a.json", "/y/a.json"),
            ("/mnt/database/a.json", "/mnt/database/a.json"),
            ("/mnt/data", "/x"),
        ] {
            assert_eq!(moved(&folders, path), there);
        }
    }

    #[test]
    fn paths_lead_from_one_folder_to_another() {
        let relative =
            |folder: &str, path: &str| relative_to(Path::new(folder), Path::new(path)).display().to_string();
        assert_eq!(relative("/a/b", "/a/c/d.json"), "../c/d.json");
        assert_eq!(relative("/a", "/a/d.json"), "d.json");
    }
}
