//! Which page asks: this server's own, or one elsewhere, which may only link to it and show its pictures.
//!
//! Browsers say so themselves, in `Sec-Fetch-Site` (Fetch Metadata, W3C), older ones in `Origin` (RFC 6454). Programs send
//! neither and are let in: they act for whoever runs them.
//!
//! `same-site` counts as elsewhere. It says that the page comes from another port of the same host or from a host
//! beside it, and on a machine that many people use these belong to other people.

use super::hosts::HostName;
use super::{host_of, text};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, Method, header};

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Whether a page elsewhere asks for what only this server's own pages may ask for. `allowed` are further names under
/// which these are opened; `is_framed`, whether the answers say which pages may show ours in a frame.
pub(super) fn is_foreign(request: &Request, allowed: &[HostName], is_framed: bool) -> bool {
    let headers = request.headers();
    if headers.contains_key(SITE) {
        let is_own = matches!(text(headers, SITE), Some("same-origin" | "none"));
        let is_frame = is_framed && is_navigation(request) && is_in_frame(headers);
        return !is_own && !is_link(request) && !is_frame && !is_picture(request);
    }
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let is_own = |origin: &str| Origin::parse(origin).is_some_and(|origin| origin.is_of(request, allowed));
    !origins.all(|origin| origin.to_str().is_ok_and(is_own))
}

/// Somebody follows a link. A frame is no link.
fn is_link(request: &Request) -> bool {
    let destination = text(request.headers(), DEST);
    is_navigation(request) && (destination == Some("document") || !request.headers().contains_key(DEST))
}

fn is_navigation(request: &Request) -> bool {
    is_reading(request) && text(request.headers(), MODE) == Some("navigate")
}

/// Whether a page is asked for to be shown inside of another one.
pub(super) fn is_in_frame(headers: &HeaderMap) -> bool {
    matches!(text(headers, DEST), Some("iframe" | "frame"))
}

/// A picture is shown, which the page around it cannot look into.
fn is_picture(request: &Request) -> bool {
    is_reading(request)
        && text(request.headers(), DEST) == Some("image")
        && is_address_of_picture(request.uri().path())
}

/// Whether a picture of the data is at this path.
pub(crate) fn is_address_of_picture(path: &str) -> bool {
    path.starts_with("/images/")
}

fn is_reading(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}

/// Where a page comes from.
struct Origin<'a> {
    name: HostName,
    default_port: &'a str,
}

impl<'a> Origin<'a> {
    /// Reads the header; `None` for `null` and for whatever is not of the web.
    fn parse(origin: &'a str) -> Option<Self> {
        let (scheme, host) = origin.trim().split_once("://")?;
        let default_port = match scheme.to_ascii_lowercase().as_str() {
            "http" => "80",
            "https" => "443",
            _ => return None,
        };
        Some(Self { name: HostName::parse(host)?, default_port })
    }

    /// Whether a request goes to where the page comes from, or the page is opened by one of the `allowed` names, which
    /// a reverse proxy may have replaced.
    fn is_of(&self, request: &Request, allowed: &[HostName]) -> bool {
        let is_same =
            |host: HostName| host.name == self.name.name && self.port_of(&host) == self.port_of(&self.name);
        HostName::parse(host_of(request)).is_some_and(is_same)
            || allowed.iter().any(|name| name.covers(&self.name))
    }

    fn port_of<'b>(&'b self, name: &'b HostName) -> &'b str {
        name.port.as_deref().unwrap_or(self.default_port)
    }
}

/// Whether a request says more than once, or not at all, for which host it is meant.
pub(super) fn is_unclear(request: &Request) -> bool {
    let hosts = |headers: &HeaderMap| headers.get_all(header::HOST).iter().count();
    let written = hosts(request.headers());
    written > 1 || written == 0 && request.uri().authority().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn is_let_in(method: &str, path: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let allowed = ["blend.example", "lab.example:8443"].map(|name| HostName::parse(name).unwrap());
        !is_foreign(&request.body(Body::empty()).unwrap(), &allowed, false)
    }

    fn from(site: &str, mode: &str, dest: &str, (method, path): (&str, &str)) -> bool {
        let headers = [("sec-fetch-site", site), ("sec-fetch-mode", mode), ("sec-fetch-dest", dest)];
        is_let_in(method, path, &headers)
    }

    const SEARCH: &str = "/api/v1/search?q=a";

    #[test]
    fn own_pages_and_people_may_do_everything() {
        for site in ["same-origin", "none"] {
            assert!(from(site, "cors", "empty", ("POST", SEARCH)));
            assert!(from(site, "navigate", "document", ("GET", "/")));
        }
        assert!(is_let_in("POST", SEARCH, &[]));
    }

    #[test]
    fn pages_elsewhere_may_link_and_show_pictures() {
        for site in ["cross-site", "same-site", "made-up"] {
            assert!(from(site, "navigate", "document", ("GET", "/s/a/b")));
            assert!(from(site, "no-cors", "image", ("GET", "/images/coco/1?w=320")));
            assert!(!from(site, "navigate", "document", ("POST", SEARCH)));
            assert!(!from(site, "navigate", "iframe", ("GET", SEARCH)));
            assert!(!from(site, "no-cors", "image", ("GET", SEARCH)));
            assert!(!from(site, "no-cors", "image", ("GET", "/imagesx")));
            assert!(!from(site, "no-cors", "script", ("GET", SEARCH)));
            assert!(!from(site, "cors", "empty", ("GET", SEARCH)));
            assert!(!from(site, "cors", "empty", ("OPTIONS", SEARCH)));
            assert!(!from(site, "websocket", "websocket", ("GET", SEARCH)));
        }
    }

    #[test]
    fn what_the_browser_says_of_the_site_counts_more_than_the_origin() {
        let mixed = [("sec-fetch-site", "same-origin"), ("origin", "https://other.example"), ("host", "a")];
        assert!(is_let_in("POST", SEARCH, &mixed));
        let mixed = [("sec-fetch-site", "cross-site"), ("origin", "http://a"), ("host", "a")];
        assert!(!is_let_in("POST", SEARCH, &mixed));
    }

    #[test]
    fn an_origin_has_to_be_the_host() {
        let is_own =
            |origin: &str, host: &str| is_let_in("POST", SEARCH, &[("origin", origin), ("host", host)]);
        for (origin, host) in [
            ("http://localhost:7878", "localhost:7878"),
            ("HTTP://LocalHost:7878", "localhost:7878"),
            ("http://localhost.:7878", "localhost:7878"),
            ("http://[::1]:7878", "[::1]:7878"),
            ("http://a.example", "a.example:80"),
            ("http://a.example:80", "a.example"),
            ("https://a.example", "a.example"),
            ("https://a.example", "a.example:443"),
            // Behind a proxy that puts another name in its place.
            ("https://blend.example", "127.0.0.1:7878"),
            ("https://blend.example:9000", "127.0.0.1:7878"),
            ("https://lab.example:8443", "127.0.0.1:7878"),
        ] {
            assert!(is_own(origin, host), "{origin} at {host}");
        }
        for (origin, host) in [
            ("null", "localhost:7878"),
            ("", "localhost:7878"),
            ("http://localhost:8888", "localhost:7878"),
            ("http://localhost", "localhost:7878"),
            ("https://localhost", "localhost:80"),
            ("http://127.0.0.1:7878", "localhost:7878"),
            ("http://evil.example", "localhost:7878"),
            ("http://localhost:7878.evil.example", "localhost:7878"),
            ("http://localhost:7878@evil.example", "localhost:7878"),
            ("file://localhost:7878", "localhost:7878"),
            ("http://localhost:7878/", "localhost:7878"),
            ("https://lab.example", "127.0.0.1:7878"),
        ] {
            assert!(!is_own(origin, host), "{origin} at {host}");
        }
        let twice = [("origin", "http://a"), ("origin", "http://evil.example"), ("host", "a")];
        assert!(!is_let_in("POST", SEARCH, &twice));
    }
}
