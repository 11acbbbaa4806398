//! Records of binary containers in their JSON form: what no byte range of the annotation file holds is kept here.
//!
//! Image bytes are not in it, only their addresses. The texts are packed in blocks of whole records, each found by a
//! table of blocks, so that one record costs the unpacking of some 64 KiB. Both files only grow.

use super::LibraryError;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// File of the packed blocks.
const BLOCKS_FILE: &str = "kept.1.bin";

/// File of the table of blocks: per block its first byte of text, its first byte in the file, packed and unpacked length.
const TABLE_FILE: &str = "kept.1.table";

/// Text in a block, one long record aside.
const BLOCK_BYTES: usize = 64 << 10;

/// Bytes of an entry of the table.
const ENTRY: usize = 24;

/// How hard to pack: level 3 of 10 is half the time of the usual 6 and a tenth larger.
const LEVEL: u8 = 3;

/// Keeps records while a file is read.
pub(super) struct KeptWriter {
    blocks: BufWriter<File>,
    table: BufWriter<File>,
    path: PathBuf,
    block: Vec<u8>,
    /// Text in finished blocks.
    text_done: u64,
    /// Bytes of finished blocks.
    file_done: u64,
}

impl KeptWriter {
    /// Begins in the folder of the generation.
    pub(super) fn create(dir: &Path) -> Result<Self, LibraryError> {
        let create = |name: &str| {
            let path = dir.join(name);
            let file = File::create(&path).map_err(|source| LibraryError::Io { path, source })?;
            Ok::<_, LibraryError>(BufWriter::new(file))
        };
        let (blocks, table) = (create(BLOCKS_FILE)?, create(TABLE_FILE)?);
        let path = dir.join(BLOCKS_FILE);
        Ok(Self { blocks, table, path, block: Vec::new(), text_done: 0, file_done: 0 })
    }

    /// Keeps a record; gives the place of its text.
    pub(super) fn push(&mut self, record: &[u8]) -> Result<u64, LibraryError> {
        let place = self.text_done + self.block.len() as u64;
        self.block.extend_from_slice(record);
        if self.block.len() >= BLOCK_BYTES {
            self.end_block()?;
        }
        Ok(place)
    }

    /// Hands everything to the operating system, so that readers see it.
    pub(super) fn flush(&mut self) -> Result<(), LibraryError> {
        self.end_block()?;
        let flushed = self.blocks.flush().and_then(|()| self.table.flush());
        flushed.map_err(|source| self.error(source))
    }

    /// Makes sure that everything survives a power cut.
    pub(super) fn sync(&mut self) -> Result<(), LibraryError> {
        self.flush()?;
        let synced = self.blocks.get_ref().sync_data().and_then(|()| self.table.get_ref().sync_data());
        synced.map_err(|source| self.error(source))
    }

    fn end_block(&mut self) -> Result<(), LibraryError> {
        if self.block.is_empty() {
            return Ok(());
        }
        let packed = miniz_oxide::deflate::compress_to_vec(&self.block, LEVEL);
        let mut entry = [0; ENTRY];
        entry[..8].copy_from_slice(&self.text_done.to_le_bytes());
        entry[8..16].copy_from_slice(&self.file_done.to_le_bytes());
        entry[16..20].copy_from_slice(&(packed.len() as u32).to_le_bytes());
        entry[20..].copy_from_slice(&(self.block.len() as u32).to_le_bytes());
        let written = self.blocks.write_all(&packed).and_then(|()| self.table.write_all(&entry));
        written.map_err(|source| self.error(source))?;
        self.text_done += self.block.len() as u64;
        self.file_done += packed.len() as u64;
        self.block.clear();
        Ok(())
    }

    fn error(&self, source: io::Error) -> LibraryError {
        LibraryError::Io { path: self.path.clone(), source }
    }
}

/// Reads kept records' texts back. The block of the last one stays unpacked, so that records in the order in which they
/// were kept cost each block once.
pub(super) struct KeptReader {
    table: File,
    /// Number of blocks.
    entries: u64,
    blocks: File,
    packed: Vec<u8>,
    /// Place of the unpacked block's first byte.
    text_start: u64,
    /// The unpacked block.
    text: Vec<u8>,
}

impl KeptReader {
    /// Opens what is kept in the folder of a generation.
    pub(super) fn open(dir: &Path) -> io::Result<Self> {
        let table = File::open(dir.join(TABLE_FILE))?;
        let entries = table.metadata()?.len() / ENTRY as u64;
        let blocks = File::open(dir.join(BLOCKS_FILE))?;
        Ok(Self { table, entries, blocks, packed: Vec::new(), text_start: 0, text: Vec::new() })
    }

    /// The text at a place; `None` when it is not there as a whole.
    pub(super) fn read(&mut self, place: u64, length: u32) -> io::Result<Option<&[u8]>> {
        let text_end = self.text_start + self.text.len() as u64;
        if !(self.text_start..text_end).contains(&place) && !self.unpack_block_of(place)? {
            return Ok(None);
        }
        let begin = (place - self.text_start) as usize;
        Ok(self.text.get(begin..begin + length as usize))
    }

    /// Unpacks the block that a place is in; false when it cannot be.
    fn unpack_block_of(&mut self, place: u64) -> io::Result<bool> {
        let Some(entry) = find_block(&self.table, self.entries, place)? else { return Ok(false) };
        self.packed.resize(entry.packed as usize, 0);
        self.blocks.read_exact_at(&mut self.packed, entry.file_start)?;
        let unpacked =
            miniz_oxide::inflate::decompress_to_vec_with_limit(&self.packed, entry.unpacked as usize);
        let Ok(text) = unpacked else { return Ok(false) };
        self.text = text;
        self.text_start = entry.text_start;
        Ok(true)
    }
}

struct Entry {
    text_start: u64,
    file_start: u64,
    packed: u32,
    unpacked: u32,
}

/// The last block that begins at or before a place, by halving: a few small reads.
fn find_block(table: &File, entries: u64, place: u64) -> io::Result<Option<Entry>> {
    let (mut low, mut high) = (0, entries);
    while low < high {
        let middle = low.midpoint(high);
        if entry_at(table, middle)?.text_start <= place {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low.checked_sub(1).map(|last| entry_at(table, last)).transpose()
}

fn entry_at(table: &File, number: u64) -> io::Result<Entry> {
    let mut entry = [0; ENTRY];
    table.read_exact_at(&mut entry, number * ENTRY as u64)?;
    let number = |from: usize, to: usize| {
        entry[from..to].iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
    };
    Ok(Entry {
        text_start: number(0, 8),
        file_start: number(8, 16),
        packed: number(16, 20) as u32,
        unpacked: number(20, 24) as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_record_is_read_back(records in prop::collection::vec((".{0,300}", 1usize..300, any::<bool>()), 1..40)) {
            let folder = tempfile::tempdir().unwrap();
            let mut writer = KeptWriter::create(folder.path()).unwrap();
            let mut places = Vec::new();
            for (text, times, flush) in &records {
                let text = text.repeat(*times);
                places.push((writer.push(text.as_bytes()).unwrap(), text));
                if *flush {
                    writer.flush().unwrap();
                }
            }
            writer.sync().unwrap();
            let mut reader = KeptReader::open(folder.path()).unwrap();
            // In order, then backwards.
            for (place, text) in places.iter().chain(places.iter().rev()) {
                let back = reader.read(*place, text.len() as u32).unwrap();
                prop_assert_eq!(back, Some(text.as_bytes()));
            }
        }
    }

    #[test]
    fn a_place_past_the_end_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = KeptWriter::create(folder.path()).unwrap();
        writer.push(b"{}").unwrap();
        writer.sync().unwrap();
        let mut reader = KeptReader::open(folder.path()).unwrap();
        assert_eq!(reader.read(1, 2).unwrap(), None);
        assert_eq!(reader.read(99, 1).unwrap(), None);
    }
}
