//! Which image refs have a file: refs are kept as hashes while reading, folders are listed once, later.
//!
//! Looking up every ref with a `stat` of its own would take hours on a network disk; a listing per folder takes seconds
//! and can wait until everything is searchable.

use super::LibraryError;
use super::folders::Folders;
use super::keys::{Keys, NO_KEY, key_hash};
use crate::catalog::paths::safe_relative;
use crate::catalog::spellings::{is_odd, spellings};
use crate::columns::{ColumnReader, ColumnWriter, SetColumnWriter, write_column};
use crate::images::{Listings, name_hash};
use blendscope_read::ImageRef;
use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// File of the refs' hashes, one value per ref in record order.
const REFS_FILE: &str = "refs.1.col";

/// File of the hashes of the refs' image keys, one value per ref in record order.
const KEYS_FILE: &str = "image_keys.1.col";

/// Name of the column of sets that holds the image sources of each sample.
pub(super) const SOURCES_COLUMN: &str = "sources";

/// File of the folders that the refs name.
const FOLDERS_FILE: &str = "folders.1.json";

/// File of the refs whose paths may be meant in another way than written: a line for each, its number among the refs and
/// the path as JSON. There is none where no path is odd.
const ODD_FILE: &str = "odd_refs.1.jsonl";

/// A ref that is not a path below a folder: no file is looked for.
const REMOTE: u64 = 0;

/// A ref that would leave its folder: never looked for, always missing.
const UNSAFE: u64 = 1;

/// Gathers the refs of an annotation file while it is read.
pub(super) struct RefsWriter {
    refs: ColumnWriter,
    image_keys: ColumnWriter,
    sources: SetColumnWriter,
    keys: Keys,
    folders: HashMap<String, u64>,
    image_dirs: Vec<PathBuf>,
    odd: Option<BufWriter<File>>,
    pushed: u64,
    dir: PathBuf,
}

impl RefsWriter {
    /// Begins in the folder of the generation. `image_dirs` are the folders that its paths are relative to.
    pub(super) fn create(dir: &Path, keys: Keys) -> Result<Self, LibraryError> {
        let refs = ColumnWriter::create(dir.join(REFS_FILE))?;
        let image_keys = ColumnWriter::create(dir.join(KEYS_FILE))?;
        let sources = SetColumnWriter::create(dir, SOURCES_COLUMN)?;
        let (folders, image_dirs) = (HashMap::new(), keys.image_dirs().to_vec());
        let dir = dir.to_owned();
        Ok(Self { refs, image_keys, sources, keys, folders, image_dirs, odd: None, pushed: 0, dir })
    }

    /// Adds the refs of the next sample.
    pub(super) fn push(&mut self, images: &[ImageRef]) -> Result<(), LibraryError> {
        let keys: Vec<Option<String>> = images.iter().map(|image| self.keys.key(image)).collect();
        for (image, key) in images.iter().zip(&keys) {
            let hash = match image {
                ImageRef::Path(written) => {
                    if is_odd(written) {
                        self.note_odd(written)?;
                    }
                    self.hash(written)
                }
                ImageRef::Remote(_) | ImageRef::Embedded(_) | ImageRef::NotEmbedded(_) => REMOTE,
            };
            self.refs.push(hash)?;
            self.pushed += 1;
            self.image_keys.push(key.as_deref().map_or(NO_KEY, key_hash))?;
        }
        let sources = keys.iter().flatten().filter_map(|key| key.split_once('/'));
        Ok(self.sources.push(sources.map(|(source, _)| source))?)
    }

    fn hash(&mut self, written: &str) -> u64 {
        let Some(path) = safe_relative(written) else { return UNSAFE };
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        joined(self.folder(folder), name_hash(name))
    }

    fn folder(&mut self, folder: &str) -> u64 {
        match self.folders.get(folder) {
            Some(hash) => *hash,
            None => *self.folders.entry(folder.to_owned()).or_insert_with(|| name_hash(folder)),
        }
    }

    /// Notes a path that may be meant in another way, and the folders that it may mean, so that they are watched.
    fn note_odd(&mut self, written: &str) -> Result<(), LibraryError> {
        let path = self.dir.join(ODD_FILE);
        let io = |source| LibraryError::Io { path: path.clone(), source };
        let out = match &mut self.odd {
            Some(out) => out,
            None => self.odd.insert(BufWriter::new(File::create(&path).map_err(io)?)),
        };
        let text =
            serde_json::to_string(&(self.pushed, written)).expect("a number and a text are valid JSON");
        writeln!(out, "{text}").map_err(io)?;
        for way in spellings(written).into_iter().chain([written.to_owned()]) {
            let below = |dir: &PathBuf| Path::new(&way).strip_prefix(dir).ok()?.to_str().map(str::to_owned);
            let relative = match way.strip_prefix('/') {
                Some(_) => self.image_dirs.iter().find_map(below),
                None => Some(way.clone()),
            };
            if let Some(path) = relative.and_then(|way| safe_relative(&way)) {
                self.folder(path.rsplit_once('/').map_or("", |(folder, _)| folder));
            }
        }
        Ok(())
    }

    /// Hands the image keys and sources to the operating system, so that readers see them.
    pub(super) fn flush(&mut self) -> Result<(), LibraryError> {
        self.sources.flush()?;
        Ok(self.image_keys.flush()?)
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> Result<(), LibraryError> {
        self.refs.sync()?;
        self.image_keys.sync()?;
        self.sources.finish()?;
        if let Some(odd) = &mut self.odd {
            let path = self.dir.join(ODD_FILE);
            odd.flush().map_err(|source| LibraryError::Io { path, source })?;
        }
        let folders: BTreeSet<String> = self.folders.into_keys().collect();
        let path = self.dir.join(FOLDERS_FILE);
        let text = serde_json::to_vec(&folders).expect("a set of strings is valid JSON");
        std::fs::write(&path, text).map_err(|source| LibraryError::Io { path, source })
    }
}

/// The image keys of a generation's refs, as hashes.
pub(super) fn image_keys(dir: &Path, refs: u64) -> Result<ColumnReader, LibraryError> {
    Ok(ColumnReader::open(&dir.join(KEYS_FILE), refs as usize)?)
}

/// The folders that the refs of a generation name, relative to the dataset's image folders.
pub(super) fn folders(dir: &Path) -> Result<BTreeSet<String>, LibraryError> {
    let path = dir.join(FOLDERS_FILE);
    let read = std::fs::read(&path).and_then(|text| Ok(serde_json::from_slice(&text)?));
    read.map_err(|source| LibraryError::Io { path, source })
}

/// Every picture that refs can mean, as hashes of folder and name.
pub(super) struct Present(Vec<u64>);

impl Present {
    /// Lists everything that refs into these folders can mean.
    pub(super) fn list(wanted: &BTreeSet<String>, folders: &Folders<'_>, listings: &Listings) -> Self {
        let mut present = Vec::new();
        for folder in wanted {
            let hash = name_hash(folder);
            present.extend(folders.names(folder, listings).into_iter().map(|name| joined(hash, name)));
        }
        present.sort_unstable();
        present.dedup();
        Self(present)
    }

    fn holds(&self, reference: u64) -> bool {
        reference == REMOTE || self.0.binary_search(&reference).is_ok()
    }
}

/// Writes the column of missing refs per sample and gives their sum. `images` tells how many refs each sample has, and
/// `is_there` whether there is a picture for a path that may be meant in another way than written.
pub(super) fn write_missing(
    dir: &Path,
    file: &str,
    images: &ColumnReader,
    present: &Present,
    is_there: &mut dyn FnMut(&str) -> bool,
) -> Result<u64, LibraryError> {
    let total: u64 = images.iter().sum();
    let refs = ColumnReader::open(&dir.join(REFS_FILE), total as usize)?;
    let mut odd = odd_refs(dir).peekable();
    let mut is_missing = |(number, hash): (u64, u64)| {
        while odd.next_if(|(before, _)| *before < number).is_some() {}
        let odd = odd.next_if(|(odd, _)| *odd == number);
        !present.holds(hash) && !odd.is_some_and(|(_, written)| is_there(&written))
    };
    let mut refs = (0..).zip(refs.iter());
    let mut sum = 0;
    let counts = images.iter().map(|images| {
        let missing = refs.by_ref().take(images as usize).filter(|one| is_missing(*one)).count() as u64;
        sum += missing;
        missing
    });
    write_column(&dir.join(file), counts)?;
    Ok(sum)
}

/// The refs whose paths may be meant in another way, by number.
fn odd_refs(dir: &Path) -> impl Iterator<Item = (u64, String)> {
    let file = File::open(dir.join(ODD_FILE)).ok().map(BufReader::new);
    let lines = file.into_iter().flat_map(BufRead::lines).map_while(Result::ok);
    lines.filter_map(|line| serde_json::from_str(&line).ok())
}

/// One hash of a folder's and a name's; never one of the reserved values.
fn joined(folder: u64, name: u64) -> u64 {
    (folder.rotate_left(29) ^ name).wrapping_mul(0x9E37_79B9_7F4A_7C15).max(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, FoundDataset, Locator, Resolved};
    use crate::images::Archives;
    use std::sync::Arc;

    #[test]
    fn refs_are_missing_unless_a_folder_has_their_name() {
        let root = tempfile::tempdir().unwrap();
        let pictures = root.path().join("coco/train2017");
        std::fs::create_dir_all(&pictures).unwrap();
        std::fs::write(pictures.join("1.jpg"), b"x").unwrap();
        std::fs::write(root.path().join("2.jpg"), b"x").unwrap();
        let catalog = Arc::new(Catalog::builtin());
        let dataset = FoundDataset {
            slug: "mine".to_owned(),
            image_dirs: vec![root.path().to_owned(), root.path().join("nowhere")],
            ..FoundDataset::default()
        };

        let paths =
            ["coco/train2017/1.jpg", "./coco//train2017/1.jpg", "2.jpg", "1.jpg", "../2.jpg", "/etc/passwd"];
        let dir = root.path().join("columns");
        std::fs::create_dir_all(&dir).unwrap();
        let mut writer = RefsWriter::create(&dir, Keys::new(Arc::clone(&catalog), &dataset)).unwrap();
        let refs: Vec<_> = paths.iter().map(|path| ImageRef::Path((*path).to_owned())).collect();
        for images in [&refs[..4], &[], &refs[4..], &[ImageRef::Remote("https://x/1.jpg".to_owned())]] {
            writer.push(images).unwrap();
        }
        writer.finish().unwrap();
        write_column(&dir.join("images.col"), [4, 0, 2, 1].into_iter()).unwrap();
        let images = ColumnReader::open(&dir.join("images.col"), 4).unwrap();

        let resolved = Resolved { root: root.path().to_owned(), ..Resolved::default() };
        let (locator, archives) = (Locator::new(catalog, &resolved), Archives::empty());
        let places = Folders { dataset: &dataset, locator: &locator, archives: &archives };
        let present = Present::list(&folders(&dir).unwrap(), &places, &Listings::new());
        let mut asked = Vec::new();
        let mut is_there = |written: &str| {
            asked.push(written.to_owned());
            false
        };
        assert_eq!(write_missing(&dir, "missing.col", &images, &present, &mut is_there).unwrap(), 3);
        assert_eq!(asked, ["/etc/passwd"]);
        let missing = ColumnReader::open(&dir.join("missing.col"), 4).unwrap();
        assert_eq!(missing.iter().collect::<Vec<_>>(), [1, 0, 2, 0]);

        let keys: Vec<u64> = image_keys(&dir, 7).unwrap().iter().collect();
        assert_eq!((keys[0], keys[1]), (key_hash("mine/coco/train2017/1.jpg"), keys[0]));
        assert_eq!(keys[6], NO_KEY);
    }
}
