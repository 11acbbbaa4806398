//! JSON answers.

use super::{ApiError, etag_of, is_unchanged};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A JSON answer that must be asked for again each time.
pub(super) fn json(value: &impl Serialize) -> Result<Response, ApiError> {
    // The wire types have string keys and finite numbers only, so this cannot fail.
    let body = serde_json::to_vec(value).map_err(|_| ApiError::Crashed)?;
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// A JSON answer with the entity tag of `content`, or 304 if the client has it.
///
/// `content` is the answer without what differs from call to call. The tag is taken from what is said, not from the
/// state of the index, because pictures and files change between commits.
pub(super) fn json_unless_known(
    request: &HeaderMap,
    content: &impl Serialize,
    value: &impl Serialize,
) -> Result<Response, ApiError> {
    let etag = etag_of(&serde_json::to_vec(content).map_err(|_| ApiError::Crashed)?);
    let response = if is_unchanged(request, &etag) { not_modified() } else { json(value)? };
    Ok(tagged(response, &etag))
}

/// 304, to be revalidated the next time too.
pub(super) fn not_modified() -> Response {
    (StatusCode::NOT_MODIFIED, [(header::CACHE_CONTROL, "no-cache")]).into_response()
}

/// The response with an entity tag.
pub(crate) fn tagged(mut response: Response, etag: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(etag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}
