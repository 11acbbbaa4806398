//! Who may ask: names this server answers to, pages that it belongs to, and the token.

mod hosts;
mod pages;
mod refusal;
mod token;

pub(crate) use hosts::HostName;
pub(super) use pages::is_address_of_picture;

use super::ApiError;
use crate::web::Site;
use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use refusal::refusal;
use token::{Arrival, Token};

/// Who is let in. The default lets everybody in but pages elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Access {
    /// Whether the `Host` of a request must be known.
    is_by_name: bool,
    /// The address that is listened at.
    own: Option<HostName>,
    /// Further names, and the names of proxies before this server.
    allowed: Vec<HostName>,
    token: Option<Token>,
}

impl Access {
    /// Lets pages in that are opened by these names.
    #[must_use]
    pub(crate) fn with_names(mut self, names: Vec<HostName>) -> Self {
        self.allowed = names;
        self
    }

    /// Answers only requests whose `Host` is this machine's own name for itself, the address `own` or one of the names.
    ///
    /// Guards a server on a loopback address against web pages elsewhere that let their own name point at it.
    #[must_use]
    pub(crate) fn only_by_name(mut self, own: Option<HostName>) -> Self {
        self.is_by_name = true;
        self.own = own;
        self
    }

    /// Answers only requests that know `token`.
    #[must_use]
    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.token = Some(Token::new(token));
        self
    }

    /// Whether a token is asked for.
    pub(crate) fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// What a request is answered with instead of what it asks for; `None` lets it in.
    pub(super) fn objection(&self, request: &Request, site: &Site) -> Option<Response> {
        let headers = request.headers();
        let refuse = |error| Some(refusal(error, request, site));
        if pages::is_unclear(request) {
            return refuse(ApiError::UnclearHost);
        }
        let host = host_of(request);
        // A page that lets its name point here has no cookie of ours, so that a token stands for the name.
        if self.is_by_name && self.token.is_none() && !self.knows(host) {
            return refuse(ApiError::UnknownHost(host.to_owned()));
        }
        if pages::is_foreign(request, &self.allowed, site.is_framed()) {
            return refuse(ApiError::ForeignPage);
        }
        let token = self.token.as_ref()?;
        let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
        if is_reading && let Some(arrival) = token::in_address(request.uri()) {
            let is_right = token.is(&arrival.given);
            return if is_right {
                Some(remember(token, &arrival, headers))
            } else {
                refuse(ApiError::TokenNeeded)
            };
        }
        let by_header = text(headers, header::AUTHORIZATION).is_some_and(|value| token.is_bearer(value));
        let by_cookie = headers.get_all(header::COOKIE).iter().any(|value| token.is_in_cookies(value));
        if by_header || by_cookie { None } else { refuse(ApiError::TokenNeeded) }
    }

    /// Whether a host, with whatever port, is one of this server's.
    fn knows(&self, host: &str) -> bool {
        let known =
            |name: &HostName| self.own.iter().chain(&self.allowed).any(|known| known.name == name.name);
        HostName::parse(host).is_some_and(|name| hosts::is_local(&name) || known(&name))
    }
}

/// The host that a request is meant for, with its port; empty if it names none.
fn host_of(request: &Request) -> &str {
    let written = || text(request.headers(), header::HOST);
    request.uri().authority().map(Authority::as_str).or_else(written).unwrap_or_default()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Puts the token into a cookie of the service's folder and sends the browser to the same address without it, so that it
/// is neither shared nor shown.
fn remember(token: &Token, arrival: &Arrival, request: &HeaderMap) -> Response {
    let next = HeaderValue::from_str(&arrival.next).unwrap_or(HeaderValue::from_static("./"));
    let headers = [(header::LOCATION, next), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    let mut response = (StatusCode::SEE_OTHER, headers).into_response();
    if arrival.is_in_folder
        && let Ok(cookie) = HeaderValue::from_str(&token.cookie(pages::is_in_frame(request)))
    {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
