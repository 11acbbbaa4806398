//! Columns: of every row a number, in stretches of fixed width.
//!
//! A column is the parts of a generation's file with the column's name, see [`super::parts`]. Each holds the values of
//! consecutive rows:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | number of rows, `u32` little endian |
//! | 4 | bytes per value, 0 to 8, `u32` little endian |
//! | 8 | base, `u64` little endian |
//! | rows × width | each value minus the base, little endian |

use crate::ColumnError;
use crate::parts::{PartsFile, PartsWriter};
use std::collections::HashSet;
use std::sync::Arc;

const HEADER: usize = 16;

/// Rows per chunk at most: bounds what a writer keeps in memory.
const CHUNK_ROWS: usize = 1 << 16;

/// Adds the values of a column to a file.
pub struct ColumnWriter {
    name: &'static str,
    pending: Vec<u64>,
}

impl ColumnWriter {
    /// Begins a column.
    pub fn new(name: &'static str) -> Self {
        Self { name, pending: Vec::new() }
    }

    /// Adds the value of the next row.
    pub fn push(&mut self, value: u64, file: &mut PartsWriter) -> Result<(), ColumnError> {
        self.pending.push(value);
        if self.pending.len() < CHUNK_ROWS { Ok(()) } else { self.flush(file) }
    }

    /// Writes what is pending as a chunk of its own.
    pub fn flush(&mut self, file: &mut PartsWriter) -> Result<(), ColumnError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let chunk = encode_chunk(&self.pending);
        self.pending.clear();
        file.push(self.name, &chunk).map(drop)
    }
}

fn encode_chunk(values: &[u64]) -> Vec<u8> {
    let base = values.iter().copied().min().unwrap_or(0);
    let spread = values.iter().copied().max().unwrap_or(0) - base;
    let width = (u64::BITS - spread.leading_zeros()).div_ceil(8) as usize;
    let mut chunk = Vec::with_capacity(HEADER + values.len() * width);
    chunk.extend_from_slice(&(values.len() as u32).to_le_bytes());
    chunk.extend_from_slice(&(width as u32).to_le_bytes());
    chunk.extend_from_slice(&base.to_le_bytes());
    for value in values {
        chunk.extend_from_slice(&(value - base).to_le_bytes()[..width]);
    }
    chunk
}

/// Reads a column.
pub struct ColumnReader {
    parts: Arc<PartsFile>,
    chunks: Vec<Chunk>,
    rows: usize,
}

struct Chunk {
    first_row: usize,
    rows: usize,
    width: usize,
    base: u64,
    data: usize,
}

impl ColumnReader {
    /// Opens the first `rows` rows of a column.
    pub fn open(parts: &Arc<PartsFile>, name: &str, rows: usize) -> Result<Self, ColumnError> {
        let chunks = chunks(parts, name, rows).map_err(|offset| parts.damaged(offset))?;
        Ok(Self { parts: Arc::clone(parts), chunks, rows })
    }

    /// The value of a row, `None` past the end.
    pub fn get(&self, row: usize) -> Option<u64> {
        if row >= self.rows {
            return None;
        }
        let chunk = &self.chunks[self.chunks.partition_point(|chunk| chunk.first_row <= row) - 1];
        Some(chunk.value(self.parts.bytes(), row - chunk.first_row))
    }

    /// All values in row order.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        let values = |chunk: &'_ Chunk| {
            let (width, base) = (chunk.width, chunk.base);
            let data = &self.parts.bytes()[chunk.data..chunk.data + chunk.rows * width];
            (0..chunk.rows).map(move |index| base + decode(&data[index * width..(index + 1) * width]))
        };
        self.chunks.iter().flat_map(values).take(self.rows)
    }

    /// Appends the values of some rows, which ascend; there is none for rows past the end.
    pub fn values_at(&self, rows: &[u32], values: &mut Vec<u64>) {
        let mut rest = rows;
        for chunk in &self.chunks {
            let end = (chunk.first_row + chunk.rows).min(self.rows);
            let (own, others) = rest.split_at(rest.partition_point(|row| (*row as usize) < end));
            chunk.append(self.parts.bytes(), own, values);
            rest = others;
        }
    }

    /// Rows that have exactly this value, in order.
    pub fn rows_with(&self, wanted: u64) -> Vec<u32> {
        self.rows_where(|value| value == wanted)
    }

    /// Rows that have one of some values, in order.
    pub fn rows_with_any(&self, wanted: &HashSet<u64>) -> Vec<u32> {
        match wanted.iter().next() {
            Some(only) if wanted.len() == 1 => self.rows_with(*only),
            _ => self.rows_where(|value| wanted.contains(&value)),
        }
    }

    fn rows_where(&self, is_wanted: impl Fn(u64) -> bool) -> Vec<u32> {
        (0..).zip(self.iter()).filter(|(_, value)| is_wanted(*value)).map(|(row, _)| row).collect()
    }
}

impl Chunk {
    fn value(&self, map: &[u8], index: usize) -> u64 {
        let begin = self.data + index * self.width;
        self.base + decode(&map[begin..begin + self.width])
    }

    /// Appends the values of some of its rows. The usual widths have a loop of their own, several times as quick.
    fn append(&self, map: &[u8], rows: &[u32], values: &mut Vec<u64>) {
        let data = &map[self.data..self.data + self.rows * self.width];
        let index = |row: &u32| *row as usize - self.first_row;
        match self.width {
            0 => values.extend(rows.iter().map(|_| self.base)),
            1 => values.extend(rows.iter().map(|row| self.base + u64::from(data[index(row)]))),
            2 => values.extend(rows.iter().map(|row| {
                let at = index(row) * 2;
                self.base + u64::from(u16::from_le_bytes([data[at], data[at + 1]]))
            })),
            _ => values.extend(rows.iter().map(|row| self.value(map, index(row)))),
        }
    }
}

fn decode(bytes: &[u8]) -> u64 {
    let mut value = [0; 8];
    value[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(value)
}

/// Finds the chunks of the first `rows` rows; the error is the offset where the file stops making sense.
fn chunks(parts: &PartsFile, name: &str, rows: usize) -> Result<Vec<Chunk>, usize> {
    let mut chunks = Vec::new();
    let mut first_row = 0;
    for range in parts.ranges(name) {
        if first_row >= rows {
            break;
        }
        let header = parts.bytes().get(range.start..range.start + HEADER).ok_or(range.start)?;
        let count = decode(&header[..4]) as usize;
        let width = decode(&header[4..8]) as usize;
        let base = decode(&header[8..]);
        if count == 0 || width > 8 || range.len() != HEADER + count * width {
            return Err(range.start);
        }
        chunks.push(Chunk { first_row, rows: count, width, base, data: range.start + HEADER });
        first_row += count;
    }
    if first_row < rows { Err(parts.bytes().len()) } else { Ok(chunks) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_value_is_read_back(batches in prop::collection::vec(prop::collection::vec(any::<u64>(), 0..40), 1..5)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("1.gen");
            let mut file = PartsWriter::create(path.clone()).unwrap();
            let mut writer = ColumnWriter::new("x");
            for batch in &batches {
                for value in batch {
                    writer.push(*value, &mut file).unwrap();
                }
                writer.flush(&mut file).unwrap();
            }
            let all = batches.concat();
            let parts = Arc::new(PartsFile::open(&path, file.flush().unwrap()).unwrap());
            let reader = ColumnReader::open(&parts, "x", all.len()).unwrap();
            prop_assert_eq!(reader.iter().collect::<Vec<_>>(), all.clone());
            for (row, value) in all.iter().enumerate() {
                prop_assert_eq!(reader.get(row), Some(*value));
            }
            prop_assert_eq!(reader.get(all.len()), None);
            prop_assert!(ColumnReader::open(&parts, "x", all.len() + 1).is_err());
        }
    }

    #[test]
    fn rows_after_those_asked_for_are_not_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("1.gen");
        let mut file = PartsWriter::create(path.clone()).unwrap();
        let mut writer = ColumnWriter::new("x");
        for value in [5, 6, 7] {
            writer.push(value, &mut file).unwrap();
        }
        writer.flush(&mut file).unwrap();
        let parts = Arc::new(PartsFile::open(&path, file.flush().unwrap()).unwrap());
        let reader = ColumnReader::open(&parts, "x", 2).unwrap();
        assert_eq!(reader.iter().collect::<Vec<_>>(), [5, 6]);
        assert_eq!(reader.get(2), None);
    }
}
