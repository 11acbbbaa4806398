//! Positions over all datasets in file order: the short names of samples within one snapshot.

use super::snapshot::{OpenFile, Snapshot};
use roaring::RoaringTreemap;
use std::ops::Range;

impl OpenFile {
    /// Position of a sample over all datasets.
    pub fn position(&self, ordinal: u32) -> u64 {
        self.first_position + u64::from(ordinal)
    }

    /// The positions of all its samples.
    pub fn positions(&self) -> Range<u64> {
        self.first_position..self.first_position + u64::from(self.rows())
    }

    /// The ordinal of the sample at one of its positions.
    pub fn ordinal_at(&self, position: u64) -> u32 {
        (position - self.first_position) as u32
    }
}

impl Snapshot {
    /// The file with the sample at a position, which there has to be.
    pub fn file_at(&self, position: u64) -> &OpenFile {
        &self.files[self.files.partition_point(|file| file.positions().end <= position)]
    }
}

/// Those of a set of positions that are in a range, ascending.
pub(crate) fn within(positions: &RoaringTreemap, range: Range<u64>) -> impl Iterator<Item = u64> + '_ {
    let mut rest = positions.iter();
    rest.advance_to(range.start);
    rest.take_while(move |position| *position < range.end)
}
