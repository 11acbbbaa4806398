//! What requests may cost.

use std::time::Duration;

/// What requests may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestLimits {
    /// Threads that answer at the same time, for each kind of work; two of them share a core where they wait for disks.
    pub threads: usize,
    /// Bytes that all questions together may hold; a share of what this process may use when absent.
    pub memory: Option<u64>,
    /// From a request until its answer begins.
    pub answer: Duration,
    /// From the head of a request until its body is complete.
    pub body: Duration,
}
