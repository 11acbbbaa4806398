//! `/accounts`: what the samples of a search come to; `/recipes/{slug}/overlap`: what stages have in common.

use super::query::{NoQuery, Query, Segments, bad};
use super::{ApiError, AppState, answer};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use blendscope_shared::account::AccountAnswer;
use blendscope_shared::search::SearchParams;

/// `GET /accounts`: the parameters of a search, and `pictures=true` to have different pictures counted.
pub(super) async fn get_account(
    State(state): State<AppState>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (pictures, others) = query.split("pictures");
    let with_pictures = match pictures.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] | ["false"] => false,
        ["true"] => true,
        _ => return Err(bad("pictures", "is neither `true` nor `false`").into()),
    };
    let params = SearchParams::parse(others.pairs())?;
    let answer = state.search(move |library, budget| library.account(&params, with_pictures, budget)).await?;
    let untimed = AccountAnswer { took_ms: 0.0, ..answer.clone() };
    answer::json_unless_known(&headers, &untimed, &answer)
}

/// `GET /recipes/{slug}/overlap`.
pub(super) async fn get_overlap(
    State(state): State<AppState>,
    Segments(slug): Segments<String>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let answer = state.search(move |library, budget| library.overlap(&slug, budget)).await?;
    answer::json_unless_known(&headers, &answer, &answer)
}
