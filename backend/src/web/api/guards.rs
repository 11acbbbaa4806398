//! What holds for every answer: security headers, a time limit, no panic that reaches a user.

use super::access::is_address_of_picture;
use super::{ApiError, AppState};
use crate::web::Site;
use crate::web::policy::{Inline, content_security_policy};
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::Instrument;

/// Answers that begin later than this are worth a line in the log.
const SLOW: Duration = Duration::from_secs(2);

/// Longest address, query included, in bytes. The longest that the user interface makes has some thousand.
const ADDRESS_MAX: usize = 32 << 10;

/// Headers of every answer, unless it has its own.
fn common_headers(path: &str, site: &Site) -> [(HeaderName, HeaderValue); 4] {
    // A page elsewhere may show a picture, though not look into it.
    let shown_by = if is_address_of_picture(path) { "cross-origin" } else { "same-origin" };
    [
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static(shown_by)),
        (header::CONTENT_SECURITY_POLICY, content_security_policy(&Inline::default(), site)),
    ]
}

/// Adds the headers that keep a browser from doing with an answer what it is not meant for.
pub(crate) async fn security_headers(
    State(site): State<Arc<Site>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = common_headers(request.uri().path(), &site);
    let mut response = next.run(request).await;
    for (name, value) in headers {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// A line in the log for every request: with level `debug`, or louder for those that take long or meet a failure of ours.
pub(crate) async fn log(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::info_span!("request", %method, path);
    let begun = Instant::now();
    let response = next.run(request).instrument(span).await;
    let (status, ms) = (response.status().as_u16(), begun.elapsed().as_millis());
    if response.status().is_server_error() && response.status() != StatusCode::SERVICE_UNAVAILABLE {
        tracing::error!(%method, path, status, ms, "a request failed");
    } else if begun.elapsed() > SLOW || status == StatusCode::SERVICE_UNAVAILABLE.as_u16() {
        tracing::warn!(%method, path, status, ms, "a request took long or was sent away");
    } else {
        tracing::debug!(%method, path, status, ms, "request");
    }
    response
}

/// Lets requests in or not, as [`Access`](super::Access) says.
pub(crate) async fn access(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match state.access.objection(&request, &state.site) {
        Some(answer) => answer,
        None => next.run(request).await,
    }
}

/// Refuses addresses that are longer than any that makes sense; what they would say may be said in a body.
pub(crate) async fn address_limit(request: Request, next: Next) -> Response {
    let length = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    if length > ADDRESS_MAX {
        return ApiError::AddressTooLong { length, most: ADDRESS_MAX }.into_response();
    }
    next.run(request).await
}

/// Answers 503 when no answer has begun in time. Questions to the index end then; what else the library still does keeps
/// its place in the queue.
pub(crate) async fn time_limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let limit = state.limits.answer;
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::TooSlow(limit.as_secs_f64()).into_response(),
    }
}

/// The answer in place of a panic. The panic's own words go to the terminal only.
pub(crate) fn panicked(_: Box<dyn Any + Send>) -> Response {
    ApiError::Crashed.into_response()
}

/// The answer to a method that an address does not have.
pub(crate) async fn method_not_allowed(method: Method) -> ApiError {
    ApiError::MethodNotAllowed(method.to_string())
}
