//! Archives as folders: what is found in them, where it appears, and what happens to damaged ones.

mod damaged;
mod mounted;
mod zips;

use super::{Archives, Member};
use crate::{ImageError, PictureMemory};
use blendscope_read::pack;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;

/// A root with archives in it, and a cache beside it.
struct Root {
    folder: TempDir,
    cache: TempDir,
    archives: Vec<(PathBuf, Vec<PathBuf>)>,
}

impl Root {
    fn new() -> Self {
        let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        Self { folder, cache, archives: Vec::new() }
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    fn add(mut self, relative: &str, bytes: Vec<u8>) -> Self {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        self.archives.push((path, Vec::new()));
        self
    }

    /// The last archive stands for this folder too.
    fn for_folder(mut self, relative: &str) -> Self {
        let folder = self.path(relative);
        self.archives.last_mut().unwrap().1.push(folder);
        self
    }

    fn open(&self) -> Archives {
        let bases = ["data".to_owned(), "playground/data".to_owned()];
        let data = [self.path("data"), self.path("more")];
        Archives::open(&self.archives, &data, &bases, self.cache.path(), &AtomicBool::new(false))
    }

    /// The bytes that appear at a path.
    fn read(&self, archives: &Archives, relative: &str) -> Option<Vec<u8>> {
        archives.find(&self.path(relative)).map(|member| bytes_of(&member).unwrap())
    }
}

/// The bytes of a member.
fn bytes_of(member: &Member) -> Result<Vec<u8>, ImageError> {
    let content = member.source(&PictureMemory::new(1 << 30))?.content;
    Ok(content.head(content.len() as usize)?)
}

fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    pack::tar_of(files.iter().copied()).unwrap()
}

fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    pack::zip_of(files.iter().copied()).unwrap()
}

fn problem(archives: &Archives) -> &str {
    let [(_, message)] = archives.problems() else { panic!("{:?}", archives.problems()) };
    message
}
