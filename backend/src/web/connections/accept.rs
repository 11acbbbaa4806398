//! Accepts connections, as many at a time as there may be, until the server stops.

use super::Limits;
use super::connection::serve_connection;
use super::listener::{Listener, Socket};
use super::open::Open;
use axum::Router;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How long to wait after the system has refused to accept a connection.
const PAUSE: Duration = Duration::from_millis(10);

/// Answers what comes in at `listener` until `stopping` is cancelled, and then until every request that has begun is
/// answered. Whoever has no patience for the latter drops the future, which ends all connections.
pub(crate) async fn serve(listener: Listener, router: Router, limits: Limits, stopping: CancellationToken) {
    let open = Arc::new(Open::new(limits.connections));
    let mut connections = JoinSet::new();
    let next = async || {
        let socket = accept(&listener, &open).await;
        (socket, open.enter().await)
    };
    while let Some((socket, place)) = stopping.run_until_cancelled(next()).await {
        connections.spawn(serve_connection(socket, router.clone(), place, limits, stopping.clone()));
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// The next connection.
async fn accept(listener: &Listener, open: &Open) -> Socket {
    loop {
        match listener.accept().await {
            Ok(socket) => return socket,
            Err(error) if is_of_one_connection(&error) => {}
            Err(_) => {
                // Mostly too few file descriptors or too little memory: one connection less gives some back.
                open.make_room();
                sleep(PAUSE).await;
            }
        }
    }
}

/// Whether accepting failed because of the connection that was to be accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
