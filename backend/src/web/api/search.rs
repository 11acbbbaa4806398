//! `/search`: samples that match, by query string or by JSON body.

use super::body::JsonBody;
use super::pairs::pairs_of_body;
use super::query::{NoQuery, Query};
use super::{ApiError, AppState, answer};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use blendscope_shared::search::{FacetsAnswer, SearchAnswer, SearchParams};

/// `GET /search`.
pub(super) async fn search(
    State(state): State<AppState>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let params = SearchParams::parse(query.pairs())?;
    let answer = state.search(move |library, budget| library.search(&params, budget)).await?;
    let answer = state.site.complete(answer);
    let untimed = SearchAnswer { took_ms: 0.0, total_ms: 0.0, ..answer.clone() };
    answer::json_unless_known(&headers, &untimed, &answer)
}

/// `GET /facets`.
pub(super) async fn facets(
    State(state): State<AppState>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let params = SearchParams::parse(query.pairs())?;
    let answer = state.search(move |library, budget| library.facets(&params, budget)).await?;
    let untimed = FacetsAnswer { took_ms: 0.0, ..answer.clone() };
    answer::json_unless_known(&headers, &untimed, &answer)
}

/// `POST /facets`: as `POST /search`.
pub(super) async fn facets_by_body(
    State(state): State<AppState>,
    _: NoQuery,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let params = params_of(&body)?;
    answer::json(&state.search(move |library, budget| library.facets(&params, budget)).await?)
}

/// `POST /search`: the same parameters as a JSON object, for queries too long for an address.
pub(super) async fn search_by_body(
    State(state): State<AppState>,
    _: NoQuery,
    JsonBody(body): JsonBody,
) -> Result<Response, ApiError> {
    let params = params_of(&body)?;
    let answer = state.search(move |library, budget| library.search(&params, budget)).await?;
    answer::json(&state.site.complete(answer))
}

fn params_of(body: &[u8]) -> Result<SearchParams, ApiError> {
    let pairs = pairs_of_body(body)?;
    Ok(SearchParams::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?)
}
