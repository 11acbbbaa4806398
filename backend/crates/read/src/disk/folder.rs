//! The names in a folder of the user's, listed piece by piece where the disk may not answer.

use super::waits::begin_on;
use super::{mounts, threads};
use std::ffi::{OsStr, OsString};
use std::fs::{FileType, ReadDir};
use std::io;
use std::path::{Path, PathBuf};
use std::vec;

/// Entries that are asked for at once from a disk that may not answer.
const ASKED_MAX: usize = 4096;

/// An entry of a folder.
#[derive(Debug)]
pub struct Entry {
    name: OsString,
    kind: io::Result<FileType>,
}

impl Entry {
    fn of(entry: &std::fs::DirEntry) -> Self {
        Self { name: entry.file_name(), kind: entry.file_type() }
    }

    /// Its name.
    pub fn name(&self) -> &OsStr {
        &self.name
    }

    /// Its name.
    pub fn into_name(self) -> OsString {
        self.name
    }

    /// What it is, links not followed.
    pub fn kind(&self) -> Result<FileType, &io::Error> {
        self.kind.as_ref().copied()
    }
}

/// The entries of a folder, in the order of the disk.
#[derive(Debug)]
pub struct Folder(Listing);

#[derive(Debug)]
enum Listing {
    Local(ReadDir),
    Remote {
        /// Taken out while it is asked; none at the end.
        entries: Option<ReadDir>,
        listed: vec::IntoIter<io::Result<Entry>>,
        path: PathBuf,
        disk: PathBuf,
    },
}

/// Begins to list a folder.
pub fn read_dir(path: &Path) -> io::Result<Folder> {
    let Some(disk) = mounts::remote_disk(path) else {
        return Ok(Folder(Listing::Local(std::fs::read_dir(path)?)));
    };
    let owned = path.to_owned();
    let entries = threads::ask(begin_on(path, disk.clone())?, move || std::fs::read_dir(owned))?;
    let (entries, listed, path) = (Some(entries), Vec::new().into_iter(), path.to_owned());
    Ok(Folder(Listing::Remote { entries, listed, path, disk }))
}

impl Iterator for Folder {
    type Item = io::Result<Entry>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Listing::Local(entries) => Some(entries.next()?.map(|entry| Entry::of(&entry))),
            Listing::Remote { entries, listed, path, disk } => {
                if let Some(entry) = listed.next() {
                    return Some(entry);
                }
                let (rest, more) = match ask_more(entries.take()?, path, disk) {
                    Ok(answer) => answer,
                    Err(error) => return Some(Err(error)),
                };
                *entries = rest;
                *listed = more.into_iter();
                listed.next()
            }
        }
    }
}

type More = (Option<ReadDir>, Vec<io::Result<Entry>>);

/// The next entries, and what is left behind them.
fn ask_more(mut entries: ReadDir, path: &Path, disk: &Path) -> io::Result<More> {
    threads::ask(begin_on(path, disk.to_owned())?, move || {
        let more: Vec<_> =
            entries.by_ref().take(ASKED_MAX).map(|entry| entry.map(|entry| Entry::of(&entry))).collect();
        Ok(((more.len() == ASKED_MAX).then_some(entries), more))
    })
}
