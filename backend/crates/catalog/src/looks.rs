//! A cache of what files were when they were looked into, so that a root in which nothing changed is resolved again
//! without opening any; and what to look at to know whether anything changed.

use super::probe::Beginning;
use blendscope_read::{FolderStamp, Sniff, disk, list_pairs};
use std::collections::HashMap;
use std::fs::Metadata;
use std::hash::Hash;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What was changed so shortly before it was looked at may have been changed again since, at the same time as the clock
/// of the file system shows it.
const UNSETTLED: Duration = Duration::from_secs(2);

/// A file or folder in one state of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId {
    /// Device and inode: what all names of a file share.
    pub inode: (u64, u64),
    bytes: u64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
    changed: (i64, i64),
}

impl FileId {
    pub fn of(metadata: &Metadata) -> Self {
        Self {
            inode: (metadata.dev(), metadata.ino()),
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// Whether it has been left alone for a while.
    fn is_settled(&self) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = self.modified.0.max(self.changed.0);
        // A time far in the future is none at which it can be changed again.
        now.as_secs().abs_diff(seconds.max(0).cast_unsigned()) > UNSETTLED.as_secs()
    }
}

/// What earlier looks at a root have found; shared by everything that resolves it.
#[derive(Debug, Default)]
pub struct Looks {
    sniffed: Mutex<Cache<FileId, Sniff>>,
    /// Whether a packed file and the plain one beside it are the same.
    copies: Mutex<Cache<(FileId, FileId), Result<(), String>>>,
    /// What the first records of an annotation file say.
    beginnings: Mutex<Cache<FileId, Arc<Beginning>>>,
    watched: Mutex<Vec<Watched>>,
    thorough: AtomicBool,
    is_cut: AtomicBool,
}

/// What has changed under a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changes {
    /// Nothing.
    None,
    /// Something, and it is being written at this moment.
    Growing,
    /// Something that is left alone by now.
    Settled,
}

/// A file or folder that was looked at, and its state then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    path: PathBuf,
    /// None if it was not there.
    state: Option<FileId>,
    /// Whether it may have changed at that moment, unseen.
    is_unsure: bool,
    /// For a folder of captions: these.
    captions: Option<FolderStamp>,
}

impl Watched {
    /// To be taken before a folder is listed or a file is read.
    pub fn new(path: PathBuf, metadata: Option<&Metadata>) -> Self {
        Self { path, state: metadata.map(FileId::of), is_unsure: false, captions: None }
    }

    /// A folder of captions.
    pub fn captions(path: PathBuf, state: FileId, captions: FolderStamp) -> Self {
        Self { path, state: Some(state), is_unsure: false, captions: Some(captions) }
    }

    fn changed(&self) -> Changes {
        let now = disk::metadata(&self.path).ok().as_ref().map(FileId::of);
        if self.is_unsure || now != self.state {
            let is_settled = now.is_none_or(|now| now.is_settled());
            return if is_settled { Changes::Settled } else { Changes::Growing };
        }
        let is_same = |captions: FolderStamp| {
            list_pairs(&self.path).is_ok_and(|pairs| FolderStamp::of(&self.path, &pairs) == captions)
        };
        if self.captions.is_none_or(is_same) { Changes::None } else { Changes::Settled }
    }
}

impl Looks {
    /// What has changed since the root was last resolved of all that was looked at then: a folder's names, or a file.
    /// What was being changed at that very moment counts as changed.
    pub fn changes(&self) -> Changes {
        let mut changes = Changes::None;
        if self.is_thorough() && self.is_cut.load(Ordering::Relaxed) {
            changes = Changes::Settled;
        }
        for watched in &*lock(&self.watched) {
            match watched.changed() {
                Changes::Growing => return Changes::Growing,
                Changes::Settled => changes = Changes::Settled,
                Changes::None => {}
            }
        }
        changes
    }

    /// Takes note of a folder of very many pictures that was not looked through to its end.
    pub fn note_cut(&self) {
        self.is_cut.store(true, Ordering::Relaxed);
    }

    /// Begins to look through the root.
    pub fn begin(&self) {
        self.is_cut.store(false, Ordering::Relaxed);
    }

    /// From now on, folders of very many pictures are looked through to their end.
    pub fn be_thorough(&self) {
        self.thorough.store(true, Ordering::Relaxed);
    }

    /// Whether folders of very many pictures are looked through to their end.
    pub fn is_thorough(&self) -> bool {
        self.thorough.load(Ordering::Relaxed)
    }

    /// Takes over what was seen of the root; what was not asked for since the last time is forgotten.
    pub fn finish(&self, mut watched: Vec<Watched>) {
        for seen in &mut watched {
            seen.is_unsure = seen.state.is_some_and(|state| !state.is_settled());
        }
        *lock(&self.watched) = watched;
        lock(&self.sniffed).turn_over();
        lock(&self.copies).turn_over();
        lock(&self.beginnings).turn_over();
    }

    /// Forgets what files are: by another catalog they may be something else.
    pub fn forget(&self) {
        *lock(&self.sniffed) = Cache::default();
        *lock(&self.copies) = Cache::default();
        *lock(&self.beginnings) = Cache::default();
    }

    /// What a file is; an error of looking into it is not remembered.
    pub fn sniffed(&self, file: FileId, sniff: impl FnOnce() -> io::Result<Sniff>) -> io::Result<Sniff> {
        if let Some(known) = lock(&self.sniffed).get(&file) {
            return Ok(known);
        }
        let sniff = sniff()?;
        Ok(cached(&self.sniffed, file, file.is_settled(), || sniff))
    }

    /// Whether two files hold the same; an error says how they differ.
    pub fn compared(
        &self,
        files: (FileId, FileId),
        compare: impl FnOnce() -> Result<(), String>,
    ) -> Result<(), String> {
        cached(&self.copies, files, files.0.is_settled() && files.1.is_settled(), compare)
    }

    /// What the first records of an annotation file say.
    pub fn beginning(&self, file: FileId, read: impl FnOnce() -> Beginning) -> Arc<Beginning> {
        cached(&self.beginnings, file, file.is_settled(), || Arc::new(read()))
    }
}

/// Values that were made or asked for since the last turn, and those of the time before.
#[derive(Debug)]
struct Cache<K, V> {
    now: HashMap<K, V>,
    before: HashMap<K, V>,
}

impl<K, V> Default for Cache<K, V> {
    fn default() -> Self {
        Self { now: HashMap::new(), before: HashMap::new() }
    }
}

impl<K: Eq + Hash + Copy, V: Clone> Cache<K, V> {
    fn get(&mut self, key: &K) -> Option<V> {
        if let Some(old) = self.before.remove(key) {
            self.now.insert(*key, old);
        }
        self.now.get(key).cloned()
    }

    fn turn_over(&mut self) {
        self.before = std::mem::take(&mut self.now);
    }
}

fn cached<K: Eq + Hash + Copy, V: Clone>(
    cache: &Mutex<Cache<K, V>>,
    key: K,
    may_keep: bool,
    make: impl FnOnce() -> V,
) -> V {
    if let Some(known) = lock(cache).get(&key) {
        return known;
    }
    let value = make();
    if may_keep {
        lock(cache).now.insert(key, value.clone());
    }
    value
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_new_when_it_was_looked_at_and_is_gone_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        std::fs::create_dir(&path).unwrap();
        let looks = Looks::default();
        looks.finish(vec![Watched::new(path.clone(), std::fs::metadata(&path).ok().as_ref())]);
        std::fs::remove_dir(&path).unwrap();
        assert_eq!(looks.changes(), Changes::Settled);
    }
}
