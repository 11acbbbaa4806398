//! Gzip files as addressable text: streaming with checkpoints, and reading on from one of them.
//!
//! The format is RFC 1952 around RFC 1951; a file may have several members one behind the other.

mod checkpoints;
mod crc;
mod header;
mod reader;

pub(crate) use checkpoints::Checkpoint;
pub use checkpoints::{BadCheckpoints, Checkpoints};
#[cfg(test)]
pub(crate) use crc::Crc;
pub(crate) use header::MAGIC;
pub(crate) use reader::GzipReader;
