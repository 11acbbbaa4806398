//! Serving until asked to stop.

use super::error::CliError;
use super::signals::StopSignals;
use crate::api::{self, AppState};
use axum::serve::ListenerExt;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Time that requests have to finish once the server was asked to stop.
const FINISH_WITHIN: Duration = Duration::from_secs(5);

/// Serves until ctrl-c or SIGTERM, then finishes what is under way.
pub(super) async fn serve(listener: TcpListener, state: AppState) -> Result<(), CliError> {
    let mut signals = StopSignals::listen()?;
    let (stop, stopped) = oneshot::channel::<()>();
    // Small answers leave at once instead of waiting to be joined by others.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let serving = axum::serve(listener, api::router(state.clone())).with_graceful_shutdown(async {
        // An error means that the sender is gone, which is a reason to stop as well.
        let _ = stopped.await;
    });
    let mut serving = tokio::spawn(serving.into_future());

    tokio::select! {
        ended = &mut serving => return ended.map_err(std::io::Error::from).flatten().map_err(failed),
        () = signals.received() => {}
    }
    signals.end_at_next();
    state.stop();
    drop(stop);
    match timeout(FINISH_WITHIN, serving).await {
        Ok(ended) => ended.map_err(std::io::Error::from).flatten().map_err(failed),
        // Who is not done by now is cut off when the runtime ends.
        Err(_) => Ok(()),
    }
}

fn failed(cause: std::io::Error) -> CliError {
    CliError::System { what: "go on serving", cause }
}
