//! When a pass commits, and when it tells how far it is.

use std::time::{Duration, Instant};

/// Until the first commit of a pass: what a user waits for before seeing anything.
const FIRST_COMMIT: Duration = Duration::from_millis(600);

/// Between commits at least.
const COMMIT_INTERVAL: Duration = Duration::from_secs(2);

/// Between commits at most; in long passes they come less often, since each costs a segment to merge later.
const COMMIT_INTERVAL_MAX: Duration = Duration::from_secs(10);

/// How often the number of bytes read is told while a file is read.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);

/// When to commit, and when to tell how far it is.
pub(crate) struct Clock {
    started: Instant,
    next_commit: Instant,
    next_progress: Instant,
}

impl Clock {
    /// A pass begins.
    pub(crate) fn start() -> Self {
        let now = Instant::now();
        Self { started: now, next_commit: now + FIRST_COMMIT, next_progress: now }
    }

    /// Whether it is time for a commit.
    pub(crate) fn commit_is_due(&self) -> bool {
        Instant::now() >= self.next_commit
    }

    /// Whether it is time to tell how far it is; then not again for a while.
    pub(crate) fn progress_is_due(&mut self) -> bool {
        let now = Instant::now();
        let is_due = now >= self.next_progress;
        if is_due {
            self.next_progress = now + PROGRESS_INTERVAL;
        }
        is_due
    }

    /// A commit was made.
    pub(crate) fn committed(&mut self) {
        let now = Instant::now();
        let interval = (now - self.started) / 2;
        self.next_commit = now + interval.clamp(COMMIT_INTERVAL, COMMIT_INTERVAL_MAX);
    }
}
