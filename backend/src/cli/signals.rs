//! Signals: ctrl-c and SIGTERM, which end a command; SIGHUP, by which the catalog file is read again, or the terminal
//! is gone.

use super::error::CliError;
use super::terminal::note;
use blendscope_library::Library;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;
use std::{io, process};
use tokio::runtime::Builder;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Time between the wish to stop and the end of the process, at most.
const END_WITHIN: Duration = Duration::from_secs(8);

/// Both signals, listened to from the moment this is made.
pub(super) struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    /// Begins to listen. Must be called within a tokio runtime.
    pub(super) fn listen() -> Result<Self, CliError> {
        let listen = |kind| signal(kind).map_err(|cause| CliError::System { what: "report signals", cause });
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    /// Waits for the first of them.
    pub(super) async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// From now on one more of them ends the process on the spot, and so does time: whatever hangs, such as a file on a
    /// disk that does not answer. The index survives that.
    pub(super) fn end_soon(mut self) {
        tokio::spawn(async move {
            if timeout(END_WITHIN, self.received()).await.is_err() {
                note(
                    "note: something did not end in time, so the process ends without it; the index is not harmed",
                );
            }
            process::exit(1);
        });
    }
}

/// Runs `work` on a thread of its own and waits for its end or for a signal, after which it calls `stop` and does not
/// wait any more.
pub(super) fn unless_stopped<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CliError> + Send + 'static,
    stop: impl FnOnce(),
) -> Result<T, CliError> {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|cause| CliError::System { what: "start threads", cause })?;
    let outcome = runtime.block_on(async {
        let mut signals = StopSignals::listen()?;
        tokio::select! {
            outcome = spawn_blocking(work) => {
                outcome.map_err(|crash| CliError::System { what: "finish", cause: crash.into() })?
            }
            () = signals.received() => {
                signals.end_soon();
                Err(CliError::Interrupted)
            }
        }
    });
    stop();
    runtime.shutdown_background();
    outcome
}

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
