//! The folder that holds everything made for a root: the index, thumbnails, tables of archives and boxes.
//!
//! ```text
//! <cache>/blendscope/<hash of the root>/
//!   about.json    which root this is, for `blendscope clean`
//!   lock          held by the one process that writes; `lock.beat` where the file system has no locks
//!   v15/          what the engine keeps; the number changes with the layout of what is in it
//!   archives/     what is inside tar and zip archives of pictures
//!   boxes/        where the boxes of an id are in box files
//!   thumbnails/   scaled pictures
//!   colours       what pictures look like from afar
//! ```

use crate::{LibraryError, OpenOptions};
use blendscope_catalog::ResolveError;
use blendscope_engine::may_not_be_written;
use blendscope_read::disk;
use serde::{Deserialize, Serialize};
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The file that says which root an index is of; written whenever that is opened.
pub(crate) const ABOUT: &str = "about.json";

/// The layout of indexes that this program reads and writes. Raised whenever what is indexed or counted changes, so that old
/// indexes are made anew; it is part of the name of the folder that holds the index.
pub(crate) const LAYOUT: u32 = 15;

/// What `about.json` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    /// The root, absolute.
    pub root: PathBuf,
    /// Version of the program that made it.
    pub version: String,
}

/// The folder that holds everything made for a root.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    dir: PathBuf,
    about: About,
}

impl Home {
    /// Opens or makes the folder for a root, in the folder for indexes that is asked for or else in the user's cache
    /// folder. One root has one, however it is spelled.
    pub(crate) fn open(options: &OpenOptions) -> Result<Self, LibraryError> {
        let home = Self::of(options)?;
        let failed = |source| LibraryError::IndexDir { path: home.dir.clone(), source };
        let later = home.layouts().map_err(failed)?.into_iter().filter(|(layout, _)| *layout > LAYOUT).max();
        if let Some((found, path)) = later {
            return Err(LibraryError::LaterLayout { path, found, known: LAYOUT });
        }
        match home.make() {
            Err(error) if may_not_be_written(&error) && home.index().is_dir() => {}
            made => made.map_err(failed)?,
        }
        Ok(home)
    }

    /// The folder for a root, which need not be there.
    pub(crate) fn of(options: &OpenOptions) -> Result<Self, LibraryError> {
        let root = absolute(&options.root)?;
        let root = disk::without_links(&root).unwrap_or(root);
        let parent = options.index_parent.clone().map_or_else(default_parent, Ok)?;
        let dir = parent.join(name_of(&root));
        Ok(Self { dir, about: About { root, version: env!("CARGO_PKG_VERSION").to_owned() } })
    }

    /// The layouts of which there is an index, each with its folder; the earliest ones had two.
    fn layouts(&self) -> io::Result<Vec<(u32, PathBuf)>> {
        let entries = match std::fs::read_dir(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let layout = |path: PathBuf| {
            let name = path.file_name()?.to_str()?;
            let number = match name {
                "text" | "columns" => 0,
                _ => name.strip_prefix('v')?.parse().ok()?,
            };
            Some((number, path.clone()))
        };
        Ok(entries.flatten().filter_map(|entry| layout(entry.path())).collect())
    }

    /// Removes indexes of earlier layouts, which stay until there is one of this layout.
    pub(crate) fn remove_earlier_layouts(&self) {
        for (_, path) in self.layouts().unwrap_or_default().into_iter().filter(|(layout, _)| *layout < LAYOUT)
        {
            // What cannot be removed now is tried again after the next pass.
            let _ = std::fs::remove_dir_all(path);
        }
    }

    /// Makes what is not there.
    pub(crate) fn make(&self) -> io::Result<()> {
        for folder in [self.index(), self.archives(), self.boxes(), self.thumbnails()] {
            make_private(&folder)?;
        }
        let text = serde_json::to_string_pretty(&self.about)?;
        std::fs::write(self.dir.join(ABOUT), text)
    }

    /// Folder of the engine.
    pub(crate) fn index(&self) -> PathBuf {
        self.dir.join(format!("v{LAYOUT}"))
    }

    /// Folder of the tables of archives.
    pub(crate) fn archives(&self) -> PathBuf {
        self.dir.join("archives")
    }

    /// Folder of the table of boxes.
    pub(crate) fn boxes(&self) -> PathBuf {
        self.dir.join("boxes")
    }

    /// Folder of the scaled pictures.
    pub(crate) fn thumbnails(&self) -> PathBuf {
        self.dir.join("thumbnails")
    }

    /// File of the pictures' average colours.
    pub(crate) fn colours(&self) -> PathBuf {
        self.dir.join("colours")
    }

    /// The folder itself.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
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

/// Refuses a root that is no folder, but not one that does not answer.
pub(crate) fn check_folder(root: &Path) -> Result<(), LibraryError> {
    let path = root.to_owned();
    match disk::metadata(root) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(ResolveError::NotAFolder { path }.into()),
        // The status says so, and it is tried again.
        Err(error) if disk::is_unanswered(&error) => Ok(()),
        Err(source) => Err(ResolveError::Root { path, source }.into()),
    }
}

/// The root as an absolute path; links in it stay.
pub(crate) fn absolute(root: &Path) -> Result<PathBuf, LibraryError> {
    std::path::absolute(root).map_err(|source| LibraryError::Io { path: root.to_owned(), source })
}
