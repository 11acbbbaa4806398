//! Making the index of an archive, in memory that does not depend on its size.

use super::{CHECKED_FROM, ENTRY, HEADER, MAGIC, PACKINGS, Stamp, start_of_hash};
use crate::archive::error::ArchiveError;
use crate::archive::folders::{common, split};
use crate::archive::scan::{Entry, scan};
use crate::name_hash;
use blendscope_read::File;
use memmap2::MmapMut;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// The beginning of the names of files being written.
pub(crate) const UNFINISHED: &str = "unfinished-";

/// Writes the index of an archive; a reader sees either the old file or the new one.
pub(super) fn build(
    file: &File,
    stamp: &Stamp,
    path: &Path,
    stopping: &AtomicBool,
) -> Result<(), ArchiveError> {
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
    let entries = super::number(&header[40..48]) as usize * ENTRY;
    let (entries, _) = map[HEADER..HEADER + entries].as_chunks_mut::<ENTRY>();
    entries.sort_unstable();
    let checksum = start_of_hash(&map[CHECKED_FROM..]);
    map[8..CHECKED_FROM].copy_from_slice(&checksum);
    map.flush()?;
    file.sync_data()
}
