//! Looking through a root for files that look like data, quickly even beside millions of pictures.

use super::dataset::EXTENSIONS;
use super::paths;
use blendscope_shared::dataset::Unclaimed;
use std::collections::{BTreeSet, HashSet};
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

/// A folder that begins with this many pictures, and nothing else, is a folder of pictures and not read to its end.
const ENOUGH_PICTURES: usize = 1000;

const PICTURES: [&str; 9] = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif"];

/// Files that look like data but are no annotation files that can be read, by the end of their name.
const CONTAINERS: [(&str, &str); 11] = [
    (".pkl", "pickle shard: read by a later version"),
    (".pickle", "pickle shard: read by a later version"),
    (".count", "number of records of the pickle shard with this name: read by a later version"),
    (".parquet", "parquet shard: read by a later version"),
    (".arrow", "arrow shard: not read, export it as JSON lines"),
    (".tar", "tar archive: read by a later version, unpack it to see what is inside"),
    (".tar.gz", "packed archive: unpack it to see what is inside"),
    (".tgz", "packed archive: unpack it to see what is inside"),
    (".zip", "zip archive: read by a later version, unpack it to see what is inside"),
    (".csv", "table: not read, perhaps a list of ids"),
    (".csv.gz", "packed table: not read, perhaps a list of ids"),
];

/// A file that may be an annotation file, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) path: PathBuf,
    /// Relative to the root.
    pub(crate) relative: String,
    pub(crate) bytes: u64,
}

/// What a walk has found, both lists ordered by path.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) unclaimed: Vec<Unclaimed>,
}

/// Looks through every folder below the root once, links to folders included; hidden names are passed over.
pub(crate) fn walk(root: &Path) -> Walked {
    let mut walk = Walk::new(root);
    while let Some(folder) = walk.folders.pop().or_else(|| walk.links.pop_first()) {
        if let Err(error) = walk.folder(&folder) {
            walk.leave(&folder, format!("folder cannot be read: {error}"));
        }
    }
    walk.finish()
}

struct Walk<'r> {
    root: &'r Path,
    /// The root without links.
    real_root: PathBuf,
    folders: Vec<PathBuf>,
    /// Links to folders wait until every real folder is done, so that a file keeps its real path.
    links: BTreeSet<PathBuf>,
    /// Real paths of folders that were entered, against cycles.
    entered: HashSet<PathBuf>,
    /// Folders named like annotation files.
    misnamed: Vec<PathBuf>,
    found: Walked,
}

enum Kind {
    Picture,
    Annotation,
    Container(&'static str),
    Other,
}

impl<'r> Walk<'r> {
    fn new(root: &'r Path) -> Self {
        Self {
            root,
            real_root: fs::canonicalize(root).unwrap_or_else(|_| root.to_owned()),
            folders: vec![root.to_owned()],
            links: BTreeSet::new(),
            entered: HashSet::new(),
            misnamed: Vec::new(),
            found: Walked::default(),
        }
    }

    fn folder(&mut self, folder: &Path) -> io::Result<()> {
        let real = fs::canonicalize(folder)?;
        let is_above = self.real_root.starts_with(&real) && self.real_root != real;
        if is_above {
            self.leave(folder, "link to a folder above the root: not followed".to_owned());
        }
        if is_above || !self.entered.insert(real) {
            return Ok(());
        }
        let mut only_pictures = true;
        for (seen, entry) in fs::read_dir(folder)?.enumerate() {
            if only_pictures && seen >= ENOUGH_PICTURES {
                break;
            }
            let is_picture = self.entry(&entry?)?;
            only_pictures &= is_picture;
        }
        Ok(())
    }

    /// Takes note of an entry; says whether it is a picture by its name.
    fn entry(&mut self, entry: &DirEntry) -> io::Result<bool> {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') {
            return Ok(false);
        }
        let kind = kind_of(&name);
        let file_type = entry.file_type()?;
        if file_type.is_dir() {
            if matches!(kind, Kind::Annotation) {
                self.misnamed.push(entry.path());
            }
            self.folders.push(entry.path());
            return Ok(false);
        }
        match kind {
            Kind::Picture => return Ok(true),
            Kind::Other if file_type.is_symlink() => {
                if entry.path().is_dir() {
                    self.links.insert(entry.path());
                }
            }
            Kind::Other => {}
            Kind::Annotation | Kind::Container(_) => self.data(entry.path(), &kind),
        }
        Ok(false)
    }

    fn data(&mut self, path: PathBuf, kind: &Kind) {
        match fs::metadata(&path) {
            Err(error) => self.leave(&path, format!("cannot be opened: {error}")),
            Ok(facts) if facts.is_dir() => drop(self.links.insert(path)),
            Ok(facts) if !facts.is_file() => self.leave(&path, "not a regular file".to_owned()),
            Ok(facts) => {
                if let Kind::Container(reason) = kind {
                    return self.leave(&path, (*reason).to_owned());
                }
                let relative = paths::relative(self.root, &path);
                self.found.candidates.push(Candidate { path, relative, bytes: facts.len() });
            }
        }
    }

    fn leave(&mut self, path: &Path, reason: String) {
        self.found.unclaimed.push(Unclaimed { path: paths::relative(self.root, path), reason });
    }

    fn finish(mut self) -> Walked {
        for folder in std::mem::take(&mut self.misnamed) {
            let name = paths::relative(self.root, &folder);
            let holds = |path: &str| paths::inside(path, &name).is_some();
            let has_data = self.found.candidates.iter().any(|file| holds(&file.relative))
                || self.found.unclaimed.iter().any(|file| holds(&file.path));
            if !has_data {
                self.leave(&folder, "is a directory, not a file".to_owned());
            }
        }
        self.found.candidates.sort_by(|a, b| a.relative.cmp(&b.relative));
        self.leave_copies();
        self.found.unclaimed.sort_by(|a, b| a.path.cmp(&b.path));
        self.found
    }

    /// Leaves out files that would be read twice: links to a file that is here too, and packed copies of one.
    fn leave_copies(&mut self) {
        let mut candidates = std::mem::take(&mut self.found.candidates);
        let names: HashSet<String> = candidates.iter().map(|file| file.relative.clone()).collect();
        candidates.sort_by_key(|file| file.path.is_symlink());
        let mut real = HashSet::new();
        for file in candidates {
            let unpacked = file.relative.strip_suffix(".gz").filter(|name| names.contains(*name));
            let is_new = fs::canonicalize(&file.path).map_or(true, |path| real.insert(path));
            match (unpacked, is_new) {
                (Some(name), _) => self.leave(&file.path, format!("packed copy of {name}, which is read")),
                (None, false) => {
                    self.leave(&file.path, "link to a file under this root that is read".to_owned());
                }
                (None, true) => self.found.candidates.push(file),
            }
        }
        self.found.candidates.sort_by(|a, b| a.relative.cmp(&b.relative));
    }
}

fn kind_of(name: &str) -> Kind {
    let name = name.to_ascii_lowercase();
    if PICTURES.iter().any(|end| name.ends_with(end)) {
        return Kind::Picture;
    }
    let unpacked = name.strip_suffix(".gz").unwrap_or(&name);
    if EXTENSIONS.iter().any(|end| unpacked.ends_with(end)) {
        return Kind::Annotation;
    }
    let container = CONTAINERS.iter().find(|(end, _)| name.ends_with(end));
    container.map_or(Kind::Other, |&(_, reason)| Kind::Container(reason))
}
