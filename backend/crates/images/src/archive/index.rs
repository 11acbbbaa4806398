//! The index of one archive: a file in our cache that says where each member is, version 3.
//!
//! It is made in memory that does not depend on the archive's size.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `BSARC\0\0\x03` |
//! | 16 | the start of the BLAKE3 of all that follows |
//! | 16 | the archive's [`Stamp`] |
//! | 8 | number of members, `u64` |
//! | 4 + 4 | lengths of the two texts at the end, `u32` |
//! | 45 × members | folder hash, name hash, offset, bytes stored, bytes unpacked, each `u64`; CRC-32, `u32`; packing, 1 byte; sorted |
//! | | the folder that holds all members; what is wrong with the archive, empty if nothing |
//!
//! Numbers are big endian, so that entries are sorted as bytes. Of several members with one path the last is behind the
//! others and counts, as when unpacking.

use super::{ArchiveError, ArchiveKind};
use crate::name_hash;
use blendscope_read::mapped::FileBytes;
use blendscope_read::{File, TarError, TarMembers, scan_zip, unpacked_path};
use memmap2::MmapMut;
use std::fs::Metadata;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

const MAGIC: &[u8; 8] = b"BSARC\0\0\x03";
const HEADER: usize = 56;
const CHECKED_FROM: usize = 24;

/// Bytes of an entry.
const ENTRY: usize = 45;

/// An archive's state on disk: it changes with path, size and time of the archive.
pub(super) type Stamp = [u8; 16];

/// What is known of an archive's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileState {
    pub bytes: u64,
    pub modified: Option<SystemTime>,
}

impl FileState {
    pub fn of(metadata: &Metadata) -> Self {
        Self { bytes: metadata.len(), modified: metadata.modified().ok() }
    }

    /// Nanoseconds since 1970.
    pub fn time(self) -> u128 {
        let since = self.modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        since.map_or(0, |since| since.as_nanos())
    }

    fn stamp(self, archive: &Path) -> Stamp {
        let identity = format!("{}|{}|{}", archive.display(), self.bytes, self.time());
        start_of_hash(identity.as_bytes())
    }
}

/// The index of one archive, mapped into memory.
pub(super) struct Index {
    map: FileBytes,
    members: usize,
    common_bytes: usize,
    trouble_bytes: usize,
}

impl Index {
    /// The index of an archive out of the cache folder; made if it is not there, or of another state of the archive.
    pub(super) fn of(
        archive: &Path,
        file: &File,
        state: FileState,
        cache: &Path,
        stopping: &AtomicBool,
    ) -> Result<Self, ArchiveError> {
        let name = blake3::hash(archive.as_os_str().as_encoded_bytes()).to_hex();
        let path = cache.join(format!("{}.members", &name[..32]));
        let stamp = state.stamp(archive);
        if let Ok(Some(index)) = Self::open(&path, &stamp) {
            return Ok(index);
        }
        build(file, &stamp, &path, stopping)?;
        let broken = |source| ArchiveError::Cache { path: cache.to_owned(), source };
        let built = Self::open(&path, &stamp).map_err(broken)?;
        built.ok_or_else(|| broken(io::Error::other("it does not come back as written")))
    }

    /// Opens an index; none if it is damaged or of another state of the archive.
    fn open(path: &Path, stamp: &Stamp) -> io::Result<Option<Self>> {
        Ok(Self::check(FileBytes::open(path, None)?, stamp))
    }

    fn check(map: FileBytes, stamp: &Stamp) -> Option<Self> {
        let header = map.get(..HEADER)?;
        let is_ours = is_intact(&map) && header[24..40] == *stamp;
        let members = usize::try_from(number(&header[40..48])).ok()?;
        let (common_bytes, trouble_bytes) =
            (number(&header[48..52]) as usize, number(&header[52..]) as usize);
        let length = members.checked_mul(ENTRY)?.checked_add(HEADER + common_bytes + trouble_bytes)?;
        (is_ours && map.len() == length).then_some(Self { map, members, common_bytes, trouble_bytes })
    }

    /// Whether its file has to be opened again, see [`FileBytes::has_changed`].
    pub(super) fn has_changed(&self) -> bool {
        self.map.has_changed()
    }

    /// Where a member is.
    pub(super) fn find(&self, folder: &str, name: &str) -> Option<Place> {
        let mut wanted = [0; 16];
        wanted[..8].copy_from_slice(&name_hash(folder).to_be_bytes());
        wanted[8..].copy_from_slice(&name_hash(name).to_be_bytes());
        let entries = self.entries();
        let behind = entries.partition_point(|entry| entry[..16] <= wanted[..]);
        let entry = entries[..behind].last().filter(|entry| entry[..16] == wanted)?;
        Some(Place {
            offset: number(&entry[16..24]),
            stored: number(&entry[24..32]),
            size: number(&entry[32..40]),
            crc: number(&entry[40..44]) as u32,
            packing: packing(entry[44])?,
        })
    }

    /// The hashes of the names in a folder, sorted.
    pub(super) fn names(&self, folder: &str) -> impl Iterator<Item = u64> + '_ {
        let wanted = name_hash(folder).to_be_bytes();
        let entries = self.entries();
        let begin = entries.partition_point(|entry| entry[..8] < wanted[..]);
        let in_folder = entries[begin..].iter().take_while(move |entry| entry[..8] == wanted);
        in_folder.map(|entry| number(&entry[8..16]))
    }

    /// The longest folder that all members lie in; empty if there is none.
    pub(super) fn common_folder(&self) -> &str {
        self.text(self.map.len() - self.common_bytes - self.trouble_bytes, self.common_bytes)
    }

    /// What is wrong with the archive, although it has an index.
    pub(super) fn trouble(&self) -> Option<&str> {
        let trouble = self.text(self.map.len() - self.trouble_bytes, self.trouble_bytes);
        (!trouble.is_empty()).then_some(trouble)
    }

    fn text(&self, begin: usize, length: usize) -> &str {
        std::str::from_utf8(&self.map[begin..begin + length]).unwrap_or_default()
    }

    fn entries(&self) -> &[[u8; ENTRY]] {
        self.map[HEADER..HEADER + self.members * ENTRY].as_chunks().0
    }
}

/// Whether a file is an index as it was written, of whatever archive.
pub fn is_intact(bytes: &[u8]) -> bool {
    let sum = bytes.strip_prefix(MAGIC).and_then(|rest| rest.get(..CHECKED_FROM - MAGIC.len()));
    sum.is_some_and(|sum| *sum == start_of_hash(&bytes[CHECKED_FROM..]))
}

fn start_of_hash(bytes: &[u8]) -> [u8; 16] {
    let mut start = [0; 16];
    blake3::Hasher::new().update(bytes).finalize_xof().fill(&mut start);
    start
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, &byte| value << 8 | u64::from(byte))
}

/// Zip's own numbers of its methods, and one that it does not have.
const PACKINGS: [(u8, Packing); 3] =
    [(0, Packing::ZipStored), (8, Packing::ZipDeflated), (255, Packing::Raw)];

fn packing(code: u8) -> Option<Packing> {
    PACKINGS.into_iter().find(|(number, _)| *number == code).map(|(_, packing)| packing)
}

/// The beginning of the names of files being written.
pub(super) const UNFINISHED: &str = "unfinished-";

/// Writes the index of an archive; a reader sees either the old file or the new one.
fn build(file: &File, stamp: &Stamp, path: &Path, stopping: &AtomicBool) -> Result<(), ArchiveError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let cache = |source| ArchiveError::Cache { path: folder.to_owned(), source };
    let mut temporary = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder).map_err(cache)?;
    let mut listing = Listing::begin(BufWriter::new(temporary.as_file_mut())).map_err(cache)?;
    let trouble = scan(file, &mut |entry| {
        listing.failed = listing.add(&entry).err();
        let go_on = listing.failed.is_none() && !stopping.load(Ordering::Relaxed);
        if go_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    if stopping.load(Ordering::Relaxed) {
        return Err(ArchiveError::Stopped);
    }
    let header = listing.finish(stamp, &trouble.unwrap_or_default()).map_err(cache)?;
    seal(temporary.as_file(), &header).map_err(cache)?;
    temporary.persist(path).map_err(|error| cache(error.error))?;
    Ok(())
}

/// An index in the making: entries in the archive's order.
struct Listing<W> {
    out: W,
    members: u64,
    /// The folder of the last member, and its hash: neighbours mostly share it.
    folder: (String, u64),
    /// The folder that holds all members so far.
    common: Option<String>,
    failed: Option<io::Error>,
}

impl<W: Write> Listing<W> {
    fn begin(mut out: W) -> io::Result<Self> {
        out.write_all(&[0; HEADER])?;
        Ok(Self { out, members: 0, folder: (String::new(), name_hash("")), common: None, failed: None })
    }

    fn add(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        let (folder, name) = split(entry.path);
        if folder != self.folder.0 || self.common.is_none() {
            self.folder = (folder.to_owned(), name_hash(folder));
        }
        // What macOS adds lies in a folder of its own beside that of the pictures.
        if !entry.path.starts_with("__MACOSX/") {
            let common = self.common.as_deref().map_or(folder, |before| common(before, folder));
            self.common = Some(common.to_owned());
        }
        let place = &entry.place;
        for number in [self.folder.1, name_hash(name), place.offset, place.stored, place.size] {
            self.out.write_all(&number.to_be_bytes())?;
        }
        self.out.write_all(&place.crc.to_be_bytes())?;
        let code = PACKINGS.iter().find(|(_, packing)| *packing == place.packing);
        self.out.write_all(&[code.expect("every packing has its number").0])?;
        self.members += 1;
        Ok(())
    }

    /// Writes the texts; the answer is the header, its checksum missing.
    fn finish(mut self, stamp: &Stamp, trouble: &str) -> io::Result<[u8; HEADER]> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let common = self.common.unwrap_or_default();
        self.out.write_all(common.as_bytes())?;
        self.out.write_all(trouble.as_bytes())?;
        self.out.flush()?;
        let mut header = [0; HEADER];
        header[..8].copy_from_slice(MAGIC);
        header[24..40].copy_from_slice(stamp);
        header[40..48].copy_from_slice(&self.members.to_be_bytes());
        header[48..52].copy_from_slice(&(common.len() as u32).to_be_bytes());
        header[52..].copy_from_slice(&(trouble.len() as u32).to_be_bytes());
        Ok(header)
    }
}

/// Sorts the entries where they lie in the file, and writes header and checksum.
#[expect(unsafe_code, reason = "memory maps are unsafe by signature; nobody else knows the file")]
fn seal(file: &std::fs::File, header: &[u8; HEADER]) -> io::Result<()> {
    // SAFETY: the file is new, in our own cache folder, and not yet under the name by which others open it.
    let mut map = unsafe { MmapMut::map_mut(file) }?;
    map[..HEADER].copy_from_slice(header);
    let entries = number(&header[40..48]) as usize * ENTRY;
    let (entries, _) = map[HEADER..HEADER + entries].as_chunks_mut::<ENTRY>();
    entries.sort_unstable();
    let checksum = start_of_hash(&map[CHECKED_FROM..]);
    map[8..CHECKED_FROM].copy_from_slice(&checksum);
    map.flush()?;
    file.sync_data()
}

/// How a member's bytes lie in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// As they are, at the offset.
    Raw,
    /// As they are, behind a zip header at the offset.
    ZipStored,
    /// Deflated, behind a zip header at the offset.
    ZipDeflated,
}

/// Where a member's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub offset: u64,
    /// Bytes in the archive.
    pub stored: u64,
    /// Bytes after unpacking.
    pub size: u64,
    /// CRC-32 of the unpacked bytes; 0 in a tar archive, which has none.
    pub crc: u32,
    pub packing: Packing,
}

/// A file in an archive.
pub(super) struct Entry<'a> {
    /// As it would be unpacked.
    pub path: &'a str,
    pub place: Place,
}

/// Called with each file; it may end the walk.
pub(super) type Visit<'v> = dyn FnMut(Entry<'_>) -> ControlFlow<()> + 'v;

/// Tells of every file in an archive. The answer is what is wrong with the archive although files were found.
///
/// Links, sparse and encrypted files are left out, and paths that climb.
pub(super) fn scan(file: &File, visit: &mut Visit<'_>) -> Result<Option<String>, ArchiveError> {
    match ArchiveKind::of_file(file)? {
        Some(ArchiveKind::Tar) => scan_tar(file, visit),
        Some(ArchiveKind::Zip) => {
            let guesses = scan_zip(file, &mut |member| {
                let place = Place {
                    offset: member.offset,
                    stored: member.stored,
                    size: member.size,
                    crc: member.crc,
                    packing: if member.is_deflated { Packing::ZipDeflated } else { Packing::ZipStored },
                };
                visit(Entry { path: &member.path, place })
            })?;
            Ok(guesses)
        }
        None => Err(ArchiveError::NotAnArchive),
    }
}

fn scan_tar(file: &File, visit: &mut Visit<'_>) -> Result<Option<String>, ArchiveError> {
    let mut members = TarMembers::new(file)?;
    let mut found = 0_u64;
    loop {
        match members.next_member() {
            Ok(Some(member)) => {
                let path = unpacked_path(&member.path).filter(|_| member.is_file);
                let Some(path) = path else { continue };
                found += 1;
                let place = Place {
                    offset: member.data,
                    stored: member.size,
                    size: member.size,
                    crc: 0,
                    packing: Packing::Raw,
                };
                if visit(Entry { path: &path, place }).is_break() {
                    return Ok(None);
                }
            }
            Ok(None) if members.has_end_mark() => return Ok(None),
            Ok(None) => return Ok(Some("the archive has no end mark: it may be cut short".to_owned())),
            Err(TarError::Io(error)) => return Err(error.into()),
            Err(TarError::Damaged { offset, reason }) if found == 0 => {
                return Err(ArchiveError::Damaged { offset, reason });
            }
            Err(error) => return Ok(Some(format!("only the first {found} files can be found: {error}"))),
        }
    }
}

/// Folder and name of an unpacked path; the folder is empty at the top.
pub(super) fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// The longest folder that holds both folders.
fn common<'p>(one: &'p str, other: &str) -> &'p str {
    let mut end = 0;
    let mut at = 0;
    for (left, right) in one.split('/').zip(other.split('/')) {
        if left != right {
            break;
        }
        end = at + left.len();
        at = end + 1;
    }
    &one[..end]
}

/// Whether a folder is `outer` or lies in it; the empty folder holds all.
pub(super) fn is_inside(folder: &str, outer: &str) -> bool {
    common(folder, outer) == outer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_folders_end_between_segments() {
        assert_eq!(common("data/coco/train", "data/coco/test"), "data/coco");
        assert_eq!(common("data", "data2"), "");
        assert_eq!(common("", "a"), "");
        assert_eq!(common("a/b", "a/b"), "a/b");
        assert!(is_inside("data/coco", "data") && is_inside("data", "data") && is_inside("x", ""));
        assert!(!is_inside("database", "data") && !is_inside("", "data"));
    }
}
