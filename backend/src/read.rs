//! Reading annotation files: from bytes on disk to samples.
//!
//! [`sniff`] says what a file is by looking into it, [`read_file`] streams its records with their exact byte ranges,
//! [`parse_record`] turns one record into a [`Sample`], and [`read_back`] fetches one record again by its range.
//! Nothing here knows of the index, the catalog or the network.

mod container;
mod error;
mod file;
mod gzip;
mod record;
mod sample;
mod sniff;
mod split;
#[cfg(test)]
mod testing;

pub use container::Container;
pub use error::ReadError;
pub use file::{FileEnd, read_back, read_file};
pub use gzip::{BadCheckpoints, Checkpoints};
pub use record::{RecordError, parse_record};
pub use sample::{EmbeddedImage, ImageEncoding, ImageRef, Sample};
pub use sniff::{Sniff, sniff};
pub use split::{Item, Problem, RawRecord};
