//! The files of generations: named parts, most of them columns of numbers that are addressed by row.
//!
//! Every generation has one file that is filled while it is read ([`GenerationWriter`]), and later a second one of columns
//! that are known only then ([`write_late`]). A column of the second takes the place of one of the first. Opened, they are
//! [`GenerationColumns`]. Nothing here knows a text index.

mod format;
mod generation;
mod parts;
mod several;
mod writer;

pub use format::{ColumnReader, ColumnWriter};
pub use generation::{BATCH, Contents, GenerationColumns, damage_in, unreadable_file};
pub use parts::{PartsEnd, PartsFile, PartsWriter};
pub use several::{images, numbers, repeated};
pub use writer::GenerationWriter;

use blendscope_engine::{EngineError, Field, Numbers};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The hashes of the keys of all images, one number per image in the order of the samples.
pub const IMAGE_KEYS: &str = "column/image_keys";

/// The name of a field's column. The parts that come from elsewhere have no such names.
pub fn column_of(field: Field) -> &'static str {
    match field {
        Field::Turns => "column/turns",
        Field::Words => "column/words",
        Field::WordsHuman => "column/words_human",
        Field::WordsGpt => "column/words_gpt",
        Field::WordsOther => "column/words_other",
        Field::Characters => "column/characters",
        Field::CharactersGpt => "column/characters_gpt",
        Field::CharactersOther => "column/characters_other",
        Field::Cjk => "column/cjk",
        Field::CjkGpt => "column/cjk_gpt",
        Field::Images => "column/images",
        Field::Width => "column/width",
        Field::Height => "column/height",
        Field::Language => "column/language",
        Field::Flags => "column/flags",
        Field::Pictures => "column/pictures",
        Field::Sources => "column/sources",
        Field::Templates => "column/templates",
        Field::Subset => "column/subset",
        Field::Key => "column/key",
        Field::Id => "column/id",
        Field::Rank => "column/rank",
        Field::Offset => "column/offset",
        Field::Length => "column/length",
        Field::Stored => "column/stored",
        Field::Skipped => "column/skipped",
    }
}

/// What goes wrong with the files of generations.
#[derive(Debug, thiserror::Error)]
pub enum ColumnError {
    /// The file system said no.
    #[error("index file {path}: {source}")]
    Io {
        /// The file.
        path: std::path::PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// The file is not what was written.
    #[error(
        "index file {path} is damaged at byte {offset}; what it held is read again from the annotation files"
    )]
    Damaged {
        /// The file.
        path: std::path::PathBuf,
        /// Where it stops making sense.
        offset: usize,
    },
}

impl From<ColumnError> for EngineError {
    fn from(error: ColumnError) -> Self {
        Self::Failed(Box::new(error))
    }
}

/// Which file holds the late columns of a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LateFile {
    /// Its number, from 1.
    pub number: u32,
    /// The end of its directory.
    pub end: PartsEnd,
}

/// The file of a generation, in the folder of all.
pub fn generation_file(dir: &Path, generation: u32) -> PathBuf {
    dir.join(format!("{generation:06}.gen"))
}

/// A file of a generation's late columns.
pub fn late_file(dir: &Path, generation: u32, number: u32) -> PathBuf {
    dir.join(format!("{generation:06}.{number}.late"))
}

/// Opens the late columns of a generation.
pub fn open_late(dir: &Path, generation: u32, file: LateFile) -> Result<PartsFile, ColumnError> {
    PartsFile::open(&late_file(dir, generation, file.number), file.end)
}

/// Writes late columns of a generation, in place of those that have the same names; all others are taken over from
/// `before`. The new file counts once a commit says so; the old one stays until it is swept away.
pub fn write_late(
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
