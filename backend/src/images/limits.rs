//! How much one picture may cost, and a reader that stops when its time is over.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::time::{Duration, Instant};

use super::error::ImageError;
use super::format::Format;
use super::probe::Probe;

/// How much one picture may cost to decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest number of pixels.
    pub max_pixels: u64,
    /// The most memory for decoded pixels, in bytes.
    pub max_memory_bytes: u64,
    /// The longest time, looked at whenever the decoder asks for more bytes.
    pub max_time: Duration,
}

impl Default for Limits {
    /// 200 megapixels, 1 GiB, 10 seconds.
    fn default() -> Self {
        Self { max_pixels: 200_000_000, max_memory_bytes: 1 << 30, max_time: Duration::from_secs(10) }
    }
}

impl Limits {
    pub(super) fn check_pixels(&self, probe: &Probe) -> Result<(), ImageError> {
        let (width, height) = (probe.width, probe.height);
        if probe.pixels() > self.max_pixels {
            return Err(ImageError::TooManyPixels { width, height, limit: self.max_pixels });
        }
        Ok(())
    }

    pub(super) fn check_memory(&self, format: Format, bytes: u64) -> Result<(), ImageError> {
        if bytes > self.max_memory_bytes {
            return Err(ImageError::TooMuchMemory { format, limit: self.max_memory_bytes });
        }
        Ok(())
    }

    pub(super) fn too_slow(&self) -> ImageError {
        ImageError::TooSlow { limit_secs: self.max_time.as_secs() }
    }
}

/// Bytes that can be read until a moment, and not after it: the way to stop a decoder that has no stop button.
pub(super) struct TimedBytes<'a> {
    bytes: Cursor<&'a [u8]>,
    until: Instant,
}

impl<'a> TimedBytes<'a> {
    pub(super) fn new(bytes: &'a [u8], until: Instant) -> Self {
        Self { bytes: Cursor::new(bytes), until }
    }
}

impl Read for TimedBytes<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() >= self.until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.bytes.read(buffer)
    }
}

impl Seek for TimedBytes<'_> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(position)
    }
}
