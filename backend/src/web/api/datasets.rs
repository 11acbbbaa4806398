//! `/datasets`: what was found under the root.

use super::query::{NoQuery, Segments};
use super::{ApiError, AppState, Lane, answer};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

/// `GET /datasets`.
pub(super) async fn list_datasets(
    State(state): State<AppState>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let datasets = state.ask(Lane::Records, |library| Ok(library.datasets())).await?;
    let datasets = state.site.complete(datasets);
    answer::json_unless_known(&headers, &datasets, &datasets)
}

/// `GET /datasets/{slug}`.
pub(super) async fn get_dataset(
    State(state): State<AppState>,
    Segments(slug): Segments<String>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let dataset = state.ask(Lane::Records, move |library| library.dataset(&slug)).await?;
    let dataset = state.site.complete(dataset);
    answer::json_unless_known(&headers, &dataset, &dataset)
}
