//! SIGHUP: the wish to have the catalog file read again; or the terminal is gone, and with it the wish to serve.

use super::error::CliError;
use super::terminal::note;
use blendscope_library::Library;
use std::io::{self, IsTerminal};
use std::sync::Arc;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::spawn_blocking;

/// The signal, listened to from the moment this is made.
pub(super) struct Hangup {
    signal: Signal,
    had_terminal: bool,
}

impl Hangup {
    /// Begins to listen. Must be called within a tokio runtime.
    pub(super) fn listen() -> Result<Self, CliError> {
        let signal = signal(SignalKind::hangup());
        let signal = signal.map_err(|cause| CliError::System { what: "report signals", cause })?;
        Ok(Self { signal, had_terminal: has_terminal() })
    }

    /// Reads the catalog file again at each of them. Returns when the terminal is gone.
    pub(super) async fn follow(&mut self, library: &Arc<Library>) {
        loop {
            self.signal.recv().await;
            if self.had_terminal && !has_terminal() {
                return;
            }
            let library = Arc::clone(library);
            // The file may be on a disk that does not answer.
            spawn_blocking(move || match library.reload() {
                Ok(true) => note("the catalog file is read again"),
                Ok(false) => note("note: without `--config` there is no catalog file to be read again"),
                // The status says it, and so does whoever shows the status.
                Err(_) => {}
            });
        }
    }
}

/// Whether the process still stands at a terminal: one that was closed is none any more.
fn has_terminal() -> bool {
    io::stdin().is_terminal() || io::stdout().is_terminal() || io::stderr().is_terminal()
}
