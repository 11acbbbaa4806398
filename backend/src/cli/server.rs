//! Serving until asked to stop.

use super::error::CliError;
use super::signals::StopSignals;
use crate::api::{self, AppState};
use crate::connections::{self, Limits};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::timeout;

/// Time that requests have to finish once the server was asked to stop.
const FINISH_WITHIN: Duration = Duration::from_secs(4);

/// Serves until ctrl-c or SIGTERM, then finishes what is under way.
pub(super) async fn serve(listener: TcpListener, state: AppState, limits: Limits) -> Result<(), CliError> {
    let mut signals = StopSignals::listen()?;
    let router = api::router(state.clone());
    let serving = tokio::spawn(connections::serve(listener, router, limits, state.stopping()));
    signals.received().await;
    signals.end_soon();
    state.stop();
    // Who is not done by then is cut off when the runtime ends.
    let _ = timeout(FINISH_WITHIN, serving).await;
    Ok(())
}
