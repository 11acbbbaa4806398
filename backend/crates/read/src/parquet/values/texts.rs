//! Bytes whose lengths are stored apart, before all bytes.

use super::append_bytes;
use crate::parquet::delta::Deltas;
use crate::parquet::error::{bad, ended};
use crate::parquet::stream::Stream;
use std::io;

/// The lengths of a page's values, which precede all bytes.
pub(super) struct Lengths {
    lengths: std::vec::IntoIter<u32>,
}

impl Lengths {
    pub(super) fn read(stream: &mut Stream<'_>) -> io::Result<Self> {
        let mut lengths = Vec::new();
        if stream.left() > 0 {
            let mut deltas = Deltas::begin(stream)?;
            // A few bytes can claim any number of equal lengths.
            stream.hold(deltas.left.saturating_mul(size_of::<u32>() as u64))?;
            lengths.reserve_exact(deltas.left as usize);
            while deltas.left > 0 {
                let length = deltas.next(stream)?;
                lengths.push(length.try_into().map_err(|_| bad(format!("a value of {length} bytes")))?);
            }
            deltas.finish(stream)?;
        }
        Ok(Self { lengths: lengths.into_iter() })
    }

    pub(super) fn next(&mut self) -> io::Result<u64> {
        let length = self.lengths.next().map(u64::from);
        length.ok_or_else(|| ended("there are fewer values than the page claims"))
    }
}

/// Values that share a number of bytes with the one before.
pub(super) struct Prefixed {
    shared: Lengths,
    rest: Lengths,
    before: Vec<u8>,
}

impl Prefixed {
    pub(super) fn read(stream: &mut Stream<'_>) -> io::Result<Self> {
        let shared = Lengths::read(stream)?;
        let rest = Lengths::read(stream)?;
        Ok(Self { shared, rest, before: Vec::new() })
    }

    pub(super) fn next(
        &mut self,
        stream: &mut Stream<'_>,
        into: &mut Vec<u8>,
        longest: u64,
    ) -> io::Result<()> {
        let shared = self.shared.next()? as usize;
        let rest = self.rest.next()?;
        if shared > self.before.len() {
            return Err(bad(format!("a value shares {shared} bytes with one of {}", self.before.len())));
        }
        let capacity = self.before.capacity();
        self.before.truncate(shared);
        append_bytes(stream, rest, &mut self.before, longest)?;
        stream.hold((self.before.capacity() - capacity) as u64)?;
        into.clear();
        into.extend_from_slice(&self.before);
        Ok(())
    }
}
