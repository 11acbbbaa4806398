//! Why reading a pickle stops before its end.

use crate::split::Stop;
use std::io;

/// Why reading a pickle stops before its end.
#[derive(Debug)]
pub(super) enum Halt {
    /// The visitor wants no more, or the system failed to read.
    Stop(Stop),
    /// The file ends in the middle of the pickle.
    Cut,
    /// Something that cannot be read as data; nothing behind it can be trusted.
    Bad {
        /// The opcode's place.
        at: u64,
        /// What is wrong, with the place.
        message: String,
    },
}

impl Halt {
    pub(super) fn bad(at: u64, message: impl Into<String>) -> Self {
        Self::Bad { at, message: message.into() }
    }
}

impl From<Stop> for Halt {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::Stop(Stop::Failed(error))
    }
}
