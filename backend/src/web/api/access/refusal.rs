//! The page for who is not let in: what is wrong, and what to do about it. It needs nothing else of this server, which
//! would be refused too.

use super::HostName;
use crate::web::Site;
use crate::web::api::ApiError;
use crate::web::html::escape;
use crate::web::policy::{Inline, content_security_policy};
use axum::extract::{Query, Request};
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};

const PAGE: &str = include_str!("refusal.html");

/// The answer to somebody who is not let in: a page for browsers that would show it, else what any program is told.
pub(super) fn refusal(error: ApiError, request: &Request, site: &Site) -> Response {
    let accepted = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let is_shown = accepted.is_some_and(|accept| accept.contains("text/html"));
    let body = body(&error, request.uri());
    let title = error.title();
    let mut response = error.into_response();
    if let Some(body) = body.filter(|_| is_shown) {
        let page = PAGE.replace("{title}", title).replace("{body}", &body);
        let policy = content_security_policy(&Inline::of(&page), site);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        *response.body_mut() = page.into();
    }
    response
}

/// What the page says, as HTML; nothing for errors that nobody meets in a browser.
fn body(error: &ApiError, uri: &Uri) -> Option<String> {
    match error {
        ApiError::TokenNeeded => Some(token_needed(uri)),
        ApiError::UnknownHost(host) => Some(unknown_host(host)),
        ApiError::ForeignPage => Some(
            "<p>A page elsewhere tried to open this inside of itself, or to send something here. Open Blendscope by \
             its own address. To show it in a frame of that page, start it with</p>\
             <pre>blendscope serve … --frame https://that.page</pre>"
                .to_owned(),
        ),
        _ => None,
    }
}

/// A form that asks for the token and leads to what was asked for.
fn token_needed(uri: &Uri) -> String {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri).map(|query| query.0).unwrap_or_default();
    let (tried, others): (Vec<_>, Vec<_>) = pairs.into_iter().partition(|(name, _)| name == "token");
    let wrong = if tried.is_empty() { "" } else { "<p role=\"alert\"><b>This is not the token.</b></p>" };
    let hidden = |(name, value): &(String, String)| {
        format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value))
    };
    format!(
        "<p>This server shows its data to whoever knows its token. It was chosen with <code>--token</code> when the \
         server was started; the link printed there has it at its end.</p>{wrong}\
         <form method=\"get\">{}<label for=\"token\">Token</label>\
         <input id=\"token\" name=\"token\" type=\"password\" autocomplete=\"current-password\" required autofocus>\
         <button type=\"submit\">Open</button></form>",
        others.iter().map(hidden).collect::<String>()
    )
}

fn unknown_host(host: &str) -> String {
    let Some(HostName { name, .. }) = HostName::parse(host) else {
        return "<p>The address in the browser names no host that this server could know.</p>".to_owned();
    };
    let name = escape(&name);
    format!(
        "<p>This server is not known as <b>{name}</b>. It answers only under names it was given, so that a page \
         elsewhere cannot read your data by letting its own name point here.</p>\
         <p>If you reach it through JupyterHub, code-server, Open OnDemand or another proxy, start it with</p>\
         <pre>blendscope serve … --allow-host {name}</pre>\
         <p>or with a token, which stands for the name: <code>--token …</code></p>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_host_stays_text() {
        let body = unknown_host("<b>x.example");
        assert!(body.contains("&lt;b&gt;x"), "{body}");
    }

    #[test]
    fn the_form_leads_to_what_was_asked_for() {
        let form = token_needed(&"/search?q=a%22%3E&token=x&view=grid".parse().unwrap());
        assert!(
            form.contains("name=\"q\" value=\"a&quot;&gt;\"") && form.contains("value=\"grid\""),
            "{form}"
        );
        assert!(form.contains("not the token") && !form.contains("value=\"x\""), "{form}");
        assert!(!token_needed(&"/search".parse().unwrap()).contains("not the token"));
    }
}
