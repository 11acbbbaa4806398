//! Which image refs have a file: refs are kept as hashes while reading, folders are listed once, later.
//!
//! Looking up every ref with a `stat` of its own would take hours on a network disk; a listing per folder takes seconds
//! and can wait until everything is searchable.

use super::LibraryError;
use super::folders::Folders;
use super::keys::{Keys, NO_KEY, key_hash};
use super::state::FileState;
use blendscope_catalog::paths::safe_relative;
use blendscope_catalog::spellings::{is_odd, spellings};
use blendscope_images::{Listings, name_hash};
use blendscope_local::{ColumnError, ColumnReader, ColumnWriter, Parts, PartsWriter, SetColumnWriter, names};
use blendscope_read::ImageRef;
use blendscope_read::reads;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The column of the refs' hashes, one value per ref in record order.
const REFS: &str = "refs.1";

/// The folders that the refs name, as JSON.
const FOLDERS: &str = "folders.1";

/// The refs whose paths may be meant in another way than written: a line for each, its number among the refs and the
/// path as JSON.
const ODD: &str = "odd_refs.1";

/// Bytes of these that are gathered before they are written.
const ODD_BYTES: usize = 1 << 20;

/// A ref that is not a path below a folder: no file is looked for.
const REMOTE: u64 = 0;

/// A ref that would leave its folder: never looked for, always missing.
const UNSAFE: u64 = 1;

/// Gathers the refs of an annotation file while it is read.
pub(crate) struct RefsWriter {
    refs: ColumnWriter,
    image_keys: ColumnWriter,
    sources: SetColumnWriter,
    keys: Keys,
    folders: HashMap<String, u64>,
    image_dirs: Vec<PathBuf>,
    odd: Vec<u8>,
    pushed: u64,
}

impl RefsWriter {
    /// Begins with nothing.
    pub(crate) fn new(keys: Keys) -> Self {
        Self {
            refs: ColumnWriter::new(REFS),
            image_keys: ColumnWriter::new(names::IMAGE_KEYS),
            sources: SetColumnWriter::new(names::SOURCES),
            image_dirs: keys.image_dirs().to_vec(),
            keys,
            folders: HashMap::new(),
            odd: Vec::new(),
            pushed: 0,
        }
    }

    /// Adds the refs of the next sample.
    pub(crate) fn push(&mut self, images: &[ImageRef], file: &mut PartsWriter) -> Result<(), LibraryError> {
        let keys: Vec<Option<String>> = images.iter().map(|image| self.keys.key(image)).collect();
        for (image, key) in images.iter().zip(&keys) {
            let hash = match image {
                ImageRef::Path(written) => {
                    if is_odd(written) {
                        self.note_odd(written, file)?;
                    }
                    self.hash(written)
                }
                ImageRef::Remote(_) | ImageRef::Embedded(_) | ImageRef::NotEmbedded(_) => REMOTE,
            };
            self.refs.push(hash, file)?;
            self.pushed += 1;
            self.image_keys.push(key.as_deref().map_or(NO_KEY, key_hash), file)?;
        }
        let sources = keys.iter().flatten().filter_map(|key| key.split_once('/'));
        Ok(self.sources.push(sources.map(|(source, _)| source), file)?)
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
    fn note_odd(&mut self, written: &str, file: &mut PartsWriter) -> Result<(), LibraryError> {
        serde_json::to_writer(&mut self.odd, &(self.pushed, written))
            .expect("a number and a text are valid JSON");
        self.odd.push(b'\n');
        if self.odd.len() > ODD_BYTES {
            self.flush_odd(file)?;
        }
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

    fn flush_odd(&mut self, file: &mut PartsWriter) -> Result<(), LibraryError> {
        if !self.odd.is_empty() {
            file.push(ODD, &std::mem::take(&mut self.odd))?;
        }
        Ok(())
    }

    /// Writes what is pending.
    pub(crate) fn flush(&mut self, file: &mut PartsWriter) -> Result<(), LibraryError> {
        self.flush_odd(file)?;
        self.sources.flush(file)?;
        self.refs.flush(file)?;
        Ok(self.image_keys.flush(file)?)
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self, file: &mut PartsWriter) -> Result<(), LibraryError> {
        self.flush(file)?;
        let folders: BTreeSet<String> = self.folders.into_keys().collect();
        let text = serde_json::to_vec(&folders).expect("a set of strings is valid JSON");
        file.push(FOLDERS, &text)?;
        Ok(())
    }
}

/// The folders that the refs of a generation name, relative to the dataset's image folders; none before it was read to
/// its end.
pub(crate) fn folders(parts: &Parts) -> Result<BTreeSet<String>, ColumnError> {
    let Some(text) = parts.last(FOLDERS)? else { return Ok(BTreeSet::new()) };
    serde_json::from_slice(text).map_err(|_| parts.damaged(0))
}

/// Every picture that refs can mean, as hashes of folder and name.
pub(crate) struct Present(Vec<u64>);

impl Present {
    /// Lists everything that refs into these folders can mean, and says for which of the folders it does not answer.
    pub(crate) fn list(
        wanted: &BTreeSet<String>,
        folders: &Folders<'_>,
        listings: &Listings,
    ) -> (Self, BTreeSet<String>) {
        let (mut present, mut silent) = (Vec::new(), BTreeSet::new());
        for folder in wanted {
            let hash = name_hash(folder);
            let (names, is_sure) = reads::heard_all(|| folders.names(folder, listings));
            if !is_sure {
                silent.insert(folder.clone());
            }
            present.extend(names.into_iter().map(|name| joined(hash, name)));
        }
        present.sort_unstable();
        present.dedup();
        (Self(present), silent)
    }

    fn holds(&self, reference: u64) -> bool {
        reference == REMOTE || self.0.binary_search(&reference).is_ok()
    }
}

/// The number of missing refs of each sample; `images` tells how many refs each has.
/// `is_there` says whether there is a picture for a path that may be meant in another way than written.
pub(crate) fn missing_of_each(
    parts: &Arc<Parts>,
    images: &ColumnReader,
    refs: u64,
    present: &Present,
    is_there: &mut dyn FnMut(&str) -> bool,
) -> Result<Vec<u32>, LibraryError> {
    let refs = ColumnReader::open(parts, REFS, refs as usize)?;
    let mut odd = odd_refs(parts).peekable();
    let mut is_missing = |(number, hash): (u64, u64)| {
        while odd.next_if(|(before, _)| *before < number).is_some() {}
        let odd = odd.next_if(|(odd, _)| *odd == number);
        !present.holds(hash) && !odd.is_some_and(|(_, written)| is_there(&written))
    };
    let mut refs = (0..).zip(refs.iter());
    let missing = images
        .iter()
        .map(|images| refs.by_ref().take(images as usize).filter(|one| is_missing(*one)).count() as u32);
    Ok(missing.collect())
}

/// Notes for each file how many refs are missing.
pub(crate) fn note_missing(files: &mut [FileState], missing: &[u32]) {
    for file in files {
        let first = file.first_row as usize;
        let own = missing.iter().skip(first).take(file.rows as usize);
        file.missing = Some(own.map(|missing| u64::from(*missing)).sum());
    }
}

/// The refs whose paths may be meant in another way, by number.
fn odd_refs(parts: &Parts) -> impl Iterator<Item = (u64, String)> + '_ {
    let texts = parts.all(ODD).map_while(Result::ok);
    let lines = texts.flat_map(|text| text.split(|byte| *byte == b'\n'));
    lines.filter_map(|line| serde_json::from_slice(line).ok())
}

/// One hash of a folder's and a name's; never one of the reserved values.
fn joined(folder: u64, name: u64) -> u64 {
    (folder.rotate_left(29) ^ name).wrapping_mul(0x9E37_79B9_7F4A_7C15).max(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use blendscope_catalog::{Catalog, FoundDataset, Locator, Resolved};
    use blendscope_images::Archives;
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
        let path = root.path().join("1.gen");
        let mut file = PartsWriter::create(path.clone()).unwrap();
        let mut writer = RefsWriter::new(Keys::new(Arc::clone(&catalog), &dataset));
        let mut images = ColumnWriter::new("images");
        let refs: Vec<_> = paths.iter().map(|path| ImageRef::Path((*path).to_owned())).collect();
        for of_sample in [&refs[..4], &[], &refs[4..], &[ImageRef::Remote("https://x/1.jpg".to_owned())]] {
            writer.push(of_sample, &mut file).unwrap();
            images.push(of_sample.len() as u64, &mut file).unwrap();
        }
        writer.finish(&mut file).unwrap();
        images.flush(&mut file).unwrap();
        let parts = Arc::new(Parts::open(&path, file.flush().unwrap()).unwrap());
        let images = ColumnReader::open(&parts, "images", 4).unwrap();

        let resolved = Resolved { root: root.path().to_owned(), ..Resolved::default() };
        let (locator, archives) = (Locator::new(catalog, &resolved), Archives::empty());
        let places = Folders { dataset: &dataset, locator: &locator, archives: &archives };
        let (present, _) = Present::list(&folders(&parts).unwrap(), &places, &Listings::new());
        let mut asked = Vec::new();
        let mut is_there = |written: &str| {
            asked.push(written.to_owned());
            false
        };
        assert_eq!(missing_of_each(&parts, &images, 7, &present, &mut is_there).unwrap(), [1, 0, 2, 0]);
        assert_eq!(asked, ["/etc/passwd"]);

        let keys: Vec<u64> = ColumnReader::open(&parts, names::IMAGE_KEYS, 7).unwrap().iter().collect();
        assert_eq!((keys[0], keys[1]), (key_hash("mine/coco/train2017/1.jpg"), keys[0]));
        assert_eq!(keys[6], NO_KEY);
    }
}
