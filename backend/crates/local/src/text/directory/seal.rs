//! The seal at the end of each file of the text index: by it damage is noticed, and a file that took another's place.
//!
//! | bytes | what |
//! |---|---|
//! | … | the file, as the engine wrote it |
//! | 4 | CRC-32 of the file's name and of these bytes, little endian |
//! | 4 | `BSX\x01` |

use crate::text::directory::SEGMENTS;
use blendscope_engine::Examined;
use blendscope_read::mapped::{FileBytes, SharedBytes};
use crc32fast::Hasher;
use serde_json::Value;
use std::io;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tantivy::directory::{AntiCallToken, OwnedBytes, TerminatingWrite};

const MAGIC: &[u8; 4] = b"BSX\x01";

/// Bytes of a seal.
const SEAL: usize = 8;

/// Files up to so many bytes are checked when they are opened, larger ones [later](SealedFile::check).
const CHECKED_AT_ONCE: usize = 64 << 20;

/// A file of the text index with its seal.
pub(crate) struct SealedFile {
    bytes: Arc<FileBytes>,
    is_checked: AtomicBool,
}

impl SealedFile {
    /// Opens a file, and checks it if that is quickly done; one that this process wrote `is_own` and needs no check. A
    /// damaged file is an error of the kind `InvalidData` or `UnexpectedEof`.
    pub(crate) fn open(path: &Path, is_own: bool) -> io::Result<Self> {
        let bytes = FileBytes::open(path, None)?;
        if !bytes.ends_with(MAGIC) || bytes.len() < SEAL {
            return Err(damaged());
        }
        let sealed = Self { bytes: Arc::new(bytes), is_checked: AtomicBool::new(is_own) };
        if sealed.bytes.len() <= CHECKED_AT_ONCE {
            sealed.check()?;
        }
        Ok(sealed)
    }

    /// Reads all of it and holds it against the seal, unless that was done before.
    pub(crate) fn check(&self) -> io::Result<()> {
        if !self.is_checked() {
            self.check_again()?;
            self.is_checked.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// Reads all of it as it is on disk now and holds it against the seal.
    pub(crate) fn check_again(&self) -> io::Result<()> {
        let mut hasher = begin(self.bytes.path());
        let mut left = self.len();
        self.bytes.for_each_piece(&mut |piece| {
            let content = left.min(piece.len());
            hasher.update(&piece[..content]);
            left -= content;
        })?;
        if self.bytes.has_lost_pages() || seal(hasher) != self.bytes[self.len()..] {
            return Err(damaged());
        }
        self.bytes.accept_change();
        Ok(())
    }

    /// Whether all of it was read and is whole.
    pub(crate) fn is_checked(&self) -> bool {
        self.is_checked.load(Ordering::Acquire)
    }

    /// Whether it has to be checked again, see [`FileBytes::has_changed`].
    pub(crate) fn has_changed(&self) -> bool {
        self.bytes.has_changed()
    }

    /// What the engine wrote.
    pub(crate) fn content(&self) -> OwnedBytes {
        OwnedBytes::new(SharedBytes(Arc::clone(&self.bytes))).slice(0..self.len())
    }

    /// Bytes of the file.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Whether somebody reads it.
    pub(crate) fn is_in_use(&self) -> bool {
        Arc::strong_count(&self.bytes) > 1
    }

    /// Bytes without the seal.
    fn len(&self) -> usize {
        self.bytes.len() - SEAL
    }
}

/// Seals a small file that is written as a whole.
pub(crate) fn sealed(path: &Path, data: &[u8]) -> Vec<u8> {
    let mut hasher = begin(path);
    hasher.update(data);
    [data, &seal(hasher)].concat()
}

/// What is in a small file; none when it is damaged.
pub(crate) fn unsealed(path: &Path, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let length = bytes.len().checked_sub(SEAL)?;
    let mut hasher = begin(path);
    hasher.update(&bytes[..length]);
    let is_whole = seal(hasher) == bytes[length..];
    bytes.truncate(length);
    is_whole.then_some(bytes)
}

/// Writes a file and seals it at its end.
pub(crate) struct SealingWriter {
    file: Box<dyn TerminatingWrite + Send + Sync>,
    hasher: Hasher,
}

impl SealingWriter {
    /// Begins with an empty file.
    pub(crate) fn new(path: &Path, file: Box<dyn TerminatingWrite + Send + Sync>) -> Self {
        Self { file, hasher: begin(path) }
    }
}

impl Write for SealingWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl TerminatingWrite for SealingWriter {
    fn terminate_ref(&mut self, token: AntiCallToken) -> io::Result<()> {
        self.file.write_all(&seal(self.hasher.clone()))?;
        self.file.terminate_ref(token)
    }
}

/// A checksum that begins with the name of the file.
fn begin(path: &Path) -> Hasher {
    let mut hasher = Hasher::new();
    hasher.update(path.file_name().unwrap_or_default().as_encoded_bytes());
    hasher
}

fn seal(hasher: Hasher) -> [u8; SEAL] {
    let mut seal = [0; SEAL];
    seal[..4].copy_from_slice(&hasher.finalize().to_le_bytes());
    seal[4..].copy_from_slice(MAGIC);
    seal
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the file is not as it was written")
}

/// The files of a segment, by the ends of their names.
const KINDS: [&str; 6] = ["idx", "pos", "term", "store", "fast", "fieldnorm"];

/// Reads all files that the last commit names and holds them against their checksums.
pub(crate) fn examine_files(dir: &Path) -> Vec<Examined> {
    let list = dir.join(SEGMENTS);
    let read: io::Result<_> = std::fs::read(&list).and_then(|bytes| {
        let length = bytes.len() as u64;
        let text = unsealed(Path::new(SEGMENTS), bytes);
        let names = text.and_then(|text| names(&serde_json::from_slice(&text).ok()?));
        names.map(|names| (names, length)).ok_or_else(|| io::ErrorKind::InvalidData.into())
    });
    let (names, length) = match read {
        Ok(read) => read,
        Err(error) => return vec![(list, Err(error.to_string()))],
    };
    let mut examined = vec![(list, Ok(length))];
    for path in names.iter().map(|name| dir.join(name)) {
        let whole = SealedFile::open(&path, true).and_then(|file| file.check_again().map(|()| file.bytes()));
        examined.push((path, whole.map_err(|error| error.to_string())));
    }
    examined
}

/// The names of the files that a list of segments names.
fn names(list: &Value) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for segment in list.get("segments")?.as_array()? {
        let id = segment.get("segment_id")?.as_str()?.replace('-', "");
        names.extend(KINDS.map(|kind| format!("{id}.{kind}")));
        let deletes = segment.get("deletes").filter(|deletes| !deletes.is_null());
        let stamp = deletes.and_then(|deletes| deletes.get("opstamp")?.as_u64());
        names.extend(stamp.map(|stamp| format!("{id}.{stamp}.del")));
    }
    Some(names)
}
