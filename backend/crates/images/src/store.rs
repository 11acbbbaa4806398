//! The files of the thumbnail cache: `ab/cd/…`, each checked when read, the least recently used removed first.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

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
                // If it cannot be removed, the next save replaces it.
                let _ = fs::remove_file(&path);
                None
            }
        }
    }

    /// The files that are not as they were written.
    pub(crate) fn damaged_files(&self) -> Vec<PathBuf> {
        let is_whole = |content: &[u8]| {
            let parts = content.split_at_checked(CHECKSUM_BYTES);
            parts.is_some_and(|(sum, picture)| *sum == checksum(picture))
        };
        let paths = self.finished_files().into_iter().map(|file| file.path);
        paths.filter(|path| fs::read(path).is_ok_and(|content| !is_whole(&content))).collect()
    }

    /// Keeps `picture` under `key`: whole or not at all. Starts a sweep when the store has become too large.
    pub(crate) fn save(self: &Arc<Self>, key: &blake3::Hash, picture: &[u8]) -> io::Result<()> {
        let path = self.path(key);
        let folder = path.parent().unwrap_or(&self.dir);
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
        file.write_all(&checksum(picture))?;
        file.write_all(picture)?;
        file.persist(&path).map_err(|error| error.error)?;
        let written = (CHECKSUM_BYTES + picture.len()) as u64;
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
mod tests;
