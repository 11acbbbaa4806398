//! A row of Arrow columns as a JSON object.

use super::value::{bytes_of, is_text, json, key_at, write_bytes, write_scalar};
use super::{Column, Meaning, Place, base64_picture};
use crate::{Format, ImageEncoding, PictureScan};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, MapArray, UnionArray, downcast_run_array};
use arrow_schema::DataType;
use std::collections::HashSet;
use std::ops::Range;

/// Why a row cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RowError {
    /// It is longer than allowed.
    #[error("it has more than {} MB of text", limit >> 20)]
    TooLong {
        /// The most bytes of its JSON text.
        limit: usize,
    },
    /// It holds a type that nothing is known of.
    #[error("column {column} has the type {kind}, which is not read")]
    Unknown {
        /// The column's name.
        column: String,
        /// Its type.
        kind: String,
    },
}

/// Writes the row of `place` as a JSON object of at most about `limit` bytes.
///
/// A picture's bytes are replaced by their address, bytes that are neither text nor picture by how many they are and
/// their BLAKE3. A name that comes again gets a number.
pub(crate) fn write_row(
    columns: &[Column],
    arrays: &[ArrayRef],
    place: &Place<'_>,
    limit: usize,
    out: &mut Vec<u8>,
) -> Result<(), RowError> {
    let parts = columns.iter().zip(arrays);
    Row { place, limit, out }.members(parts, At { index: place.index, start: place.index, has_address: true })
}

struct Row<'a> {
    place: &'a Place<'a>,
    limit: usize,
    out: &'a mut Vec<u8>,
}

/// Where a value is in its array.
#[derive(Clone, Copy)]
struct At {
    index: usize,
    /// The index of the first value of the row.
    start: usize,
    /// Whether a value below can be found again by its number in the row.
    has_address: bool,
}

impl Row<'_> {
    fn members<'c>(
        &mut self,
        parts: impl Iterator<Item = (&'c Column, &'c ArrayRef)>,
        at: At,
    ) -> Result<(), RowError> {
        let mut before = b'{';
        for (column, array) in parts {
            self.out.push(before);
            json(self.out, &column.name);
            self.out.push(b':');
            self.value(column, array, at)?;
            before = b',';
        }
        if before == b'{' {
            self.out.push(before);
        }
        self.out.push(b'}');
        Ok(())
    }

    fn value(&mut self, column: &Column, array: &dyn Array, at: At) -> Result<(), RowError> {
        if self.out.len() > self.limit {
            return Err(RowError::TooLong { limit: self.limit });
        }
        if array.is_null(at.index) {
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        if let Some(bytes) = bytes_of(array, at.index) {
            self.bytes(column, bytes, is_text(array.data_type()), at);
            return Ok(());
        }
        if write_scalar(array, at.index, self.out) {
            return Ok(());
        }
        self.nested(column, array, at)
    }

    fn nested(&mut self, column: &Column, array: &dyn Array, at: At) -> Result<(), RowError> {
        match array.data_type() {
            DataType::Null => self.out.extend_from_slice(b"null"),
            DataType::Struct(_) => {
                return self.members(column.parts.iter().zip(array.as_struct().columns()), at);
            }
            DataType::Map(..) => return self.map(column, array.as_map(), at),
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                match key_at(dictionary, at.index) {
                    Some(index) => {
                        let at = At { index, has_address: false, ..at };
                        return self.value(column, dictionary.values(), at);
                    }
                    None => self.out.extend_from_slice(b"null"),
                }
            }
            DataType::Union(..) => return self.union(column, array.as_union(), at),
            DataType::RunEndEncoded(..) => return self.run(column, array, at),
            _ => match list(array, at) {
                Some((items, range, start)) => {
                    return self.list(column, &items, range, At { start, ..at });
                }
                None => return Err(unknown(column, array)),
            },
        }
        Ok(())
    }

    fn list(
        &mut self,
        column: &Column,
        items: &ArrayRef,
        range: Range<usize>,
        at: At,
    ) -> Result<(), RowError> {
        let Some(part) = column.parts.first() else { return Err(unknown(column, items)) };
        self.out.push(b'[');
        for index in range.clone() {
            if index > range.start {
                self.out.push(b',');
            }
            self.value(part, items, At { index, ..at })?;
        }
        self.out.push(b']');
        Ok(())
    }

    /// Writes a map as an object where its keys are texts that differ, else as a list of its pairs.
    fn map(&mut self, column: &Column, map: &MapArray, at: At) -> Result<(), RowError> {
        let range = range_of(map.value_offsets(), at.index);
        let at = At { start: range_of(map.value_offsets(), at.start).start, ..at };
        let [keys, values] = map.entries().columns() else { return Err(unknown(column, map)) };
        let Some([_, value]) = column.parts.first().map(|entry| &entry.parts[..]) else {
            return Err(unknown(column, map));
        };
        let names: Option<HashSet<&[u8]>> = range.clone().map(|index| bytes_of(keys, index)).collect();
        if names.is_none_or(|names| names.len() < range.len()) {
            let entries: ArrayRef = std::sync::Arc::new(map.entries().clone());
            return self.list(column, &entries, range, at);
        }
        self.out.push(b'{');
        for index in range.clone() {
            if index > range.start {
                self.out.push(b',');
            }
            let name = bytes_of(keys, index).unwrap_or_default();
            json(self.out, &String::from_utf8_lossy(name));
            self.out.push(b':');
            self.value(value, values, At { index, ..at })?;
        }
        self.out.push(b'}');
        Ok(())
    }

    fn union(&mut self, column: &Column, union: &UnionArray, at: At) -> Result<(), RowError> {
        let id = union.type_id(at.index);
        let DataType::Union(fields, _) = union.data_type() else { return Ok(()) };
        let part =
            fields.iter().position(|(known, _)| known == id).and_then(|number| column.parts.get(number));
        let Some(part) = part else { return Err(unknown(column, union)) };
        let index = union.value_offset(at.index);
        self.value(part, union.child(id), At { index, has_address: false, ..at })
    }

    fn run(&mut self, column: &Column, array: &dyn Array, at: At) -> Result<(), RowError> {
        let Some(part) = column.parts.first() else { return Err(unknown(column, array)) };
        downcast_run_array!(
            array => {
                let index = array.get_physical_index(at.index);
                let values = array.values().clone();
                self.value(part, &values, At { index, has_address: false, ..at })
            },
            _ => Err(unknown(column, array))
        )
    }

    fn bytes(&mut self, column: &Column, bytes: &[u8], is_text: bool, at: At) {
        let item = at.index.wrapping_sub(at.start);
        let address = |stored: &[u8], encoding| self.place.address(stored, column.in_file, item, encoding);
        let can_be_found = at.has_address || self.place.body.is_some();
        let image = if !can_be_found {
            None
        } else if is_text || column.meaning == Meaning::Text {
            base64_picture(bytes, |stored| address(stored, ImageEncoding::Base64))
        } else if is_picture(bytes, column.meaning) {
            Some(PictureScan::of(bytes, address(bytes, ImageEncoding::Raw)))
        } else {
            base64_picture(bytes, |stored| address(stored, ImageEncoding::Base64))
        };
        match image {
            Some(image) => json(self.out, &image.to_json()),
            None => write_bytes(bytes, if is_text { Meaning::Text } else { column.meaning }, self.out),
        }
    }
}

fn unknown(column: &Column, array: &dyn Array) -> RowError {
    RowError::Unknown { column: column.name.clone(), kind: array.data_type().to_string() }
}

fn is_picture(bytes: &[u8], meaning: Meaning) -> bool {
    match meaning {
        Meaning::Picture => true,
        Meaning::MaybePicture => Format::of(bytes).is_some() || std::str::from_utf8(bytes).is_err(),
        Meaning::Plain => Format::of(bytes).is_some(),
        Meaning::Text | Meaning::Uuid => false,
    }
}

/// The items of a list, those of the value in question, and the first of the row.
fn list(array: &dyn Array, at: At) -> Option<(ArrayRef, Range<usize>, usize)> {
    let items = items_of(array)?;
    Some((items.clone(), items_at(array, at.index)?, items_at(array, at.start)?.start))
}

/// All items of an array of lists.
pub(super) fn items_of(array: &dyn Array) -> Option<&ArrayRef> {
    Some(match array.data_type() {
        DataType::List(_) => array.as_list::<i32>().values(),
        DataType::LargeList(_) => array.as_list::<i64>().values(),
        DataType::ListView(_) => array.as_list_view::<i32>().values(),
        DataType::LargeListView(_) => array.as_list_view::<i64>().values(),
        DataType::FixedSizeList(..) => array.as_fixed_size_list().values(),
        _ => return None,
    })
}

/// Those of them that the list at an index has.
pub(super) fn items_at(array: &dyn Array, index: usize) -> Option<Range<usize>> {
    let (start, length): (usize, usize) = match array.data_type() {
        DataType::List(_) => return Some(range_of(array.as_list::<i32>().value_offsets(), index)),
        DataType::LargeList(_) => return Some(range_of(array.as_list::<i64>().value_offsets(), index)),
        DataType::ListView(_) => {
            let list = array.as_list_view::<i32>();
            (list.value_offset(index).try_into().ok()?, list.value_size(index).try_into().ok()?)
        }
        DataType::LargeListView(_) => {
            let list = array.as_list_view::<i64>();
            (list.value_offset(index).try_into().ok()?, list.value_size(index).try_into().ok()?)
        }
        DataType::FixedSizeList(..) => {
            let list = array.as_fixed_size_list();
            let length: usize = list.value_length().try_into().ok()?;
            (index * length, length)
        }
        _ => return None,
    };
    Some(start..start + length)
}

/// The range that offsets give to an index.
pub(super) fn range_of<O: Copy + TryInto<usize>>(offsets: &[O], index: usize) -> Range<usize> {
    let at = |index: usize| offsets.get(index).and_then(|&offset| offset.try_into().ok()).unwrap_or(0);
    at(index)..at(index + 1)
}
