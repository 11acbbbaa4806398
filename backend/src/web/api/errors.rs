//! Errors as answers: the only place that knows which error has which status.

use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use blendscope_engine::Spent;
use blendscope_library::LibraryError;
use blendscope_shared::problem::Problem;
use blendscope_shared::search::ParamError;
use std::io;

/// Seconds after which a client that was sent away may come back.
const RETRY_AFTER_SECS: u64 = 1;

/// The same where a file does not answer.
const RETRY_UNANSWERED_SECS: u64 = 30;

/// What is said of a file that does not answer.
const NOT_ANSWERING: (&str, &str, StatusCode) =
    ("not-answering", "A file does not answer", StatusCode::SERVICE_UNAVAILABLE);

/// Why a request is not answered as asked. The texts are for the user.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error(transparent)]
    Library(#[from] LibraryError),
    #[error("{0}")]
    BadParameter(#[from] ParamError),
    #[error("the address is not valid UTF-8 after percent-decoding")]
    BadAddress,
    #[error(
        "the address has {length} bytes, {most} are the most; searches, facets and exports take the same in a body, by POST"
    )]
    AddressTooLong { length: usize, most: usize },
    #[error("the body is not a JSON object of search parameters: {0}")]
    BadBody(String),
    #[error("the body is larger than {} bytes", super::BODY_LIMIT)]
    BodyTooLarge,
    #[error("the body has to be JSON, and say so with `Content-Type: application/json`")]
    NotJson,
    #[error("the body has to be sent as it is, without `Content-Encoding`")]
    EncodedBody,
    #[error("the body did not arrive in time; try again over a better connection, or send less")]
    BodyTooSlow,
    #[error("nothing is at `{0}`")]
    NothingHere(String),
    #[error("`{0}` is not a method of this address")]
    MethodNotAllowed(String),
    #[error("no byte of the range is in the file, which has {length} bytes")]
    RangeNotSatisfiable { length: u64 },
    #[error("the file of the picture cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error("this server needs its token: `Authorization: Bearer …`, or `?token=…` once in the browser")]
    TokenNeeded,
    #[error("this server is not known as `{0}`; open it by its address, or start it with `--allow-host {0}`")]
    UnknownHost(String),
    #[error("this server lies below `{0}/`, as its option `--base-path` says")]
    OutsideOfBasePath(String),
    #[error("a request names the one host that it is meant for, in one `Host` header")]
    UnclearHost,
    #[error(
        "a page elsewhere asked for this, and those may only link to Blendscope and show its pictures; open it by its \
         own address, and if that is the name of a proxy, start the server with `--allow-host` and that name"
    )]
    ForeignPage,
    #[error("too many requests are waiting; try again in a moment")]
    Overloaded,
    #[error("no answer within {0} seconds; try a simpler request, or later")]
    TooSlow(f64),
    #[error("{0} does not answer, perhaps because a disk of the network is gone; it is tried again later")]
    NotAnswering(String),
    #[error("the program met a defect of its own; the terminal it runs in says more")]
    Crashed,
}

impl ApiError {
    /// The stable name, the title and the status.
    fn kind(&self) -> (&'static str, &'static str, StatusCode) {
        match self {
            Self::Library(error) => kind_of_library_error(error),
            Self::BadParameter(_) => ("bad-parameter", "Bad parameter", StatusCode::BAD_REQUEST),
            Self::BadAddress => ("bad-address", "Bad address", StatusCode::BAD_REQUEST),
            Self::AddressTooLong { .. } => ("address-too-long", "Address too long", StatusCode::URI_TOO_LONG),
            Self::BadBody(_) => ("bad-body", "Bad body", StatusCode::BAD_REQUEST),
            Self::BodyTooLarge => ("body-too-large", "Body too large", StatusCode::PAYLOAD_TOO_LARGE),
            Self::NotJson | Self::EncodedBody => {
                ("unsupported-body", "Unsupported body", StatusCode::UNSUPPORTED_MEDIA_TYPE)
            }
            Self::BodyTooSlow => ("body-too-slow", "Body too slow", StatusCode::REQUEST_TIMEOUT),
            Self::NothingHere(_) | Self::OutsideOfBasePath(_) => {
                ("not-found", "Nothing here", StatusCode::NOT_FOUND)
            }
            Self::MethodNotAllowed(_) => {
                ("method-not-allowed", "Method not allowed", StatusCode::METHOD_NOT_ALLOWED)
            }
            Self::RangeNotSatisfiable { .. } => {
                ("range-not-satisfiable", "Range not satisfiable", StatusCode::RANGE_NOT_SATISFIABLE)
            }
            Self::Unreadable(_) => ("unreadable", "File unreadable", StatusCode::INTERNAL_SERVER_ERROR),
            Self::TokenNeeded => ("token-needed", "Token needed", StatusCode::UNAUTHORIZED),
            Self::UnknownHost(_) => ("unknown-host", "Unknown host", StatusCode::MISDIRECTED_REQUEST),
            Self::UnclearHost => ("unclear-host", "Unclear host", StatusCode::BAD_REQUEST),
            Self::ForeignPage => ("foreign-page", "Asked by a page elsewhere", StatusCode::FORBIDDEN),
            Self::Overloaded => ("overloaded", "Too many requests at once", StatusCode::SERVICE_UNAVAILABLE),
            Self::TooSlow(_) => ("too-slow", "Took too long", StatusCode::SERVICE_UNAVAILABLE),
            Self::NotAnswering(_) => NOT_ANSWERING,
            Self::Crashed => ("internal", "Internal error", StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    /// What it is called, for people.
    pub(crate) fn title(&self) -> &'static str {
        self.kind().1
    }

    /// The status it is answered with.
    pub(crate) fn status(&self) -> StatusCode {
        self.kind().2
    }

    /// Headers that some statuses must or should carry.
    fn headers(&self) -> Option<(header::HeaderName, HeaderValue)> {
        match self {
            Self::Library(LibraryError::Busy { retry_secs, .. }) => {
                Some((header::RETRY_AFTER, (*retry_secs).into()))
            }
            Self::NotAnswering(_) | Self::Library(LibraryError::NotAnswering { .. }) => {
                Some((header::RETRY_AFTER, RETRY_UNANSWERED_SECS.into()))
            }
            Self::EncodedBody => Some((header::ACCEPT_ENCODING, HeaderValue::from_static("identity"))),
            Self::NotJson => Some((header::ACCEPT, HeaderValue::from_static("application/json"))),
            Self::Overloaded
            | Self::TooSlow(_)
            | Self::Library(LibraryError::Spent(Spent::Ended | Spent::Crowded | Spent::MemoryHeld)) => {
                Some((header::RETRY_AFTER, RETRY_AFTER_SECS.into()))
            }
            Self::TokenNeeded => Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            Self::RangeNotSatisfiable { length } => {
                let range = HeaderValue::from_str(&format!("bytes */{length}")).ok()?;
                Some((header::CONTENT_RANGE, range))
            }
            _ => None,
        }
    }
}

fn kind_of_library_error(error: &LibraryError) -> (&'static str, &'static str, StatusCode) {
    match error {
        LibraryError::UnknownDataset(_) => ("unknown-dataset", "Unknown dataset", StatusCode::NOT_FOUND),
        LibraryError::UnknownSample { .. } => ("unknown-sample", "Unknown sample", StatusCode::NOT_FOUND),
        LibraryError::PastTheEnd { .. } => ("past-the-end", "Past the last sample", StatusCode::NOT_FOUND),
        LibraryError::UnknownImage { .. } => ("unknown-image", "Unknown image", StatusCode::NOT_FOUND),
        LibraryError::UnknownRecipe(_) => ("unknown-recipe", "Unknown recipe", StatusCode::NOT_FOUND),
        LibraryError::UnknownSubset(_) => ("unknown-subset", "Unknown list of ids", StatusCode::NOT_FOUND),
        LibraryError::BrokenImage { .. } => {
            ("broken-image", "Broken image", StatusCode::UNPROCESSABLE_ENTITY)
        }
        LibraryError::NotAnswering { .. } => NOT_ANSWERING,
        LibraryError::Busy { .. } => ("busy", "Busy", StatusCode::SERVICE_UNAVAILABLE),
        LibraryError::BadParameter(_) => ("bad-parameter", "Bad parameter", StatusCode::BAD_REQUEST),
        LibraryError::FileChanged { .. }
        | LibraryError::NotAsIndexed { .. }
        | LibraryError::Incomplete { .. } => ("file-changed", "The file has changed", StatusCode::CONFLICT),
        LibraryError::Spent(spent) => kind_of_spent(*spent),
        LibraryError::Unreachable { .. } => {
            ("file-unreadable", "The file cannot be read", StatusCode::CONFLICT)
        }
        LibraryError::StillReading { .. } => {
            ("still-reading", "The file is still being read", StatusCode::SERVICE_UNAVAILABLE)
        }
        LibraryError::Root { .. }
        | LibraryError::IndexDir { .. }
        | LibraryError::Config { .. }
        | LibraryError::Held { .. }
        | LibraryError::OnlyAsks
        | LibraryError::ReadOnlyIndex { .. }
        | LibraryError::IndexFolderLost { .. }
        | LibraryError::NoIndex { .. }
        | LibraryError::DamagedIndex
        | LibraryError::LaterLayout { .. }
        | LibraryError::Away(_)
        | LibraryError::NoHome
        | LibraryError::UnknownIndex { .. }
        | LibraryError::Engine(_)
        | LibraryError::IndexLost(_)
        | LibraryError::Io { .. } => {
            ("library", "The data could not be read", StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

fn kind_of_spent(spent: Spent) -> (&'static str, &'static str, StatusCode) {
    match spent {
        Spent::Ended => ("too-slow", "Took too long", StatusCode::SERVICE_UNAVAILABLE),
        Spent::Crowded | Spent::MemoryHeld => {
            ("overloaded", "Too many requests at once", StatusCode::SERVICE_UNAVAILABLE)
        }
        Spent::MemoryNeeded(_) => ("too-costly", "Asks for too much", StatusCode::BAD_REQUEST),
    }
}

impl From<BytesRejection> for ApiError {
    fn from(rejection: BytesRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            _ => Self::BadBody("it could not be received".to_owned()),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (kind, title, status) = self.kind();
        let problem = Problem {
            kind: kind.to_owned(),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.to_string(),
        };
        // Four strings and a number always serialize.
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(Problem::CONTENT_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(self.headers());
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overloaded_server_says_when_to_come_back() {
        let response = ApiError::Overloaded.into_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()[header::RETRY_AFTER], "1");
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    }

    #[test]
    fn a_bad_parameter_is_named() {
        let error = ParamError { parameter: "colour".to_owned(), message: "is not known here".to_owned() };
        assert_eq!(ApiError::from(error).to_string(), "parameter `colour`: is not known here");
    }
}
