//! The body of a request: JSON, as it is, in bounded size and time.
//!
//! A page elsewhere can make a browser send forms and plain text to any address without asking there first, but not
//! `application/json`. So nothing else is taken.

use super::{ApiError, AppState, BODY_LIMIT};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use tokio::time::timeout;

const JSON: &str = "application/json";

/// The body of a request that says to be JSON. Whether it is one is not looked at.
pub(super) struct JsonBody(pub Bytes);

impl FromRequest<AppState> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(ApiError::NotJson);
        }
        if !is_as_it_is(request.headers()) {
            return Err(ApiError::EncodedBody);
        }
        if declared_length(request.headers()).is_some_and(|length| length > BODY_LIMIT as u64) {
            return Err(ApiError::BodyTooLarge);
        }
        let body = timeout(state.limits.body, Bytes::from_request(request, state)).await;
        Ok(Self(body.map_err(|_| ApiError::BodyTooSlow)??))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(written), None) = (types.next(), types.next()) else { return false };
    let media_type = written.to_str().ok().and_then(|text| text.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case(JSON))
}

/// Whether nothing has to be unpacked. HTTP's own chunks are put together before the body is seen here.
fn is_as_it_is(headers: &HeaderMap) -> bool {
    let all_are = |name, plain: &str| {
        let is_plain = |value: &str| value.trim().eq_ignore_ascii_case(plain);
        headers.get_all(name).iter().all(|value| value.to_str().is_ok_and(is_plain))
    };
    all_are(header::CONTENT_ENCODING, "identity") && all_are(header::TRANSFER_ENCODING, "chunked")
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_json_is_json() {
        let is_taken = |values: &[&str]| is_json(&headers(header::CONTENT_TYPE, values));
        assert!(is_taken(&["application/json"]) && is_taken(&["Application/JSON ; charset=utf-8"]));
        for other in [
            "text/plain",
            "text/plain; application/json",
            "application/jsonp",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=application/json",
            "",
        ] {
            assert!(!is_taken(&[other]), "{other}");
        }
        assert!(!is_taken(&[]) && !is_taken(&["application/json", "text/plain"]));
    }

    #[test]
    fn a_packed_body_is_not_taken() {
        let is_taken = |values: &[&str]| is_as_it_is(&headers(header::CONTENT_ENCODING, values));
        assert!(is_taken(&[]) && is_taken(&["identity"]));
        assert!(!is_taken(&["gzip"]) && !is_taken(&["identity", "br"]) && !is_taken(&["identity, gzip"]));
    }
}
