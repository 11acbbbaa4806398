//! Opened files and folder listings with time limits: what may not be answered is given up after a while.

use super::waits::begin_on;
use super::{mounts, waits};
use std::ffi::{OsStr, OsString};
use std::fs::{FileType, Metadata, ReadDir};
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{io, vec};

/// Bytes that are asked for at once from a disk that may not answer.
const BYTES_MAX: usize = 1 << 20;

/// A file that was opened for reading.
#[derive(Clone, Debug)]
pub struct File {
    file: Arc<std::fs::File>,
    /// The path, and the disk, of one that may not answer.
    remote: Option<Arc<(PathBuf, PathBuf)>>,
}

impl File {
    /// Opens a path in some way.
    pub(super) fn open_by(
        path: &Path,
        open: impl FnOnce(&Path) -> io::Result<std::fs::File> + Send + 'static,
    ) -> io::Result<Self> {
        let Some(disk) = mounts::remote_disk(path) else { return Ok(open(path)?.into()) };
        let owned = path.to_owned();
        let file = waits::ask(begin_on(path, disk.clone())?, move || open(&owned))?;
        Ok(Self { file: Arc::new(file), remote: Some(Arc::new((path.to_owned(), disk))) })
    }

    /// What the system says about it.
    pub fn metadata(&self) -> io::Result<Metadata> {
        self.ask(std::fs::File::metadata)
    }

    /// Reads from a place, perhaps less than the buffer holds, and nothing only at the end.
    pub fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        self.read_by(buffer, move |file, buffer| file.read_at(buffer, at))
    }

    /// Fills a buffer from a place; an error when there is less.
    pub fn read_exact_at(&self, mut buffer: &mut [u8], mut at: u64) -> io::Result<()> {
        while !buffer.is_empty() {
            match self.read_at(buffer, at) {
                Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
                Ok(some) => {
                    at += some as u64;
                    buffer = &mut buffer[some..];
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The same file as the system knows it, for whoever may be kept waiting.
    pub fn into_std(self) -> io::Result<std::fs::File> {
        Arc::try_unwrap(self.file).or_else(|shared| shared.try_clone())
    }

    fn read_by(
        &self,
        buffer: &mut [u8],
        read: impl FnOnce(&std::fs::File, &mut [u8]) -> io::Result<usize> + Send + 'static,
    ) -> io::Result<usize> {
        if self.remote.is_none() {
            return read(&self.file, buffer);
        }
        let length = buffer.len().min(BYTES_MAX);
        let bytes = self.ask(move |file| {
            let mut bytes = vec![0; length];
            let count = read(file, &mut bytes)?;
            bytes.truncate(count);
            Ok(bytes)
        })?;
        buffer[..bytes.len()].copy_from_slice(&bytes);
        Ok(bytes.len())
    }

    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&std::fs::File) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let Some(remote) = &self.remote else { return question(&self.file) };
        let file = Arc::clone(&self.file);
        waits::ask(begin_on(&remote.0, remote.1.clone())?, move || question(&file))
    }
}

impl From<std::fs::File> for File {
    /// A file that is sure to answer.
    fn from(file: std::fs::File) -> Self {
        Self { file: Arc::new(file), remote: None }
    }
}

impl Read for &File {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read_by(buffer, |mut file, buffer| file.read(buffer))
    }
}

impl Seek for &File {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.ask(move |mut file| file.seek(position))
    }
}

impl Read for File {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*self).read(buffer)
    }
}

impl Seek for File {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        (&*self).seek(position)
    }
}

/// Entries that are asked for at once from a disk that may not answer.
const NAMES_MAX: usize = 4096;

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
    let entries = waits::ask(begin_on(path, disk.clone())?, move || std::fs::read_dir(owned))?;
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
    waits::ask(begin_on(path, disk.to_owned())?, move || {
        let more: Vec<_> =
            entries.by_ref().take(NAMES_MAX).map(|entry| entry.map(|entry| Entry::of(&entry))).collect();
        Ok(((more.len() == NAMES_MAX).then_some(entries), more))
    })
}
