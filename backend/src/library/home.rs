//! The folder that holds everything made for a root: text index, columns, thumbnails.
//!
//! ```text
//! <cache>/blendscope/<hash of the root>/
//!   about.json    which root this is, for `blendscope clean`
//!   lock          held by the one process that writes; `lock.beat` where the file system has no locks
//!   text/         the text index
//!   columns/      a folder per generation of an annotation file
//!   archives/     what is inside tar and zip archives of pictures
//!   boxes/        where the boxes of an id are in box files
//!   thumbnails/   scaled pictures
//! ```

use super::LibraryError;
use super::lock::Lock;
use serde::{Deserialize, Serialize};
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The file that says which root an index is of; written whenever that is opened.
pub(super) const ABOUT: &str = "about.json";

/// The layout of indexes that this program reads and writes, see [`layout_of`](super::indexes).
pub(super) const LAYOUT: u32 = 0;

/// What `about.json` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The root, absolute.
    pub root: PathBuf,
    /// Version of the program that made it.
    pub version: String,
}

/// The folder that holds everything made for a root.
#[derive(Clone, Debug)]
pub(super) struct Home {
    dir: PathBuf,
}

impl Home {
    /// Opens or makes the folder for a root, in `parent` or else in the user's cache folder.
    pub(super) fn open(root: &Path, parent: Option<&Path>) -> Result<Self, LibraryError> {
        let parent = parent.map_or_else(default_parent, |parent| Ok(parent.to_owned()))?;
        let dir = parent.join(name_of(root));
        let home = Self { dir };
        let about = About { root: root.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        home.make(&about).map_err(|source| LibraryError::IndexDir { path: home.dir.clone(), source })?;
        Ok(home)
    }

    fn make(&self, about: &About) -> io::Result<()> {
        for folder in [self.text(), self.columns(), self.archives(), self.boxes(), self.thumbnails()] {
            make_private(&folder)?;
        }
        let text = serde_json::to_string_pretty(about)?;
        std::fs::write(self.dir.join(ABOUT), text)
    }

    /// Folder of the text index.
    pub(super) fn text(&self) -> PathBuf {
        self.dir.join("text")
    }

    /// Folder of all columns.
    pub(super) fn columns(&self) -> PathBuf {
        self.dir.join("columns")
    }

    /// Folder of the tables of archives.
    pub(super) fn archives(&self) -> PathBuf {
        self.dir.join("archives")
    }

    /// Folder of the table of boxes.
    pub(super) fn boxes(&self) -> PathBuf {
        self.dir.join("boxes")
    }

    /// Folder of the scaled pictures.
    pub(super) fn thumbnails(&self) -> PathBuf {
        self.dir.join("thumbnails")
    }

    /// Becomes the one process that writes here, if no other is.
    pub(super) fn lock(&self) -> Result<Lock, LibraryError> {
        Lock::take(&self.dir)
    }

    /// Throws the index and its columns away; thumbnails stay.
    pub(super) fn clear_index(&self) -> Result<(), LibraryError> {
        for folder in [self.text(), self.columns()] {
            let cleared = std::fs::remove_dir_all(&folder).and_then(|()| std::fs::create_dir_all(&folder));
            cleared.map_err(|source| LibraryError::IndexDir { path: folder, source })?;
        }
        Ok(())
    }
}

/// `$XDG_CACHE_HOME/blendscope/indexes`, else `~/.cache/blendscope/indexes`, where `~` is what `HOME` says or else the
/// system's list of users. Never a folder that all users share: indexes have the texts of the data in them.
pub fn default_parent() -> Result<PathBuf, LibraryError> {
    let is_usable = |path: &PathBuf| path.is_absolute();
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(is_usable);
    let home = || std::env::home_dir().filter(is_usable).map(|home| home.join(".cache"));
    Ok(cache.or_else(home).ok_or(LibraryError::NoHome)?.join("blendscope").join("indexes"))
}

/// Makes a folder and those above it, for nobody but this user; those that are there stay as they are.
fn make_private(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn name_of(root: &Path) -> String {
    blake3::hash(root.as_os_str().as_encoded_bytes()).to_hex()[..16].to_owned()
}
