//! The HTML shell: `index.html` with its policy, and with a preview of what the page is about.

use super::preview::Preview;
use super::{REVALIDATE, files, policy};
use crate::web::api::{etag_of, is_unchanged, tagged};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// The shell's own file, which is never served by its name.
pub(super) const FILE_NAME: &str = "index.html";

/// The base of the page's addresses as `index.html` has it: the root of the host.
const BASE: &str = "<base href=\"/\">";

/// Answers a request for `path` with the shell. All addresses in it are relative to the folder of the service, which is
/// as many steps up as the path has folders: so the page works below whatever prefix a proxy takes away.
pub(super) fn answer(
    path: &str,
    request: &HeaderMap,
    status: StatusCode,
    preview: Option<&Preview>,
) -> Response {
    let shell = files::read(FILE_NAME, false).map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
    let shell = shell.unwrap_or_default().replacen(BASE, &format!("<base href=\"{}\">", up_from(path)), 1);
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

/// The way from a page to the folder of the service.
fn up_from(path: &str) -> String {
    match path.trim_start_matches('/').matches('/').count() {
        0 => "./".to_owned(),
        folders => "../".repeat(folders),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_the_service_is_found_from_every_page() {
        assert_eq!(["/", "/search", "/recipes/", "/s/set/key"].map(up_from), ["./", "./", "../", "../../"]);
    }
}
