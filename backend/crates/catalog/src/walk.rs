//! The walk through a root for files that look like data, quickly even with millions of pictures around them.
//!
//! What is only known when everything was seen comes last: other names of a file that is read, packed copies of one,
//! empty folders with odd names, counts without a shard, links to nothing or above the root.

mod kind;

use super::looks::{FileId, Looks, Watched};
use super::paths;
use crate::dataset::PACKINGS;
use crate::recipe::IdList;
use blendscope_read::disk::Entry;
use blendscope_read::{Pair, compare_unpacked, disk, irregular, pair_up};
use blendscope_shared::dataset::Unclaimed;
use kind::{Kind, kind_of};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsString;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

/// A folder that begins with this many pictures, and nothing else but a file of the same name beside each, is not read
/// to its end at first.
const ENOUGH_PICTURES: usize = 100_000;

/// How many files of a large folder are compared with the pictures beside them.
const PAIRS_LOOKED_AT: usize = 16;

/// Names that annotations of the pictures around them usually have; looked for in a folder that is not read to its end.
const USUAL_NAMES: [&str; 6] = [
    "metadata.jsonl",
    "metadata.csv",
    "metadata.parquet",
    "metadata.json",
    "annotations.json",
    "captions.json",
];

/// Fewer JSON files beside pictures than this may be annotation files that happen to share a name with one.
const ENOUGH_PAIRS: usize = 4;

/// So many texts in a folder are no notes, but may be captions of pictures that lie elsewhere.
const MANY_TEXTS: usize = 20;

/// So many files of a folder are looked into to find mixtures of trainers.
const MIXTURES: usize = 50;

/// Folders that are tables of their own kind.
const TABLES: [(&str, &str); 2] = [
    (".lance", "Lance table: not read, export it as parquet"),
    (".zarr", "Zarr array: not read, export it as parquet"),
];

/// A file that may be an annotation file, by its name or its first bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub path: PathBuf,
    /// Relative to the root.
    pub relative: String,
    pub bytes: u64,
    pub id: FileId,
}

/// A folder in which files lie beside pictures of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PairFolder {
    /// The folder as a candidate; its path ends in `/.` when it is the root.
    pub folder: Candidate,
    /// Never none.
    pub pairs: Vec<Pair>,
}

/// What a walk has found, all ordered by path.
#[derive(Debug, Default)]
pub(crate) struct Walked {
    pub candidates: Vec<Candidate>,
    /// Files with the name of an id list.
    pub lists: Vec<Candidate>,
    /// Files that may be mixtures of trainers, by their names.
    pub mixtures: Vec<Candidate>,
    /// Folders of pairs.
    pub pairs: Vec<PairFolder>,
    pub unclaimed: Vec<Unclaimed>,
    /// Every folder and file that this rests on.
    pub watched: Vec<Watched>,
}

/// Looks through every folder below the root once, links to folders included; hidden names are passed over.
pub(crate) fn walk(root: &Path, lists: &[IdList], looks: &Looks) -> Walked {
    looks.begin();
    let mut walk = Walk::new(root, lists, looks);
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
    looks: &'r Looks,
    /// The root without links.
    real_root: PathBuf,
    folders: Vec<PathBuf>,
    /// Links to folders wait until every real folder is done, so that a file keeps its real path.
    links: BTreeSet<PathBuf>,
    /// Device and inode of folders that were entered, against cycles.
    entered: HashSet<(u64, u64)>,
    /// Folders named like annotation files.
    misnamed: Vec<PathBuf>,
    /// `.count` files; they belong to the shards beside them.
    counts: Vec<PathBuf>,
    found: Walked,
}

/// What was seen of one folder so far.
#[derive(Default)]
struct Seen {
    pictures: Vec<OsString>,
    /// JSON files and texts, which may belong to pictures.
    sidecars: Vec<OsString>,
    /// Whether there was anything but pictures and such files.
    has_others: bool,
    /// Whether the folder was not read to its end.
    is_cut: bool,
    /// Files without a telling name that were looked into.
    glances: usize,
    /// Texts that are nothing by themselves.
    texts: usize,
    /// Files that may be mixtures.
    mixtures: usize,
}

impl<'r> Walk<'r> {
    fn new(root: &'r Path, lists: &'r [IdList], looks: &'r Looks) -> Self {
        Self {
            root,
            lists,
            looks,
            real_root: disk::canonicalize(root).unwrap_or_else(|_| root.to_owned()),
            folders: vec![root.to_owned()],
            links: BTreeSet::new(),
            entered: HashSet::new(),
            misnamed: Vec::new(),
            counts: Vec::new(),
            found: Walked::default(),
        }
    }

    fn folder(&mut self, folder: &Path) -> io::Result<()> {
        let metadata = disk::metadata(folder)?;
        let id = FileId::of(&metadata);
        self.found.watched.push(Watched::new(folder.to_owned(), Some(&metadata)));
        if disk::is_link(folder) && self.is_above_root(folder)? || !self.entered.insert(id.inode) {
            return Ok(());
        }
        let mut seen = Seen::default();
        let mut entries = 0_usize;
        for entry in disk::read_dir(folder)? {
            self.entry(folder, entry?, &mut seen);
            entries += 1;
            let is_enough = entries.is_multiple_of(ENOUGH_PICTURES) && !self.looks.is_thorough();
            if is_enough && seen.has_only_pictures(folder) {
                self.usual_names(folder, &mut seen);
                break;
            }
        }
        self.sidecars(folder, id, seen);
        Ok(())
    }

    /// Takes note of an entry; what cannot be looked at is reported.
    fn entry(&mut self, folder: &Path, entry: Entry, seen: &mut Seen) {
        let name = entry.name().to_string_lossy();
        if name.starts_with('.') {
            return;
        }
        let kind = kind_of(&name, self.lists);
        let path = || folder.join(entry.name());
        let file_type = match entry.kind() {
            Ok(file_type) => file_type,
            Err(error) => return self.leave(&path(), format!("cannot be looked at: {error}")),
        };
        if file_type.is_dir() {
            seen.has_others = true;
            return self.inner_folder(path(), &name, kind);
        }
        match kind {
            Kind::Picture => seen.pictures.push(entry.into_name()),
            Kind::Json | Kind::Text => seen.sidecars.push(entry.into_name()),
            Kind::Other if !file_type.is_symlink() => seen.has_others = true,
            _ => {
                seen.has_others = true;
                self.data(path(), kind, seen);
            }
        }
    }

    fn inner_folder(&mut self, path: PathBuf, name: &str, kind: Kind) {
        if let Some((_, reason)) = TABLES.iter().find(|(end, _)| name.to_ascii_lowercase().ends_with(end)) {
            return self.leave(&path, (*reason).to_owned());
        }
        if matches!(kind, Kind::Annotation | Kind::Json) {
            self.misnamed.push(path.clone());
        }
        self.folders.push(path);
    }

    /// The usual files of annotations in a folder of very many pictures, of which nothing else is looked at.
    fn usual_names(&mut self, folder: &Path, seen: &mut Seen) {
        seen.is_cut = true;
        self.looks.note_cut();
        for name in USUAL_NAMES {
            let path = folder.join(name);
            if disk::is_file(&path) {
                self.data(path, Kind::Annotation, seen);
            }
        }
    }

    /// JSON files and texts of a folder: those with a picture's name are pairs with it, the others stand for themselves.
    fn sidecars(&mut self, folder: &Path, id: FileId, mut seen: Seen) {
        let sidecars = std::mem::take(&mut seen.sidecars);
        let pairs = pair_up(seen.pictures.drain(..).chain(sidecars.iter().cloned()).collect());
        let is_sure = pairs.len() >= ENOUGH_PAIRS || pairs.iter().any(|pair| self.is_about(folder, pair));
        let pairs = if is_sure { pairs } else { Vec::new() };
        let paired: HashSet<&OsString> = pairs.iter().flat_map(|pair| &pair.sidecars).collect();
        let is_cut = seen.is_cut;
        for name in sidecars.iter().filter(|name| !is_cut && !paired.contains(name)) {
            self.data(folder.join(name), kind_of(&name.to_string_lossy(), self.lists), &mut seen);
        }
        if seen.texts >= MANY_TEXTS {
            let reason =
                format!("{} text files without a picture of the same name beside each: not read", seen.texts);
            self.leave(folder, reason);
        }
        if !pairs.is_empty() {
            let is_root = folder == self.root;
            let path = if is_root { folder.join(".") } else { folder.to_owned() };
            let relative = if is_root { ".".to_owned() } else { paths::relative(self.root, folder) };
            self.found.pairs.push(PairFolder { folder: Candidate { path, relative, bytes: 0, id }, pairs });
        }
    }

    /// Whether what lies beside a picture is surely about it: a text, or one JSON object.
    fn is_about(&self, folder: &Path, pair: &Pair) -> bool {
        let is_json = |name: &&OsString| kind_of(&name.to_string_lossy(), self.lists) == Kind::Json;
        let Some(json) = pair.sidecars.iter().find(is_json) else { return true };
        pair.sidecars.len() > 1 || kind::is_one_object(&folder.join(json))
    }

    fn data(&mut self, path: PathBuf, kind: Kind, seen: &mut Seen) {
        let metadata = match disk::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) => return self.broken(path, kind, &error),
        };
        if metadata.is_dir() {
            self.links.insert(path);
            return;
        }
        if kind == Kind::Other {
            return;
        }
        self.found.watched.push(Watched::new(path.clone(), Some(&metadata)));
        if let Some(instead) = irregular(metadata.file_type()) {
            if !matches!(kind, Kind::Nameless | Kind::Text | Kind::Mixture) {
                self.leave(&path, format!("{instead}, not a file"));
            }
            return;
        }
        match kind {
            Kind::Unread(reason) => self.leave(&path, reason.to_owned()),
            Kind::Count => self.counts.push(path),
            Kind::List => {
                let list = self.candidate(path, &metadata);
                self.found.lists.push(list);
            }
            Kind::Nameless | Kind::Text if !kind::looks_like_data(&path, &mut seen.glances) => {
                if kind == Kind::Text {
                    seen.texts += 1;
                    self.mixture(path, &metadata, seen);
                }
            }
            Kind::Mixture => self.mixture(path, &metadata, seen),
            _ => {
                let candidate = self.candidate(path, &metadata);
                self.found.candidates.push(candidate);
            }
        }
    }

    /// Takes note of what may be a mixture: the first of such files in a folder.
    fn mixture(&mut self, path: PathBuf, metadata: &Metadata, seen: &mut Seen) {
        seen.mixtures += 1;
        if seen.mixtures <= MIXTURES {
            let candidate = self.candidate(path, metadata);
            self.found.mixtures.push(candidate);
        }
    }

    fn candidate(&self, path: PathBuf, metadata: &Metadata) -> Candidate {
        let relative = paths::relative(self.root, &path);
        Candidate { path, relative, bytes: metadata.len(), id: FileId::of(metadata) }
    }

    fn leave(&mut self, path: &Path, reason: String) {
        self.found.unclaimed.push(Unclaimed { path: paths::relative(self.root, path), reason });
    }
}

impl Seen {
    /// Whether there are pictures and nothing else, but perhaps a file of the same name beside each.
    fn has_only_pictures(&self, folder: &Path) -> bool {
        let Some(extension) =
            self.pictures.first().map(|name| Path::new(name).extension().unwrap_or_default())
        else {
            return false;
        };
        let is_of_picture = |name: &OsString| disk::is_file(&folder.join(name).with_extension(extension));
        let few = self.sidecars.iter().step_by(self.sidecars.len().div_ceil(PAIRS_LOOKED_AT).max(1));
        !self.has_others && few.into_iter().all(is_of_picture)
    }
}

impl Walk<'_> {
    /// A name behind which nothing can be found: reported if it looks like data, or like a folder.
    fn broken(&mut self, path: PathBuf, kind: Kind, error: &io::Error) {
        if matches!(kind, Kind::Other | Kind::Text | Kind::Mixture) {
            return;
        }
        let reason = match disk::read_link(&path) {
            Ok(target) if target.components().any(|part| part.as_os_str() == "annex") => {
                "content of git-annex that is not here: run `git annex get`".to_owned()
            }
            Ok(target) if error.kind() == io::ErrorKind::NotFound => {
                format!("link to {}, which is not there", target.display())
            }
            Ok(target) => format!("link to {}, which cannot be opened: {error}", target.display()),
            Err(_) => format!("cannot be opened: {error}"),
        };
        self.leave(&path, reason);
        self.found.watched.push(Watched::new(path, None));
    }

    /// Whether a folder holds the root itself; it would be looked through for ever, and is reported instead.
    fn is_above_root(&mut self, folder: &Path) -> io::Result<bool> {
        let real = disk::canonicalize(folder)?;
        let is_above = self.real_root.starts_with(&real) && self.real_root != real;
        if is_above {
            self.leave(folder, "link to a folder above the root: not followed".to_owned());
        }
        Ok(is_above)
    }
}

/// What a `.count` file may count.
const COUNTED: [&str; 4] = [".pkl", ".pickle", ".jsonl", ".json"];

impl Walk<'_> {
    fn finish(mut self) -> Walked {
        self.leave_misnamed();
        self.leave_counts();
        let candidates = std::mem::take(&mut self.found.candidates);
        self.found.candidates = self.without_copies(candidates);
        self.found.mixtures.sort_by(|a, b| a.relative.cmp(&b.relative));
        let lists = std::mem::take(&mut self.found.lists);
        self.found.lists = self.without_copies(lists);
        self.found.pairs.sort_by(|a, b| a.folder.relative.cmp(&b.folder.relative));
        self.found.unclaimed.sort_by(|a, b| a.path.cmp(&b.path));
        self.found
    }

    /// A folder with the name of a file and nothing inside is reported: an unpacked archive may have failed.
    fn leave_misnamed(&mut self) {
        let files = self.found.candidates.iter().map(|file| file.relative.as_str());
        let folders = self.found.pairs.iter().map(|pairs| pairs.folder.relative.as_str());
        let unclaimed = self.found.unclaimed.iter().map(|file| file.path.as_str());
        let names: BTreeSet<&str> = files.chain(folders).chain(unclaimed).collect();
        let is_empty = |folder: &str| {
            let first = names.range(folder..).find(|name| {
                **name == folder || !name.starts_with(folder) || {
                    name.as_bytes().get(folder.len()) == Some(&b'/')
                }
            });
            first.is_none_or(|name| paths::inside(name, folder).is_none())
        };
        let misnamed = std::mem::take(&mut self.misnamed);
        let empty: Vec<_> =
            misnamed.iter().filter(|folder| is_empty(&paths::relative(self.root, folder))).cloned().collect();
        for folder in empty {
            self.leave(&folder, "is a directory, not a file".to_owned());
        }
    }

    /// A `.count` file belongs to the shard beside it; one alone is left.
    fn leave_counts(&mut self) {
        let names: BTreeSet<String> =
            self.found.candidates.iter().map(|Candidate { relative, .. }| relative.clone()).collect();
        for count in std::mem::take(&mut self.counts) {
            let name = paths::relative(self.root, &count);
            let stem = &name[..name.len() - ".count".len()];
            if !COUNTED.iter().any(|end| names.contains(&format!("{stem}{end}"))) {
                let shard = paths::split(stem).1;
                self.leave(&count, format!("number of records of {shard}.pkl, which is not here"));
            }
        }
    }
}

impl Walk<'_> {
    /// Files in order of their paths, each once; the others are left with the name of the one that is read.
    fn without_copies(&mut self, mut files: Vec<Candidate>) -> Vec<Candidate> {
        // Of several names the real one is unique, and one that tells what is in it.
        files.sort_by(|a, b| a.relative.cmp(&b.relative));
        files.sort_by_cached_key(|file| (file.path.extension().is_none(), disk::is_link(&file.path)));
        let mut unique: Vec<Candidate> = Vec::with_capacity(files.len());
        let mut places: HashMap<(u64, u64), usize> = HashMap::with_capacity(files.len());
        for file in files {
            if let Some(&place) = places.get(&file.id.inode) {
                let what = if disk::is_link(&file.path) { "link to" } else { "another name of" };
                let reason = format!("{what} a file that is read: {}", unique[place].relative);
                self.leave(&file.path, reason);
            } else {
                places.insert(file.id.inode, unique.len());
                unique.push(file);
            }
        }
        unique.sort_by(|a, b| a.relative.cmp(&b.relative));
        self.without_packed_copies(unique)
    }

    fn without_packed_copies(&mut self, files: Vec<Candidate>) -> Vec<Candidate> {
        let by_name: HashMap<&str, &Candidate> =
            files.iter().map(|file| (file.relative.as_str(), file)).collect();
        let copy_of = |file: &Candidate| {
            let unpacked = PACKINGS.iter().find_map(|packing| file.relative.strip_suffix(packing));
            let tar = || Some(format!("{}.tar", file.relative.strip_suffix(".tgz")?));
            let plain = by_name.get(unpacked.map(str::to_owned).or_else(tar)?.as_str())?;
            let compare = || compare_unpacked(&file.path, &plain.path);
            let is_same = self.looks.compared((file.id, plain.id), compare).is_ok();
            is_same.then(|| plain.relative.clone())
        };
        let copies: Vec<Option<String>> = files.iter().map(copy_of).collect();
        let mut unique = Vec::with_capacity(files.len());
        for (file, copy_of) in files.into_iter().zip(copies) {
            match copy_of {
                Some(name) => self.leave(&file.path, format!("packed copy of {name}, which is read")),
                None => unique.push(file),
            }
        }
        unique
    }
}
