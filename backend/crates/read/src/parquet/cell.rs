//! One value by its address: only its column is read, and pages before it are walked over.

use super::error::ParquetError;
use super::group::Group;
use super::table::Table;
use crate::File;
use crate::embedded::Admit;
use crate::tables::cell_bytes;

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
