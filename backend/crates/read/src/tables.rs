//! What parquet and Arrow files have in common: rows of Arrow columns as JSON records, the pictures in them by address,
//! and decoders of other projects that may fail in every way.

mod base64;
mod cell;
mod column;
mod guard;
mod place;
mod row;
mod time;
mod value;

pub(crate) use base64::{base64_picture, begins_picture};
pub(crate) use cell::cell_bytes;
pub(crate) use column::{Column, Meaning, columns_of, names_picture, unique_names};
pub(crate) use guard::guarded;
pub(crate) use place::{Body, Place};
pub(crate) use row::{RowError, write_row};
