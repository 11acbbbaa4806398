//! The file as the decoder reads it: by ranges, and none beyond its end.

use super::error::ended;
use crate::File;
use crate::split::read_at;
use bytes::Bytes;
use parquet::errors::Result;
use parquet::file::reader::{ChunkReader, Length};
use std::io::{self, BufReader, ErrorKind, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes read at once where single values are asked for.
const SMALL_READS: usize = 4 << 10;

/// A file that is being read by several decoders.
#[derive(Clone)]
pub(super) struct Source {
    file: File,
    len: u64,
    /// What the system said when it failed to read; decoders hand on its words only.
    failure: Arc<Mutex<Option<io::Error>>>,
}

impl Source {
    pub(super) fn new(file: &File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { file: file.clone(), len, failure: Arc::default() })
    }

    /// Bytes of the file.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// A range of the file.
    pub(super) fn bytes(&self, start: u64, length: usize) -> io::Result<Vec<u8>> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.len) {
            return Err(ended(&format!("{length} bytes at byte {start} are beyond the end of the file")));
        }
        let mut bytes = vec![0; length];
        match self.file.read_exact_at(&mut bytes, start) {
            Ok(()) => Ok(bytes),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                Err(ended("the file became shorter while it was read"))
            }
            Err(error) => Err(self.note(error)),
        }
    }

    /// What the system said if it failed to read.
    pub(super) fn failure(&self) -> Option<io::Error> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn note(&self, error: io::Error) -> io::Error {
        let words = io::Error::new(error.kind(), error.to_string());
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        words
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.len
    }
}

impl ChunkReader for Source {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::with_capacity(SMALL_READS, From { source: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        Ok(Bytes::from(self.bytes(start, length)?))
    }
}

/// The file from a place on.
pub(super) struct From {
    source: Source,
    at: u64,
}

impl Read for From {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.source.len.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let most = into.len().min(left);
        let count = read_at(&self.source.file, &mut into[..most], self.at);
        let count = count.map_err(|error| self.source.note(error))?;
        self.at += count as u64;
        Ok(count)
    }
}
