//! One connection, from its first byte until it is closed.

use super::Limits;
use super::activity::Activity;
use super::bodies::{Received, Sent};
use super::listener::Socket;
use super::open::Place;
use super::stream::Stream;
use axum::Router;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1::{self, Connection};
use hyper::service::{Service, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep_until, timeout};
use tokio_util::sync::CancellationToken;

/// Largest head of a request, in bytes: an address may be 64 KiB long.
const HEAD_BYTES: usize = 80 << 10;

/// How long what a client still sends is read after the last answer. Closed at once, it might never see that answer.
const LINGER: Duration = Duration::from_secs(1);

type Answer = Pin<Box<dyn Future<Output = Result<Response<Sent>, Infallible>> + Send>>;

/// Serves a connection until its client, its time, the need for its place or the end of the server ends it.
pub(super) async fn serve_connection(
    socket: Socket,
    router: Router,
    place: Place,
    limits: Limits,
    stopping: CancellationToken,
) {
    let stream = TokioIo::new(Stream::new(socket, Arc::clone(&place.activity), &limits));
    let answering = service_fn(answers(router, Arc::clone(&place.activity)));
    let mut http = http1::Builder::new();
    // Who has said all there is to say may close its side, and is answered.
    http.half_close(true).max_header_size(HEAD_BYTES).header_read_timeout(None);
    let mut connection = http.serve_connection(stream, answering);
    let is_whole = tokio::select! {
        () = to_its_end(&mut connection, &stopping) => true,
        () = time_is_over(&place.activity, &limits) => false,
        () = place.leave.cancelled() => false,
    };
    let socket = connection.into_parts().io.into_inner().into_socket();
    if is_whole {
        let _ = timeout(LINGER, close(socket)).await;
    } else if let Socket::Left(tcp) = socket {
        // What the client has not taken is not kept for it.
        let _ = tcp.set_zero_linger();
    }
}

/// Answers requests until there are no more. A server that stops answers what has begun.
async fn to_its_end<S>(connection: &mut Connection<TokioIo<Stream>, S>, stopping: &CancellationToken)
where
    S: Service<Request<Incoming>, Response = Response<Sent>, Error = Infallible, Future = Answer> + Unpin,
{
    let stopped = async {
        tokio::select! {
            // An error is one of the client or of the network; there is nobody left to tell it to.
            _ = poll_fn(|context| connection.poll_without_shutdown(context)) => false,
            () = stopping.cancelled() => true,
        }
    };
    if stopped.await {
        Pin::new(&mut *connection).graceful_shutdown();
        let _ = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    }
}

/// Returns when the connection has gone on for too long without doing what it is there for.
async fn time_is_over(activity: &Activity, limits: &Limits) {
    loop {
        let now = Instant::now();
        let deadline = activity.deadline(limits);
        if deadline.is_some_and(|deadline| deadline <= now) {
            return;
        }
        // What it does may change meanwhile, and then its deadline be an earlier one.
        let next = now + limits.look_every();
        sleep_until(deadline.map_or(next, |deadline| deadline.min(next)).into()).await;
    }
}

/// Closes our side, and waits for the client to close its own.
async fn close(mut socket: Socket) {
    if socket.shutdown().await.is_ok() {
        let mut rest = vec![0; 8 << 10];
        while socket.read(&mut rest).await.is_ok_and(|bytes| bytes > 0) {}
    }
}

/// Whether an answer is a stream of events.
fn is_of_events<B>(response: &Response<B>) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind.is_some_and(|kind| kind.starts_with(b"text/event-stream"))
}

/// What answers the requests of a connection, and tells its activity of them.
fn answers(router: Router, activity: Arc<Activity>) -> impl Fn(Request<Incoming>) -> Answer + Unpin {
    let service = TowerToHyperService::new(router);
    move |request| {
        activity.request_begins();
        let activity = Arc::clone(&activity);
        let answer = service.call(request.map(|body| Received { body, activity: Arc::clone(&activity) }));
        Box::pin(async move {
            let response = answer.await?;
            activity.answer_begins(is_of_events(&response));
            Ok(response.map(|body| Sent { body, activity }))
        })
    }
}
