//! Everything that is asked of the server.

mod answer;
mod facets;
mod first;

pub(crate) use answer::{Answer, Body};
pub(crate) use facets::{Facet, Facets};
pub(crate) use first::until_painted;

use crate::{
    address::{at, plain},
    json::{self, JsonError},
};
use blendscope_shared::{
    addresses::Addresses,
    dataset::{DatasetDetail, RecordProblem},
    image_page::ImageDetail,
    paths,
    problem::Problem,
    sample::SampleView,
    search::{SearchAnswer, SearchParams},
};
use leptos::prelude::window;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
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
    Decode(#[from] JsonError),
}

impl ApiError {
    /// Whether the thing asked for does not exist, so that asking again is of no use.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Problem(Problem { status: 404, .. }) | Self::Status(404))
    }
}

/// One dataset with its problems.
pub(crate) fn dataset(body: &Body) -> Result<DatasetDetail, JsonError> {
    /// What it has beside the dataset.
    #[derive(serde::Deserialize)]
    struct Problems {
        problems: Vec<RecordProblem>,
        problems_total: u64,
    }
    // One half after the other: serde reads a flattened struct by way of a copy of everything in it.
    let Problems { problems, problems_total } = json::read(&body.text)?;
    Ok(plain(DatasetDetail { dataset: json::read(&body.text)?, problems, problems_total }))
}

/// One sample.
pub(crate) fn sample(body: &Body) -> Result<SampleView, JsonError> {
    let mut record = json::parse(&body.text)?;
    // Other fields stay as they are written: no number in them is rounded.
    let extra = record.get_mut("extra").map(Value::take);
    if let Some(Value::Object(extra)) = extra {
        record["extra"] = Value::Object(Map::new());
        let sample: SampleView = json::from_value(record)?;
        return Ok(plain(SampleView { extra, ..sample }));
    }
    json::from_value(record).map(plain)
}

/// Where a sample is asked for, with the hits of a query marked.
pub(crate) fn sample_address(dataset: &str, key: &str, query: &str) -> String {
    let path = paths::sample(dataset, key);
    if query.is_empty() { path } else { format!("{path}?q={}", paths::escape(query)) }
}

/// The facets of a search's result.
pub(crate) fn facets(body: &Body) -> Result<Facets, JsonError> {
    Ok(Facets::of(body.address.clone(), json::read(&body.text)?))
}

/// Where all that is said about one image is asked for: as many samples at once as the server gives.
pub(crate) fn whole_image(key: &str) -> String {
    format!("{}&limit={}", paths::image_detail(key), SearchParams::MAX_LIMIT)
}

/// The same, the samples that show it from `cursor` on.
pub(crate) async fn image_from(key: &str, cursor: &str) -> Result<ImageDetail, ApiError> {
    decode(&get(&format!("{}&cursor={}", whole_image(key), paths::escape(cursor)), None).await?)
}

/// A page of a search's result.
pub(crate) async fn search(
    params: &SearchParams,
    abort: Option<&AbortSignal>,
) -> Result<SearchAnswer, ApiError> {
    match first::take_search(params) {
        Some(answer) => decode(&body_of(answer.await).await?),
        None => decode(&get(&paths::search(params), abort).await?),
    }
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

fn decode<T: Addresses + DeserializeOwned>(body: &str) -> Result<T, ApiError> {
    Ok(plain(json::read(body)?))
}

/// The body of a good answer.
async fn get(path: &str, abort: Option<&AbortSignal>) -> Result<String, ApiError> {
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
    let problem = json::read(&body).map(ApiError::Problem);
    Err(problem.unwrap_or(ApiError::Status(status)))
}

/// Status and body of any answer.
async fn read(answer: Result<JsValue, JsValue>) -> Result<(u16, String), JsValue> {
    let answer: Response = answer?.dyn_into()?;
    let body = JsFuture::from(answer.text()?).await?;
    Ok((answer.status(), body.as_string().unwrap_or_default()))
}
