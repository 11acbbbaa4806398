//! Memory maps of index files that survive a lost page: small files are read, large ones mapped.
//!
//! A mapped file that somebody empties or cuts short, or whose disk fails, would end the process (`SIGBUS`) when a lost
//! page is touched. A handler of that signal looks whether the address lies in a map of ours; if so it maps a page of
//! zeros there and counts it, and the thread goes on. Any other `SIGBUS` ends the process as before. Whoever read from
//! a map asks [`lost_pages`] before and after, and does not use what it read when the number has changed.
//!
//! A handler may run at any moment, in the middle of any other code: it takes no lock and no memory. So the maps are
//! noted in a table of fixed size, in atomics that it can read at any time.

use memmap2::{Mmap, MmapOptions};
use stable_deref_trait::StableDeref;
use std::ffi::{c_int, c_void};
use std::fs::{File, Metadata};
use std::io;
use std::ops::Deref;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::SystemTime;

/// Files up to so many bytes are read instead of mapped.
const READ_BYTES: u64 = 64 << 10;

/// Bytes that are read at once when a file is checked.
const BUFFER: usize = 256 << 10;

/// The first bytes of a file of the index. Such files only grow, or are removed or replaced as a whole.
pub struct FileBytes {
    path: PathBuf,
    identity: Mutex<Identity>,
    content: Content,
}

enum Content {
    Read(Vec<u8>),
    /// The guard goes first.
    Mapped {
        guard: Option<Guard>,
        map: Mmap,
    },
}

/// What a file was when it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }
}

impl FileBytes {
    /// Opens the first `length` bytes of a file; all of it without a length. A shorter file is an error
    /// (`UnexpectedEof`).
    pub fn open(path: &Path, length: Option<u64>) -> io::Result<Self> {
        let file = File::open(path)?;
        let identity = Identity::of(&file.metadata()?);
        let length = length.unwrap_or(identity.bytes);
        if identity.bytes < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let content = if length <= READ_BYTES {
            let mut bytes = vec![0; length as usize];
            file.read_exact_at(&mut bytes, 0)?;
            Content::Read(bytes)
        } else {
            Content::map(&file, length as usize)?
        };
        Ok(Self { path: path.to_owned(), identity: Mutex::new(identity), content })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives all bytes, piece by piece, as they are on disk now: read, not through the map, so that pages that are gone
    /// are an error and no others stay in memory for it.
    pub fn for_each_piece(&self, visit: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        if let Content::Read(bytes) = &self.content {
            visit(bytes);
            return Ok(());
        }
        let file = File::open(&self.path)?;
        let mut buffer = vec![0; BUFFER.min(self.len())];
        let mut at = 0;
        while at < self.len() {
            let piece = buffer.len().min(self.len() - at);
            file.read_exact_at(&mut buffer[..piece], at as u64)?;
            visit(&buffer[..piece]);
            at += piece;
        }
        Ok(())
    }

    /// Whether a page was lost while this was open: what stands there now are zeros.
    pub fn has_lost_pages(&self) -> bool {
        matches!(&self.content, Content::Mapped { guard: Some(guard), .. } if guard.has_lost())
    }

    /// Whether the file on disk is another one than that which was opened, is shorter, or was written to without growing;
    /// also when a page of it was lost. Such a file has to be looked at again.
    pub fn has_changed(&self) -> bool {
        let before = *self.identity();
        let Ok(now) = std::fs::metadata(&self.path).map(|metadata| Identity::of(&metadata)) else {
            return true;
        };
        let is_same_file = (now.device, now.inode) == (before.device, before.inode);
        let has_grown = now.bytes > before.bytes;
        self.has_lost_pages()
            || !is_same_file
            || now.bytes < before.bytes
            || !has_grown && now.modified != before.modified
    }

    /// Takes the file as it is on disk now for that which was opened: it was looked at and is the same.
    pub fn accept_change(&self) {
        if let Ok(metadata) = std::fs::metadata(&self.path) {
            *self.identity() = Identity::of(&metadata);
        }
    }

    fn identity(&self) -> MutexGuard<'_, Identity> {
        self.identity.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Content {
    #[expect(unsafe_code, reason = "memory maps are unsafe by signature; the file is ours and only grows")]
    fn map(file: &File, length: usize) -> io::Result<Self> {
        // SAFETY: the file lies in our own cache folder; it is only appended to, or removed or replaced as a whole. Where
        // somebody cuts it short nevertheless, `fault` puts zeros in the place of lost pages.
        let map = unsafe { MmapOptions::new().len(length).map(file) }?;
        let guard = Guard::of(&map);
        Ok(Self::Mapped { guard, map })
    }
}

impl Deref for FileBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.content {
            Content::Read(bytes) => bytes,
            Content::Mapped { map, .. } => map,
        }
    }
}

/// [`FileBytes`] to share, with bytes that stay where they are.
#[derive(Clone)]
pub struct SharedBytes(pub Arc<FileBytes>);

impl Deref for SharedBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

// SAFETY: neither the memory of a vector that never changes nor a map moves when its owner, behind an `Arc`, is moved.
#[expect(unsafe_code, reason = "the promise that the text index needs: bytes stay at their address")]
unsafe impl StableDeref for SharedBytes {}

/// Maps that are noted at most; more than the system allows a process is no use.
const SLOTS: usize = 1 << 16;

/// A map, or none where the length is zero.
struct Slot {
    begin: AtomicUsize,
    length: AtomicUsize,
    has_lost: AtomicBool,
}

static TABLE: [Slot; SLOTS] = [const {
    Slot { begin: AtomicUsize::new(0), length: AtomicUsize::new(0), has_lost: AtomicBool::new(false) }
}; SLOTS];

/// Slots from here on were never used.
static USED: AtomicUsize = AtomicUsize::new(0);

/// Slots below [`USED`] that are free again.
static FREE: Mutex<Vec<usize>> = Mutex::new(Vec::new());

static LOST: AtomicU64 = AtomicU64::new(0);

/// Bytes of a page, once the handler is in its place.
static PAGE: AtomicUsize = AtomicUsize::new(0);

/// How many pages of mapped files were lost so far.
pub fn lost_pages() -> u64 {
    LOST.load(Ordering::Acquire)
}

/// Keeps a map noted as long as this exists; it has to go before the map does.
struct Guard(usize);

impl Guard {
    /// Notes a map; none when there are too many.
    fn of(map: &[u8]) -> Option<Self> {
        static INSTALLED: Once = Once::new();
        INSTALLED.call_once(install);
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        let number = free.pop().or_else(|| {
            let next = USED.load(Ordering::Relaxed);
            (next < SLOTS).then(|| {
                USED.store(next + 1, Ordering::Release);
                next
            })
        })?;
        let slot = &TABLE[number];
        slot.has_lost.store(false, Ordering::Relaxed);
        slot.begin.store(map.as_ptr() as usize, Ordering::Release);
        slot.length.store(map.len(), Ordering::Release);
        Some(Self(number))
    }

    /// Whether a page of the map was lost.
    fn has_lost(&self) -> bool {
        TABLE[self.0].has_lost.load(Ordering::Acquire)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        TABLE[self.0].length.store(0, Ordering::Release);
        FREE.lock().unwrap_or_else(PoisonError::into_inner).push(self.0);
    }
}

/// Puts the handler in its place. Where that fails, a lost page ends the process as before.
#[expect(unsafe_code, reason = "there is no safe way to handle a signal at the instruction that caused it")]
fn install() {
    // SAFETY: both calls get what their manuals ask for: a name, and an action that is zeroed and then filled. The handler
    // uses atomics and two calls of the system only. It runs on the thread's own signal stack.
    unsafe {
        let page = libc::sysconf(libc::_SC_PAGESIZE);
        PAGE.store(usize::try_from(page).unwrap_or(4096), Ordering::Release);
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handle as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        libc::sigemptyset(&raw mut action.sa_mask);
        libc::sigaction(libc::SIGBUS, &raw const action, std::ptr::null_mut());
    }
}

/// The handler of `SIGBUS`.
#[expect(unsafe_code, reason = "only mapping something else there mends a page that is gone")]
extern "C" fn handle(signal: c_int, about: *mut libc::siginfo_t, _: *mut c_void) {
    // SAFETY: the system hands a valid `siginfo_t` to handlers that asked for one. The page that is mapped anew lies in a
    // map of ours, which is only ever read, and nobody has read anything from it: it could not be.
    unsafe {
        let address = (*about).si_addr() as usize;
        if !zero_page_at(address) {
            // Not ours: the instruction is tried again and ends the process.
            libc::signal(signal, libc::SIG_DFL);
        }
    }
}

/// Maps zeros at the page of an address, if that lies in a map that is noted.
#[expect(unsafe_code, reason = "mapping at a fixed address is unsafe")]
fn zero_page_at(address: usize) -> bool {
    let used = USED.load(Ordering::Acquire);
    let is_in = |slot: &&Slot| {
        let (begin, length) = (slot.begin.load(Ordering::Acquire), slot.length.load(Ordering::Acquire));
        address.wrapping_sub(begin) < length
    };
    let Some(slot) = TABLE[..used].iter().find(is_in) else { return false };
    let size = PAGE.load(Ordering::Acquire);
    let page = (address & !(size - 1)) as *mut c_void;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED;
    // SAFETY: the page belongs to a map of ours, which is unmapped as a whole together with this page.
    let mapped = unsafe { libc::mmap(page, size, libc::PROT_READ, flags, -1, 0) };
    if mapped == libc::MAP_FAILED {
        return false;
    }
    slot.has_lost.store(true, Ordering::Release);
    LOST.fetch_add(1, Ordering::AcqRel);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_page_is_zeros_and_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, vec![7; 1 << 20]).unwrap();
        let bytes = FileBytes::open(&path, None).unwrap();
        assert_eq!((bytes[0], bytes.has_changed()), (7, false));
        File::options().write(true).open(&path).unwrap().set_len(100_000).unwrap();
        let before = lost_pages();
        assert_eq!(bytes[99_999], 7);
        assert_eq!(lost_pages(), before);
        assert!(bytes.has_changed(), "it is shorter");
        assert!(bytes[500_000..].iter().all(|byte| *byte == 0));
        assert!(lost_pages() > before);
        assert!(bytes.has_lost_pages());
        assert!(bytes.for_each_piece(&mut |_| ()).is_err());
    }

    #[test]
    fn small_files_are_held_and_grown_ones_are_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, [7; 1000]).unwrap();
        let bytes = FileBytes::open(&path, Some(500)).unwrap();
        std::fs::write(&path, [7; 2000]).unwrap();
        assert!(!bytes.has_changed());
        std::fs::write(&path, []).unwrap();
        assert!(bytes.has_changed());
        assert_eq!(*bytes, [7; 500]);
        assert!(FileBytes::open(&path, Some(1)).is_err());
    }
}
