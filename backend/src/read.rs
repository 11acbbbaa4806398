//! Reading annotation files: from bytes on disk to samples.
//!
//! [`sniff`] says what a file is by looking into it, [`read_file`] streams its records with their exact byte ranges,
//! [`parse_record`] turns one record into a [`Sample`], and [`read_back`] fetches one record again by its range.
//! Nothing here knows of the index, the catalog or the network.

mod boxes;
mod container;
mod embedded;
mod error;
mod file;
mod gzip;
mod id_list;
mod parquet;
mod pickle;
mod ranges;
mod record;
mod sample;
mod sniff;
mod split;
mod tar;
#[cfg(test)]
mod testing;

pub(crate) use boxes::{index_boxes, look_at, parse_boxes};
pub use container::Container;
pub use embedded::{EmbeddedImage, ImageAt, ImageEncoding, read_embedded};
pub use error::ReadError;
pub use file::{FileEnd, read_back, read_file};
pub use gzip::{BadCheckpoints, Checkpoints};
pub(crate) use id_list::{IdList, id_hash, read_ids};
pub(crate) use ranges::{RangeReader, Ranges};
pub(crate) use record::parse_id;
pub use record::{RecordError, parse_record};
pub use sample::{ImageRef, Sample};
pub use sniff::{Sniff, sniff};
pub use split::{Item, Problem, RawRecord};
pub(crate) use tar::{TarError, TarMembers};
#[cfg(feature = "fuzzing")]
pub(crate) use {file::read_opened, id_list::Entries, split::Limits};
