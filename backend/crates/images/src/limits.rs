//! How much one picture may cost besides memory, which all pictures share.

use std::time::{Duration, Instant};

use super::error::ImageError;
use super::probe::Probe;

/// How much one picture may cost to decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest number of pixels.
    pub max_pixels: u64,
    /// The longest time, looked at whenever the decoder asks for more bytes.
    pub max_time: Duration,
}

impl Default for Limits {
    /// 200 megapixels, 10 seconds.
    fn default() -> Self {
        Self { max_pixels: 200_000_000, max_time: Duration::from_secs(10) }
    }
}

impl Limits {
    pub(crate) fn check_pixels(&self, probe: &Probe) -> Result<(), ImageError> {
        let (width, height) = (probe.width, probe.height);
        if probe.pixels() > self.max_pixels {
            return Err(ImageError::TooManyPixels { width, height, limit: self.max_pixels });
        }
        Ok(())
    }

    /// When decoding that begins now has to end.
    pub fn until(&self) -> Instant {
        Instant::now() + self.max_time
    }

    pub(crate) fn too_slow(&self) -> ImageError {
        ImageError::TooSlow { limit_secs: self.max_time.as_secs() }
    }
}
