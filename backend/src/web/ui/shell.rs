//! The HTML shell: `index.html` with its policy, and with a preview of what the page is about.

use super::preview::Preview;
use super::{REVALIDATE, SHELL, files};
use crate::web::api::{etag_of, is_unchanged, tagged};
use crate::web::policy::{Inline, content_security_policy};
use crate::web::site::{BasePath, Site, up_from};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

/// What proxies say of the address that their client asked for; the second is what jupyter-server-proxy sends.
const PROTO: &str = "x-forwarded-proto";
const PREFIX: &str = "x-forwarded-prefix";

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
    let policy = content_security_policy(&Inline::of(&shell), site);
    let html = insert(&shell, &service_address(request, site));

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

/// The whole address of the service as its client sees it, for previews, which programs elsewhere read.
///
/// What a proxy says of itself (`X-Forwarded-Proto`, and `X-Forwarded-Prefix` for a prefix that it took away) is believed
/// from anybody: it only changes the address of a picture in an answer to whoever sent it, which caches ask for anew each
/// time. The name of the host is not taken from there: that of the request was checked.
fn service_address(request: &HeaderMap, site: &Site) -> String {
    let text = |name: &str| request.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let host = text(header::HOST.as_str());
    let scheme = if text(PROTO).eq_ignore_ascii_case("https") { "https" } else { "http" };
    let prefix = text(PREFIX).parse::<BasePath>().unwrap_or_default();
    format!("{scheme}://{host}{}{}", prefix.as_str(), site.base_path())
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
    fn a_preview_has_the_address_that_its_reader_asked_for() {
        let address = |headers: &[(&'static str, &'static str)]| {
            let headers = headers.iter().map(|(name, value)| {
                (header::HeaderName::from_static(name), header::HeaderValue::from_static(value))
            });
            service_address(&headers.collect(), &Site::default())
        };
        assert_eq!(address(&[("host", "lab:7878")]), "http://lab:7878");
        let proxied = [("host", "hub"), (PROTO, "https"), (PREFIX, "/user/ada/proxy/7878")];
        assert_eq!(address(&proxied), "https://hub/user/ada/proxy/7878");
        let odd = [("host", "hub"), (PROTO, "javascript"), (PREFIX, "/\"><script>")];
        assert_eq!(address(&odd), "http://hub");
    }

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
