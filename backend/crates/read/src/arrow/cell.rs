//! One value by its address, where it has no byte range of its own.

use super::batch::{Decoder, Step};
use super::messages::{ArrowError, Messages};
use crate::File;
use crate::embedded::Admit;
use crate::tables::{Meaning, cell_bytes, columns_of};

/// The bytes of one value of a column of bytes: its record batch, leaf column, row, and number in the row. `admit` is
/// asked for the memory of its batch.
pub(crate) fn read_arrow_cell(
    file: &File,
    group: u32,
    column: u32,
    row: u32,
    item: u32,
    admit: &mut Admit<'_>,
) -> Result<Vec<u8>, ArrowError> {
    let mut messages = Messages::new(file)?;
    let mut decoder = Decoder::open(&mut messages)?;
    let columns = columns_of(decoder.schema().fields(), &|leaf| (leaf, Meaning::Plain));
    match decoder.nth(&mut messages, group, admit)? {
        Some(Step::Batch(read)) => {
            cell_bytes(&columns, read.batch.columns(), column, row as usize, item as usize)
                .map_err(|message| ArrowError::damaged(read.offset, message))
        }
        Some(Step::Lost { offset, message, .. }) => Err(ArrowError::damaged(offset, message)),
        None => Err(ArrowError::damaged(messages.position(), format!("there is no record batch {group}"))),
    }
}
