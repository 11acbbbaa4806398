//! The indexes in a folder for indexes, of whatever root: what `blendscope clean` lists and removes.

use crate::LibraryError;
use crate::store::home::{ABOUT, About, LAYOUT};
use crate::store::lock::Lock;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

/// Hexadecimal digits of an index's key, which is the name of its folder.
const KEY_DIGITS: usize = 16;

/// How the folder of an index is named while it is removed.
const REMOVED: &str = "removed-";

/// The folder with the scaled pictures.
const THUMBNAILS: &str = "thumbnails";

/// The folder of one index.
#[derive(Clone, Debug)]
pub struct IndexFolder {
    /// Name of the folder.
    pub key: String,
    /// Its root, if that is known.
    pub root: Option<PathBuf>,
    /// Bytes of everything in it.
    pub bytes: u64,
    /// Bytes of the scaled pictures among them.
    pub thumbnail_bytes: u64,
    /// When it was last opened.
    pub last_opened: Option<SystemTime>,
    /// Version of what is in it; none for what an interrupted removal left.
    pub layout: Option<u32>,
    /// Which process writes it, if one does.
    pub holder: Option<String>,
    dir: PathBuf,
}

/// The indexes in `parent`, those that were used last first. Anything else in the folder is passed over.
pub fn list_indexes(parent: &Path) -> Result<Vec<IndexFolder>, LibraryError> {
    let fail = |source| LibraryError::IndexDir { path: parent.to_owned(), source };
    let entries = match fs::read_dir(parent) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(fail)?,
    };
    let mut indexes = Vec::new();
    for entry in entries {
        indexes.extend(IndexFolder::look_at(&entry.map_err(fail)?.path()));
    }
    indexes
        .sort_by(|one, other| other.last_opened.cmp(&one.last_opened).then_with(|| one.key.cmp(&other.key)));
    Ok(indexes)
}

/// The one of these indexes that has this key, the beginning of it, or this root.
pub fn find_index<'i>(
    indexes: &'i [IndexFolder],
    wanted: &str,
    parent: &Path,
) -> Result<&'i IndexFolder, LibraryError> {
    let root = fs::canonicalize(wanted).unwrap_or_else(|_| PathBuf::from(wanted));
    let has_root = |index: &&IndexFolder| index.root.as_ref() == Some(&root);
    let mut found = indexes.iter().filter(|index| !wanted.is_empty() && index.key.starts_with(wanted));
    let by_key = found.next().filter(|_| found.next().is_none());
    by_key
        .or_else(|| indexes.iter().find(has_root))
        .ok_or_else(|| LibraryError::UnknownIndex { key: wanted.to_owned(), parent: parent.to_owned() })
}

impl IndexFolder {
    fn look_at(dir: &Path) -> Option<Self> {
        let key = dir.file_name()?.to_str()?.to_owned();
        let is_left = key.strip_prefix(REMOVED).is_some_and(is_key);
        let layout = if is_left { None } else { layout_of(dir) };
        if !is_left && (!is_key(&key) || layout.is_none())
            || !fs::symlink_metadata(dir).is_ok_and(|it| it.is_dir())
        {
            return None;
        }
        let about = dir.join(ABOUT);
        let text = fs::read(&about).ok();
        let known: Option<About> = text.and_then(|text| serde_json::from_slice(&text).ok());
        let opened = fs::metadata(&about).and_then(|metadata| metadata.modified());
        Some(Self {
            key,
            root: known.map(|about| about.root),
            bytes: bytes_of(dir),
            thumbnail_bytes: bytes_of(&dir.join(THUMBNAILS)),
            last_opened: opened.ok(),
            layout,
            holder: Lock::holder(dir).unwrap_or_default(),
            dir: dir.to_owned(),
        })
    }

    /// Whether its root is not there any more, or was never known.
    pub fn is_orphaned(&self) -> bool {
        !self.root.as_ref().is_some_and(|root| root.is_dir())
    }

    /// Whether it is of an earlier layout, so that it would be built anew.
    pub fn is_old(&self) -> bool {
        self.layout.is_none_or(|layout| layout.cmp(&LAYOUT).is_lt())
    }

    /// Removes it, unless a process writes it.
    pub fn remove(&self) -> Result<(), LibraryError> {
        let lock = Lock::take(&self.dir)?;
        // What is begun anew at its place meanwhile is not touched.
        let aside = self.dir.with_file_name(format!("{REMOVED}{}", self.key.trim_start_matches(REMOVED)));
        if aside != self.dir {
            self.removed(fs::remove_dir_all(&aside))?;
            self.removed(fs::rename(&self.dir, &aside))?;
        }
        drop(lock);
        self.removed(fs::remove_dir_all(&aside))
    }

    /// Removes its scaled pictures, unless a process writes the index; they are made anew when they are shown.
    pub fn remove_thumbnails(&self) -> Result<(), LibraryError> {
        let _lock = Lock::take(&self.dir)?;
        let folder = self.dir.join(THUMBNAILS);
        let Ok(entries) = fs::read_dir(&folder) else { return Ok(()) };
        for path in entries.flatten().map(|entry| entry.path()) {
            self.removed(if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) })?;
        }
        Ok(())
    }

    /// That there is nothing to remove is as good.
    fn removed(&self, outcome: io::Result<()>) -> Result<(), LibraryError> {
        match outcome {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                Err(LibraryError::IndexDir { path: self.dir.clone(), source })
            }
            _ => Ok(()),
        }
    }
}

fn is_key(name: &str) -> bool {
    name.len() == KEY_DIGITS && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The latest layout in the folder of an index: a folder `v9` is of layout 9; indexes before that had no number.
fn layout_of(dir: &Path) -> Option<u32> {
    let entries = fs::read_dir(dir).ok()?;
    let layout = |name: &str| match name {
        ABOUT | "text" => Some(0),
        _ => name.strip_prefix('v')?.parse().ok(),
    };
    entries.flatten().filter_map(|entry| layout(entry.file_name().to_str()?)).max()
}

/// Bytes of the files below a folder; what cannot be looked at is left out.
fn bytes_of(dir: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    let bytes = |path: PathBuf| match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_dir() => bytes_of(&path),
        metadata => metadata.as_ref().map_or(0, Metadata::len),
    };
    entries.flatten().map(|entry| bytes(entry.path())).sum()
}
