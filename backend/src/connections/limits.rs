//! How many connections there may be, and how long each may take.

use std::time::Duration;

/// Most connections, however many files the process may open.
const MOST_CONNECTIONS: u64 = 4096;
/// Fewest, however few.
const FEWEST_CONNECTIONS: u64 = 16;

/// How many connections there may be, and how long each may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Connections at the same time.
    pub(crate) connections: usize,
    /// From the first byte of a request until its head is complete.
    pub(crate) head: Duration,
    /// Without a byte, before the first request and between two.
    pub(crate) idle: Duration,
    /// Without progress, while an answer waits for its client to take it.
    pub(crate) write: Duration,
}

impl Limits {
    /// How many connections a process can hold that may open so many files: half of them, since the other half is for
    /// the index and the data.
    pub(crate) fn connections_within(open_files: u64) -> usize {
        (open_files / 2).clamp(FEWEST_CONNECTIONS, MOST_CONNECTIONS) as usize
    }

    /// How often a connection is looked at: often enough that none lasts a tenth longer than it may.
    pub(super) fn look_every(&self) -> Duration {
        self.head.min(self.idle).min(self.write) / 10
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_everything_else() {
        assert_eq!(Limits::connections_within(256), 128);
        assert_eq!(Limits::connections_within(65_536), 4096);
        assert_eq!(Limits::connections_within(8), 16);
    }
}
