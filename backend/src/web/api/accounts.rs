//! `/accounts`: what the samples of a search come to; `/recipes/{slug}/overlap`: what stages have in common.

use super::query::{NoQuery, Query, Segments, bad};
use super::{ApiError, AppState, answer};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use blendscope_shared::account::{AccountAnswer, More};
use blendscope_shared::search::SearchParams;

/// `GET /accounts`: the parameters of a search; `pictures=true` to have different pictures counted, `tiles=true` tokens of
/// images by their sizes.
pub(super) async fn get_account(
    State(state): State<AppState>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (pictures, others) = switch(query, "pictures")?;
    let (tiles, others) = switch(others, "tiles")?;
    let more = More { pictures, tiles };
    let params = SearchParams::parse(others.pairs())?;
    let answer = state.search(move |library, budget| library.account(&params, more, budget)).await?;
    let untimed = AccountAnswer { took_ms: 0.0, ..answer.clone() };
    answer::json_unless_known(&headers, &untimed, &answer)
}

/// Whether something is asked for, and the other parameters.
fn switch(query: Query, name: &str) -> Result<(bool, Query), ApiError> {
    let (said, others) = query.split(name);
    match said.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] | ["false"] => Ok((false, others)),
        ["true"] => Ok((true, others)),
        _ => Err(bad(name, "is neither `true` nor `false`").into()),
    }
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
