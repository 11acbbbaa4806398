//! Files of the index as bytes in memory: small ones are read, large ones mapped.
//!
//! A mapped file that somebody empties or cuts short would end the process (`SIGBUS`) when a lost page is touched. Maps
//! made here are known to a handler of that signal, see [`fault`]: it puts a page of zeros in the place of the lost one and
//! counts it. Whoever read from a map asks [`lost_pages`] before and after, and does not use what it read when the number
//! has changed.

mod fault;

pub use fault::lost_pages;

use fault::Guard;
use memmap2::{Mmap, MmapOptions};
use stable_deref_trait::StableDeref;
use std::fs::{File, Metadata};
use std::io;
use std::ops::Deref;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
