//! Where a picture in a table is.

use crate::{ImageAt, ImageEncoding};

/// The place of the row that is being written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'b> {
    /// Number of the row group or record batch in the file.
    pub(crate) group: u32,
    /// Number of the row in it.
    pub(crate) row: u32,
    /// Number of the row in the arrays at hand.
    pub(crate) index: usize,
    /// The bytes that values are part of, where these stand in the file as they are.
    pub(crate) body: Option<Body<'b>>,
}

/// Bytes of the file in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body<'b> {
    /// The bytes.
    pub(crate) bytes: &'b [u8],
    /// Where they begin in the file.
    pub(crate) offset: u64,
}

impl Place<'_> {
    /// The address of a value, whose stored form these bytes are, by its leaf column and its number in the row.
    pub(super) fn address(&self, value: &[u8], column: u32, item: usize, encoding: ImageEncoding) -> ImageAt {
        let range = self.body.and_then(|body| body.position(value));
        match range {
            Some(offset) => ImageAt::Range { offset, length: value.len() as u64, encoding },
            None => ImageAt::Cell { group: self.group, column, row: self.row, item: item as u32, encoding },
        }
    }
}

impl Body<'_> {
    /// Where in the file a part of these bytes is; none for bytes from elsewhere.
    fn position(&self, part: &[u8]) -> Option<u64> {
        let start = part.as_ptr().addr().checked_sub(self.bytes.as_ptr().addr())?;
        let end = start.checked_add(part.len())?;
        (end <= self.bytes.len()).then(|| self.offset + start as u64)
    }
}
