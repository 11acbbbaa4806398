//! Countable facts about samples, one versioned file per column, addressed by row.
//!
//! Every generation of an annotation file owns a folder of columns. A column is added by one entry in
//! [`table::COLUMNS`]; the text index does not change for it.

mod bits;
mod facts;
mod format;
mod language;
mod row;
mod row_set;
mod set;
mod sets;
mod table;

pub(crate) use bits::Bits;
pub(crate) use facts::{Facts, Flag, Place};
pub(crate) use format::{ColumnReader, ColumnWriter, write_column};
pub(crate) use language::Language;
pub(crate) use row::Row;
pub(crate) use row_set::RowSet;
pub(crate) use set::{ColumnSet, ColumnSetWriter, generation_dir};
pub(crate) use sets::{SetColumn, SetColumnWriter};
pub(crate) use table::{Column, SetSums};

/// What goes wrong with column files.
#[derive(Debug, thiserror::Error)]
pub enum ColumnError {
    /// The file system said no.
    #[error("column file {path}: {source}")]
    Io {
        /// The column file.
        path: std::path::PathBuf,
        /// What it said.
        source: std::io::Error,
    },
    /// The file is not what was written.
    #[error(
        "column file {path} is damaged at byte {offset}; restart Blendscope and its annotation file is read again"
    )]
    Damaged {
        /// The column file.
        path: std::path::PathBuf,
        /// Where it stops making sense.
        offset: usize,
    },
}
