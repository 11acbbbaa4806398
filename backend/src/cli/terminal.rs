//! Lines on the terminal.

use super::error::CliError;
use blendscope_library::Library;
use indicatif::ProgressBar;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

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

/// The bar of progress, while one is shown.
static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Whether the standard error is for the lines of the log alone.
static ONLY_LOG: AtomicBool = AtomicBool::new(false);

/// A line beside the answer. Where programs read the log, it is an event in it.
pub(super) fn note(line: &str) {
    if ONLY_LOG.load(Ordering::Relaxed) {
        tracing::info!("{line}");
    } else {
        write_beside_bar(format!("{line}\n").as_bytes());
    }
}

/// Leaves the standard error to the log: no bar, and notes as events.
pub(super) fn only_log() {
    ONLY_LOG.store(true, Ordering::Relaxed);
}

/// A bar of progress on the terminal, hidden where there is none. Lines do not run into it.
pub(super) fn bar() -> ProgressBar {
    let is_shown = io::stderr().is_terminal() && !ONLY_LOG.load(Ordering::Relaxed);
    let bar = if is_shown { ProgressBar::new(0) } else { ProgressBar::hidden() };
    *BAR.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.clone());
    bar
}

/// Writes whole lines to the standard error.
pub(super) fn write_beside_bar(lines: &[u8]) {
    let write = || {
        let _ = io::stderr().lock().write_all(lines);
    };
    match &*BAR.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// A line about what is unusual, such as a file system without locks.
pub(super) fn note_unusual(library: &Library) {
    if let Some(notice) = library.status().notice {
        note(&format!("note: {notice}"));
    }
}
