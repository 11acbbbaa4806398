//! The file format of a column, version 1.
//!
//! A file is the eight bytes `BSCOL\0\0\x01` and then chunks. A chunk holds the values of consecutive rows:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | number of rows, `u32` little endian |
//! | 4 | bytes per value, 0 to 8, `u32` little endian |
//! | 8 | base, `u64` little endian |
//! | rows × width | each value minus the base, little endian |
//!
//! Files only ever grow by whole chunks. How many rows count is said by the index's commit; what stands after them is
//! left from a process that was killed and is not read.

use super::ColumnError;
use memmap2::Mmap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

const MAGIC: &[u8; 8] = b"BSCOL\0\0\x01";
const HEADER: usize = 16;

/// Rows per chunk at most: bounds what a writer keeps in memory.
const CHUNK_ROWS: usize = 1 << 16;

/// Appends values to a column file.
pub(crate) struct ColumnWriter {
    path: PathBuf,
    file: File,
    pending: Vec<u64>,
}

impl ColumnWriter {
    /// Begins a new column file, replacing one that is there.
    pub(crate) fn create(path: PathBuf) -> Result<Self, ColumnError> {
        let opened = OpenOptions::new().write(true).create(true).truncate(true).open(&path);
        let written = opened.and_then(|mut file| file.write_all(MAGIC).map(|()| file));
        match written {
            Ok(file) => Ok(Self { path, file, pending: Vec::new() }),
            Err(source) => Err(ColumnError::Io { path, source }),
        }
    }

    /// Adds the value of the next row.
    pub(crate) fn push(&mut self, value: u64) -> Result<(), ColumnError> {
        self.pending.push(value);
        if self.pending.len() < CHUNK_ROWS { Ok(()) } else { self.flush() }
    }

    /// Writes what is pending as a chunk of its own.
    pub(crate) fn flush(&mut self) -> Result<(), ColumnError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let chunk = encode_chunk(&self.pending);
        self.pending.clear();
        self.file.write_all(&chunk).map_err(|source| ColumnError::Io { path: self.path.clone(), source })
    }

    /// Makes sure that what was written survives a power cut.
    pub(crate) fn sync(&mut self) -> Result<(), ColumnError> {
        self.flush()?;
        self.file.sync_data().map_err(|source| ColumnError::Io { path: self.path.clone(), source })
    }
}

/// Writes a whole column at once; a reader sees either the old file or the new one.
pub(crate) fn write_column(path: &Path, values: impl Iterator<Item = u64>) -> Result<(), ColumnError> {
    let temporary = path.with_extension("tmp");
    let mut writer = ColumnWriter::create(temporary.clone())?;
    for value in values {
        writer.push(value)?;
    }
    writer.sync()?;
    std::fs::rename(&temporary, path).map_err(|source| ColumnError::Io { path: path.to_owned(), source })
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

/// Reads a column file through a memory map. Only our own cache files are mapped, never the user's data.
pub(crate) struct ColumnReader {
    map: Mmap,
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
    /// Opens the first `rows` rows of a column file.
    #[expect(unsafe_code, reason = "memory maps are unsafe by signature; the file is ours and only grows")]
    pub(crate) fn open(path: &Path, rows: usize) -> Result<Self, ColumnError> {
        let io = |source| ColumnError::Io { path: path.to_owned(), source };
        let file = File::open(path).map_err(io)?;
        // SAFETY: the file lies in our own cache folder; it is only appended to or replaced as a whole.
        let map = unsafe { Mmap::map(&file) }.map_err(io)?;
        let chunks = parse_chunks(&map, rows)
            .map_err(|offset| ColumnError::Damaged { path: path.to_owned(), offset })?;
        Ok(Self { map, chunks, rows })
    }

    /// The value of a row, `None` past the end.
    pub(crate) fn get(&self, row: usize) -> Option<u64> {
        if row >= self.rows {
            return None;
        }
        let chunk = &self.chunks[self.chunks.partition_point(|chunk| chunk.first_row <= row) - 1];
        Some(chunk.value(&self.map, row - chunk.first_row))
    }

    /// All values in row order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        let values = |chunk: &'_ Chunk| {
            let (width, base) = (chunk.width, chunk.base);
            let data = &self.map[chunk.data..chunk.data + chunk.rows * width];
            (0..chunk.rows).map(move |index| base + decode(&data[index * width..(index + 1) * width]))
        };
        self.chunks.iter().flat_map(values).take(self.rows)
    }

    /// Appends the values of some rows, which ascend; there is none for rows past the end.
    pub(crate) fn values_at(&self, rows: &[u32], values: &mut Vec<u64>) {
        let mut rest = rows;
        for chunk in &self.chunks {
            let end = (chunk.first_row + chunk.rows).min(self.rows);
            let (own, others) = rest.split_at(rest.partition_point(|row| (*row as usize) < end));
            chunk.append(&self.map, own, values);
            rest = others;
        }
    }

    /// Rows that have exactly this value, in order.
    pub(crate) fn rows_with(&self, wanted: u64) -> Vec<usize> {
        self.iter().enumerate().filter(|(_, value)| *value == wanted).map(|(row, _)| row).collect()
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
fn parse_chunks(map: &[u8], rows: usize) -> Result<Vec<Chunk>, usize> {
    if map.get(..MAGIC.len()) != Some(MAGIC) {
        return Err(0);
    }
    let mut chunks = Vec::new();
    let (mut at, mut first_row) = (MAGIC.len(), 0);
    while first_row < rows {
        let header = map.get(at..at + HEADER).ok_or(at)?;
        let count = decode(&header[..4]) as usize;
        let width = decode(&header[4..8]) as usize;
        let base = decode(&header[8..]);
        let data = at + HEADER;
        let end = data + count * width;
        if count == 0 || width > 8 || end > map.len() {
            return Err(at);
        }
        chunks.push(Chunk { first_row, rows: count, width, base, data });
        first_row += count;
        at = end;
    }
    Ok(chunks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_value_is_read_back(batches in prop::collection::vec(prop::collection::vec(any::<u64>(), 0..40), 1..5)) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("x.col");
            let mut writer = ColumnWriter::create(path.clone()).unwrap();
            for batch in &batches {
                for value in batch {
                    writer.push(*value).unwrap();
                }
                writer.flush().unwrap();
            }
            let all = batches.concat();
            let reader = ColumnReader::open(&path, all.len()).unwrap();
            prop_assert_eq!(reader.iter().collect::<Vec<_>>(), all.clone());
            for (row, value) in all.iter().enumerate() {
                prop_assert_eq!(reader.get(row), Some(*value));
            }
            prop_assert_eq!(reader.get(all.len()), None);
        }
    }

    #[test]
    fn rows_after_the_commit_are_not_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.col");
        write_column(&path, [5, 6, 7].into_iter()).unwrap();
        let reader = ColumnReader::open(&path, 2).unwrap();
        assert_eq!(reader.iter().collect::<Vec<_>>(), [5, 6]);
        assert_eq!(reader.get(2), None);
    }

    #[test]
    fn a_file_cut_short_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.col");
        write_column(&path, (0..100).map(|value| value * 1000)).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        let error = ColumnReader::open(&path, 100).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("x.col is damaged at byte 8"), "{error}");
    }
}
