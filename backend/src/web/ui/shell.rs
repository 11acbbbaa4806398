//! The HTML shell: `index.html` with its policy, and with a preview of what the page is about.

use super::preview::Preview;
use super::{REVALIDATE, files, policy};
use crate::web::api::{etag_of, is_unchanged, tagged};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// The shell's own file, which is never served by its name.
pub(super) const FILE_NAME: &str = "index.html";

/// Answers with the shell.
pub(super) fn answer(request: &HeaderMap, status: StatusCode, preview: Option<&Preview>) -> Response {
    let shell = files::read(FILE_NAME, false).map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
    let shell = shell.unwrap_or_default();
    let host = request.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let policy = policy::content_security_policy(&policy::inline_script_hashes(&shell));
    let html = preview.map_or_else(|| shell.clone(), |preview| preview.write_into(&shell, host));

    let etag = etag_of(html.as_bytes());
    let mut response = if status == StatusCode::OK && is_unchanged(request, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        (status, Html(html)).into_response()
    };
    response.headers_mut().insert(header::CACHE_CONTROL, REVALIDATE);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    tagged(response, &etag)
}
