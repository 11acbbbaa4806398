//! The numbers of all samples of a generation, read back from the engine in batches.

use super::LibraryError;
use super::snapshot::OpenGeneration;
use blendscope_engine::{Field, Row};
use std::ops::Range;

/// Samples that the engine is asked about at once.
const BATCH: u32 = 1 << 14;

/// Goes over all rows of a generation, also those of files that changed or went. It ends early when the engine fails; ask
/// [`Self::failure`] then.
pub(crate) struct Scan<'a, const N: usize> {
    of: &'a OpenGeneration,
    fields: [Field; N],
    rows: Range<u32>,
    batch: std::vec::IntoIter<[u64; N]>,
    failure: Option<LibraryError>,
}

impl<'a, const N: usize> Scan<'a, N> {
    /// The numbers in these fields.
    pub(crate) fn of(of: &'a OpenGeneration, fields: [Field; N]) -> Self {
        Self { of, fields, rows: 0..of.state.rows, batch: Vec::new().into_iter(), failure: None }
    }

    /// An error when it ended early.
    pub(crate) fn failure(self) -> Result<(), LibraryError> {
        self.failure.map_or(Ok(()), Err)
    }

    fn read(&mut self) -> Result<(), LibraryError> {
        let end = self.rows.end.min(self.rows.start.saturating_add(BATCH));
        let rows: Vec<Row> = (self.rows.start..end).map(|ordinal| self.of.row(ordinal)).collect();
        self.rows.start = end;
        let numbers = self.of.view.numbers(&rows, &self.fields)?;
        let of_row = |at: usize| std::array::from_fn(|field| numbers[field][at]);
        self.batch = (0..rows.len()).map(of_row).collect::<Vec<_>>().into_iter();
        Ok(())
    }
}

impl<const N: usize> Iterator for Scan<'_, N> {
    type Item = [u64; N];

    fn next(&mut self) -> Option<[u64; N]> {
        if let Some(numbers) = self.batch.next() {
            return Some(numbers);
        }
        if self.rows.is_empty() || self.failure.is_some() {
            return None;
        }
        self.failure = self.read().err();
        self.batch.next()
    }
}
