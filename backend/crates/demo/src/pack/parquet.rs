//! A small writer of parquet files: the columns that vision-language data has, each optional, one page a column and
//! row group.
//!
//! Format: <https://parquet.apache.org/docs/file-format/>.

mod footer;
mod leaf;
mod thrift;

use footer::write_footer;
use leaf::{Leaf, leaves_of};
use std::io::{self, Write};
use thrift::ThriftWriter;

const MAGIC: &[u8] = b"PAR1";
/// Sizes of pages have 32 bits, one of them for the sign.
const LARGEST_PAGE: usize = i32::MAX as usize;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// A text.
    Text,
    /// A whole number of 64 bits, which no table of the demo root has.
    Int,
    /// `struct<bytes: binary, path: string>`.
    Image,
    /// `list<struct<from: string, value: string>>`.
    Turns,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// No value, in a column of any kind.
    Null,
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// An image, with what is known of it.
    Image {
        /// The bytes of its file.
        bytes: Option<Vec<u8>>,
        /// The name of its file.
        path: Option<String>,
    },
    /// The turns of a conversation: who says what.
    Turns(Vec<(String, String)>),
}

/// How pages are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Uncompressed,
    /// As snappy, without looking for repetitions: images have none.
    Snappy,
}

/// Writes a parquet file. The same rows give the same bytes.
pub struct ParquetWriter<W> {
    out: W,
    written: u64,
    packing: Packing,
    columns: Vec<(String, ColumnKind)>,
    groups: Vec<Group>,
}

/// A row group that has been written.
struct Group {
    rows: usize,
    chunks: Vec<Chunk>,
}

/// A column of it.
struct Chunk {
    offset: u64,
    values: usize,
    /// Bytes with the page's header, as written and before packing.
    packed: u64,
    unpacked: u64,
}

impl<W: Write> ParquetWriter<W> {
    /// Begins a file with these columns.
    pub fn new(out: W, columns: &[(&str, ColumnKind)], packing: Packing) -> io::Result<Self> {
        let columns = columns.iter().map(|&(name, kind)| (name.to_owned(), kind)).collect();
        let mut writer = Self { out, written: 0, packing, columns, groups: Vec::new() };
        writer.write(MAGIC)?;
        Ok(writer)
    }

    /// Adds a row group. Each row has a cell for each column; one of another kind is an error.
    pub fn row_group(&mut self, rows: &[Vec<Cell>]) -> io::Result<()> {
        let mut chunks = Vec::new();
        for (at, (name, kind)) in self.columns.clone().iter().enumerate() {
            let cells = rows.iter().map(|row| row.get(at).unwrap_or(&Cell::Null));
            for leaf in leaves_of(*kind, cells).map_err(|error| named(name, &error))? {
                chunks.push(self.page(&leaf).map_err(|error| named(name, &error))?);
            }
        }
        self.groups.push(Group { rows: rows.len(), chunks });
        Ok(())
    }

    /// Ends the file and gives back what it was written to.
    pub fn finish(mut self) -> io::Result<W> {
        let footer = write_footer(&self.columns, &self.groups, self.packing);
        self.write(&footer)?;
        self.write(&(footer.len() as u32).to_le_bytes())?;
        self.write(MAGIC)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn page(&mut self, leaf: &Leaf) -> io::Result<Chunk> {
        let body = leaf.body();
        let packed = match self.packing {
            Packing::Uncompressed => body.clone(),
            Packing::Snappy => snappy(&body),
        };
        if body.len().max(packed.len()) > LARGEST_PAGE {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "more than 2 GiB in one row group: use more",
            ));
        }
        let header = page_header(body.len(), packed.len(), leaf.values());
        let offset = self.written;
        self.write(&header)?;
        self.write(&packed)?;
        Ok(Chunk {
            offset,
            values: leaf.values(),
            packed: (header.len() + packed.len()) as u64,
            unpacked: (header.len() + body.len()) as u64,
        })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        self.out.write_all(bytes)
    }
}

fn named(column: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("column {column}: {error}"))
}

/// The header of a data page of version 1: plain values, levels in runs.
fn page_header(unpacked: usize, packed: usize, values: usize) -> Vec<u8> {
    let mut header = ThriftWriter::new();
    header.i32(1, 0);
    header.i32(2, unpacked);
    header.i32(3, packed);
    header.structure(5, |data| {
        data.i32(1, values);
        data.i32(2, 0);
        data.i32(3, 3);
        data.i32(4, 3);
    });
    header.end()
}

/// A snappy block of one literal (<https://github.com/google/snappy/blob/main/format_description.txt>).
fn snappy(bytes: &[u8]) -> Vec<u8> {
    let mut block = Vec::with_capacity(bytes.len() + 10);
    thrift::push_varint(&mut block, bytes.len() as u64);
    if let Some(last) = bytes.len().checked_sub(1) {
        block.push(63 << 2);
        block.extend((last as u32).to_le_bytes());
        block.extend(bytes);
    }
    block
}

#[cfg(test)]
mod tests;
