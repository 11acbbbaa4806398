//! Who may ask: names this server answers to, pages that it belongs to, and the token.

mod hosts;
mod pages;
mod token;

pub(crate) use hosts::HostName;
pub(super) use pages::is_address_of_picture;

use super::{ApiError, AppState};
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use token::Token;

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

    /// What a request is answered with instead of what it asks for; `None` lets it in.
    fn objection(&self, request: &Request) -> Option<Response> {
        if pages::is_unclear(request) {
            return Some(ApiError::UnclearHost.into_response());
        }
        let host = host_of(request);
        if self.is_by_name && !self.knows(host) {
            return Some(ApiError::UnknownHost(host.to_owned()).into_response());
        }
        if pages::is_foreign(request, &self.allowed) {
            return Some(ApiError::ForeignPage.into_response());
        }
        let token = self.token.as_ref()?;
        let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
        if is_reading && let Some(arrival) = token::in_address(request.uri()) {
            let is_right = token.is(&arrival.given);
            return Some(if is_right { remember(token, &arrival.without) } else { refuse() });
        }
        let headers = request.headers();
        let by_header = text(headers, header::AUTHORIZATION).is_some_and(|value| token.is_bearer(value));
        let by_cookie = headers.get_all(header::COOKIE).iter().any(|value| token.is_in_cookies(value));
        (!by_header && !by_cookie).then(refuse)
    }

    /// Whether a host, with whatever port, is one of this server's.
    fn knows(&self, host: &str) -> bool {
        let known =
            |name: &HostName| self.own.iter().chain(&self.allowed).any(|known| known.name == name.name);
        HostName::parse(host).is_some_and(|name| hosts::is_local(&name) || known(&name))
    }
}

/// The middleware that lets requests in or not.
pub(super) async fn check(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match state.access.objection(&request) {
        Some(answer) => answer,
        None => next.run(request).await,
    }
}

fn refuse() -> Response {
    ApiError::TokenNeeded.into_response()
}

/// The host that a request is meant for, with its port; empty if it names none.
fn host_of(request: &Request) -> &str {
    let written = || text(request.headers(), header::HOST);
    request.uri().authority().map(Authority::as_str).or_else(written).unwrap_or_default()
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

/// Puts the token into a cookie and sends the browser to the same address without it, so that it is neither shared nor
/// shown.
fn remember(token: &Token, address: &str) -> Response {
    let headers = [
        (header::SET_COOKIE, token.cookie()),
        (header::LOCATION, address.to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}
