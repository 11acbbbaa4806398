//! The index's folder as the engine uses it: files mapped into memory, and locks that work without `flock`.
//!
//! The engine asks for two locks. The one of the writer is answered within this process, since the library holds the
//! whole folder before it writes, see `library/lock.rs`. The one that keeps files from being removed while a reader opens
//! them is also asked of the system where that has locks; where it has none, a reader tries again
//! ([`TextIndex::view`](super::TextIndex::view)).

use rustix::io::Errno;
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, INDEX_WRITER_LOCK, Lock, MmapDirectory, WatchCallback, WatchHandle,
    WritePtr,
};

/// A folder on disk whose locks need no help of the file system.
#[derive(Clone, Debug)]
pub(super) struct IndexDirectory {
    files: MmapDirectory,
    writer: Gate,
    meta: Gate,
}

impl IndexDirectory {
    /// The folder, which exists.
    pub(super) fn open(dir: &Path) -> tantivy::Result<Self> {
        Ok(Self { files: MmapDirectory::open(dir)?, writer: Gate::default(), meta: Gate::default() })
    }
}

impl Directory for IndexDirectory {
    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        if lock.filepath == INDEX_WRITER_LOCK.filepath {
            let pass = self.writer.try_enter().ok_or(LockError::LockBusy)?;
            return Ok(DirectoryLock::from(Box::new(pass)));
        }
        let pass = self.meta.enter();
        match self.files.acquire_lock(lock) {
            Ok(of_system) => Ok(DirectoryLock::from(Box::new((pass, of_system)))),
            Err(LockError::IoError(error)) if is_without_locks(&error) => {
                Ok(DirectoryLock::from(Box::new(pass)))
            }
            Err(error) => Err(error),
        }
    }

    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.files.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.files.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.files.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.files.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.files.sync_directory()
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
}

/// Whether the file system says that it has no locks at all, as Lustre and some network file systems do.
pub(crate) fn is_without_locks(error: &io::Error) -> bool {
    let without = [Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::NOLCK];
    error.raw_os_error().is_some_and(|code| without.iter().any(|errno| errno.raw_os_error() == code))
}

/// A lock within the process whose guard can be given away.
#[derive(Clone, Debug, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    /// Waits until the gate is free.
    fn enter(&self) -> Pass {
        let (taken, freed) = &*self.0;
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        while *taken {
            taken = freed.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
        *taken = true;
        Pass(self.clone())
    }

    fn try_enter(&self) -> Option<Pass> {
        let mut taken = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        (!std::mem::replace(&mut *taken, true)).then(|| Pass(self.clone()))
    }
}

/// Frees the gate when dropped.
struct Pass(Gate);

impl Drop for Pass {
    fn drop(&mut self) {
        let (taken, freed) = &*self.0.0;
        *taken.lock().unwrap_or_else(PoisonError::into_inner) = false;
        freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tantivy::directory::META_LOCK;

    #[test]
    fn there_is_one_writer_and_one_who_opens_files_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let directory = IndexDirectory::open(folder.path()).unwrap();
        for lock in [&*INDEX_WRITER_LOCK, &*META_LOCK] {
            drop(directory.acquire_lock(lock).unwrap());
        }
        let writer = directory.acquire_lock(&INDEX_WRITER_LOCK).unwrap();
        assert!(matches!(directory.acquire_lock(&INDEX_WRITER_LOCK), Err(LockError::LockBusy)));
        drop(writer);
        let meta = directory.acquire_lock(&META_LOCK).unwrap();
        std::thread::scope(|scope| {
            let other = scope.spawn(|| drop(directory.acquire_lock(&META_LOCK).unwrap()));
            std::thread::sleep(std::time::Duration::from_millis(20));
            assert!(!other.is_finished());
            drop(meta);
        });
    }

    #[test]
    fn file_systems_without_locks_are_known() {
        for errno in [Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOLCK] {
            assert!(is_without_locks(&io::Error::from_raw_os_error(errno.raw_os_error())));
        }
        assert!(!is_without_locks(&io::Error::from_raw_os_error(Errno::ACCESS.raw_os_error())));
    }
}
