//! `/status`: how far indexing has come, once or as it happens.

use super::query::NoQuery;
use super::{ApiError, AppState, answer};
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use blendscope_shared::status::{State as Progress, Status};
use futures::stream::{self, Stream};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Shortest time between two events: four a second are enough for the eye.
const EVENT_SPACING: Duration = Duration::from_millis(250);

/// Between two events something is sent this often: it is by this that a client which is gone is noticed.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// `GET /status`.
pub(super) async fn get_status(State(state): State<AppState>, _: NoQuery) -> Result<Response, ApiError> {
    answer::json(&state.library.status())
}

/// `GET /status/events`: the status now and on every change, until everything is indexed.
pub(super) async fn follow_status(State(state): State<AppState>, _: NoQuery) -> Response {
    let events = events(state.library.subscribe(), state.stopping.clone());
    Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response()
}

/// Where a stream of events stands.
enum Follow {
    Begin,
    Changes,
    End,
}

fn events(
    receiver: watch::Receiver<Status>,
    stopping: CancellationToken,
) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold((receiver, Follow::Begin), move |(mut receiver, follow)| {
        let stopping = stopping.clone();
        async move {
            match follow {
                Follow::Begin => {}
                Follow::Changes => stopping.run_until_cancelled(next_change(&mut receiver)).await??,
                Follow::End => return None,
            }
            let status = receiver.borrow_and_update().clone();
            let event = Event::default().event("status").json_data(&status).ok()?;
            let follow = if status.state == Progress::Ready { Follow::End } else { Follow::Changes };
            Some((Ok(event), (receiver, follow)))
        }
    })
}

/// Waits for a change, and long enough that events do not crowd. `None` when no more can come.
async fn next_change(receiver: &mut watch::Receiver<Status>) -> Option<()> {
    tokio::time::sleep(EVENT_SPACING).await;
    receiver.changed().await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt;

    #[tokio::test]
    async fn the_stream_ends_when_ready() {
        let (sender, receiver) = watch::channel(Status::default());
        let mut events = Box::pin(events(receiver, CancellationToken::new()));
        assert!(events.next().await.is_some(), "the status now");
        sender.send_modify(|status| status.state = Progress::Ready);
        assert!(events.next().await.is_some(), "ready");
        assert!(events.next().await.is_none(), "and no more");
    }

    #[tokio::test]
    async fn the_stream_ends_when_the_server_stops() {
        let (_sender, receiver) = watch::channel(Status::default());
        let stopping = CancellationToken::new();
        let mut events = Box::pin(events(receiver, stopping.clone()));
        assert!(events.next().await.is_some());
        stopping.cancel();
        assert!(events.next().await.is_none());
    }
}
