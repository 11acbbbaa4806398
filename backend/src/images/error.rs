//! Why a picture cannot be shown, in words for the reader.

use std::io;
use std::sync::Arc;

use thiserror::Error;

use super::format::Format;

/// Why there is no picture.
///
/// It can be cloned, because everybody who waits for the same thumbnail gets the same answer.
#[derive(Clone, Debug, Error)]
pub enum ImageError {
    /// The file could not be opened or read.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[source] Arc<io::Error>),
    /// The file is there and has nothing in it.
    #[error("0 bytes")]
    Empty,
    /// The bytes are something else; the text says what.
    #[error("{0}")]
    NotAPicture(String),
    /// The file begins like a picture, but its size cannot be read; the text says why.
    #[error("{0}")]
    Header(String),
    /// The header is good and the pixels are not.
    #[error("damaged {format} picture: {reason}")]
    Damaged {
        /// What it is by its header.
        format: Format,
        /// What the decoder ran into.
        reason: String,
    },
    /// More pixels than [`Limits`](super::Limits) allow.
    #[error("{width}×{height} pixels, more than the limit of {limit}")]
    TooManyPixels {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The largest number of pixels allowed.
        limit: u64,
    },
    /// More memory than [`Limits`](super::Limits) allow.
    #[error("decoding this {format} picture takes more than the limit of {limit} bytes of memory")]
    TooMuchMemory {
        /// What it is by its header.
        format: Format,
        /// The largest number of bytes allowed.
        limit: u64,
    },
    /// More time than [`Limits`](super::Limits) allow.
    #[error("decoding takes longer than the limit of {limit_secs} s")]
    TooSlow {
        /// The longest time allowed, in seconds.
        limit_secs: u64,
    },
}

impl From<io::Error> for ImageError {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(Arc::new(error))
    }
}
