//! One value of a table by its leaf column, row, and number in the row.

use super::column::Column;
use super::row::{items_at, items_of, range_of};
use super::value::bytes_of;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use std::sync::Arc;

/// The bytes of a value of a leaf column: the value's number counts from the first of its row.
pub(crate) fn cell_bytes(
    columns: &[Column],
    arrays: &[ArrayRef],
    leaf: u32,
    row: usize,
    item: usize,
) -> Result<Vec<u8>, String> {
    let (array, start) =
        find(columns, arrays, leaf, row).ok_or_else(|| format!("there is no column {leaf} in row {row}"))?;
    let index = start.checked_add(item).filter(|&index| index < array.len());
    let index = index.ok_or_else(|| format!("the row has no value {item} in column {leaf}"))?;
    if array.is_null(index) {
        return Err(format!("value {item} of column {leaf} is null"));
    }
    let bytes = bytes_of(&array, index).ok_or_else(|| format!("column {leaf} does not hold bytes"))?;
    Ok(bytes.to_vec())
}

/// The array of a leaf, and the index of the row's first value in it.
fn find(columns: &[Column], arrays: &[ArrayRef], leaf: u32, row: usize) -> Option<(ArrayRef, usize)> {
    let (column, array) = columns.iter().zip(arrays).find(|(column, _)| column.has(leaf))?;
    if row >= array.len() {
        return None;
    }
    match array.data_type() {
        DataType::Struct(_) => find(&column.parts, array.as_struct().columns(), leaf, row),
        DataType::Map(..) => {
            let map = array.as_map();
            let entries: ArrayRef = Arc::new(map.entries().clone());
            find(&column.parts, &[entries], leaf, range_of(map.value_offsets(), row).start)
        }
        _ => match items_of(array) {
            Some(items) => {
                find(&column.parts, std::slice::from_ref(items), leaf, items_at(array, row)?.start)
            }
            None => Some((array.clone(), row)),
        },
    }
}
