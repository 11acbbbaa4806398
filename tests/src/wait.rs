//! Waiting for what takes a moment.

use std::time::{Duration, Instant};

/// Asks again and again until there is an answer, and gives up after a while with `None`.
pub fn poll<T>(patience: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if start.elapsed() > patience {
            return None;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
}
