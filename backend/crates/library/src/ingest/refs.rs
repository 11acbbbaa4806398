//! Which image refs have a file: refs are noted as hashes while reading, folders are listed once, later.
//!
//! Looking up every ref with a `stat` of its own would take hours on a network disk; a listing per folder takes seconds
//! and can wait until everything is searchable.

use crate::LibraryError;
use crate::store::keys::{Keys, NO_KEY, key_hash};
use crate::store::sets::{SOURCES, SetsWriter};
use crate::store::state::FileState;
use blendscope_catalog::paths::safe_relative;
use blendscope_catalog::spellings::{is_odd, spellings};
use blendscope_catalog::{FoundDataset, Locator};
use blendscope_engine::{Parts, Writer};
use blendscope_images::{Archives, Listings, list_renamed, name_hash};
use blendscope_read::{FieldHash, ImageRef, disk, reads};
use std::collections::{BTreeSet, HashMap};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The refs' hashes in record order, eight bytes each, little endian.
const REFS: &str = "refs";

/// Bytes of these that are gathered before they are written.
const REFS_BYTES: usize = 1 << 19;

/// The folders that the refs name, as JSON.
const FOLDERS: &str = "folders";

/// The refs whose paths may be meant in another way than written: a line for each, its number among the refs and the
/// path as JSON.
const ODD: &str = "odd_refs";

/// Bytes of these lines that are gathered before they are written.
const ODD_BYTES: usize = 1 << 20;

/// A ref that is not a path below a folder: no file is looked for.
const REMOTE: u64 = 0;

/// A ref that would leave its folder: never looked for, always missing.
const UNSAFE: u64 = 1;

/// Gathers the refs of an annotation file while it is read.
pub(crate) struct RefsWriter {
    refs: Vec<u8>,
    sources: SetsWriter,
    keys: Keys,
    folders: HashMap<String, u64>,
    image_dirs: Vec<PathBuf>,
    odd: Vec<u8>,
    pushed: u64,
}

/// What the engine is given of a sample's images.
pub(crate) struct ImageNames {
    /// The hashes of their keys.
    pub keys: Vec<u64>,
    /// The number of the set of their sources.
    pub sources: u64,
}

impl RefsWriter {
    /// Begins with nothing.
    pub(crate) fn new(keys: Keys) -> Self {
        Self {
            refs: Vec::new(),
            sources: SetsWriter::new(SOURCES),
            image_dirs: keys.image_dirs().to_vec(),
            keys,
            folders: HashMap::new(),
            odd: Vec::new(),
            pushed: 0,
        }
    }

    /// Adds the refs of the next sample.
    pub(crate) fn push(
        &mut self,
        images: &[ImageRef],
        writer: &mut dyn Writer,
    ) -> Result<ImageNames, LibraryError> {
        let keys: Vec<Option<String>> = images.iter().map(|image| self.keys.key(image)).collect();
        for image in images {
            let hash = match image {
                ImageRef::Path(written) => {
                    if is_odd(written) {
                        self.note_odd(written, writer)?;
                    }
                    self.hash(written)
                }
                ImageRef::Remote(_) | ImageRef::Embedded(_) | ImageRef::NotEmbedded(_) => REMOTE,
            };
            self.refs.extend_from_slice(&hash.to_le_bytes());
            self.pushed += 1;
        }
        if self.refs.len() > REFS_BYTES {
            self.flush_refs(writer)?;
        }
        let sources = keys.iter().flatten().filter_map(|key| key.split_once('/'));
        Ok(ImageNames {
            sources: self.sources.number(sources.map(|(source, _)| source)),
            keys: keys.iter().map(|key| key.as_deref().map_or(NO_KEY, key_hash)).collect(),
        })
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
    fn note_odd(&mut self, written: &str, writer: &mut dyn Writer) -> Result<(), LibraryError> {
        serde_json::to_writer(&mut self.odd, &(self.pushed, written))
            .expect("a number and a text are valid JSON");
        self.odd.push(b'\n');
        if self.odd.len() > ODD_BYTES {
            self.flush_odd(writer)?;
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

    fn flush_odd(&mut self, writer: &mut dyn Writer) -> Result<(), LibraryError> {
        if !self.odd.is_empty() {
            writer.add_part(ODD, &std::mem::take(&mut self.odd))?;
        }
        Ok(())
    }

    fn flush_refs(&mut self, writer: &mut dyn Writer) -> Result<(), LibraryError> {
        if !self.refs.is_empty() {
            writer.add_part(REFS, &self.refs)?;
            self.refs.clear();
        }
        Ok(())
    }

    /// Writes what is pending.
    pub(crate) fn flush(&mut self, writer: &mut dyn Writer) -> Result<(), LibraryError> {
        self.flush_odd(writer)?;
        self.flush_refs(writer)?;
        self.sources.flush(writer)
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self, writer: &mut dyn Writer) -> Result<(), LibraryError> {
        self.flush(writer)?;
        let folders: BTreeSet<String> = self.folders.into_keys().collect();
        let text = serde_json::to_vec(&folders).expect("a set of strings is valid JSON");
        Ok(writer.add_part(FOLDERS, &text)?)
    }
}

/// The folders that the refs of a generation name, relative to the dataset's image folders; none before it was read to
/// its end.
pub(crate) fn folders(parts: &dyn Parts) -> Result<BTreeSet<String>, LibraryError> {
    let Some(text) = parts.last(FOLDERS)? else { return Ok(BTreeSet::new()) };
    Ok(serde_json::from_slice(&text).map_err(|_| parts.damaged(FOLDERS))?)
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
    parts: &dyn Parts,
    images: impl Iterator<Item = u64>,
    present: &Present,
    is_there: &mut dyn FnMut(&str) -> bool,
) -> Result<Vec<u32>, LibraryError> {
    let mut odd = odd_refs(parts).peekable();
    let mut is_missing = |(number, hash): (u64, u64)| {
        while odd.next_if(|(before, _)| *before < number).is_some() {}
        let odd = odd.next_if(|(odd, _)| *odd == number);
        !present.holds(hash) && !odd.is_some_and(|(_, written)| is_there(&written))
    };
    let all = parts.all(REFS).collect::<Result<Vec<_>, _>>()?;
    let hashes = all.iter().flat_map(|part| part.as_chunks::<8>().0);
    let mut refs = (0..).zip(hashes.map(|hash| u64::from_le_bytes(*hash)));
    let missing = images
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
fn odd_refs(parts: &dyn Parts) -> impl Iterator<Item = (u64, String)> + '_ {
    let line = |line: &[u8]| serde_json::from_slice(line).ok();
    let lines = move |text: &[u8]| text.split(|byte| *byte == b'\n').filter_map(line).collect::<Vec<_>>();
    parts.all(ODD).map_while(Result::ok).flat_map(move |text| lines(&text))
}

/// One hash of a folder's and a name's; never one of the reserved values.
fn joined(folder: u64, name: u64) -> u64 {
    (folder.rotate_left(29) ^ name).wrapping_mul(0x9E37_79B9_7F4A_7C15).max(2)
}

/// Finds the pictures of one dataset by listing folders.
pub(crate) struct Folders<'a> {
    /// The dataset.
    pub dataset: &'a FoundDataset,
    /// Knows other spellings of its refs.
    pub locator: &'a Locator,
    /// Archives that stand for folders.
    pub archives: &'a Archives,
}

impl Folders<'_> {
    /// A number that changes when a file is added to or removed from a place where these folders' pictures can be.
    pub(crate) fn stamp(&self, folders: &BTreeSet<String>) -> u64 {
        let mut hash = FieldHash::default();
        for folder in folders {
            let others = self.locator.alternatives(self.dataset, folder).into_iter().map(|other| other.dir);
            for dir in self.dirs(folder).chain(others) {
                let metadata = disk::metadata(&dir);
                let modified = metadata.map(|metadata| (metadata.mtime(), metadata.mtime_nsec()));
                let (seconds, nanoseconds) = modified.unwrap_or_default();
                hash.number(seconds.cast_unsigned()).number(nanoseconds.cast_unsigned());
            }
        }
        hash.number(self.archives.stamp()).finish()
    }

    /// The hashes of all names that refs into a folder find.
    pub(crate) fn names(&self, folder: &str, listings: &Listings) -> Vec<u64> {
        let mut names = Vec::new();
        for dir in self.dirs(folder) {
            // A folder that cannot be listed, by its rights or by its name, has no picture that could be shown.
            if let Ok(listed) = listings.names(&dir) {
                names.extend_from_slice(&listed);
            }
            names.extend(self.archives.names(&dir));
        }
        for other in self.locator.alternatives(self.dataset, folder) {
            names.extend(list_renamed(&other.dir, |listed| other.ref_name(listed)).unwrap_or_default());
            if other.is_plain() {
                names.extend(self.archives.names(&other.dir));
            } else {
                let listed = self.archives.listed(&other.dir);
                let renamed = listed.iter().filter_map(|listed| other.ref_name(listed));
                names.extend(renamed.map(|name| name_hash(&name)));
            }
        }
        names
    }

    /// Whether there is a picture for a path, in whatever way it is meant.
    pub(crate) fn holds(&self, written: &str, listings: &Listings) -> bool {
        let mut at = |place: &Path| {
            let (folder, name) = (place.parent()?, place.file_name()?.to_str()?);
            let is_listed = listings.contains(folder, name).unwrap_or(false);
            (is_listed || self.archives.find(place).is_some()).then_some(())
        };
        self.locator.seek(&self.dataset.slug, written, &mut at).found.is_some()
    }

    fn dirs<'f>(&'f self, folder: &'f str) -> impl Iterator<Item = PathBuf> + 'f {
        self.dataset.image_dirs.iter().map(move |base| base.join(folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::MemoryWriter;
    use blendscope_catalog::{Catalog, FoundDataset, Locator, Resolved};
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
        let mut file = MemoryWriter::default();
        let mut writer = RefsWriter::new(Keys::new(Arc::clone(&catalog), &dataset));
        let refs: Vec<_> = paths.iter().map(|path| ImageRef::Path((*path).to_owned())).collect();
        let (mut keys, mut images) = (Vec::new(), Vec::new());
        for of_sample in [&refs[..4], &[], &refs[4..], &[ImageRef::Remote("https://x/1.jpg".to_owned())]] {
            keys.extend(writer.push(of_sample, &mut file).unwrap().keys);
            images.push(of_sample.len() as u64);
        }
        writer.finish(&mut file).unwrap();
        let parts = &file.parts;

        let resolved = Resolved { root: root.path().to_owned(), ..Resolved::default() };
        let (locator, archives) = (Locator::new(catalog, &resolved), Archives::empty());
        let places = Folders { dataset: &dataset, locator: &locator, archives: &archives };
        let (present, _) = Present::list(&folders(parts).unwrap(), &places, &Listings::new());
        let mut asked = Vec::new();
        let mut is_there = |written: &str| {
            asked.push(written.to_owned());
            false
        };
        let missing = missing_of_each(parts, images.into_iter(), &present, &mut is_there).unwrap();
        assert_eq!(missing, [1, 0, 2, 0]);
        assert_eq!(asked, ["/etc/passwd"]);

        assert_eq!((keys[0], keys[1]), (key_hash("mine/coco/train2017/1.jpg"), keys[0]));
        assert_eq!(keys[6], NO_KEY);
    }
}
