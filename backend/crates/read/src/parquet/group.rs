//! Row groups, each read by a decoder of its own; and single values by their address, for which only their column is
//! read.

use super::footer::NEEDS_KEY;
use super::pages::{Pages, check_pages};
use super::{ParquetError, Table};
use crate::File;
use crate::embedded::Admit;
use crate::split::Limits;
use crate::tables::{Column, Place, RowError, cell_bytes, guarded, write_row};
use arrow_array::{RecordBatch, RecordBatchReader};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
};
use parquet::basic::Compression;
use parquet::file::metadata::ColumnChunkMetaData;
use std::ops::Range;

/// Bytes that a batch of rows has unpacked, about.
const BATCH: u64 = 8 << 20;
/// Rows, and values of lists, that a batch has at most.
const MOST_ROWS: u64 = 1024;
const MOST_VALUES: u64 = 1 << 20;

/// A row group that can be read.
pub(super) struct Group<'t> {
    table: &'t Table,
    number: usize,
    /// Leaves that are read, in order.
    leaves: Vec<usize>,
    columns: Vec<Column>,
    /// Bytes of the largest pages of all its columns, unpacked.
    largest_page: u64,
    batch: usize,
    /// Rows, by what the footer says.
    pub(super) rows: u64,
    /// Where it begins in the file.
    pub(super) offset: u64,
    /// Bytes in the file.
    pub(super) length: u64,
    /// Leaves that cannot be read, and why.
    pub(super) left_out: Vec<(usize, String)>,
}

impl<'t> Group<'t> {
    /// Checks all that the row group claims.
    pub(super) fn open(table: &'t Table, number: usize) -> Result<Self, ParquetError> {
        Self::with_leaves(table, number, 0..table.meanings.len())
    }

    /// Checks all that the row group claims of one leaf, and reads no other.
    pub(super) fn of_leaf(table: &'t Table, number: usize, leaf: usize) -> Result<Self, ParquetError> {
        let leaves = table.meanings.len();
        if leaf >= leaves {
            let message = format!("there is no column {leaf}, the file has {leaves}");
            return Err(ParquetError::damaged(table.footer, message));
        }
        Self::with_leaves(table, number, leaf..leaf + 1)
    }

    fn with_leaves(table: &'t Table, number: usize, wanted: Range<usize>) -> Result<Self, ParquetError> {
        let metadata = table.metadata.metadata().row_group(number);
        let (mut leaves, mut left_out) = (Vec::new(), Vec::new());
        for leaf in wanted {
            let chunk = metadata.column(leaf);
            let why =
                if table.encrypted.contains(&leaf) { Some(NEEDS_KEY.to_owned()) } else { unreadable(chunk) };
            match why {
                Some(why) => left_out.push((leaf, format!("column {} is left out: {why}", table.path(leaf)))),
                None => leaves.push(leaf),
            }
        }
        if leaves.is_empty() {
            let why = left_out.first().map_or("it has no columns", |(_, why)| why.as_str());
            return Err(ParquetError::damaged(0, format!("no column can be read: {why}")));
        }
        let pages = check_pages(table, number, &leaves)?;
        let mut group = Self {
            table,
            number,
            columns: Vec::new(),
            batch: batch_rows(table.rows(number), &pages),
            leaves,
            largest_page: pages.largest,
            rows: table.rows(number),
            offset: pages.offset,
            length: pages.length,
            left_out,
        };
        let reader = group.reader(&group.leaves, group.batch, None)?;
        group.columns = table.columns(&reader.schema(), &group.leaves);
        Ok(group)
    }

    /// Bytes of the largest pages of its columns, unpacked: so much is in memory while it is read.
    pub(super) fn largest_page(&self) -> u64 {
        self.largest_page
    }

    /// Its rows, in batches.
    pub(super) fn batches(&self) -> Result<Batches<'_>, ParquetError> {
        Ok(Batches { group: self, reader: self.reader(&self.leaves, self.batch, None)? })
    }

    /// One row of some leaves.
    pub(super) fn one(&self, leaf: usize, row: usize) -> Result<(RecordBatch, Vec<Column>), ParquetError> {
        let none =
            || ParquetError::damaged(self.offset, format!("row group {} has no row {row}", self.number));
        if row as u64 >= self.rows {
            return Err(none());
        }
        let selection = RowSelection::from(vec![RowSelector::skip(row), RowSelector::select(1)]);
        let reader = self.reader(&[leaf], 1, Some(selection))?;
        let columns = self.table.columns(&reader.schema(), &[leaf]);
        let mut batches = Batches { group: self, reader };
        let batch = batches.next()?.filter(|batch| batch.num_rows() == 1);
        Ok((batch.ok_or_else(none)?, columns))
    }

    /// Writes a row, which is `index` of its batch and `row` of the group.
    pub(super) fn write(
        &self,
        batch: &RecordBatch,
        index: usize,
        row: u64,
        out: &mut Vec<u8>,
    ) -> Result<(), RowError> {
        let place = Place { group: self.number as u32, row: row as u32, index, body: None };
        let limit = Limits::DEFAULT.record;
        write_row(&self.columns, batch.columns(), &place, limit, out)?;
        Ok(())
    }

    /// Bytes of the file that so many rows stand for, for progress.
    pub(super) fn share(&self, rows: u64) -> u64 {
        (u128::from(self.length) * u128::from(rows) / u128::from(self.rows.max(1))) as u64
    }

    /// Names the column that an error is about, by reading each alone.
    pub(super) fn blame(&self, error: ParquetError) -> ParquetError {
        let ParquetError::Damaged { offset, message } = error else { return error };
        let fails = |leaf: usize| {
            let reader = self.reader(&[leaf], self.batch, None).ok()?;
            let mut batches = Batches { group: self, reader };
            loop {
                match batches.next() {
                    Ok(Some(_)) => {}
                    Err(ParquetError::Damaged { message, .. }) => return Some((leaf, message)),
                    Ok(None) | Err(ParquetError::Failed { .. }) => return None,
                }
            }
        };
        match self.leaves.iter().copied().find_map(fails) {
            Some((leaf, message)) => {
                let chunk = self.table.metadata.metadata().row_group(self.number).column(leaf);
                let offset = chunk.byte_range().0;
                ParquetError::damaged(offset, format!("column {}: {message}", self.table.path(leaf)))
            }
            None => ParquetError::Damaged { offset, message },
        }
    }

    fn reader(
        &self,
        leaves: &[usize],
        batch: usize,
        selection: Option<RowSelection>,
    ) -> Result<ParquetRecordBatchReader, ParquetError> {
        let (source, metadata) = (self.table.source.clone(), self.table.metadata.clone());
        let mask = ProjectionMask::leaves(self.table.metadata.parquet_schema(), leaves.iter().copied());
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(source, metadata)
            .with_row_groups(vec![self.number])
            .with_projection(mask)
            .with_batch_size(batch);
        if let Some(selection) = selection {
            builder = builder.with_row_selection(selection);
        }
        let built = guarded(|| builder.build().map_err(|error| error.to_string()));
        built.and_then(|built| built).map_err(|message| self.error(message))
    }

    fn error(&self, message: String) -> ParquetError {
        match self.table.source.failure() {
            Some(source) => ParquetError::Failed { offset: self.offset, source },
            None => ParquetError::damaged(self.offset, message),
        }
    }
}

/// Batches of rows, in order.
pub(super) struct Batches<'g> {
    group: &'g Group<'g>,
    reader: ParquetRecordBatchReader,
}

impl Batches<'_> {
    /// The next rows; none after the last. Nothing may be asked after an error.
    pub(super) fn next(&mut self) -> Result<Option<RecordBatch>, ParquetError> {
        let read = guarded(|| self.reader.next().transpose().map_err(|error| error.to_string()));
        read.and_then(|read| read).map_err(|message| self.group.error(message))
    }
}

/// Why a column cannot be read, if it cannot.
fn unreadable(chunk: &ColumnChunkMetaData) -> Option<String> {
    if chunk.file_path().is_some_and(|path| !path.is_empty()) {
        return Some("its pages are in another file".to_owned());
    }
    (chunk.compression() == Compression::LZO).then(|| "codec LZO is not read".to_owned())
}

/// Rows of a batch, so that it is neither large nor one of many.
fn batch_rows(rows: u64, pages: &Pages) -> usize {
    let rows = rows.max(1);
    let by_bytes = BATCH / (pages.unpacked / rows).max(1);
    let by_values = MOST_VALUES / (pages.most_values / rows).max(1);
    by_bytes.min(by_values).clamp(1, MOST_ROWS) as usize
}

/// The bytes of one value of a column of bytes: its row group, leaf column, row, and number in the row. `admit` is asked
/// for the memory of its page.
pub(crate) fn read_cell(
    file: &File,
    group: u32,
    column: u32,
    row: u32,
    item: u32,
    admit: &mut Admit<'_>,
) -> Result<Vec<u8>, ParquetError> {
    let table = Table::open(file)?;
    let (number, leaf, row) = (group as usize, column as usize, row as usize);
    let missing = |what: String| ParquetError::damaged(table.footer, what);
    let groups = table.metadata.metadata().num_row_groups();
    if number >= groups {
        return Err(missing(format!("there is no row group {group}, the file has {groups}")));
    }
    let group = Group::of_leaf(&table, number, leaf)?;
    admit(group.largest_page()).map_err(|source| ParquetError::Failed { offset: table.footer, source })?;
    let (batch, columns) = group.one(leaf, row)?;
    cell_bytes(&columns, batch.columns(), 0, 0, item as usize).map_err(missing)
}
