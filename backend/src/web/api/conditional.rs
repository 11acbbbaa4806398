//! Entity tags: what a client already has is not sent again (RFC 9110, 8.8.3 and 13.1).

use axum::http::{HeaderMap, header};

/// A weak entity tag of some content: the same bytes have the same tag, however they are compressed on the way.
pub(crate) fn etag_of(content: &[u8]) -> String {
    let hash = blake3::hash(content).to_hex();
    format!("W/\"{}\"", &hash[..20])
}

/// Whether `If-None-Match` names this tag, so that 304 will do.
pub(crate) fn is_unchanged(request: &HeaderMap, etag: &str) -> bool {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || opaque(tag) == opaque(etag))
}

/// The tag without its mark of weakness, which `If-None-Match` ignores.
fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(if_none_match: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::IF_NONE_MATCH, if_none_match.parse().unwrap())])
    }

    #[test]
    fn a_tag_is_found_in_any_form() {
        assert!(is_unchanged(&request("\"a\", W/\"b\""), "\"b\""));
        assert!(is_unchanged(&request("\"b\""), "W/\"b\""));
        assert!(is_unchanged(&request("*"), "\"b\""));
        assert!(!is_unchanged(&request("\"ab\""), "\"b\""));
        assert!(!is_unchanged(&HeaderMap::new(), "\"b\""));
    }

    #[test]
    fn other_content_has_another_tag() {
        assert_eq!(etag_of(b"a"), etag_of(b"a"));
        assert_ne!(etag_of(b"a"), etag_of(b"b"));
    }
}
