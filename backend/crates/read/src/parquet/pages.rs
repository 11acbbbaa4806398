//! Checks of the pages of a row group before any is decoded: the decoder takes as much memory as a header says, and
//! some codecs unpack whatever is there.

use super::footer::{Field, Thrift};
use super::{ParquetError, Source, Table, bad};
use flate2::read::MultiGzDecoder;
use parquet::basic::Compression;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::schema::types::ColumnDescriptor;
use std::io::{self, Read};

/// Bytes read for a header at first, and at most: it may hold the column's smallest and largest values.
const FIRST_READ: u64 = 256;
const LONGEST_HEADER: u64 = 1 << 20;
/// Bytes that a page may have unpacked: as many times its packed ones, at least, at most.
const PAGE_RATIO: u64 = 64;
const LEAST_PAGE: u64 = 32 << 20;
const LARGEST_PAGE: u64 = 1 << 30;
/// The same for the largest pages of all columns together, which are in memory at one time.
const GROUP_RATIO: u64 = 8;
const LEAST_GROUP: u64 = 128 << 20;
/// Values that a page of a list may have beyond those that its bytes can hold: runs of equal ones take no room.
const MOST_RUNS: u64 = 1 << 22;

/// What the pages of a row group are.
#[derive(Debug, Default)]
pub(super) struct Pages {
    /// Where the first begins in the file.
    pub(super) offset: u64,
    /// Bytes in the file.
    pub(super) length: u64,
    /// Bytes unpacked.
    pub(super) unpacked: u64,
    /// Values of the column that has most.
    pub(super) most_values: u64,
    /// Bytes of the largest pages of all columns, unpacked.
    pub(super) largest: u64,
}

/// Looks at every page of some columns of a row group.
pub(super) fn check_pages(table: &Table, group: usize, leaves: &[usize]) -> Result<Pages, ParquetError> {
    let metadata = table.metadata.metadata().row_group(group);
    let mut pages = Pages { offset: u64::MAX, ..Pages::default() };
    for &leaf in leaves {
        let chunk = metadata.column(leaf);
        let what = || format!("column {}", table.path(leaf));
        let (start, length) = range(chunk, table.footer)
            .map_err(|message| ParquetError::damaged(table.footer, format!("{}: {message}", what())))?;
        let descriptor = table.metadata.parquet_schema().column(leaf);
        let walk = Walk { source: &table.source, chunk, descriptor: &descriptor, rows: table.rows(group) };
        let column = walk.column(start, start + length).map_err(|(at, error)| {
            let error = table.source.failure().unwrap_or(error);
            ParquetError::of(error, at, &format!("{}, page at byte {at}", what()))
        })?;
        pages.offset = pages.offset.min(start);
        pages.length += length;
        pages.unpacked += column.unpacked;
        pages.most_values = pages.most_values.max(column.values);
        pages.largest += column.dictionary + column.largest;
    }
    let allowed = pages.length.saturating_mul(GROUP_RATIO).clamp(LEAST_GROUP, LARGEST_PAGE);
    if pages.largest > allowed {
        let (needed, allowed) = (pages.largest >> 20, allowed >> 20);
        let message =
            format!("its pages need {needed} MB of memory, and so many bytes are allowed {allowed} MB");
        return Err(ParquetError::damaged(pages.offset, message));
    }
    Ok(pages)
}

/// The bytes of a column chunk, which have to be where pages can be.
fn range(chunk: &ColumnChunkMetaData, footer: u64) -> Result<(u64, u64), String> {
    let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
    let length = chunk.compressed_size();
    let (Ok(start), Ok(length)) = (u64::try_from(start), u64::try_from(length)) else {
        return Err(format!("it claims {length} bytes at byte {start}"));
    };
    match start.checked_add(length) {
        Some(end) if end <= footer => Ok((start, length)),
        _ => Err(format!("it claims {length} bytes at byte {start}, and the pages end at byte {footer}")),
    }
}

/// What the pages of a column are.
#[derive(Default)]
struct Seen {
    values: u64,
    unpacked: u64,
    dictionary: u64,
    largest: u64,
}

struct Walk<'t> {
    source: &'t Source,
    chunk: &'t ColumnChunkMetaData,
    descriptor: &'t ColumnDescriptor,
    rows: u64,
}

impl Walk<'_> {
    /// Walks over the pages between two bytes; an error comes with the place of its page.
    fn column(&self, start: u64, end: u64) -> Result<Seen, (u64, io::Error)> {
        let mut seen = Seen::default();
        let mut at = start;
        while at < end {
            let page = self.header(at, end).and_then(|page| self.check(&page, &mut seen).map(|()| page));
            at = page.map_err(|error| (at, error))?.end();
        }
        Ok(seen)
    }

    fn header(&self, at: u64, end: u64) -> io::Result<Page> {
        let most = (end - at).min(LONGEST_HEADER);
        let mut length = FIRST_READ.min(most);
        loop {
            let bytes = self.source.bytes(at, length as usize)?;
            match Page::parse(&bytes, at) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && length < most => {
                    length = (length * 8).min(most);
                }
                Ok(page) if page.body.saturating_add(page.packed) > end => {
                    return Err(bad(format!(
                        "it claims {} bytes, more than its column has left",
                        page.packed
                    )));
                }
                result => return result,
            }
        }
    }

    fn check(&self, page: &Page, seen: &mut Seen) -> io::Result<()> {
        let allowed = page.packed.saturating_mul(PAGE_RATIO).clamp(LEAST_PAGE, LARGEST_PAGE);
        if page.unpacked > allowed {
            let (unpacked, packed) = (page.unpacked, page.packed);
            return Err(bad(format!("it claims to be {unpacked} bytes, out of {packed}")));
        }
        self.unpacks(page)?;
        match page.kind {
            Kind::Other => return Ok(()),
            Kind::Dictionary if page.values > page.unpacked => {
                return Err(bad(format!("it claims {} values in {} bytes", page.values, page.unpacked)));
            }
            Kind::Dictionary => seen.dictionary = seen.dictionary.max(page.unpacked),
            Kind::Data => {
                seen.values = seen.values.saturating_add(page.values);
                seen.largest = seen.largest.max(page.unpacked);
                self.check_values(page, seen)?;
            }
        }
        seen.unpacked += page.unpacked;
        Ok(())
    }

    fn check_values(&self, page: &Page, seen: &Seen) -> io::Result<()> {
        if self.descriptor.max_rep_level() == 0 && seen.values > self.rows {
            let rows = self.rows;
            return Err(bad(format!("with it there are {} values, and {rows} rows", seen.values)));
        }
        // A value that is not part of a run takes a bit at least.
        let most = MOST_RUNS.saturating_add(page.unpacked.saturating_mul(8));
        if self.descriptor.max_rep_level() > 0 && page.values > most {
            return Err(bad(format!("it claims {} values in {} bytes", page.values, page.unpacked)));
        }
        Ok(())
    }

    /// Makes sure that a page does not unpack to more than it says, for codecs that would not stop there.
    fn unpacks(&self, page: &Page) -> io::Result<()> {
        let is_packed = page.is_packed && page.packed > page.levels && page.unpacked > page.levels;
        if !is_packed || !matches!(self.chunk.compression(), Compression::GZIP(_) | Compression::BROTLI(_)) {
            return Ok(());
        }
        let (start, length) = (page.body + page.levels, page.packed - page.levels);
        let packed = self.source.bytes(start, length as usize)?;
        let unpacked = page.unpacked - page.levels;
        let count =
            |mut reader: Box<dyn Read + '_>| io::copy(&mut (&mut reader).take(unpacked + 1), &mut io::sink());
        let found = match self.chunk.compression() {
            Compression::GZIP(_) => count(Box::new(MultiGzDecoder::new(&packed[..])))?,
            _ => count(Box::new(brotli::Decompressor::new(&packed[..], 64 << 10)))?,
        };
        if found > unpacked {
            Err(bad(format!("it unpacks to more than the {unpacked} bytes it claims")))
        } else {
            Ok(())
        }
    }
}

/// What a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The values that the data pages of the chunk refer to by number.
    Dictionary,
    /// Levels and values.
    Data,
    /// An index, which is not needed.
    Other,
}

/// A page's header, and where its bytes are.
#[derive(Debug)]
struct Page {
    kind: Kind,
    /// Values, nulls included.
    values: u64,
    /// Where the bytes after the header are.
    body: u64,
    packed: u64,
    unpacked: u64,
    /// Bytes in front that are never packed.
    levels: u64,
    is_packed: bool,
}

impl Page {
    fn end(&self) -> u64 {
        self.body + self.packed
    }

    fn parse(bytes: &[u8], offset: u64) -> io::Result<Self> {
        let mut thrift = Thrift::new(bytes);
        let kind = Kind::Other;
        let mut page = Self { kind, values: 0, body: 0, packed: 0, unpacked: 0, levels: 0, is_packed: true };
        thrift.fields(|thrift, field| {
            match field.id {
                1 => {
                    page.kind = match thrift.int(field)? {
                        0 | 3 => Kind::Data,
                        2 => Kind::Dictionary,
                        _ => Kind::Other,
                    }
                }
                2 => page.unpacked = thrift.size(field)?,
                3 => page.packed = thrift.size(field)?,
                5 | 7 => page.parse_values(thrift, field)?,
                8 => page.parse_data_v2(thrift, field)?,
                _ => thrift.skip(field)?,
            }
            Ok(())
        })?;
        page.body = offset + thrift.position() as u64;
        Ok(page)
    }

    fn parse_values(&mut self, thrift: &mut Thrift<'_>, field: Field) -> io::Result<()> {
        thrift.structure(field, |thrift, field| {
            match field.id {
                1 => self.values = thrift.size(field)?,
                _ => thrift.skip(field)?,
            }
            Ok(())
        })
    }

    fn parse_data_v2(&mut self, thrift: &mut Thrift<'_>, field: Field) -> io::Result<()> {
        thrift.structure(field, |thrift, field| {
            match field.id {
                1 => self.values = thrift.size(field)?,
                5 | 6 => self.levels = self.levels.saturating_add(thrift.size(field)?),
                7 => self.is_packed = field.flag()?,
                _ => thrift.skip(field)?,
            }
            Ok(())
        })
    }
}
