//! `/export`: every sample of a search as JSON lines, sent while they are read.
//!
//! A stream that is complete ends as HTTP says that it should; one that is not, because a file changed or the server
//! stops, is broken off, so that every client notices. `X-Total-Count` says how many lines there will be, and
//! `X-Total-Final` is false while indexing goes on.

mod places;

pub(super) use places::ExportPlaces;

use super::body::JsonBody;
use super::pairs::pairs_of_body;
use super::query::{NoQuery, Query};
use super::searches::Rest;
use super::{ApiError, AppState};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use blendscope_engine::Budget;
use blendscope_library::{Export, ExportParams, Library, LibraryError};
use blendscope_shared::paths::escape;
use futures::stream::{self, Stream};
use places::{Hold, Place};
use std::io;
use std::ops::ControlFlow;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::spawn_blocking;

/// What the answer is.
pub(crate) const CONTENT_TYPE: &str = "application/x-ndjson";

/// Chunks that may wait for the network.
const CHUNKS_WAITING: usize = 4;

/// Bytes that are handed to the network at a time.
const BYTES_AT_ONCE: usize = 32 << 10;

/// Letters of a query that stand in the name of its file.
const NAME_LENGTH: usize = 40;

/// `GET /export`.
pub(super) async fn export(State(state): State<AppState>, query: Query) -> Result<Response, ApiError> {
    answer(&state, ExportParams::parse(query.pairs())?).await
}

/// `POST /export`: the same parameters as a JSON object.
pub(super) async fn export_by_body(
    State(state): State<AppState>,
    _: NoQuery,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let pairs = pairs_of_body(&body)?;
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    answer(&state, ExportParams::parse(pairs)?).await
}

async fn answer(state: &AppState, mut params: ExportParams) -> Result<Response, ApiError> {
    if params.base.is_empty() {
        state.site.base_path().clone_into(&mut params.base);
    }
    let name = file_name(&params);
    stream(state, name, move |library, budget| library.export(&params, budget)).await
}

/// Lines that leave while they are read, as a file of this name.
pub(super) async fn stream(
    state: &AppState,
    name: String,
    begin: impl Fn(&Library, &Budget) -> Result<Export, LibraryError> + Send + Sync + 'static,
) -> Result<Response, ApiError> {
    let place = state.exports.enter(&state.stopping).await?;
    let (export, Rest { budget, end }) = state.begin_search(begin).await?;
    let (samples, is_final) = (export.samples, export.is_final);
    let (sender, receiver) = mpsc::channel(CHUNKS_WAITING);
    let outgoing = Outgoing { receiver, hold: place.hold.clone(), rest: Bytes::new(), _end: end };
    let mut response = Response::new(Body::from_stream(body(outgoing)));
    spawn_blocking(move || send(&export, &budget, &sender, &place));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(HeaderName::from_static("x-total-count"), samples.into());
    let is_final = HeaderValue::from_static(if is_final { "true" } else { "false" });
    headers.insert(HeaderName::from_static("x-total-final"), is_final);
    if let Ok(disposition) = HeaderValue::from_str(&disposition(&name)) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

/// A piece of the answer. Its end is said, so that a stream that breaks off is told from one that is complete.
enum Piece {
    Lines(Vec<u8>),
    End,
}

/// Sends the lines until there are no more, nobody takes them, or the place is needed for another export.
fn send(export: &Export, budget: &Budget, sender: &Sender<Piece>, place: &Place) {
    let runtime = Handle::current();
    let send = |piece| {
        let sent = runtime.block_on(place.hold.leave.run_until_cancelled(sender.send(piece)));
        // An error means that the client is gone.
        if matches!(sent, Some(Ok(()))) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    match export.write(budget, &mut |lines| send(Piece::Lines(lines))) {
        Ok(()) => drop(send(Piece::End)),
        Err(error) => tracing::warn!(%error, "an export was broken off"),
    }
}

/// What stands between the writer and the network.
struct Outgoing<E> {
    receiver: Receiver<Piece>,
    hold: Hold,
    /// What is left of the last piece.
    rest: Bytes,
    /// Ends the work when the body is dropped.
    _end: E,
}

/// The pieces as the body of an answer; an error where they break off.
fn body<E: Send>(outgoing: Outgoing<E>) -> impl Stream<Item = Result<Bytes, io::Error>> {
    outgoing.hold.gives();
    stream::unfold(Some(outgoing), |outgoing| async {
        let mut outgoing = outgoing?;
        match outgoing.next().await {
            Some(Ok(bytes)) => Some((Ok(bytes), Some(outgoing))),
            Some(Err(error)) => Some((Err(error), None)),
            None => None,
        }
    })
}

impl<E> Outgoing<E> {
    /// The next bytes, few enough to see a slow client take them.
    async fn next(&mut self) -> Option<Result<Bytes, io::Error>> {
        if self.rest.is_empty() {
            self.hold.is_asked();
            match self.hold.leave.run_until_cancelled(self.receiver.recv()).await.flatten() {
                Some(Piece::Lines(lines)) => self.rest = Bytes::from(lines),
                Some(Piece::End) => return None,
                None => return Some(Err(io::Error::other("the export broke off"))),
            }
        }
        self.hold.gives();
        Some(Ok(self.rest.split_to(self.rest.len().min(BYTES_AT_ONCE))))
    }
}

/// A name for the file, out of the words of the query.
fn file_name(params: &ExportParams) -> String {
    let words =
        params.query.q.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: String = words.collect::<Vec<_>>().join("-").chars().take(NAME_LENGTH).collect();
    let words = if words.is_empty() { "samples" } else { words.trim_end_matches('-') };
    format!("{words}-{}.jsonl", params.lines.name())
}

/// A header that makes browsers keep the answer as a file: RFC 6266, with the name in ASCII for old ones.
pub(super) fn disposition(name: &str) -> String {
    let ascii: String = name.chars().map(|letter| if letter.is_ascii() { letter } else { '_' }).collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{}", escape(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt;

    fn outgoing(receiver: Receiver<Piece>, hold: Hold) -> Outgoing<()> {
        Outgoing { receiver, hold, rest: Bytes::new(), _end: () }
    }

    fn named(q: &str) -> String {
        file_name(&ExportParams::parse([("q", q), ("what", "ids")]).unwrap())
    }

    #[test]
    fn files_are_named_after_their_query() {
        assert_eq!(named(""), "samples-ids.jsonl");
        assert_eq!(named("\"red bus\" -dog/../x"), "red-bus-dog-x-ids.jsonl");
        assert_eq!(named("犬"), "犬-ids.jsonl");
        assert!(named(&"a b ".repeat(500)).len() < 60);
        assert_eq!(
            disposition("犬-ids.jsonl"),
            "attachment; filename=\"_-ids.jsonl\"; filename*=UTF-8''%E7%8A%AC-ids.jsonl"
        );
    }

    #[tokio::test]
    async fn only_a_stream_that_is_complete_ends_well() {
        let (sender, receiver) = mpsc::channel(3);
        sender.send(Piece::Lines(b"{}\n".to_vec())).await.unwrap();
        sender.send(Piece::End).await.unwrap();
        let pieces: Vec<_> = body(outgoing(receiver, Hold::default())).collect().await;
        assert!(matches!(pieces.as_slice(), [Ok(lines)] if *lines == "{}\n"));

        let (sender, receiver) = mpsc::channel(3);
        sender.send(Piece::Lines(b"{}\n".to_vec())).await.unwrap();
        drop(sender);
        let pieces: Vec<_> = body(outgoing(receiver, Hold::default())).collect().await;
        assert!(matches!(pieces.as_slice(), [Ok(_), Err(_)]));
    }

    #[tokio::test]
    async fn who_has_to_leave_breaks_it_off() {
        let (_sender, receiver) = mpsc::channel::<Piece>(3);
        let hold = Hold::default();
        hold.leave.cancel();
        let pieces: Vec<_> = body(outgoing(receiver, hold)).collect().await;
        assert!(matches!(pieces.as_slice(), [Err(_)]));
    }
}
