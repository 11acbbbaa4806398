//! What stands in an address: query parameters and path segments, decoded and named when bad.

use super::ApiError;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use blendscope_shared::search::ParamError;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use std::str::FromStr;

/// The query parameters of a request, decoded, in order. `+` is a blank, as in every HTML form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the raw query string, without `?`.
    pub(super) fn parse(raw: &str) -> Result<Self, ParamError> {
        raw.split('&').filter(|pair| !pair.is_empty()).map(decode_pair).collect::<Result<_, _>>().map(Self)
    }

    /// The parameters as pairs of name and value.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The values of the parameter `name`, which may be given several times, and all other parameters.
    pub(super) fn split(self, name: &str) -> (Vec<String>, Self) {
        let (of_name, others): (Vec<_>, Vec<_>) = self.0.into_iter().partition(|(given, _)| given == name);
        (of_name.into_iter().map(|(_, value)| value).collect(), Self(others))
    }

    /// Refuses parameters other than `known`, and any of them given twice.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), ParamError> {
        for (index, (name, _)) in self.0.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                return Err(bad(name, "is not known here"));
            }
            if self.0[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(bad(name, "is given twice"));
            }
        }
        Ok(())
    }

    /// The value of the parameter `name`, if given.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.pairs().find(|(given, _)| *given == name).map(|(_, value)| value)
    }

    /// The value of the parameter `name` as a whole number, if given.
    pub(super) fn number<N: FromStr>(&self, name: &str) -> Result<Option<N>, ParamError> {
        let Some(value) = self.text(name) else { return Ok(None) };
        let number =
            value.parse().map_err(|_| bad(name, &format!("`{value}` is not a whole number in range")))?;
        Ok(Some(number))
    }
}

/// An error about the parameter `name`.
pub(super) fn bad(name: &str, message: &str) -> ParamError {
    ParamError { parameter: name.to_owned(), message: message.to_owned() }
}

fn decode_pair(pair: &str) -> Result<(String, String), ParamError> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let not_utf8 = || bad(name, "is not valid UTF-8 after percent-decoding");
    let name = decode(name).ok_or_else(not_utf8)?;
    let value = decode(value).ok_or_else(not_utf8)?;
    Ok((name, value))
}

fn decode(text: &str) -> Option<String> {
    let blanks = text.replace('+', " ");
    percent_decode_str(&blanks).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default())?)
    }
}

/// No query parameters at all: any is refused by name.
pub(super) struct NoQuery;

impl<S: Sync> FromRequestParts<S> for NoQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        Query::from_request_parts(parts, state).await?.only(&[])?;
        Ok(Self)
    }
}

/// The variable segments of the path, decoded.
pub(crate) struct Segments<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Segments<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(segments) =
            Path::from_request_parts(parts, state).await.map_err(|_| ApiError::BadAddress)?;
        Ok(Self(segments))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(raw: &str) -> Vec<(String, String)> {
        Query::parse(raw).unwrap().0
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn every_way_to_write_a_blank_and_a_plus() {
        assert_eq!(
            pairs("q=red+bus&q=red%20bus&q=c%2B%2B"),
            [pair("q", "red bus"), pair("q", "red bus"), pair("q", "c++")]
        );
    }

    #[test]
    fn empty_pairs_vanish_and_missing_values_are_empty() {
        assert_eq!(pairs("&q&&dataset=&"), [pair("q", ""), pair("dataset", "")]);
        assert_eq!(pairs("q=a=b"), [pair("q", "a=b")]);
    }

    #[test]
    fn unicode_is_read_and_broken_unicode_is_named() {
        assert_eq!(pairs("q=%E7%8A%AC"), [pair("q", "犬")]);
        assert_eq!(Query::parse("q=%E7%8A").unwrap_err().parameter, "q");
    }

    #[test]
    fn a_percent_sign_that_escapes_nothing_stays() {
        assert_eq!(pairs("q=100%"), [pair("q", "100%")]);
    }

    #[test]
    fn unknown_and_repeated_parameters_are_named() {
        assert_eq!(Query::parse("at=1&colour=red").unwrap().only(&["at"]).unwrap_err().parameter, "colour");
        assert_eq!(Query::parse("at=1&at=2").unwrap().only(&["at"]).unwrap_err().parameter, "at");
        assert!(Query::parse("at=-1").unwrap().number::<u64>("at").is_err());
        assert_eq!(Query::parse("at=12").unwrap().number("at"), Ok(Some(12_u64)));
    }
}
