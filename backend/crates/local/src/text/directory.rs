//! The index's folder as the engine uses it: files that are sealed and checked, and locks that work without `flock`.
//!
//! Every file gets a [seal](seal) when it is written, which is looked at when the file is opened. A segment of which a file
//! is damaged is *set aside*: the list of segments is read without it from then on, and the next commit makes that last.
//!
//! The engine asks for two locks. The one of the writer is answered within this process, since the library holds the
//! whole folder before it writes, see `library/src/store/lock.rs`. The one that keeps files from being removed while a reader opens
//! them is also asked of the system where that has locks and may be written; else a reader tries again
//! ([`TextIndex::view`](super::TextIndex::view)).

mod seal;

pub(crate) use seal::examine_files;

use blendscope_engine::{MayWrite, is_without_locks, may_not_be_written};
use seal::{SealedFile, SealingWriter, sealed, unsealed};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{io, thread};
use tantivy::TantivyError;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, INDEX_WRITER_LOCK, Lock, MmapDirectory, WatchCallback, WatchHandle,
    WritePtr,
};

/// The list of segments, as the engine calls it.
pub(crate) const SEGMENTS: &str = "meta.json";

/// The list of files that the engine made, as the engine calls it.
const FILES: &str = ".managed.json";

/// A folder on disk whose files are checked and whose locks need no help of the file system.
#[derive(Clone)]
pub(crate) struct IndexDirectory {
    dir: PathBuf,
    files: MmapDirectory,
    may_write: MayWrite,
    opened: Arc<Mutex<HashMap<PathBuf, Arc<SealedFile>>>>,
    /// Files that this process wrote itself; they are not checked when they are opened.
    written: Arc<Mutex<HashSet<PathBuf>>>,
    aside: Aside,
    writer: Gate,
    meta: Gate,
}

impl std::fmt::Debug for IndexDirectory {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("IndexDirectory").field(&self.dir).finish()
    }
}

impl IndexDirectory {
    /// The folder, which exists.
    pub(crate) fn open(dir: &Path, may_write: MayWrite) -> tantivy::Result<Self> {
        Ok(Self {
            dir: dir.to_owned(),
            files: MmapDirectory::open(dir)?,
            may_write,
            opened: Arc::default(),
            written: Arc::default(),
            aside: Aside::default(),
            writer: Gate::default(),
            meta: Gate::default(),
        })
    }

    /// The segments that are set aside.
    pub(crate) fn aside(&self) -> &Aside {
        &self.aside
    }

    /// Sets the segment of a file aside, for good.
    pub(crate) fn set_aside(&self, path: &Path) {
        self.aside.add(&self.dir, path);
        self.opened().remove(path);
    }

    /// Whether the list of segments on disk still has some that are set aside.
    pub(crate) fn lists_aside(&self) -> bool {
        let listed = self.read(Path::new(SEGMENTS)).ok();
        listed.is_some_and(|listed| self.aside.without(&listed) != listed)
    }

    /// Whether all files in use were read as a whole.
    pub(crate) fn is_checked(&self) -> bool {
        self.in_use().iter().all(|(_, file)| file.is_checked())
    }

    /// Whether something about the files in use changed on disk, so that they should be [looked at](Self::check).
    pub(crate) fn has_changed(&self) -> bool {
        self.in_use().iter().any(|(_, file)| file.has_changed()) || self.read(Path::new(SEGMENTS)).is_err()
    }

    /// Reads the files in use, as far as that was not done, or all of them `again`, until `is_stopping` says so. Segments
    /// with damaged ones are set aside.
    pub(crate) fn check(&self, again: bool, is_stopping: &dyn Fn() -> bool) {
        for (path, file) in self.in_use() {
            if is_stopping() {
                return;
            }
            let checked = if again { file.check_again() } else { file.check() };
            if checked.is_err_and(|error| is_damage(&error)) {
                self.set_aside(&path);
            }
        }
    }

    /// The files that somebody reads, of segments that are not set aside.
    fn in_use(&self) -> Vec<(PathBuf, Arc<SealedFile>)> {
        let mut opened = self.opened();
        opened.retain(|_, file| file.is_in_use());
        opened.iter().map(|(path, file)| (path.clone(), Arc::clone(file))).collect()
    }

    fn opened(&self) -> MutexGuard<'_, HashMap<PathBuf, Arc<SealedFile>>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn written(&self) -> MutexGuard<'_, HashSet<PathBuf>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is in a small file; an error of the kind `InvalidData` when it is damaged.
    fn read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the file is not as it was written");
        unsealed(path, self.files.atomic_read(path)?)
            .ok_or_else(|| OpenReadError::wrap_io_error(damaged(), path.to_owned()))
    }

    /// The names of all files, for the engine to remove those that it does not need.
    fn list_files(&self) -> Vec<u8> {
        let entries = std::fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
        serde_json::to_vec(&names).unwrap_or_default()
    }
}

/// Whether an error says that a file is not as it was written, or gone.
pub(crate) fn is_damage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::NotFound
    )
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
            Err(LockError::IoError(error)) if is_without_locks(&error) || may_not_be_written(&error) => {
                Ok(DirectoryLock::from(Box::new(pass)))
            }
            Err(error) => Err(error),
        }
    }

    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let mut opened = self.opened();
        if let Some(file) = opened.get(path) {
            return Ok(Arc::new(file.content()));
        }
        opened.retain(|_, file| file.is_in_use());
        drop(opened);
        let is_own = self.written().contains(path);
        match SealedFile::open(&self.dir.join(path), is_own) {
            Ok(file) => {
                let file = Arc::new(file);
                let content = file.content();
                self.opened().insert(path.to_owned(), file);
                Ok(Arc::new(content))
            }
            Err(error) => {
                // One that is gone may have been removed by another process, after a commit without it.
                if is_damage(&error) && error.kind() != io::ErrorKind::NotFound {
                    self.set_aside(path);
                }
                // Not `FileDoesNotExist`: the engine takes a file of positions that is gone for one that never was.
                Err(OpenReadError::wrap_io_error(error, path.to_owned()))
            }
        }
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        let fail = |error| DeleteError::IoError { io_error: Arc::new(error), filepath: path.to_owned() };
        (self.may_write)().map_err(fail)?;
        self.written().remove(path);
        self.files.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.files.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        let fail = |error| OpenWriteError::wrap_io_error(error, path.to_owned());
        (self.may_write)().map_err(fail)?;
        let file = self.files.open_write(path)?.into_inner().map_err(|error| fail(error.into_error()))?;
        self.written().insert(path.to_owned());
        Ok(WritePtr::new(Box::new(SealingWriter::new(path, file))))
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        match self.read(path) {
            Ok(text) if path == Path::new(SEGMENTS) => Ok(self.aside.without(&text)),
            Err(OpenReadError::IoError { io_error, .. })
                if path == Path::new(FILES) && is_damage(&io_error) =>
            {
                Ok(self.list_files())
            }
            read => read,
        }
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        (self.may_write)()?;
        self.files.atomic_write(path, &sealed(path, data))
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.files.sync_directory()
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.files.watch(callback)
    }
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

/// Segments that are set aside, each with the first of its files that was found damaged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aside(Arc<Mutex<BTreeMap<String, PathBuf>>>);

impl Aside {
    /// Sets the segment of a file in a folder aside.
    pub(crate) fn add(&self, dir: &Path, path: &Path) {
        self.segments().entry(segment_of(path)).or_insert_with(|| dir.join(path));
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.segments().len()
    }

    /// The files that were found damaged.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        self.segments().values().cloned().collect()
    }

    /// The list of segments without these.
    pub(crate) fn without(&self, listed: &[u8]) -> Vec<u8> {
        let aside = self.segments();
        let known = (!aside.is_empty()).then(|| serde_json::from_slice::<Value>(listed).ok()).flatten();
        let Some(mut list) = known else { return listed.to_owned() };
        let Some(segments) = list.get_mut("segments").and_then(Value::as_array_mut) else {
            return listed.to_owned();
        };
        let all = segments.len();
        segments.retain(|segment| {
            let id = segment.get("segment_id").and_then(Value::as_str).unwrap_or_default();
            !aside.contains_key(&id.replace('-', ""))
        });
        if segments.len() == all { listed.to_owned() } else { list.to_string().into_bytes() }
    }

    fn segments(&self) -> MutexGuard<'_, BTreeMap<String, PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The id of the segment that a file belongs to, as file names begin with it.
fn segment_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}

/// How often opening a file that is gone is tried again, and the time between: another process may have removed it at
/// that moment, after it had committed others.
const LOOKS: usize = 10;
const PAUSE: Duration = Duration::from_millis(50);

/// Runs what opens files, again as long as segments are set aside on the way.
///
/// Large files are not checked when they are opened, so the engine may stumble over what is in them: then they are
/// checked at once.
pub(crate) fn opening<T>(
    directory: &IndexDirectory,
    mut open: impl FnMut() -> tantivy::Result<T>,
) -> tantivy::Result<T> {
    let mut looks = 0;
    loop {
        let before = directory.aside().count();
        let error = match catch_unwind(AssertUnwindSafe(&mut open)) {
            Ok(Ok(opened)) => return Ok(opened),
            Ok(Err(error)) => error,
            Err(_) => {
                TantivyError::SystemError("the engine met a defect while it opened its files".to_owned())
            }
        };
        if directory.aside().count() > before {
            continue;
        }
        match missing_file(&error) {
            Some(_) if looks < LOOKS => {
                looks += 1;
                thread::sleep(PAUSE);
            }
            Some(path) => directory.set_aside(&path),
            None => {
                directory.check(true, &|| false);
                if directory.aside().count() == before {
                    return Err(error);
                }
            }
        }
    }
}

/// The file of a segment that is gone, if an error says that one is.
fn missing_file(error: &TantivyError) -> Option<PathBuf> {
    let TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath }) = error else {
        return None;
    };
    let is_missing = io_error.kind() == std::io::ErrorKind::NotFound;
    is_missing.then(|| filepath.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tantivy::directory::META_LOCK;

    #[test]
    fn there_is_one_writer_and_one_who_opens_files_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let directory = IndexDirectory::open(folder.path(), Arc::new(|| Ok(()))).unwrap();
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
}
