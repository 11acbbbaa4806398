//! What a file may cost. A few bytes of parquet can claim, or truly stand for, billions of values; what comes out of a
//! file is therefore measured against its size.

use crate::parquet::error::bad;
use std::cell::Cell;
use std::io;

/// Bytes in memory per byte of the file, and the bounds of that.
const MEMORY_RATIO: u64 = 8;
const LEAST_MEMORY: u64 = 8 << 20;
const MOST_MEMORY: u64 = 256 << 20;
/// Bytes unpacked and written per byte of the file, and the least that is allowed.
const WORK_RATIO: u64 = 128;
const LEAST_WORK: u64 = 128 << 20;
/// Bytes of the longest record, as for the other containers.
const LONGEST_RECORD: u64 = 64 << 20;

/// What is left of the work and memory that a file may take.
pub(super) struct Meter {
    work: Cell<u64>,
    memory: Cell<u64>,
}

impl Meter {
    pub(super) fn for_file(len: u64) -> Self {
        let memory = len.saturating_mul(MEMORY_RATIO).clamp(LEAST_MEMORY, MOST_MEMORY);
        let work = len.saturating_mul(WORK_RATIO).max(LEAST_WORK);
        Self { work: Cell::new(work), memory: Cell::new(memory) }
    }

    /// Takes work, about one unit a byte; the error if there is not as much left.
    pub(super) fn spend(&self, work: u64) -> io::Result<()> {
        let left = self.work.get().checked_sub(work);
        self.work.set(left.ok_or_else(|| bad("far more comes out of this file than its size allows"))?);
        Ok(())
    }

    /// Gives up the work that is left.
    pub(super) fn exhaust(&self) {
        self.work.set(0);
    }

    pub(super) fn is_spent(&self) -> bool {
        self.work.get() == 0
    }

    /// Takes memory for as long as what is returned lives.
    pub(super) fn hold(&self, bytes: u64) -> io::Result<Held<'_>> {
        let mut held = Held { meter: self, bytes: 0 };
        held.grow(bytes)?;
        Ok(held)
    }

    /// Bytes of the longest single value.
    pub(super) fn longest_value(&self) -> u64 {
        self.memory.get() / 2
    }

    /// Bytes of the longest record.
    pub(super) fn longest_record(&self) -> u64 {
        (self.memory.get() / 2).min(LONGEST_RECORD)
    }
}

/// Memory taken, given back when dropped.
pub(super) struct Held<'m> {
    meter: &'m Meter,
    bytes: u64,
}

impl Held<'_> {
    /// Whether so many bytes could be held for a moment.
    pub(super) fn afford(&self, bytes: u64) -> io::Result<u64> {
        let left = self.meter.memory.get();
        left.checked_sub(bytes).ok_or_else(|| {
            bad(format!(
                "{bytes} more bytes of memory are needed, and a file of this size is allowed {left} more"
            ))
        })
    }

    pub(super) fn grow(&mut self, bytes: u64) -> io::Result<()> {
        let left = self.afford(bytes)?;
        self.meter.memory.set(left);
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.meter.memory.set(self.meter.memory.get() + self.bytes);
    }
}
