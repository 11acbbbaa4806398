//! `/troubles`, `/examples` and `/layouts`: the root at a glance, as its first page shows it.

use super::query::{NoQuery, Query};
use super::{ApiError, AppState, Lane, answer};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use blendscope_library::Library;

/// `GET /troubles`, with `dataset` any number of times only those of these datasets.
pub(super) async fn list_troubles(
    State(state): State<AppState>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (datasets, others) = query.split("dataset");
    others.only(&[])?;
    let troubles = state.search(move |library, budget| library.troubles(&datasets, budget)).await?;
    let troubles = state.site.complete(troubles);
    answer::json_unless_known(&headers, &troubles, &troubles)
}

/// `GET /layouts`.
pub(super) async fn list_layouts(
    State(state): State<AppState>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let layouts = state.ask(Lane::Records, |library| Ok(library.layouts())).await?;
    answer::json_unless_known(&headers, &layouts, &layouts)
}

/// `GET /examples`.
pub(super) async fn list_examples(
    State(state): State<AppState>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let examples = state.search(Library::examples).await?;
    let examples = state.site.complete(examples);
    answer::json_unless_known(&headers, &examples, &examples)
}
