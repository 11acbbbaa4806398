//! The token of a guarded server, and the cookie that stands for it in a browser.

use axum::http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;

/// Domain of the cookie's value, so that the cookie does not reveal the token.
const COOKIE_CONTEXT: &str = "blendscope 2026 token cookie";

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

    /// The `Set-Cookie` header.
    pub(super) fn cookie(&self) -> String {
        format!("{}={}; Path=/; HttpOnly; SameSite=Lax", self.cookie_name(), self.cookie.to_hex())
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
    /// Path and query without it.
    pub without: String,
}

/// The token in the query of an address, if there is one.
pub(super) fn in_address(uri: &Uri) -> Option<Arrival> {
    let is_token = |pair: &&str| pair.starts_with("token=");
    let query = uri.query()?;
    let given = query.split('&').find(is_token)?.trim_start_matches("token=").replace('+', " ");
    let given = percent_decode_str(&given).decode_utf8_lossy().into_owned();
    let rest = query.split('&').filter(|pair| !is_token(pair)).collect::<Vec<_>>().join("&");
    // A path such as `//evil.example` would be taken for another host in a redirect.
    let path = format!("/{}", uri.path().trim_start_matches('/'));
    let without = if rest.is_empty() { path } else { format!("{path}?{rest}") };
    Some(Arrival { given, without })
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
        let cookie = token.cookie();
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
        assert_eq!(
            arrival("/search?q=a%20b&token=s%26t&sort=file"),
            Some(Arrival { given: "s&t".to_owned(), without: "/search?q=a%20b&sort=file".to_owned() })
        );
        assert_eq!(arrival("/?token=x"), Some(Arrival { given: "x".to_owned(), without: "/".to_owned() }));
        assert_eq!(arrival("//evil.example/?token=x").unwrap().without, "/evil.example/");
        assert_eq!(arrival("/search?q=token%3Dx&terms=token"), None);
    }
}
