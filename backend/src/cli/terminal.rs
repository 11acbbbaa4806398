//! Lines on the terminal.

use super::error::CliError;
use blendscope_library::Library;
use std::io::{self, Write};

/// A line of the answer, at once even through a pipe. Who reads no further, such as `head`, has seen enough; a full
/// disk is an error.
pub(super) fn say(line: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    or_closed(writeln!(out, "{line}").and_then(|()| out.flush()))
}

/// The outcome of writing to the standard output, of which a pipe may be closed.
pub(super) fn or_closed(written: io::Result<()>) -> Result<(), CliError> {
    match written {
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => {
            Err(CliError::Write { place: "the standard output".to_owned(), cause })
        }
        _ => Ok(()),
    }
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
