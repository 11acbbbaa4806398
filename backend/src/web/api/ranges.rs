//! Byte ranges (RFC 9110, 14): one range per request; several are answered with everything, as the RFC allows.

use super::ApiError;
use axum::http::{HeaderMap, header};

/// A part of a file that is there, at least one byte long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    /// Offset of the first byte.
    pub first: u64,
    /// Number of bytes.
    pub length: u64,
}

/// The range that the request asks for in a file of `length` bytes; `None` means all of it.
///
/// A range on the condition of another entity tag (`If-Range`) is not meant for this file and means all of it.
pub(super) fn requested_range(
    headers: &HeaderMap,
    etag: &str,
    length: u64,
) -> Result<Option<Range>, ApiError> {
    let Some(range) = headers.get(header::RANGE).and_then(|value| value.to_str().ok()) else {
        return Ok(None);
    };
    if headers.get(header::IF_RANGE).is_some_and(|condition| condition.as_bytes() != etag.as_bytes()) {
        return Ok(None);
    }
    let Some(spec) = RangeSpec::parse(range) else { return Ok(None) };
    spec.within(length).map(Some).ok_or(ApiError::RangeNotSatisfiable { length })
}

/// A range as it was written.
#[derive(Debug, PartialEq, Eq)]
enum RangeSpec {
    /// `bytes=5-9`, both included.
    Between(u64, u64),
    /// `bytes=5-`
    From(u64),
    /// `bytes=-5`: the last five bytes.
    Last(u64),
}

impl RangeSpec {
    /// Reads the header's value. What is not one well-formed range of bytes is to be ignored.
    fn parse(header: &str) -> Option<Self> {
        let (first, last) = header.strip_prefix("bytes=")?.trim().split_once('-')?;
        match (first.is_empty(), last.is_empty()) {
            (true, true) => None,
            (true, false) => digits(last).map(Self::Last),
            (false, true) => digits(first).map(Self::From),
            (false, false) => {
                let (first, last) = (digits(first)?, digits(last)?);
                (first <= last).then_some(Self::Between(first, last))
            }
        }
    }

    /// The bytes of it that a file of `length` bytes has, if any.
    fn within(&self, length: u64) -> Option<Range> {
        let (first, end) = match *self {
            Self::Between(first, last) => (first, last.saturating_add(1).min(length)),
            Self::From(first) => (first, length),
            Self::Last(count) => (length.saturating_sub(count), length),
        };
        (first < end).then(|| Range { first, length: end - first })
    }
}

/// A number of digits only: `parse` alone would let a plus sign through.
fn digits(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The range of a file of ten bytes: `Err` for 416.
    fn of_ten(range: &str) -> Result<Option<(u64, u64)>, ()> {
        let headers = HeaderMap::from_iter([(header::RANGE, range.parse().unwrap())]);
        let range = requested_range(&headers, "\"tag\"", 10).map_err(|_| ())?;
        Ok(range.map(|range| (range.first, range.length)))
    }

    #[test]
    fn ranges_that_are_there() {
        assert_eq!(of_ten("bytes=0-0"), Ok(Some((0, 1))));
        assert_eq!(of_ten("bytes=2-5"), Ok(Some((2, 4))));
        assert_eq!(of_ten("bytes=2-500"), Ok(Some((2, 8))));
        assert_eq!(of_ten("bytes=9-"), Ok(Some((9, 1))));
        assert_eq!(of_ten("bytes=-3"), Ok(Some((7, 3))));
        assert_eq!(of_ten("bytes=-30"), Ok(Some((0, 10))));
        assert_eq!(of_ten("bytes=0-18446744073709551615"), Ok(Some((0, 10))));
    }

    #[test]
    fn ranges_that_are_not_there() {
        assert_eq!(of_ten("bytes=10-"), Err(()));
        assert_eq!(of_ten("bytes=10-12"), Err(()));
        assert_eq!(of_ten("bytes=-0"), Err(()));
    }

    #[test]
    fn what_is_not_one_range_of_bytes_means_everything() {
        for range in
            ["bytes=5-2", "bytes=1-2,4-5", "bytes=-", "bytes=+1-2", "bytes=a-b", "lines=1-2", "bytes=1-2-3"]
        {
            assert_eq!(of_ten(range), Ok(None), "{range}");
        }
    }

    #[test]
    fn a_range_of_another_version_means_everything() {
        let mut headers = HeaderMap::from_iter([(header::RANGE, "bytes=2-5".parse().unwrap())]);
        headers.insert(header::IF_RANGE, "\"old\"".parse().unwrap());
        assert_eq!(requested_range(&headers, "\"new\"", 10).unwrap(), None);
        assert!(requested_range(&headers, "\"old\"", 10).unwrap().is_some());
    }
}
