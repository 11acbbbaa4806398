//! Pages: their headers, and walking from one to the next.

use crate::parquet::error::bad;
use crate::parquet::stream::{Codec, Packed};
use crate::parquet::thrift::{Field, Thrift};
use crate::split::read_at;
use std::fs::File;
use std::io;

/// Bytes read for a header at first, and at most: it may hold the column's smallest and largest values.
const FIRST_READ: u64 = 256;
const LONGEST_HEADER: u64 = 1 << 20;

/// A page's header, and where its bytes are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    pub(super) kind: PageKind,
    /// Values, nulls included.
    pub(super) values: u64,
    /// The encoding's number in the format.
    pub(super) encoding: i64,
    /// Where the bytes after the header are.
    body: u64,
    length: u64,
    unpacked: u64,
}

/// What a page holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageKind {
    /// The values that the data pages of the chunk refer to by number.
    Dictionary,
    /// Levels and values, packed together.
    Data {
        /// Whether the levels are runs, and not in an old encoding.
        levels_are_runs: bool,
    },
    /// Levels as they are, followed by values.
    DataV2 {
        /// Bytes of the repetition levels.
        repetition: u64,
        /// Bytes of the definition levels.
        definition: u64,
        /// Whether the values are packed.
        packed: bool,
    },
    /// An index, which is not needed.
    Other,
}

impl Page {
    /// The part of the page that is packed, which follows the levels in pages of version 2.
    pub(super) fn packed(&self, codec: Codec) -> io::Result<Packed> {
        let (before, codec) = match self.kind {
            PageKind::DataV2 { repetition, definition, packed } => {
                (repetition.saturating_add(definition), if packed { codec } else { Codec::Uncompressed })
            }
            _ => (0, codec),
        };
        let (Some(length), Some(unpacked)) =
            (self.length.checked_sub(before), self.unpacked.checked_sub(before))
        else {
            return Err(bad(format!("its levels claim {before} of {} bytes", self.length)));
        };
        Ok(Packed { offset: self.body + before, length, unpacked, codec })
    }

    /// The levels of a page of version 2.
    pub(super) fn levels(&self, definition: u64, repetition: u64) -> Packed {
        let length = definition + repetition;
        Packed { offset: self.body, length, unpacked: length, codec: Codec::Uncompressed }
    }

    fn parse(thrift: &mut Thrift<'_>, offset: u64) -> io::Result<Self> {
        let kind = PageKind::Other;
        let mut page = Self { kind, values: 0, encoding: 0, body: 0, length: 0, unpacked: 0 };
        let mut number = -1;
        thrift.fields(|thrift, field| {
            match field.id {
                1 => number = thrift.int(field)?,
                2 => page.unpacked = thrift.size(field)?,
                3 => page.length = thrift.size(field)?,
                5 if number == 0 => page.parse_data(thrift, field)?,
                7 if number == 2 => page.parse_dictionary(thrift, field)?,
                8 if number == 3 => page.parse_data_v2(thrift, field)?,
                _ => thrift.skip(field)?,
            }
            Ok(())
        })?;
        if matches!(number, 0 | 2 | 3) && page.kind == PageKind::Other {
            return Err(bad("it says nothing about the page's values"));
        }
        page.body = offset + thrift.position() as u64;
        Ok(page)
    }

    fn parse_data(&mut self, thrift: &mut Thrift<'_>, field: Field) -> io::Result<()> {
        let mut levels_are_runs = true;
        thrift.structure(field, |thrift, field| {
            match field.id {
                1 => self.values = thrift.size(field)?,
                2 => self.encoding = thrift.int(field)?,
                3 | 4 => levels_are_runs &= thrift.int(field)? == 3,
                _ => thrift.skip(field)?,
            }
            Ok(())
        })?;
        self.kind = PageKind::Data { levels_are_runs };
        Ok(())
    }

    fn parse_dictionary(&mut self, thrift: &mut Thrift<'_>, field: Field) -> io::Result<()> {
        self.kind = PageKind::Dictionary;
        thrift.structure(field, |thrift, field| {
            match field.id {
                1 => self.values = thrift.size(field)?,
                2 => self.encoding = thrift.int(field)?,
                _ => thrift.skip(field)?,
            }
            Ok(())
        })
    }

    fn parse_data_v2(&mut self, thrift: &mut Thrift<'_>, field: Field) -> io::Result<()> {
        let (mut repetition, mut definition, mut packed) = (0, 0, true);
        thrift.structure(field, |thrift, field| {
            match field.id {
                1 => self.values = thrift.size(field)?,
                4 => self.encoding = thrift.int(field)?,
                5 => definition = thrift.size(field)?,
                6 => repetition = thrift.size(field)?,
                7 => packed = field.flag()?,
                _ => thrift.skip(field)?,
            }
            Ok(())
        })?;
        self.kind = PageKind::DataV2 { repetition, definition, packed };
        Ok(())
    }
}

/// The pages of a column chunk, in order.
pub(super) struct Pages<'f> {
    file: &'f File,
    at: u64,
    end: u64,
}

impl<'f> Pages<'f> {
    /// The pages between two bytes of the file.
    pub(super) fn new(file: &'f File, at: u64, end: u64) -> Self {
        Self { file, at, end }
    }

    /// Where the next page begins.
    pub(super) fn position(&self) -> u64 {
        self.at
    }

    /// The next page's header; none at the end of the chunk.
    pub(super) fn next(&mut self) -> io::Result<Option<Page>> {
        if self.at >= self.end {
            return Ok(None);
        }
        let page = self.read_header()?;
        let end = page.body.checked_add(page.length).filter(|&end| end <= self.end);
        let longer = || bad(format!("a page of {} bytes is longer than its column", page.length));
        self.at = end.ok_or_else(longer)?;
        Ok(Some(page))
    }

    fn read_header(&self) -> io::Result<Page> {
        let most = (self.end - self.at).min(LONGEST_HEADER);
        let mut length = FIRST_READ.min(most);
        loop {
            let mut bytes = vec![0; length as usize];
            let mut filled = 0;
            while filled < bytes.len() {
                match read_at(self.file, &mut bytes[filled..], self.at + filled as u64)? {
                    0 => return Err(bad("the file became shorter while it was read")),
                    count => filled += count,
                }
            }
            match Page::parse(&mut Thrift::new(&bytes, 0), self.at) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && length < most => {
                    length = (length * 8).min(most);
                }
                result => return result,
            }
        }
    }
}
