//! The wishes to stop: ctrl-c and SIGTERM.

use super::error::CliError;
use std::process;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::spawn_blocking;

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

    /// From now on one more of them ends the process on the spot, which the index survives.
    pub(super) fn end_at_next(mut self) {
        tokio::spawn(async move {
            self.received().await;
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
    let runtime = Runtime::new().map_err(|cause| CliError::System { what: "start threads", cause })?;
    let outcome = runtime.block_on(async {
        let mut signals = StopSignals::listen()?;
        tokio::select! {
            outcome = spawn_blocking(work) => {
                outcome.map_err(|crash| CliError::System { what: "finish", cause: crash.into() })?
            }
            () = signals.received() => {
                signals.end_at_next();
                Err(CliError::Interrupted)
            }
        }
    });
    stop();
    runtime.shutdown_background();
    outcome
}
