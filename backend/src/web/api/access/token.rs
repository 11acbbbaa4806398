//! The token of a guarded server, and the cookie that stands for it in a browser.

use crate::web::site::up_from;
use axum::http::{HeaderValue, Uri};
use blendscope_shared::paths::escape;
use percent_encoding::percent_decode_str;

/// Context of the key derivation (BLAKE3) that makes the cookie's value, so that it does not reveal the token.
const COOKIE_CONTEXT: &str = "blendscope 2026 token cookie";

/// The parameter with the token.
const TOKEN: &str = "token=";
/// The parameter with the page to go on to, once the cookie is set at the folder of the service.
const THEN: &str = "then=";

/// A token, kept as hashes. Equality of `blake3::Hash` takes the same time wherever two hashes differ.
#[derive(Debug)]
pub(super) struct Token {
    token: blake3::Hash,
    cookie: blake3::Hash,
}

impl Token {
    pub(super) fn new(token: &str) -> Self {
        let cookie = blake3::derive_key(COOKIE_CONTEXT, token.as_bytes());
        Self { token: blake3::hash(token.as_bytes()), cookie: cookie.into() }
    }

    /// Whether `given` is the token.
    pub(super) fn is(&self, given: &str) -> bool {
        blake3::hash(given.as_bytes()) == self.token
    }

    /// Whether an `Authorization` header carries the token.
    pub(super) fn is_bearer(&self, authorization: &str) -> bool {
        let Some((scheme, given)) = authorization.split_once(' ') else { return false };
        scheme.eq_ignore_ascii_case("bearer") && self.is(given.trim())
    }

    /// Whether a `Cookie` header carries this token's cookie.
    pub(super) fn is_in_cookies(&self, cookies: &HeaderValue) -> bool {
        let Ok(cookies) = cookies.to_str() else { return false };
        let name = self.cookie_name();
        cookies
            .split(';')
            .filter_map(|cookie| cookie.trim().split_once('='))
            .filter(|(given, _)| *given == name)
            .any(|(_, value)| blake3::Hash::from_hex(value).is_ok_and(|hash| hash == self.cookie))
    }

    /// The `Set-Cookie` header. It names no path: then the path is the folder in which the browser sees the page that sets
    /// it (RFC 6265, 5.1.4), whatever a proxy made of that, and no neighbour behind the same proxy receives it. In a frame
    /// of a page elsewhere, browsers only keep what is `SameSite=None`, and apart for each such page.
    pub(super) fn cookie(&self, is_in_frame: bool) -> String {
        let site = if is_in_frame { "SameSite=None; Secure; Partitioned" } else { "SameSite=Lax" };
        format!("{}={}; HttpOnly; {site}", self.cookie_name(), self.cookie.to_hex())
    }

    /// Browsers share cookies between the ports of a host; the name tells two servers on one host apart.
    fn cookie_name(&self) -> String {
        let tag = blake3::hash(self.cookie.as_bytes()).to_hex();
        format!("blendscope_{}", &tag[..8])
    }
}

/// An address that carries a token.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Arrival {
    /// The token as given.
    pub given: String,
    /// Where the browser is sent, relative to the address.
    pub next: String,
    /// Whether the address lies in the folder of the service itself, where the cookie is to be set. Else the browser is
    /// sent there first.
    pub is_in_folder: bool,
}

/// The token in the query of an address, if there is one.
pub(super) fn in_address(uri: &Uri) -> Option<Arrival> {
    let query = uri.query()?;
    let token = value(query, TOKEN)?;
    let given = percent_decode_str(&token.replace('+', " ")).decode_utf8_lossy().into_owned();
    let others = |pair: &&str| !pair.starts_with(TOKEN) && !pair.starts_with(THEN);
    let rest = query.split('&').filter(others).collect::<Vec<_>>().join("&");
    let rest = if rest.is_empty() { rest } else { format!("?{rest}") };
    let path = uri.path().trim_start_matches('/');
    let up = up_from(uri.path());
    let is_in_folder = !path.contains('/');
    let next = match value(query, THEN) {
        Some(then) if is_in_folder => format!("./{}", percent_decode_str(then).decode_utf8_lossy()),
        _ if is_in_folder => format!("./{path}{rest}"),
        _ => format!("{up}?{TOKEN}{token}&{THEN}{}", escape(&format!("{path}{rest}"))),
    };
    Some(Arrival { given, next, is_in_folder })
}

/// The value of a parameter as it is written; `name` ends with `=`.
fn value<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query.split('&').find_map(|pair| pair.strip_prefix(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_is_the_token() {
        let token = Token::new("s3cret");
        assert!(token.is("s3cret"));
        assert!(!token.is("s3cre") && !token.is("s3cret ") && !token.is(""));
        assert!(token.is_bearer("Bearer s3cret") && token.is_bearer("bearer  s3cret"));
        assert!(!token.is_bearer("Basic s3cret") && !token.is_bearer("s3cret"));
    }

    #[test]
    fn the_cookie_opens_and_does_not_tell() {
        let token = Token::new("s3cret");
        let cookie = token.cookie(false);
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("s3cret"));
        let pair = cookie.split(';').next().unwrap();
        let sent = |text: String| HeaderValue::from_str(&text).unwrap();
        assert!(token.is_in_cookies(&sent(format!("theme=dark; {pair}; a=b"))));
        assert!(!token.is_in_cookies(&sent("theme=dark".to_owned())));
        assert!(!Token::new("other").is_in_cookies(&sent(pair.to_owned())));
    }

    #[test]
    fn the_address_loses_its_token_and_nothing_else() {
        let arrival = |address: &str| in_address(&address.parse().unwrap());
        let arrived = arrival("/search?q=a%20b&token=s%26t&sort=file").unwrap();
        assert_eq!((arrived.given.as_str(), arrived.next.as_str()), ("s&t", "./search?q=a%20b&sort=file"));
        assert!(arrived.is_in_folder);
        assert_eq!(arrival("/?token=x").unwrap().next, "./");
        assert_eq!(arrival("/search?q=token%3Dx&terms=token"), None);
    }

    #[test]
    fn a_deep_link_goes_over_the_folder_of_the_service() {
        let arrival = |address: &str| in_address(&address.parse().unwrap()).unwrap();
        let deep = arrival("/s/a/b?q=x&token=s%26t");
        assert!(!deep.is_in_folder);
        assert_eq!(deep.next, "../../?token=s%26t&then=s%2Fa%2Fb%3Fq%3Dx");
        let then = arrival(&deep.next.replace("../../", "/"));
        assert!(then.is_in_folder);
        assert_eq!((then.given.as_str(), then.next.as_str()), ("s&t", "./s/a/b?q=x"));
    }

    #[test]
    fn nobody_is_sent_elsewhere() {
        let next = |address: &str| in_address(&address.parse().unwrap()).unwrap().next;
        assert!(next("//evil.example/?token=x").starts_with("../"));
        for then in
            ["//evil.example", "https://evil.example", "%2F%2Fevil.example", "https%3A%2F%2Fevil.example"]
        {
            assert!(next(&format!("/?token=x&then={then}")).starts_with("./"), "{then}");
        }
    }
}
