//! Ends the program when a run takes longer than it may.
//!
//! libFuzzer's own limit counts the time on the wall, which on a busy machine says nothing of the reader; it is kept
//! for what never ends.

use std::time::{Duration, Instant};

/// What a run may take, counted on the processor.
const LONGEST: Duration = Duration::from_secs(1);

/// Runs `run`; once more, with the processor's clock, if it seems to take too long.
pub(crate) fn limited(run: impl Fn()) {
    let start = Instant::now();
    run();
    if start.elapsed() <= LONGEST {
        return;
    }
    let before = on_processor();
    run();
    let took = on_processor().saturating_sub(before);
    assert!(took <= LONGEST, "a run takes {took:?} of the processor, where {LONGEST:?} are allowed");
}

/// Time that this thread has spent on the processor: the first number of Linux's `schedstat`.
fn on_processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split_whitespace().next().and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.expect("Linux tells how long a thread ran"))
}
