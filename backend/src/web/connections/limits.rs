//! How many connections there may be, and how long each may take.

use std::time::Duration;

/// Most connections, however many files the process may open, unless more are asked for.
const MOST_CONNECTIONS: u64 = 4096;
/// Fewest, however few.
const FEWEST_CONNECTIONS: u64 = 16;

/// How many connections there may be, and how long each may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Connections at the same time.
    pub connections: usize,
    /// From the first byte of a request until its head is complete.
    pub head: Duration,
    /// Without a byte, before the first request and between two.
    pub idle: Duration,
    /// Without progress, while an answer waits for its client to take it.
    pub write: Duration,
}

impl Limits {
    /// How many connections a process can hold that may open so many files, and is asked for `wanted` if anything: at
    /// most half of the files, since the other half is for the index and the data.
    pub(crate) fn connections_within(open_files: u64, wanted: Option<u64>) -> usize {
        let most = (open_files / 2).max(FEWEST_CONNECTIONS);
        wanted.unwrap_or(MOST_CONNECTIONS).min(most) as usize
    }

    /// How often a connection is looked at: often enough that none lasts a tenth longer than it may.
    pub(crate) fn look_every(&self) -> Duration {
        self.head.min(self.idle).min(self.write) / 10
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_everything_else() {
        assert_eq!(Limits::connections_within(256, None), 128);
        assert_eq!(Limits::connections_within(65_536, None), 4096);
        assert_eq!(Limits::connections_within(8, None), 16);
        assert_eq!(Limits::connections_within(65_536, Some(20_000)), 20_000);
        assert_eq!(Limits::connections_within(256, Some(20_000)), 128);
        assert_eq!(Limits::connections_within(256, Some(2)), 2);
    }
}
