//! `/samples`: one sample, by its key or by its position.

use super::query::{Query, Segments, bad};
use super::{ApiError, AppState, Lane, answer};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use blendscope_shared::search::SearchParams;

/// `GET /samples/{dataset}/{key}`, with `q` every hit of that query marked.
pub(super) async fn get_sample(
    State(state): State<AppState>,
    Segments((dataset, key)): Segments<(String, String)>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    query.only(&["q"])?;
    let words = query.text("q").unwrap_or_default().to_owned();
    SearchParams::check_query(&words)?;
    let sample = state.search(move |library, budget| library.sample(&dataset, &key, &words, budget)).await?;
    let sample = state.site.complete(sample);
    answer::json_unless_known(&headers, &sample, &sample)
}

/// `GET /samples/{dataset}/{key}/explain?q=…`: what the sample's relevance for that query is made of.
pub(super) async fn explain(
    State(state): State<AppState>,
    Segments((dataset, key)): Segments<(String, String)>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    query.only(&["q"])?;
    let words = query.text("q").ok_or_else(|| bad("q", "is needed: the query"))?.to_owned();
    SearchParams::check_query(&words)?;
    let why = state.search(move |library, budget| library.explain(&dataset, &key, &words, budget)).await?;
    answer::json_unless_known(&headers, &why, &why)
}

/// `GET /samples/{dataset}?at=N`: the N-th sample in file order, from 0.
pub(super) async fn get_sample_at(
    State(state): State<AppState>,
    Segments(dataset): Segments<String>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    query.only(&["at"])?;
    let ordinal = query.number("at")?.ok_or_else(|| bad("at", "is needed: the sample's position, from 0"))?;
    let sample = state.ask(Lane::Records, move |library| library.sample_at(&dataset, ordinal)).await?;
    let sample = state.site.complete(sample);
    answer::json_unless_known(&headers, &sample, &sample)
}
