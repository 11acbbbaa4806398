//! Record store: the records of binary containers in their JSON form, where no byte range of the annotation file holds them.
//!
//! Image bytes are not in it, only their addresses. The texts are packed in blocks of whole records, so that one record costs
//! the unpacking of some 64 KiB. Each block is a part of the generation, and each flush adds a part with an entry per block:
//! first byte of its text (8 bytes) and bytes of its text (4), little endian.

use crate::LibraryError;
use blendscope_engine::{Parts, Writer};
use std::sync::{Arc, OnceLock};

/// The packed blocks.
const BLOCKS: &str = "record_blocks";

/// The table of blocks.
const TABLE: &str = "record_table";

/// Text in a block, one long record aside.
const BLOCK_BYTES: usize = 64 << 10;

/// Bytes of an entry of the table.
const ENTRY: usize = 12;

/// How hard to pack: level 3 of 10 is half the time of the usual 6 and a tenth larger.
const LEVEL: u8 = 3;

/// Stores records while a generation is read.
#[derive(Default)]
pub(crate) struct RecordStoreWriter {
    block: Vec<u8>,
    /// Text in finished blocks.
    text_done: u64,
    /// Entries of finished blocks that are not written yet.
    table: Vec<u8>,
}

impl RecordStoreWriter {
    /// Stores a record; gives the place of its text.
    pub(crate) fn push(&mut self, record: &[u8], writer: &mut dyn Writer) -> Result<u64, LibraryError> {
        let place = self.text_done + self.block.len() as u64;
        self.block.extend_from_slice(record);
        if self.block.len() >= BLOCK_BYTES {
            self.end_block(writer)?;
        }
        Ok(place)
    }

    /// Writes what is pending.
    pub(crate) fn flush(&mut self, writer: &mut dyn Writer) -> Result<(), LibraryError> {
        self.end_block(writer)?;
        if !self.table.is_empty() {
            writer.add_part(TABLE, &std::mem::take(&mut self.table))?;
        }
        Ok(())
    }

    fn end_block(&mut self, writer: &mut dyn Writer) -> Result<(), LibraryError> {
        if self.block.is_empty() {
            return Ok(());
        }
        let packed = miniz_oxide::deflate::compress_to_vec(&self.block, LEVEL);
        writer.add_part(BLOCKS, &packed)?;
        self.table.extend_from_slice(&self.text_done.to_le_bytes());
        self.table.extend_from_slice(&(self.block.len() as u32).to_le_bytes());
        self.text_done += self.block.len() as u64;
        self.block.clear();
        Ok(())
    }
}

/// A block: the first byte of its text and the bytes of it.
type Block = (u64, usize);

/// The stored records of a generation.
pub(crate) struct RecordStore {
    parts: Arc<dyn Parts>,
    /// In the order of the texts; none where the table is damaged.
    blocks: OnceLock<Option<Vec<Block>>>,
}

impl RecordStore {
    /// Of a generation's parts.
    pub(crate) fn new(parts: Arc<dyn Parts>) -> Self {
        Self { parts, blocks: OnceLock::new() }
    }

    /// Begins to read.
    pub(crate) fn reader(&self) -> RecordStoreReader<'_> {
        RecordStoreReader { store: self, text_start: 0, text: Vec::new() }
    }

    fn blocks(&self) -> &[Block] {
        let read = || {
            let mut blocks = Vec::new();
            for part in self.parts.all(TABLE) {
                let part = part.ok()?;
                let (entries, rest) = part.as_chunks::<ENTRY>();
                blocks.extend(entries.iter().map(block_of));
                rest.is_empty().then_some(())?;
            }
            Some(blocks)
        };
        self.blocks.get_or_init(read).as_deref().unwrap_or_default()
    }
}

fn block_of(entry: &[u8; ENTRY]) -> Block {
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte));
    (number(&entry[..8]), number(&entry[8..]) as usize)
}

/// Reads stored texts back. The block of the last one stays unpacked, so that records in the order in which they were stored
/// cost each block once.
pub(crate) struct RecordStoreReader<'s> {
    store: &'s RecordStore,
    /// Place of the unpacked block's first byte.
    text_start: u64,
    /// The unpacked block.
    text: Vec<u8>,
}

impl RecordStoreReader<'_> {
    /// The text at a place; an error when it is not there as a whole.
    pub(crate) fn read(&mut self, place: u64, length: u32) -> Result<&[u8], LibraryError> {
        let damaged = || self.store.parts.damaged(BLOCKS);
        let text_end = self.text_start + self.text.len() as u64;
        if !(self.text_start..text_end).contains(&place) {
            let blocks = self.store.blocks();
            let number = blocks.partition_point(|(start, _)| *start <= place).checked_sub(1);
            let number = number.ok_or_else(damaged)?;
            let (text_start, bytes) = blocks[number];
            let packed = self.store.parts.get(BLOCKS, number)?;
            let text = miniz_oxide::inflate::decompress_to_vec_with_limit(&packed, bytes);
            self.text = text.map_err(|_| damaged())?;
            self.text_start = text_start;
        }
        let begin = (place - self.text_start) as usize;
        Ok(self.text.get(begin..begin + length as usize).ok_or_else(damaged)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::MemoryWriter;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_record_is_read_back(records in prop::collection::vec((".{0,300}", 1usize..300, any::<bool>()), 1..40)) {
            let (mut file, mut writer) = (MemoryWriter::default(), RecordStoreWriter::default());
            let mut places = Vec::new();
            for (text, times, flush) in &records {
                let text = text.repeat(*times);
                places.push((writer.push(text.as_bytes(), &mut file).unwrap(), text));
                if *flush {
                    writer.flush(&mut file).unwrap();
                }
            }
            writer.flush(&mut file).unwrap();
            let store = RecordStore::new(Arc::new(file.parts));
            let mut reader = store.reader();
            // In order, then backwards.
            for (place, text) in places.iter().chain(places.iter().rev()).filter(|(_, text)| !text.is_empty()) {
                prop_assert_eq!(reader.read(*place, text.len() as u32).unwrap(), text.as_bytes());
            }
        }
    }

    #[test]
    fn a_place_past_the_end_is_an_error() {
        let (mut file, mut writer) = (MemoryWriter::default(), RecordStoreWriter::default());
        writer.push(b"{}", &mut file).unwrap();
        writer.flush(&mut file).unwrap();
        let store = RecordStore::new(Arc::new(file.parts));
        let mut reader = store.reader();
        assert!(reader.read(1, 2).is_err() && reader.read(99, 1).is_err());
    }
}
