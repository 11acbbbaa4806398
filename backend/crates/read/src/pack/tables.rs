//! Writers of parquet and Arrow files with the columns that vision-language data has, each optional.

use arrow_array::builder::{BinaryBuilder, ListBuilder, StringBuilder, StructBuilder};
use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::{DataType, Field, Fields, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::io::{self, Write};
use std::sync::Arc;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// A text.
    Text,
    /// A whole number of 64 bits, which no table of the demo root has.
    Int,
    /// `struct<bytes: binary, path: string>`.
    Image,
    /// `list<struct<from: string, value: string>>`.
    Turns,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// No value, in a column of any kind.
    Null,
    /// A text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// An image, with what is known of it.
    Image {
        /// The bytes of its file.
        bytes: Option<Vec<u8>>,
        /// The name of its file.
        path: Option<String>,
    },
    /// The turns of a conversation: who says what.
    Turns(Vec<(String, String)>),
}

/// How pages are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Uncompressed,
    /// By snappy.
    Snappy,
}

/// Writes a parquet file. The same rows give the same bytes.
pub struct ParquetWriter<W: Write + Send> {
    writer: ArrowWriter<W>,
    schema: Arc<Schema>,
    columns: Vec<(String, ColumnKind)>,
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Begins a file with these columns.
    pub fn new(out: W, columns: &[(&str, ColumnKind)], packing: Packing) -> io::Result<Self> {
        let schema = schema_of(columns);
        let compression = match packing {
            Packing::Uncompressed => Compression::UNCOMPRESSED,
            Packing::Snappy => Compression::SNAPPY,
        };
        let properties = WriterProperties::builder()
            .set_compression(compression)
            .set_dictionary_enabled(false)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_offset_index_disabled(true)
            .build();
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(out, schema.clone(), options)?;
        let columns = columns.iter().map(|&(name, kind)| (name.to_owned(), kind)).collect();
        Ok(Self { writer, schema, columns })
    }

    /// Adds a row group. Each row has a cell for each column; one of another kind is an error.
    pub fn row_group(&mut self, rows: &[Vec<Cell>]) -> io::Result<()> {
        let columns = self.columns.iter().map(|(name, kind)| (name.as_str(), *kind));
        self.writer.write(&batch_of(&self.schema, columns, rows)?)?;
        Ok(self.writer.flush()?)
    }

    /// Ends the file and gives back what it was written to.
    pub fn finish(self) -> io::Result<W> {
        let mut out = self.writer.into_inner()?;
        out.flush()?;
        Ok(out)
    }
}

/// The schema of these columns.
fn schema_of(columns: &[(&str, ColumnKind)]) -> Arc<Schema> {
    let fields: Fields = columns.iter().map(|&(name, kind)| Field::new(name, kind.arrow(), true)).collect();
    Arc::new(Schema::new(fields))
}

/// The rows as columns.
fn batch_of<'n>(
    schema: &Arc<Schema>,
    columns: impl Iterator<Item = (&'n str, ColumnKind)>,
    rows: &[Vec<Cell>],
) -> io::Result<RecordBatch> {
    let mut arrays = Vec::new();
    for (at, (name, kind)) in columns.enumerate() {
        let cells = rows.iter().map(|row| row.get(at).unwrap_or(&Cell::Null));
        arrays.push(kind.array(cells).map_err(|cell| wrong(name, kind, &cell))?);
    }
    RecordBatch::try_new(schema.clone(), arrays).map_err(io::Error::other)
}

fn wrong(column: &str, kind: ColumnKind, cell: &Cell) -> io::Error {
    let message = format!("column {column}: {cell:?} stands in a column of kind {kind:?}");
    io::Error::new(io::ErrorKind::InvalidInput, message)
}

impl ColumnKind {
    fn arrow(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Int => DataType::Int64,
            Self::Image => DataType::Struct(image_fields()),
            Self::Turns => {
                DataType::List(Arc::new(Field::new("element", DataType::Struct(turn_fields()), true)))
            }
        }
    }

    /// The cells as a column; otherwise the one that is of another kind.
    fn array<'c>(self, cells: impl Iterator<Item = &'c Cell>) -> Result<ArrayRef, Cell> {
        match self {
            Self::Text => texts(cells),
            Self::Int => ints(cells),
            Self::Image => images(cells),
            Self::Turns => turns(cells),
        }
    }
}

fn image_fields() -> Fields {
    vec![Field::new("bytes", DataType::Binary, true), Field::new("path", DataType::Utf8, true)].into()
}

fn turn_fields() -> Fields {
    vec![Field::new("from", DataType::Utf8, true), Field::new("value", DataType::Utf8, true)].into()
}

fn texts<'c>(cells: impl Iterator<Item = &'c Cell>) -> Result<ArrayRef, Cell> {
    let text = |cell: &'c Cell| match cell {
        Cell::Null => Ok(None),
        Cell::Text(text) => Ok(Some(text)),
        other => Err(other.clone()),
    };
    Ok(Arc::new(cells.map(text).collect::<Result<StringArray, _>>()?))
}

fn ints<'c>(cells: impl Iterator<Item = &'c Cell>) -> Result<ArrayRef, Cell> {
    let int = |cell: &Cell| match cell {
        Cell::Null => Ok(None),
        Cell::Int(int) => Ok(Some(*int)),
        other => Err(other.clone()),
    };
    Ok(Arc::new(cells.map(int).collect::<Result<Int64Array, _>>()?))
}

fn images<'c>(cells: impl Iterator<Item = &'c Cell>) -> Result<ArrayRef, Cell> {
    let (mut contents, mut paths) = (BinaryBuilder::new(), StringBuilder::new());
    let mut is_there = Vec::new();
    for cell in cells {
        let (bytes, path) = match cell {
            Cell::Null => (&None, &None),
            Cell::Image { bytes, path } => (bytes, path),
            other => return Err(other.clone()),
        };
        contents.append_option(bytes.as_ref());
        paths.append_option(path.as_ref());
        is_there.push(!matches!(cell, Cell::Null));
    }
    let parts: Vec<ArrayRef> = vec![Arc::new(contents.finish()), Arc::new(paths.finish())];
    Ok(Arc::new(arrow_array::StructArray::new(image_fields(), parts, Some(is_there.into()))))
}

fn turns<'c>(cells: impl Iterator<Item = &'c Cell>) -> Result<ArrayRef, Cell> {
    let turn = StructBuilder::new(
        turn_fields(),
        vec![Box::new(StringBuilder::new()), Box::new(StringBuilder::new())],
    );
    let mut column =
        ListBuilder::new(turn).with_field(Field::new("element", DataType::Struct(turn_fields()), true));
    for cell in cells {
        let turns = match cell {
            Cell::Null => None,
            Cell::Turns(turns) => Some(turns),
            other => return Err(other.clone()),
        };
        for (from, value) in turns.into_iter().flatten() {
            for (part, text) in [from, value].into_iter().enumerate() {
                if let Some(texts) = column.values().field_builder::<StringBuilder>(part) {
                    texts.append_value(text);
                }
            }
            column.values().append(true);
        }
        column.append(turns.is_some());
    }
    Ok(Arc::new(column.finish()))
}

/// An Arrow file, or a stream, with a record batch of each group of rows.
pub fn write_arrow(
    columns: &[(&str, ColumnKind)],
    groups: &[&[Vec<Cell>]],
    is_file: bool,
) -> io::Result<Vec<u8>> {
    let schema = schema_of(columns);
    let batches = groups.iter().map(|rows| batch_of(&schema, columns.iter().copied(), rows));
    let batches = batches.collect::<io::Result<Vec<_>>>()?;
    let written = if is_file {
        FileWriter::try_new(Vec::new(), &schema).and_then(|mut writer| {
            batches.iter().try_for_each(|batch| writer.write(batch))?;
            writer.into_inner()
        })
    } else {
        StreamWriter::try_new(Vec::new(), &schema).and_then(|mut writer| {
            batches.iter().try_for_each(|batch| writer.write(batch))?;
            writer.into_inner()
        })
    };
    written.map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_another_kind_are_an_error_that_names_the_column() {
        let mut writer =
            ParquetWriter::new(Vec::new(), &[("n", ColumnKind::Image)], Packing::Snappy).unwrap();
        let error = writer.row_group(&[vec![Cell::Text("seven".into())]]).unwrap_err();
        assert!(error.to_string().contains("column n"), "{error}");
    }

    #[test]
    fn the_same_rows_give_the_same_bytes() {
        let write = || {
            let columns = [("n", ColumnKind::Text), ("m", ColumnKind::Turns)];
            let mut writer = ParquetWriter::new(Vec::new(), &columns, Packing::Snappy).unwrap();
            writer.row_group(&[vec![Cell::Text("seven".into()), Cell::Turns(Vec::new())]]).unwrap();
            writer.finish().unwrap()
        };
        assert_eq!(write(), write());
    }
}
