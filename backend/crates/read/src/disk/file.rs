//! A file of the user's, opened: reads that may not be answered are given up after a while.

use super::waits::begin_on;
use super::{mounts, threads};
use std::fs::Metadata;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes that are asked for at once from a disk that may not answer.
const ASKED_MAX: usize = 1 << 20;

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
        let file = threads::ask(begin_on(path, disk.clone())?, move || open(&owned))?;
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
        let length = buffer.len().min(ASKED_MAX);
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
        threads::ask(begin_on(&remote.0, remote.1.clone())?, move || question(&file))
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
