//! The stable number of a sample inside an index.

/// A generation of an annotation file and the ordinal of a sample in it.
///
/// Each generation owns the contiguous block of rows `generation << 32 ..`, so rows sort by generation and then in
/// file order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub u64);

impl Row {
    /// The row of the `ordinal`-th sample (from 0, skipped records not counted) of a generation.
    pub fn new(generation: u32, ordinal: u32) -> Self {
        Self(u64::from(generation) << 32 | u64::from(ordinal))
    }

    /// The generation it belongs to.
    pub fn generation(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Its place among the generation's samples.
    pub fn ordinal(self) -> u32 {
        self.0 as u32
    }
}
