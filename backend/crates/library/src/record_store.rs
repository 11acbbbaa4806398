//! Record store: the records of binary containers in their JSON form, where no byte range of the annotation file holds them.
//!
//! Image bytes are not in it, only their addresses. The texts are packed in blocks of whole records, each found by a
//! table of blocks, so that one record costs the unpacking of some 64 KiB. Blocks and table are parts of the generation's
//! file; an entry of the table is 24 bytes, little endian: first byte of text (8), first byte in the file (8), packed (4)
//! and unpacked length (4).

use blendscope_local::{ColumnError, Parts, PartsWriter};
use std::sync::Arc;

/// The packed blocks.
const BLOCKS: &str = "kept_blocks.1";

/// The table of blocks.
const TABLE: &str = "kept_table.1";

/// Text in a block, one long record aside.
const BLOCK_BYTES: usize = 64 << 10;

/// Bytes of an entry of the table.
const ENTRY: usize = 24;

/// How hard to pack: level 3 of 10 is half the time of the usual 6 and a tenth larger.
const LEVEL: u8 = 3;

/// Keeps records while a generation is read.
#[derive(Default)]
pub(crate) struct RecordStoreWriter {
    block: Vec<u8>,
    /// Text in finished blocks.
    text_done: u64,
    /// Entries of finished blocks that are not written yet.
    table: Vec<u8>,
}

impl RecordStoreWriter {
    /// Keeps a record; gives the place of its text.
    pub(crate) fn push(&mut self, record: &[u8], file: &mut PartsWriter) -> Result<u64, ColumnError> {
        let place = self.text_done + self.block.len() as u64;
        self.block.extend_from_slice(record);
        if self.block.len() >= BLOCK_BYTES {
            self.end_block(file)?;
        }
        Ok(place)
    }

    /// Writes what is pending.
    pub(crate) fn flush(&mut self, file: &mut PartsWriter) -> Result<(), ColumnError> {
        self.end_block(file)?;
        if !self.table.is_empty() {
            file.push(TABLE, &std::mem::take(&mut self.table))?;
        }
        Ok(())
    }

    fn end_block(&mut self, file: &mut PartsWriter) -> Result<(), ColumnError> {
        if self.block.is_empty() {
            return Ok(());
        }
        let packed = miniz_oxide::deflate::compress_to_vec(&self.block, LEVEL);
        let place = file.push(BLOCKS, &packed)?;
        self.table.extend_from_slice(&self.text_done.to_le_bytes());
        self.table.extend_from_slice(&place.to_le_bytes());
        self.table.extend_from_slice(&(packed.len() as u32).to_le_bytes());
        self.table.extend_from_slice(&(self.block.len() as u32).to_le_bytes());
        self.text_done += self.block.len() as u64;
        self.block.clear();
        Ok(())
    }
}

/// Reads kept records' texts back. The block of the last one stays unpacked, so that records in the order in which they
/// were kept cost each block once.
pub(crate) struct RecordStoreReader {
    parts: Arc<Parts>,
    /// Place of the unpacked block's first byte.
    text_start: u64,
    /// The unpacked block.
    text: Vec<u8>,
}

impl RecordStoreReader {
    /// Reads what is kept of a generation.
    pub(crate) fn new(parts: &Arc<Parts>) -> Self {
        Self { parts: Arc::clone(parts), text_start: 0, text: Vec::new() }
    }

    /// The text at a place; `None` when it is not there as a whole.
    pub(crate) fn read(&mut self, place: u64, length: u32) -> Option<&[u8]> {
        let text_end = self.text_start + self.text.len() as u64;
        if !(self.text_start..text_end).contains(&place) {
            self.unpack_block_of(place)?;
        }
        let begin = (place - self.text_start) as usize;
        self.text.get(begin..begin + length as usize)
    }

    /// Unpacks the block that a place is in.
    fn unpack_block_of(&mut self, place: u64) -> Option<()> {
        let entry = find_block(&self.parts, place)?;
        let begin = usize::try_from(entry.file_start).ok()?;
        let packed = self.parts.bytes().get(begin..begin.checked_add(entry.packed as usize)?)?;
        self.text =
            miniz_oxide::inflate::decompress_to_vec_with_limit(packed, entry.unpacked as usize).ok()?;
        self.text_start = entry.text_start;
        Some(())
    }
}

struct Entry {
    text_start: u64,
    file_start: u64,
    packed: u32,
    unpacked: u32,
}

/// The last block that begins at or before a place, by halving.
fn find_block(parts: &Parts, place: u64) -> Option<Entry> {
    let tables: Vec<&[[u8; ENTRY]]> =
        parts.ranges(TABLE).map(|range| parts.bytes()[range].as_chunks::<ENTRY>().0).collect();
    let begins_before = |entry: &[u8; ENTRY]| entry_of(entry).text_start <= place;
    let table = tables.partition_point(|table| table.first().is_some_and(begins_before)).checked_sub(1)?;
    let table = tables[table];
    let entry = table.partition_point(begins_before).checked_sub(1)?;
    Some(entry_of(&table[entry]))
}

fn entry_of(entry: &[u8; ENTRY]) -> Entry {
    let number = |from: usize, to: usize| {
        entry[from..to].iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
    };
    Entry {
        text_start: number(0, 8),
        file_start: number(8, 16),
        packed: number(16, 20) as u32,
        unpacked: number(20, 24) as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_record_is_read_back(records in prop::collection::vec((".{0,300}", 1usize..300, any::<bool>()), 1..40)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("1.gen");
            let mut file = PartsWriter::create(path.clone()).unwrap();
            let mut writer = RecordStoreWriter::default();
            let mut places = Vec::new();
            for (text, times, flush) in &records {
                let text = text.repeat(*times);
                places.push((writer.push(text.as_bytes(), &mut file).unwrap(), text));
                if *flush {
                    writer.flush(&mut file).unwrap();
                }
            }
            writer.flush(&mut file).unwrap();
            let parts = Arc::new(Parts::open(&path, file.flush().unwrap()).unwrap());
            let mut reader = RecordStoreReader::new(&parts);
            // In order, then backwards.
            for (place, text) in places.iter().chain(places.iter().rev()).filter(|(_, text)| !text.is_empty()) {
                let back = reader.read(*place, text.len() as u32);
                prop_assert_eq!(back, Some(text.as_bytes()));
            }
        }
    }

    #[test]
    fn a_place_past_the_end_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.gen");
        let mut file = PartsWriter::create(path.clone()).unwrap();
        let mut writer = RecordStoreWriter::default();
        writer.push(b"{}", &mut file).unwrap();
        writer.flush(&mut file).unwrap();
        let parts = Arc::new(Parts::open(&path, file.flush().unwrap()).unwrap());
        let mut reader = RecordStoreReader::new(&parts);
        assert_eq!(reader.read(1, 2), None);
        assert_eq!(reader.read(99, 1), None);
    }
}
