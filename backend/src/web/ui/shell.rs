//! The HTML shell: `index.html` with its policy, and with a preview of what the page is about.

use super::preview::Preview;
use super::{REVALIDATE, SHELL, files};
use crate::web::api::{etag_of, is_unchanged, tagged};
use crate::web::policy::{Inline, content_security_policy};
use crate::web::site::{Site, up_from};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// How the element begins that says what the page's addresses are relative to.
const BASE: &str = "<base ";

/// Answers a request for `path` with the shell. All addresses in it are relative to the folder of the service, which is
/// as many steps up as the path has folders: so the page works below whatever prefix a proxy takes away.
pub(super) fn answer(
    site: &Site,
    path: &str,
    request: &HeaderMap,
    status: StatusCode,
    preview: Option<&Preview>,
) -> Response {
    answer_with(site, path, request, status, |shell, service| {
        preview.map_or_else(|| shell.to_owned(), |preview| preview.write_into(shell, service))
    })
}

/// The same with what `insert` makes of the shell and the address of the service.
pub(super) fn answer_with(
    site: &Site,
    path: &str,
    request: &HeaderMap,
    status: StatusCode,
    insert: impl FnOnce(&str, &str) -> String,
) -> Response {
    let shell = files::read(SHELL, false).map(|file| String::from_utf8_lossy(&file.bytes).into_owned());
    let shell = with_base(&shell.unwrap_or_default(), &up_from(path), site.base_path());
    let host = request.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let policy = content_security_policy(&Inline::of(&shell), site);
    let html = insert(&shell, &format!("http://{host}{}", site.base_path()));

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

/// The shell with another base, which also names the folder that addresses in answers begin with. How its own is written
/// is up to the minifier, which leaves quotes out.
fn with_base(shell: &str, base: &str, folder: &str) -> String {
    let found = shell.split_once(BASE).and_then(|(before, rest)| Some((before, rest.split_once('>')?.1)));
    let Some((before, behind)) = found else { return shell.to_owned() };
    let folder = if folder.is_empty() { String::new() } else { format!(" data-folder=\"{folder}\"") };
    format!("{before}{BASE}href=\"{base}\"{folder}>{behind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_is_exchanged_however_it_is_written() {
        for own in ["<base href=\"/\">", "<base href=/>", "<base href='/' />"] {
            let shell = format!("<!doctype html>{own}<title>x</title>");
            assert_eq!(with_base(&shell, "../", ""), "<!doctype html><base href=\"../\"><title>x</title>");
            let below = with_base(&shell, "./", "/lab");
            assert_eq!(below, "<!doctype html><base href=\"./\" data-folder=\"/lab\"><title>x</title>");
        }
    }
}
