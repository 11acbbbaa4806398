//! Countable facts about samples, and whatever else is kept of a generation, addressed by row.
//!
//! Every generation owns one file of named parts, most of them columns, and later a second one of columns that are known
//! only then. A column is added by one entry in [`table::COLUMNS`]; the text index does not change for it.

mod format;
mod gathered;
mod language;
mod late;
pub mod names;
mod parts;
mod row_set;
mod sample_values;
mod set;
mod sets;
mod table;

pub use format::{ColumnReader, ColumnWriter};
pub use gathered::Gathered;
pub use language::Language;
pub use late::{LateColumn, LateFile, generation_file, late_file, open_late, write_late};
pub use parts::{Parts, PartsEnd, PartsWriter, checksum};
pub use row_set::RowSet;
pub use sample_values::{Flag, Place, SampleValues};
pub use set::{ColumnSet, ColumnSetWriter};
pub use sets::{SetColumn, SetColumnWriter, SetNames};
pub use table::{Column, SetSums};

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
