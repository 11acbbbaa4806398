//! The thumbnail cache on disk: made once, bounded in size, never in the way.
//!
//! Its files are `ab/cd/…`, each checked when read, the least recently used removed first.

use super::error::ImageError;
use blendscope_read::places;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use std::{fs, io};

type Answer = Result<Arc<[u8]>, ImageError>;
type Flights = HashMap<blake3::Hash, Arc<Flight>>;

/// How long those wait who ask for what somebody else is making already.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// How many may wait for one thumbnail, and when the others may come back.
const WAITING_MAX: usize = 32;
const BUSY: ImageError = ImageError::Busy {
    why: "this picture is being made smaller for somebody else, and it takes long",
    retry_secs: 1,
};

/// A thumbnail that is being made.
#[derive(Debug, Default)]
struct Flight {
    answer: Mutex<Option<Answer>>,
    landed: Condvar,
}

/// A folder of thumbnails, addressed by what they were made from.
///
/// Whatever is wrong with the folder, thumbnails come: a disk that is full or cannot be written only means that
/// they are made again next time, and [`trouble`](Self::trouble) says so.
#[derive(Debug)]
pub struct ThumbnailCache {
    store: Arc<Store>,
    flights: Mutex<Flights>,
    trouble: Mutex<Option<Arc<io::Error>>>,
}

impl ThumbnailCache {
    /// A cache in `dir`, made when first needed, that takes about `max_bytes` on disk.
    ///
    /// What is there from earlier is counted, and shortened if it is too much, in the background.
    pub fn open(dir: impl Into<PathBuf>, max_bytes: u64) -> Self {
        let store = Arc::new(Store::new(dir.into(), max_bytes));
        store.sweep_in_background();
        Self { store, flights: Mutex::default(), trouble: Mutex::default() }
    }

    /// The bytes kept under `id`, or those that `make` returns now, which are then kept.
    ///
    /// `id` must name everything the bytes depend on (which file, its size and time, the width). Those who ask
    /// for the same `id` at the same time wait for one `make` and get the same answer. Errors are not kept.
    pub fn get_or_make(&self, id: &str, make: impl FnOnce() -> Result<Vec<u8>, ImageError>) -> Answer {
        let key = blake3::hash(id.as_bytes());
        let mut flights = self.flights();
        if let Some(flight) = flights.get(&key).map(Arc::clone) {
            drop(flights);
            return flight.wait();
        }
        let flight = Arc::clone(flights.entry(key).or_default());
        drop(flights);
        let mut landing = Landing { cache: self, key, flight, answer: Err(BUSY) };
        landing.answer = self.load_or_make(&key, make);
        landing.answer.clone()
    }

    /// Why the last thumbnail could not be kept, until one can be again.
    pub fn trouble(&self) -> Option<Arc<io::Error>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn load_or_make(&self, key: &blake3::Hash, make: impl FnOnce() -> Result<Vec<u8>, ImageError>) -> Answer {
        if let Some(picture) = self.store.load(key) {
            return Ok(picture.into());
        }
        let picture = make()?;
        let saved = self.store.save(key, &picture);
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = saved.err().map(Arc::new);
        Ok(picture.into())
    }

    fn flights(&self) -> MutexGuard<'_, Flights> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flight {
    /// Waits for the answer, as long as that can be expected.
    fn wait(self: &Arc<Self>) -> Answer {
        if Arc::strong_count(self) > WAITING_MAX {
            return Err(BUSY);
        }
        places::leave();
        let answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        let landed = self.landed.wait_timeout_while(answer, WAIT_MAX, |answer| answer.is_none());
        let (answer, _) = landed.unwrap_or_else(PoisonError::into_inner);
        answer.clone().unwrap_or(Err(BUSY))
    }
}

/// Ends a flight with its answer, also when making it panics.
struct Landing<'c> {
    cache: &'c ThumbnailCache,
    key: blake3::Hash,
    flight: Arc<Flight>,
    answer: Answer,
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        self.cache.flights().remove(&self.key);
        *self.flight.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.answer.clone());
        self.flight.landed.notify_all();
    }
}

/// The thumbnails in a folder that are not as they were written; they are made anew when they are asked for.
pub fn damaged_thumbnails(dir: &Path) -> Vec<PathBuf> {
    Store::new(dir.to_owned(), u64::MAX).damaged_files()
}

/// Each file begins with so many bytes of the BLAKE3 of what follows.
const CHECKSUM_BYTES: usize = 8;

/// A file used again within this time is not marked anew: order by the hour is enough, and writing costs.
const MARK_EVERY: Duration = Duration::from_hours(1);

/// What a crash left half-written is removed when it is older than any write takes.
const UNFINISHED_FOR: Duration = Duration::from_hours(1);

/// The beginning of the names of files being written.
const UNFINISHED: &str = "unfinished-";

/// The length of a finished file's name: the hash in hexadecimal without the four digits of its folders.
const NAME_CHARS: usize = 60;

/// A folder of checked files with a bound on their size together.
#[derive(Debug)]
pub(crate) struct Store {
    dir: PathBuf,
    max_bytes: u64,
    /// Bytes on disk; what is written during a sweep may count twice until the next.
    used_bytes: AtomicU64,
    is_sweeping: AtomicBool,
}

impl Store {
    pub(crate) fn new(dir: PathBuf, max_bytes: u64) -> Self {
        Self { dir, max_bytes, used_bytes: AtomicU64::new(0), is_sweeping: AtomicBool::new(false) }
    }

    /// What was saved under `key`; a file that is not as it was written is removed and counts as none.
    pub(crate) fn load(&self, key: &blake3::Hash) -> Option<Vec<u8>> {
        let path = self.path(key);
        let mut file = File::open(&path).ok()?;
        let mut content = Vec::new();
        file.read_to_end(&mut content).ok()?;
        match content.split_at_checked(CHECKSUM_BYTES) {
            Some((sum, picture)) if *sum == checksum(picture) => {
                mark_used(&file);
                content.drain(..CHECKSUM_BYTES);
                Some(content)
            }
            _ => {
                tracing::warn!(path = %path.display(), "a kept picture is not as it was written, and is made again");
                // If it cannot be removed, the next save replaces it.
                let _ = fs::remove_file(&path);
                None
            }
        }
    }

    /// The files that are not as they were written.
    pub(crate) fn damaged_files(&self) -> Vec<PathBuf> {
        let is_intact = |content: &[u8]| {
            let parts = content.split_at_checked(CHECKSUM_BYTES);
            parts.is_some_and(|(sum, picture)| *sum == checksum(picture))
        };
        let paths = self.finished_files().into_iter().map(|file| file.path);
        paths.filter(|path| fs::read(path).is_ok_and(|content| !is_intact(&content))).collect()
    }

    /// Keeps `picture` under `key`: whole or not at all, as where it alone is too large for the store. Starts a sweep when
    /// the store has become too large.
    pub(crate) fn save(self: &Arc<Self>, key: &blake3::Hash, picture: &[u8]) -> io::Result<()> {
        let written = (CHECKSUM_BYTES + picture.len()) as u64;
        if written > self.max_bytes {
            return Ok(());
        }
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.dir);
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
        file.write_all(&checksum(picture))?;
        file.write_all(picture)?;
        file.persist(&path).map_err(|error| error.error)?;
        if self.used_bytes.fetch_add(written, Ordering::Relaxed) + written > self.max_bytes {
            self.sweep_in_background();
        }
        Ok(())
    }

    /// Counts what is there and removes what is too much, in a thread of its own, one at a time.
    pub(crate) fn sweep_in_background(self: &Arc<Self>) {
        if self.is_sweeping.swap(true, Ordering::AcqRel) {
            return;
        }
        let store = Arc::clone(self);
        let started = std::thread::Builder::new().name("thumbnail-sweep".to_owned()).spawn(move || {
            store.sweep();
            store.is_sweeping.store(false, Ordering::Release);
        });
        if started.is_err() {
            self.is_sweeping.store(false, Ordering::Release);
        }
    }

    /// Counts what is there; if it is too much, removes the longest unused files until a tenth is free.
    fn sweep(&self) {
        self.used_bytes.store(0, Ordering::Relaxed);
        let mut files = self.finished_files();
        let mut bytes: u64 = files.iter().map(|file| file.bytes).sum();
        if bytes > self.max_bytes {
            files.sort_unstable_by_key(|file| file.used);
            let target = self.max_bytes / 10 * 9;
            tracing::info!(
                bytes,
                most = self.max_bytes,
                "the cache of pictures is full: the longest unused ones go"
            );
            for file in files {
                if bytes <= target {
                    break;
                }
                if fs::remove_file(&file.path).is_ok() {
                    bytes -= file.bytes;
                }
            }
        }
        self.used_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// All finished files. Removes old unfinished ones on the way; leaves alone whatever is not ours.
    fn finished_files(&self) -> Vec<StoredFile> {
        let mut files = Vec::new();
        for outer in hex_folders(&self.dir) {
            for folder in hex_folders(&outer) {
                for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                    let Ok(metadata) = entry.metadata() else { continue };
                    let Ok(used) = metadata.modified() else { continue };
                    let name = entry.file_name();
                    let name = name.to_string_lossy();
                    if name.len() == NAME_CHARS && is_hex(&name) {
                        files.push(StoredFile { path: entry.path(), bytes: metadata.len(), used });
                    } else if name.starts_with(UNFINISHED) && is_older(used, UNFINISHED_FOR) {
                        // Tried again by the next sweep.
                        let _ = fs::remove_file(entry.path());
                    }
                }
            }
        }
        files
    }

    fn path(&self, key: &blake3::Hash) -> PathBuf {
        let hex = key.to_hex();
        self.dir.join(&hex[..2]).join(&hex[2..4]).join(&hex[4..])
    }
}

struct StoredFile {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

/// The time of use is the file's modification time, kept by us: access times are often switched off.
fn mark_used(file: &File) {
    let used = file.metadata().and_then(|metadata| metadata.modified());
    if used.is_ok_and(|used| is_older(used, MARK_EVERY)) {
        // A store that cannot be written still serves.
        let _ = file.set_modified(SystemTime::now());
    }
}

fn is_older(time: SystemTime, age: Duration) -> bool {
    time.elapsed().is_ok_and(|elapsed| elapsed > age)
}

fn checksum(picture: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let mut first = [0; CHECKSUM_BYTES];
    blake3::Hasher::new().update(picture).finalize_xof().fill(&mut first);
    first
}

fn hex_folders(dir: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    entries.filter(|entry| is_hex(&entry.file_name().to_string_lossy())).map(|entry| entry.path())
}

fn is_hex(name: &str) -> bool {
    name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    const PLENTY: u64 = 1 << 20;

    fn never() -> Result<Vec<u8>, ImageError> {
        panic!("made again")
    }

    #[test]
    fn a_thumbnail_is_made_once_and_outlives_the_cache() {
        let dir = tempfile::tempdir().unwrap();
        let cache = ThumbnailCache::open(dir.path(), PLENTY);
        assert_eq!(&*cache.get_or_make("a", || Ok(vec![1, 2, 3])).unwrap(), [1, 2, 3]);
        assert_eq!(&*cache.get_or_make("a", never).unwrap(), [1, 2, 3]);
        assert_eq!(&*cache.get_or_make("b", || Ok(vec![4])).unwrap(), [4]);
        drop(cache);
        let cache = ThumbnailCache::open(dir.path(), PLENTY);
        assert_eq!(&*cache.get_or_make("a", never).unwrap(), [1, 2, 3]);
        assert!(cache.trouble().is_none());
    }

    #[test]
    fn requests_at_the_same_time_wait_for_one_making() {
        let dir = tempfile::tempdir().unwrap();
        let cache = ThumbnailCache::open(dir.path(), PLENTY);
        let (made, start) = (AtomicUsize::new(0), Barrier::new(8));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    let answer = cache.get_or_make("a", || {
                        made.fetch_add(1, Ordering::Relaxed);
                        std::thread::sleep(Duration::from_millis(50));
                        Ok(vec![7])
                    });
                    assert_eq!(&*answer.unwrap(), [7]);
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
        assert!(cache.flights().is_empty());
    }

    #[test]
    fn errors_are_answered_and_not_kept() {
        let dir = tempfile::tempdir().unwrap();
        let cache = ThumbnailCache::open(dir.path(), PLENTY);
        assert!(matches!(cache.get_or_make("a", || Err(ImageError::Empty)), Err(ImageError::Empty)));
        assert_eq!(&*cache.get_or_make("a", || Ok(vec![1])).unwrap(), [1]);
    }

    #[test]
    fn a_folder_that_cannot_be_written_means_no_caching_until_it_can() {
        let dir = tempfile::tempdir().unwrap();
        let place = dir.path().join("thumbnails");
        // A file where the folder should be stops even the superuser, whom permissions do not.
        std::fs::write(&place, "").unwrap();
        let cache = ThumbnailCache::open(&place, PLENTY);
        assert_eq!(&*cache.get_or_make("a", || Ok(vec![1])).unwrap(), [1]);
        assert_eq!(&*cache.get_or_make("a", || Ok(vec![2])).unwrap(), [2]);
        assert!(cache.trouble().is_some());

        std::fs::remove_file(&place).unwrap();
        assert_eq!(&*cache.get_or_make("a", || Ok(vec![3])).unwrap(), [3]);
        assert!(cache.trouble().is_none());
        assert_eq!(&*cache.get_or_make("a", never).unwrap(), [3]);
    }

    #[test]
    fn a_panic_while_making_does_not_block_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let cache = ThumbnailCache::open(dir.path(), PLENTY);
        let panicked =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| cache.get_or_make("a", never)));
        assert!(panicked.is_err());
        assert_eq!(&*cache.get_or_make("a", || Ok(vec![1])).unwrap(), [1]);
        assert!(cache.flights().is_empty());
    }

    fn key(number: u32) -> blake3::Hash {
        blake3::hash(&number.to_le_bytes())
    }

    /// A store of files of 108 bytes each, numbered, the lower the longer unused.
    fn filled(dir: &Path, max_bytes: u64, numbers: std::ops::Range<u32>) -> Arc<Store> {
        let store = Arc::new(Store::new(dir.to_owned(), u64::MAX));
        for number in numbers {
            store.save(&key(number), &[number as u8; 100]).unwrap();
            let age = Duration::from_hours(u64::from(1000 - number));
            let file = File::open(store.path(&key(number))).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
        }
        Arc::new(Store::new(dir.to_owned(), max_bytes))
    }

    fn stored(store: &Store, numbers: std::ops::Range<u32>) -> Vec<u32> {
        numbers.filter(|&number| store.path(&key(number)).exists()).collect()
    }

    #[test]
    fn a_damaged_file_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let store = filled(dir.path(), u64::MAX, 0..4);
        let rewrite = |number, change: fn(&mut Vec<u8>)| {
            let path = store.path(&key(number));
            let mut content = fs::read(&path).unwrap();
            change(&mut content);
            fs::write(&path, content).unwrap();
        };
        rewrite(0, |content| content[50] ^= 1);
        rewrite(1, |content| content.truncate(60));
        rewrite(2, Vec::clear);
        for number in 0..3 {
            assert_eq!(store.load(&key(number)), None);
        }
        assert_eq!(store.load(&key(3)), Some(vec![3; 100]));
        assert_eq!(stored(&store, 0..4), [3]);
    }

    #[test]
    fn the_longest_unused_go_first() {
        let dir = tempfile::tempdir().unwrap();
        let store = filled(dir.path(), 1080, 0..20);
        assert!(store.load(&key(2)).is_some());
        store.sweep();
        // 972 bytes, nine tenths of the bound, are nine files: the one just used and the eight written last.
        assert_eq!(stored(&store, 0..20), [2, 12, 13, 14, 15, 16, 17, 18, 19]);
        assert_eq!(store.used_bytes.load(Ordering::Relaxed), 972);
    }

    #[test]
    fn a_store_within_its_bound_keeps_everything() {
        let dir = tempfile::tempdir().unwrap();
        let store = filled(dir.path(), 2160, 0..20);
        store.sweep();
        assert_eq!(stored(&store, 0..20).len(), 20);
    }

    #[test]
    fn writing_keeps_to_the_bound_by_itself() {
        let dir = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::new(dir.path().to_owned(), 1080));
        for number in 0..500 {
            store.save(&key(number), &[0; 100]).unwrap();
        }
        let start = SystemTime::now();
        while store.used_bytes.load(Ordering::Relaxed) > 1080 || store.is_sweeping.load(Ordering::Acquire) {
            assert!(!is_older(start, Duration::from_secs(20)), "never within the bound");
            store.sweep_in_background();
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!((1..=10).contains(&stored(&store, 0..500).len()));
    }

    #[test]
    fn leftovers_go_and_the_files_of_others_stay() {
        let dir = tempfile::tempdir().unwrap();
        let store = filled(dir.path(), 0, 0..1);
        let folder = store.path(&key(0)).parent().unwrap().to_owned();
        for name in ["unfinished-old", "unfinished-new", "notes.txt"] {
            let file = File::create(folder.join(name)).unwrap();
            let age = if name == "unfinished-new" { Duration::ZERO } else { Duration::from_hours(2) };
            file.set_modified(SystemTime::now() - age).unwrap();
        }
        store.sweep();
        let mut left: Vec<_> =
            fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["notes.txt", "unfinished-new"]);
    }
}
