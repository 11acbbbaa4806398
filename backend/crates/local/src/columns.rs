//! The files of generations: named parts, most of them columns of numbers that are addressed by row.
//!
//! Every generation has one file that is filled while it is read, and later a second one of columns that are known only
//! then. A column of the second takes the place of one of the first.

mod format;
mod late;
mod parts;

pub(crate) use format::{ColumnReader, ColumnWriter};
pub(crate) use late::{LateFile, generation_file, late_file, open_late, write_late};
pub(crate) use parts::{PartsEnd, PartsFile, PartsWriter};

use blendscope_engine::Field;

/// The hashes of the keys of all images, one number per image in the order of the samples.
pub(crate) const IMAGE_KEYS: &str = "column/image_keys";

/// The name of a field's column. The parts that come from elsewhere have no such names.
pub(crate) fn column_of(field: Field) -> &'static str {
    match field {
        Field::Turns => "column/turns",
        Field::Words => "column/words",
        Field::WordsHuman => "column/words_human",
        Field::WordsGpt => "column/words_gpt",
        Field::WordsOther => "column/words_other",
        Field::Characters => "column/characters",
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
pub(crate) enum ColumnError {
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
