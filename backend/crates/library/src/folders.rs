//! Where the pictures of a dataset can be: every folder that a ref's folder may mean, on disk or inside an archive.

use blendscope_catalog::{FoundDataset, Locator};
use blendscope_images::{Archives, Listings, list_renamed, name_hash};
use blendscope_read::FieldHash;
use blendscope_read::disk;
use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

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
