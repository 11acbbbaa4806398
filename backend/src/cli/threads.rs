//! Whether the system lets this process start the threads that it needs.

use super::error::CliError;
use std::io;
use std::sync::mpsc;
use std::thread::{self, available_parallelism};

/// Threads that read the data and write the index.
const INDEXING: usize = 12;

/// Threads of a server beside these: exports, each of which keeps one.
const EXPORTING: usize = 16;

/// And for each core: connections, searches, pictures.
const ANSWERING_PER_CORE: usize = 4;

/// An error unless this process can start the threads that bringing an index up to date takes.
pub(super) fn require_for_indexing() -> Result<(), CliError> {
    require(INDEXING)
}

/// The same for a server.
pub(super) fn require_for_serving() -> Result<(), CliError> {
    require(INDEXING + EXPORTING + ANSWERING_PER_CORE * cores())
}

/// The same for painting the demo.
#[cfg(feature = "demo")]
pub(super) fn require_for_painting() -> Result<(), CliError> {
    require(cores())
}

fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// Starts so many threads and ends them again. Found out later, in the middle of the work, a thread that cannot be had
/// would leave something half done.
fn require(needed: usize) -> Result<(), CliError> {
    let mut threads = Vec::new();
    let start = || -> io::Result<_> {
        let (end, ended) = mpsc::channel::<()>();
        let wait = move || {
            // An error means that it may end.
            let _ = ended.recv();
        };
        Ok((thread::Builder::new().spawn(wait)?, end))
    };
    let outcome = (0..needed).try_for_each(|_| start().map(|thread| threads.push(thread)));
    let started = threads.len();
    for (thread, end) in threads {
        drop(end);
        let _ = thread.join();
    }
    outcome.map_err(|cause| CliError::Threads { started, needed, cause })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_process_may_start_some() {
        assert!(require_for_indexing().is_ok());
    }
}
