//! Serving until asked to stop.

use super::error::CliError;
use super::hangup::Hangup;
use super::signals::StopSignals;
use crate::web::api::AppState;
use crate::web::connections::{self, Limits, Listener};
use crate::web::router;
use std::time::Duration;
use tokio::time::timeout;

/// Time that requests have to finish once the server was asked to stop.
const FINISH_WITHIN: Duration = Duration::from_secs(4);

/// The signals that a server listens to from the moment this is made.
pub(super) struct Signals {
    stop: StopSignals,
    hangup: Hangup,
}

impl Signals {
    /// Begins to listen. Must be called within a tokio runtime.
    pub(super) fn listen() -> Result<Self, CliError> {
        Ok(Self { stop: StopSignals::listen()?, hangup: Hangup::listen()? })
    }
}

/// Serves until ctrl-c or SIGTERM, then finishes what is under way.
pub(super) async fn serve(listener: Listener, state: AppState, limits: Limits, mut signals: Signals) {
    let router = router(state.clone());
    let serving = tokio::spawn(connections::serve(listener, router, limits, state.stopping()));
    tokio::select! {
        () = signals.stop.received() => {}
        () = signals.hangup.follow(&state.library) => {}
    }
    signals.stop.end_soon();
    state.stop();
    // Who is not done by then is cut off when the runtime ends.
    let _ = timeout(FINISH_WITHIN, serving).await;
}
