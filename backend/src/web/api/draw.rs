//! `/draw`: a few samples of a search by a rule, to look at or to take along.

use super::query::{Query, bad};
use super::{ApiError, AppState, answer, export};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use blendscope_library::Lines;
use blendscope_shared::draw::DrawParams;

/// `GET /draw`.
pub(super) async fn get_draw(
    State(state): State<AppState>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let params = DrawParams::parse(query.pairs())?;
    let drawn = state.search(move |library, budget| library.draw(&params, budget)).await?;
    let drawn = state.site.complete(drawn);
    answer::json_unless_known(&headers, &drawn, &drawn)
}

/// `GET /draw/samples`: the samples of a draw as JSON lines, `what` of them as in an export.
pub(super) async fn get_samples(State(state): State<AppState>, query: Query) -> Result<Response, ApiError> {
    let (what, query) = query.split("what");
    let lines = match what.as_slice() {
        [] => Lines::Records,
        [what] => Lines::from_name(what)
            .ok_or_else(|| bad("what", "is not one of records, ids, links, manifest"))?,
        _ => return Err(bad("what", "is given twice").into()),
    };
    let params = DrawParams::parse(query.pairs())?;
    let name = format!("draw-{}-{}.jsonl", params.seed, lines.name());
    export::stream(&state, name, move |library, budget| library.export_draw(&params, lines, budget)).await
}
