//! Lines on the terminal. A closed pipe is no reason to stop serving, so failures are ignored.

use crate::library::Library;
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

/// A line about what is unusual, such as a file system without locks.
pub(super) fn note_unusual(library: &Library) {
    if let Some(notice) = library.status().notice {
        note(&format!("note: {notice}"));
    }
}
