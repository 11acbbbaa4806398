//! Who may ask: names this server answers to, and the token.

mod hosts;
mod token;

use super::{ApiError, AppState};
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hosts::KnownHosts;
use token::Token;

/// Who is let in. The default lets everybody in.
#[derive(Debug, Default)]
pub struct Access {
    hosts: Option<KnownHosts>,
    token: Option<Token>,
}

impl Access {
    /// Answers only requests whose `Host` is this machine's own name for itself or one of `names`.
    ///
    /// Guards a server on a loopback address against web pages elsewhere that let their own name point at it.
    #[must_use]
    pub fn with_local_hosts(mut self, names: impl IntoIterator<Item = String>) -> Self {
        self.hosts = Some(KnownHosts::local_and(names));
        self
    }

    /// Answers only requests that know `token`.
    #[must_use]
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(Token::new(token));
        self
    }

    /// What a request is answered with instead of what it asks for; `None` lets it in.
    fn objection(&self, request: &Request) -> Option<Response> {
        if let Some(hosts) = &self.hosts {
            let host = host_of(request);
            if !hosts.know(host) {
                return Some(ApiError::UnknownHost(host.to_owned()).into_response());
            }
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
