//! Everything that is asked of the server.

use blendscope_shared::{
    dataset::{DatasetDetail, Datasets},
    paths,
    problem::Problem,
    sample::SampleView,
    search::{SearchAnswer, SearchParams},
};
use gloo_net::http::Request;
use serde::de::DeserializeOwned;
use web_sys::{AbortController, AbortSignal};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApiError {
    /// The server says why.
    #[error("{}", .0.detail)]
    Problem(Problem),
    /// The server said something else.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The server did not answer.
    #[error("the server does not answer; is `blendscope serve` still running?")]
    Network,
    /// The answer is not what this page was built for.
    #[error("the server's answer cannot be read ({0}); reload the page if the server was updated")]
    Decode(String),
}

impl ApiError {
    /// Whether the thing asked for does not exist, so that asking again is of no use.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Problem(Problem { status: 404, .. }) | Self::Status(404))
    }
}

/// Every dataset under the root.
pub(crate) async fn datasets() -> Result<Datasets, ApiError> {
    get(&paths::datasets(), None).await
}

/// One dataset with its problems.
pub(crate) async fn dataset(slug: &str) -> Result<DatasetDetail, ApiError> {
    get(&paths::dataset(slug), None).await
}

/// One sample.
pub(crate) async fn sample(dataset: &str, key: &str) -> Result<SampleView, ApiError> {
    get(&paths::sample(dataset, key), None).await
}

/// A page of a search's result.
pub(crate) async fn search(
    params: &SearchParams,
    abort: Option<&AbortSignal>,
) -> Result<SearchAnswer, ApiError> {
    get(&paths::search(params), abort).await
}

/// Aborts its requests when it is dropped: nobody waits for them any longer.
pub(crate) struct AbortOnDrop(AbortController);

impl AbortOnDrop {
    /// A fresh one, not aborted.
    pub(crate) fn new() -> Self {
        Self(AbortController::new().expect("every browser with WebAssembly has AbortController"))
    }

    /// What the requests are given.
    pub(crate) fn signal(&self) -> AbortSignal {
        self.0.signal()
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn get<T: DeserializeOwned>(path: &str, abort: Option<&AbortSignal>) -> Result<T, ApiError> {
    let answer = Request::get(path).abort_signal(abort).send().await.map_err(|_| ApiError::Network)?;
    let body = answer.text().await.map_err(|_| ApiError::Network)?;
    if !answer.ok() {
        let problem = serde_json::from_str(&body).map(ApiError::Problem);
        return Err(problem.unwrap_or(ApiError::Status(answer.status())));
    }
    serde_json::from_str(&body).map_err(|error| ApiError::Decode(error.to_string()))
}
