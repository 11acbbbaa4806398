//! Arrow files and streams of the columns that vision-language data has.

use super::parquet::{Cell, ColumnKind, batch_of, schema_of};
use arrow_ipc::writer::{FileWriter, StreamWriter};
use std::io;

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
