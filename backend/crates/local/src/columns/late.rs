//! Columns that are known only after a generation was read: missing pictures, ranks of equal samples, sizes.
//!
//! They lie beside the generation's file in one of their own, in the same format, see [`super::parts`]. It never changes:
//! when some columns are made anew, a new file takes over the others and gets the next number. A commit says which one
//! counts.

use super::format::ColumnWriter;
use super::parts::{PartsEnd, PartsFile, PartsWriter};
use super::{ColumnError, column_of};
use blendscope_engine::Numbers;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Which file holds the late columns of a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct LateFile {
    /// Its number, from 1.
    pub number: u32,
    /// The end of its directory.
    pub end: PartsEnd,
}

/// The file of a generation, in the folder of all.
pub(crate) fn generation_file(dir: &Path, generation: u32) -> PathBuf {
    dir.join(format!("{generation:06}.gen"))
}

/// A file of a generation's late columns.
pub(crate) fn late_file(dir: &Path, generation: u32, number: u32) -> PathBuf {
    dir.join(format!("{generation:06}.{number}.late"))
}

/// Opens the late columns of a generation.
pub(crate) fn open_late(dir: &Path, generation: u32, file: LateFile) -> Result<PartsFile, ColumnError> {
    PartsFile::open(&late_file(dir, generation, file.number), file.end)
}

/// Writes late columns of a generation, in place of those that have the same names; all others are taken over from
/// `before`. The new file counts once a commit says so; the old one stays until it is swept away.
pub(crate) fn write_late(
    dir: &Path,
    generation: u32,
    before: Option<LateFile>,
    columns: &mut [Numbers<'_>],
) -> Result<LateFile, ColumnError> {
    let number = before.map_or(1, |before| before.number + 1);
    let mut file = PartsWriter::create(late_file(dir, generation, number))?;
    if let Some(before) = before {
        let old = open_late(dir, generation, before)?;
        for name in old.names().filter(|name| columns.iter().all(|(new, _)| column_of(*new) != *name)) {
            for part in old.all(name) {
                file.push(name, part?)?;
            }
        }
    }
    for (field, values) in columns {
        let mut column = ColumnWriter::new(column_of(*field));
        for value in values {
            column.push(value, &mut file)?;
        }
        column.flush(&mut file)?;
    }
    Ok(LateFile { number, end: file.sync()? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::ColumnReader;
    use blendscope_engine::Field;
    use std::sync::Arc;

    #[test]
    fn others_are_taken_over_and_the_old_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let write = |before, field, values: [u64; 3]| {
            write_late(folder.path(), 7, before, &mut [(field, &mut values.into_iter())]).unwrap()
        };
        let read = |file, field| {
            let parts = Arc::new(open_late(folder.path(), 7, file).unwrap());
            ColumnReader::open(&parts, column_of(field), 3)
                .map(|column| column.iter().collect::<Vec<_>>())
                .ok()
        };
        let first = write(None, Field::Width, [1, 2, 3]);
        let second = write(Some(first), Field::Rank, [0, 1, 2]);
        let third = write(Some(second), Field::Width, [4, 5, 6]);
        assert_eq!(read(first, Field::Width), Some(vec![1, 2, 3]));
        assert_eq!(read(first, Field::Rank), None);
        assert_eq!(read(third, Field::Width), Some(vec![4, 5, 6]));
        assert_eq!(read(third, Field::Rank), Some(vec![0, 1, 2]));
    }
}
