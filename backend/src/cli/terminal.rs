//! Lines on the terminal. A closed pipe is no reason to stop serving, so failures are ignored.

use std::io::{self, Write};

/// A line of the answer, at once even through a pipe.
pub(super) fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

/// A line beside the answer.
pub(super) fn note(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
