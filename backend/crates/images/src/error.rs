//! Why a picture cannot be shown, in words for the reader.

use std::io;
use std::sync::Arc;

use thiserror::Error;

use blendscope_read::Format;

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
    /// More memory than one picture may have.
    #[error(
        "making it smaller takes {} MB of memory, more than the {} MB that one picture may have; \
         `--picture-memory` sets how much all may have", needed >> 20, limit >> 20
    )]
    TooMuchMemory {
        /// Bytes that it takes.
        needed: u64,
        /// The largest number of bytes allowed.
        limit: u64,
    },
    /// Somebody else is at work on it, or has the memory for it, and was for as long as can be waited.
    #[error("{why}; try again in a moment")]
    Busy {
        /// As the first half of a sentence.
        why: &'static str,
        /// Seconds after which it may be tried again.
        retry_secs: u64,
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
        // Whoever reads may have met one of these further down.
        match error.downcast::<Self>() {
            Ok(own) => own,
            Err(error) => Self::Unreadable(Arc::new(error)),
        }
    }
}

impl From<ImageError> for io::Error {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Unreadable(error) => Self::new(error.kind(), error),
            error => Self::other(error),
        }
    }
}
