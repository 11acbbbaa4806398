//! The wishes to stop: ctrl-c and SIGTERM.

use super::error::CliError;
use super::terminal::note;
use std::process;
use std::time::Duration;
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
