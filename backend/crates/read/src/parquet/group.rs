//! Row groups and their column chunks, as the footer describes them.

use crate::parquet::error::bad;
use crate::parquet::schema::Schema;
use crate::parquet::thrift::{Field, Kind, Thrift};
use std::io;

/// A number of rows, stored column by column.
#[derive(Debug)]
pub(super) struct RowGroup {
    pub(super) rows: u64,
    /// One for each leaf of the schema, in its order.
    pub(super) chunks: Vec<Chunk>,
}

/// One leaf column of a row group: a run of pages.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// First byte in the file.
    pub(super) start: u64,
    /// Bytes of all its pages with their headers.
    pub(super) length: u64,
    /// The codec's number in the format.
    pub(super) codec: i64,
    /// An encoding that the format does not have, if one is named.
    pub(super) odd_encoding: Option<i64>,
    pub(super) encrypted: bool,
    /// Whether the pages are in another file.
    pub(super) elsewhere: bool,
    /// The physical type's number in the format.
    pub(super) physical: i64,
}

/// The last encoding that the format numbers.
const LAST_ENCODING: i64 = 9;

impl RowGroup {
    pub(super) fn parse(thrift: &mut Thrift<'_>, schema: &Schema) -> io::Result<Self> {
        let mut group = Self { rows: 0, chunks: Vec::new() };
        thrift.fields(|thrift, field| {
            match field.id {
                1 => group.chunks = parse_chunks(thrift, field, schema.leaves.len())?,
                3 => group.rows = thrift.size(field)?,
                _ => thrift.skip(field)?,
            }
            Ok(())
        })?;
        if group.chunks.len() != schema.leaves.len() {
            let (found, wanted) = (group.chunks.len(), schema.leaves.len());
            return Err(bad(format!("it has {found} columns, the schema {wanted}")));
        }
        Ok(group)
    }

    /// First byte of the row group in the file.
    pub(super) fn start(&self) -> u64 {
        self.chunks.iter().map(|chunk| chunk.start).min().unwrap_or(0)
    }

    /// Bytes of all its chunks.
    pub(super) fn length(&self) -> u64 {
        self.chunks.iter().fold(0, |sum: u64, chunk| sum.saturating_add(chunk.length))
    }
}

fn parse_chunks(thrift: &mut Thrift<'_>, field: Field, leaves: usize) -> io::Result<Vec<Chunk>> {
    let count = thrift.list(field, Kind::STRUCT)?;
    if count != leaves {
        return Err(bad(format!("it has {count} columns, the schema {leaves}")));
    }
    (0..count).map(|_| Chunk::parse(thrift)).collect()
}

impl Chunk {
    /// The byte after its last; `pages` is where the file's pages end.
    pub(super) fn end(&self, pages: u64) -> io::Result<u64> {
        let end = self.start.checked_add(self.length).filter(|&end| end <= pages);
        end.ok_or_else(|| {
            let length = self.length;
            bad(format!("it claims {length} bytes from there on, and the pages end at byte {pages}"))
        })
    }

    fn parse(thrift: &mut Thrift<'_>) -> io::Result<Self> {
        let mut chunk = Self::default();
        thrift.fields(|thrift, field| match field.id {
            1 => {
                chunk.elsewhere = !thrift.binary(field)?.is_empty();
                Ok(())
            }
            3 => chunk.parse_metadata(thrift, field),
            8 => {
                chunk.encrypted = true;
                thrift.skip(field)
            }
            _ => thrift.skip(field),
        })?;
        Ok(chunk)
    }

    fn parse_metadata(&mut self, thrift: &mut Thrift<'_>, field: Field) -> io::Result<()> {
        let mut dictionary = 0;
        thrift.structure(field, |thrift, field| {
            match field.id {
                1 => self.physical = thrift.int(field)?,
                2 => self.odd_encoding = parse_encodings(thrift, field)?,
                4 => self.codec = thrift.int(field)?,
                7 => self.length = thrift.size(field)?,
                9 => self.start = thrift.size(field)?,
                11 => dictionary = thrift.size(field)?,
                _ => thrift.skip(field)?,
            }
            Ok(())
        })?;
        // Some writers say 0 when there is no dictionary.
        if dictionary > 0 {
            self.start = self.start.min(dictionary);
        }
        Ok(())
    }
}

fn parse_encodings(thrift: &mut Thrift<'_>, field: Field) -> io::Result<Option<i64>> {
    let mut odd = None;
    for _ in 0..thrift.list(field, Kind::I32)? {
        let encoding = thrift.int_item()?;
        if !(0..=LAST_ENCODING).contains(&encoding) {
            odd = Some(encoding);
        }
    }
    Ok(odd)
}
