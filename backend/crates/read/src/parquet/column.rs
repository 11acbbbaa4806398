//! One leaf column of a row group, read entry by entry.

use crate::ImageAt;
use crate::parquet::dictionary::{Dictionary, write_picture};
use crate::parquet::entries::{Entries, Levels};
use crate::parquet::error::{bad, ended};
use crate::parquet::group::Chunk;
use crate::parquet::page::{PageKind, Pages};
use crate::parquet::scalar::{picture, write_scalar};
use crate::parquet::schema::Leaf;
use crate::parquet::stream::{Codec, Input};
use std::io;

/// The place of a column in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct ColumnPlace {
    pub(super) row_group: u32,
    pub(super) column: u32,
}

/// A column chunk being read.
pub(super) struct Column<'f, 's> {
    input: Input<'f>,
    leaf: &'s Leaf,
    place: ColumnPlace,
    codec: Codec,
    pages: Pages<'f>,
    dictionary: Option<Dictionary<'f>>,
    entries: Option<Entries<'f>>,
    /// Where the open page begins in the file.
    page: u64,
    /// The levels of the next entry, once they are known.
    next: Option<Levels>,
    /// Number of the next entry in the chunk.
    number: u64,
}

impl<'f, 's> Column<'f, 's> {
    pub(super) fn new(
        input: Input<'f>,
        leaf: &'s Leaf,
        place: ColumnPlace,
        chunk: &Chunk,
        codec: Codec,
    ) -> Self {
        let pages = Pages::new(input.file, chunk.start, chunk.start + chunk.length);
        Self {
            input,
            leaf,
            place,
            codec,
            page: chunk.start,
            pages,
            dictionary: None,
            entries: None,
            next: None,
            number: 0,
        }
    }

    /// Where in the file the page begins that is being read.
    pub(super) fn position(&self) -> u64 {
        self.page
    }

    /// The levels of the next entry; none at the end of the chunk.
    pub(super) fn peek(&mut self, scratch: &mut Vec<u8>) -> io::Result<Option<Levels>> {
        while self.next.is_none() {
            self.next = match &mut self.entries {
                Some(entries) => entries.next()?,
                None => None,
            };
            if self.next.is_none() && !self.open_page(scratch)? {
                break;
            }
        }
        Ok(self.next)
    }

    /// Number of the next entry in the chunk.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Moves to the next entry after one without a value.
    pub(super) fn pass(&mut self) {
        self.next = None;
        self.number += 1;
    }

    /// Writes the value of the next entry, which has to have one, and moves on.
    pub(super) fn write(&mut self, scratch: &mut Vec<u8>, out: &mut Vec<u8>) -> io::Result<()> {
        let ColumnPlace { row_group, column } = self.place;
        let at = ImageAt::Cell { row_group, column, value: self.number };
        let entries = self.entries.as_mut().ok_or_else(|| ended("the column has no pages"))?;
        if let Some(index) = entries.values.next_index()? {
            let dictionary = self.dictionary.as_ref();
            dictionary.ok_or_else(|| bad("its dictionary is missing"))?.write(index, at, out)?;
        } else {
            let scalar = entries.values.next(scratch, self.input.meter.longest_value())?;
            match picture(self.leaf.meaning, scalar) {
                Some(picture) => write_picture(picture, at, out)?,
                None => write_scalar(out, self.leaf.meaning, scalar)?,
            }
        }
        self.pass();
        Ok(())
    }

    /// Opens the next data page; false at the end of the chunk.
    fn open_page(&mut self, scratch: &mut Vec<u8>) -> io::Result<bool> {
        // The old page's memory is free before the new one takes any.
        self.entries = None;
        loop {
            self.page = self.pages.position();
            let Some(page) = self.pages.next()? else {
                return Ok(false);
            };
            self.input.meter.spend(PAGE_WORK)?;
            match page.kind {
                PageKind::Other => {}
                PageKind::Dictionary => {
                    let (input, codec, leaf) = (self.input, self.codec, self.leaf);
                    self.dictionary = None;
                    self.dictionary = Some(Dictionary::read(input, &page, codec, leaf, scratch)?);
                }
                PageKind::Data { .. } | PageKind::DataV2 { .. } => {
                    self.entries = Some(Entries::open(self.input, &page, self.codec, self.leaf)?);
                    return Ok(true);
                }
            }
        }
    }
}

/// What a page costs apart from its bytes.
const PAGE_WORK: u64 = 512;
