//! The wishes to stop: ctrl-c and SIGTERM.

use super::error::CliError;
use std::process;
use tokio::signal::unix::{Signal, SignalKind, signal};

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
