//! Everything that is asked of the server.

mod facets;
mod first;

pub(crate) use facets::{Facet, Facets};

use crate::address::{at, plain};
use blendscope_shared::{
    dataset::{DatasetDetail, Datasets},
    image::ImageDetail,
    paths,
    problem::Problem,
    recipe::{Recipe, Recipes},
    sample::SampleView,
    search::{Explanation, SearchAnswer, SearchParams, Templates},
};
use leptos::prelude::{LocalResource, window};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, RequestInit, Response};

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

/// An answer that is asked for again when what it depends on changes.
pub(crate) type Answer<T> = LocalResource<Result<T, ApiError>>;

/// Every dataset under the root.
pub(crate) async fn datasets() -> Result<Datasets, ApiError> {
    match first::take("datasets") {
        Some(answer) => decode(&body_of(answer.await).await?).map(plain),
        None => get(&paths::datasets(), None).await.map(plain),
    }
}

/// One dataset with its problems.
pub(crate) async fn dataset(slug: &str) -> Result<DatasetDetail, ApiError> {
    get(&paths::dataset(slug), None).await.map(plain)
}

/// One sample, the hits of a query marked.
pub(crate) async fn sample(dataset: &str, key: &str, query: &str) -> Result<SampleView, ApiError> {
    let mut path = paths::sample(dataset, key);
    if !query.is_empty() {
        path = format!("{path}?q={}", paths::escape(query));
    }
    get(&path, None).await.map(plain)
}

/// Every recipe of the catalog.
pub(crate) async fn recipes() -> Result<Recipes, ApiError> {
    get(&paths::recipes(), None).await.map(plain)
}

/// One recipe.
pub(crate) async fn recipe(slug: &str) -> Result<Recipe, ApiError> {
    get(&paths::recipe(slug), None).await.map(plain)
}

/// What the relevance of a hit is made of.
pub(crate) async fn explain(dataset: &str, key: &str, query: &str) -> Result<Explanation, ApiError> {
    get(&paths::explain(dataset, key, query), None).await
}

/// The most frequent templates, from the `offset`-th on.
pub(crate) async fn templates(offset: u64) -> Result<Templates, ApiError> {
    get(&paths::templates(offset), None).await.map(plain)
}

/// All that is said about one image: the first samples that show it, or those from `cursor` on.
pub(crate) async fn image(key: &str, cursor: Option<&str>) -> Result<ImageDetail, ApiError> {
    let mut path = paths::image_detail(key);
    if let Some(cursor) = cursor {
        path = format!("{path}&cursor={}", paths::escape(cursor));
    }
    get(&path, None).await.map(plain)
}

/// A page of a search's result.
pub(crate) async fn search(
    params: &SearchParams,
    abort: Option<&AbortSignal>,
) -> Result<SearchAnswer, ApiError> {
    match first::take_search(params) {
        Some(answer) => decode(&body_of(answer.await).await?).map(plain),
        None => get(&paths::search(params), abort).await.map(plain),
    }
}

/// The facets of a search's result, from the address that names the search.
pub(crate) async fn facets(question: String) -> Result<Facets, ApiError> {
    let answer = get(&question, None).await?;
    Ok(Facets::of(question, answer))
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
    decode(&text(path, abort).await?)
}

fn decode<T: DeserializeOwned>(body: &str) -> Result<T, ApiError> {
    serde_json::from_str(body).map_err(|error| ApiError::Decode(error.to_string()))
}

/// The body of a good answer.
async fn text(path: &str, abort: Option<&AbortSignal>) -> Result<String, ApiError> {
    let options = RequestInit::new();
    options.set_signal(abort);
    body_of(JsFuture::from(window().fetch_with_str_and_init(&at(path), &options)).await).await
}

/// The body of an answer that is good; else what the server says is wrong.
async fn body_of(answer: Result<JsValue, JsValue>) -> Result<String, ApiError> {
    let (status, body) = read(answer).await.map_err(|_| ApiError::Network)?;
    if (200..300).contains(&status) {
        return Ok(body);
    }
    let problem = serde_json::from_str(&body).map(ApiError::Problem);
    Err(problem.unwrap_or(ApiError::Status(status)))
}

/// Status and body of any answer.
async fn read(answer: Result<JsValue, JsValue>) -> Result<(u16, String), JsValue> {
    let answer: Response = answer?.dyn_into()?;
    let body = JsFuture::from(answer.text()?).await?;
    Ok((answer.status(), body.as_string().unwrap_or_default()))
}
