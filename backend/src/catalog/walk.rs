//! Looking through a root for files that look like data, quickly even beside millions of pictures.

mod finish;
mod kind;

use super::list::IdList;
use super::paths;
use blendscope_shared::dataset::Unclaimed;
use kind::{Kind, kind_of};
use std::collections::{BTreeSet, HashSet};
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

/// A folder that begins with this many pictures, and at most a file of the same name beside each, is a folder of
/// pictures and not read to its end.
const ENOUGH_PICTURES: usize = 1000;

/// How many files are compared with the pictures beside them to know such a folder.
const PAIRS_LOOKED_AT: usize = 16;

/// Fewer pairs than this may be chance.
const ENOUGH_PAIRS: usize = 4;

/// A file that may be an annotation file, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) path: PathBuf,
    /// Relative to the root.
    pub(crate) relative: String,
    pub(crate) bytes: u64,
}

/// What a walk has found, all ordered by path.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    pub(crate) candidates: Vec<Candidate>,
    /// Files with the name of an id list.
    pub(crate) lists: Vec<Candidate>,
    pub(crate) unclaimed: Vec<Unclaimed>,
}

/// Looks through every folder below the root once, links to folders included; hidden names are passed over.
pub(crate) fn walk(root: &Path, lists: &[IdList]) -> Walked {
    let mut walk = Walk::new(root, lists);
    while let Some(folder) = walk.folders.pop().or_else(|| walk.links.pop_first()) {
        if let Err(error) = walk.folder(&folder) {
            walk.leave(&folder, format!("folder cannot be read: {error}"));
        }
    }
    walk.finish()
}

struct Walk<'r> {
    root: &'r Path,
    lists: &'r [IdList],
    /// The root without links.
    real_root: PathBuf,
    folders: Vec<PathBuf>,
    /// Links to folders wait until every real folder is done, so that a file keeps its real path.
    links: BTreeSet<PathBuf>,
    /// Real paths of folders that were entered, against cycles.
    entered: HashSet<PathBuf>,
    /// Folders named like annotation files.
    misnamed: Vec<PathBuf>,
    /// `.count` files; they belong to the shards beside them.
    counts: Vec<PathBuf>,
    found: Walked,
}

/// What was seen of one folder so far.
#[derive(Default)]
struct Seen {
    entries: usize,
    /// The first picture's extension as it is written.
    picture: Option<String>,
    /// Files that would be candidates.
    files: Vec<PathBuf>,
    /// Whether there was anything but pictures and such files.
    has_others: bool,
}

impl<'r> Walk<'r> {
    fn new(root: &'r Path, lists: &'r [IdList]) -> Self {
        Self {
            root,
            lists,
            real_root: fs::canonicalize(root).unwrap_or_else(|_| root.to_owned()),
            folders: vec![root.to_owned()],
            links: BTreeSet::new(),
            entered: HashSet::new(),
            misnamed: Vec::new(),
            counts: Vec::new(),
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
        let mut seen = Seen::default();
        for entry in fs::read_dir(folder)? {
            self.entry(&entry?, &mut seen)?;
            seen.entries += 1;
            if seen.entries == ENOUGH_PICTURES && seen.has_only_pictures() {
                seen.files.truncate(PAIRS_LOOKED_AT);
                break;
            }
        }
        self.files(folder, seen);
        Ok(())
    }

    /// Takes note of an entry.
    fn entry(&mut self, entry: &DirEntry, seen: &mut Seen) -> io::Result<()> {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with('.') {
            return Ok(());
        }
        let kind = kind_of(&name, self.lists);
        let file_type = entry.file_type()?;
        if matches!(kind, Kind::Picture) && !file_type.is_dir() {
            seen.picture.get_or_insert_with(|| name.rsplit('.').next().unwrap_or_default().to_owned());
            return Ok(());
        }
        if matches!(kind, Kind::Annotation) && !file_type.is_dir() {
            seen.files.push(entry.path());
            return Ok(());
        }
        seen.has_others = true;
        if file_type.is_dir() {
            if matches!(kind, Kind::Annotation) {
                self.misnamed.push(entry.path());
            }
            self.folders.push(entry.path());
            return Ok(());
        }
        match kind {
            Kind::Other if file_type.is_symlink() && entry.path().is_dir() => {
                self.links.insert(entry.path());
            }
            Kind::Count => self.counts.push(entry.path()),
            Kind::List | Kind::Unread(_) => self.data(entry.path(), &kind),
            Kind::Other | Kind::Picture | Kind::Annotation => {}
        }
        Ok(())
    }

    /// The candidates of a folder; those with a picture's name, when there are many, are one entry of the unclaimed.
    fn files(&mut self, folder: &Path, seen: Seen) {
        let looked_at = seen.files.len().min(PAIRS_LOOKED_AT);
        let pairs = seen.pairs();
        let are_pairs = pairs >= ENOUGH_PAIRS && pairs * 2 > looked_at;
        if are_pairs {
            let reason = "pictures with a file of the same name beside each: facts about the pictures, no training records";
            self.leave(folder, reason.to_owned());
        }
        for file in &seen.files {
            if !are_pairs || !seen.is_of_a_picture(file) {
                self.data(file.clone(), &Kind::Annotation);
            }
        }
    }

    fn data(&mut self, path: PathBuf, kind: &Kind) {
        match fs::metadata(&path) {
            Err(error) => self.leave(&path, format!("cannot be opened: {error}")),
            Ok(facts) if facts.is_dir() => drop(self.links.insert(path)),
            Ok(facts) if !facts.is_file() => self.leave(&path, "not a regular file".to_owned()),
            Ok(facts) => {
                if let Kind::Unread(reason) = kind {
                    return self.leave(&path, (*reason).to_owned());
                }
                let relative = paths::relative(self.root, &path);
                let candidate = Candidate { path, relative, bytes: facts.len() };
                match kind {
                    Kind::List => self.found.lists.push(candidate),
                    _ => self.found.candidates.push(candidate),
                }
            }
        }
    }

    fn leave(&mut self, path: &Path, reason: String) {
        self.found.unclaimed.push(Unclaimed { path: paths::relative(self.root, path), reason });
    }
}

impl Seen {
    /// Whether there are pictures and nothing else, but perhaps a file of the same name beside each.
    fn has_only_pictures(&self) -> bool {
        !self.has_others && self.picture.is_some() && self.pairs() == self.files.len().min(PAIRS_LOOKED_AT)
    }

    /// How many of the first files lie beside a picture of their name.
    fn pairs(&self) -> usize {
        self.files.iter().take(PAIRS_LOOKED_AT).filter(|file| self.is_of_a_picture(file)).count()
    }

    fn is_of_a_picture(&self, file: &Path) -> bool {
        self.picture.as_ref().is_some_and(|extension| file.with_extension(extension).is_file())
    }
}
