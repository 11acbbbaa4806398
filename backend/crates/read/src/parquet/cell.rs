//! One value by its address: the pages before it are only walked over.

use crate::parquet::entries::Entries;
use crate::parquet::error::{ParquetError, bad, ended};
use crate::parquet::footer::Footer;
use crate::parquet::meter::Meter;
use crate::parquet::page::{Page, PageKind, Pages};
use crate::parquet::rows::codec;
use crate::parquet::schema::Leaf;
use crate::parquet::stream::{Codec, Input, Stream};
use crate::parquet::values::{Scalar, read_plain, skip_plain};
use std::fs::File;
use std::io;

/// The bytes of one value of a column of bytes: its row group, leaf column, and number in the column chunk, nulls
/// included.
pub(crate) fn read_cell(
    file: &File,
    row_group: u32,
    column: u32,
    value: u64,
) -> Result<Vec<u8>, ParquetError> {
    let len = file.metadata().map_err(|source| ParquetError::Failed { offset: 0, source })?.len();
    let meter = Meter::for_file(len);
    let footer = Footer::read(file, len)?;
    let group = footer.group(row_group)?;
    let number = column as usize;
    let (Some(leaf), Some(chunk)) = (footer.schema.leaves.get(number), group.chunks.get(number)) else {
        let count = footer.schema.leaves.len();
        return Err(ParquetError::damaged(footer.offset, format!("there is no column {column} of {count}")));
    };
    let what = format!("column {}, value {value} of row group {row_group}", footer.schema.path(number));
    let read = || {
        let codec = codec(chunk, leaf).map_err(bad)?;
        let pages = Pages::new(file, chunk.start, chunk.end(footer.offset)?);
        Search { input: Input { file, meter: &meter }, leaf, codec }.find(pages, value)
    };
    read().map_err(|error| ParquetError::of(error, chunk.start, &what))
}

/// A column that is searched for a value.
struct Search<'a> {
    input: Input<'a>,
    leaf: &'a Leaf,
    codec: Codec,
}

impl Search<'_> {
    fn find(&self, mut pages: Pages<'_>, value: u64) -> io::Result<Vec<u8>> {
        let mut dictionary = None;
        let mut before = 0;
        while let Some(page) = pages.next()? {
            match page.kind {
                PageKind::Other => {}
                PageKind::Dictionary => dictionary = Some(page),
                PageKind::Data { .. } | PageKind::DataV2 { .. } if value - before >= page.values => {
                    before += page.values;
                }
                PageKind::Data { .. } | PageKind::DataV2 { .. } => {
                    return self.read(&page, value - before, dictionary.as_ref());
                }
            }
        }
        Err(ended(&format!("the column has {before} values")))
    }

    fn read(&self, page: &Page, value: u64, dictionary: Option<&Page>) -> io::Result<Vec<u8>> {
        let mut entries = Entries::open(self.input, page, self.codec, self.leaf)?;
        let mut scratch = Vec::new();
        let longest = self.input.meter.longest_value();
        for _ in 0..value {
            if self.has_value(&mut entries)? {
                entries.values.skip(&mut scratch, longest)?;
            }
        }
        if !self.has_value(&mut entries)? {
            return Err(bad("it is null"));
        }
        let scalar = match entries.values.next_index()? {
            Some(index) => self.entry(dictionary, index, &mut scratch)?,
            None => entries.values.next(&mut scratch, longest)?,
        };
        match scalar {
            Scalar::Bytes(_) => Ok(scratch),
            _ => Err(bad("it is not a value of bytes")),
        }
    }

    fn has_value(&self, entries: &mut Entries<'_>) -> io::Result<bool> {
        let levels = entries.next()?.ok_or_else(|| ended("its page ends before it"))?;
        Ok(levels.definition == self.leaf.defined)
    }

    fn entry<'s>(&self, page: Option<&Page>, index: u32, scratch: &'s mut Vec<u8>) -> io::Result<Scalar<'s>> {
        let page = page.ok_or_else(|| bad("its dictionary is missing"))?;
        let mut stream = Stream::open(self.input, page.packed(self.codec)?)?;
        for _ in 0..index {
            skip_plain(&mut stream, self.leaf.physical)?;
        }
        read_plain(&mut stream, self.leaf.physical, scratch, self.input.meter.longest_value())
    }
}
