//! `/api/v1/images`: all that is said about one image.

use super::query::{Query, bad};
use super::{ApiError, AppState, Lane, answer};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use blendscope_shared::search::SearchParams;

/// `GET /images?source=&name=`, with `limit` and `cursor` for its samples.
pub(super) async fn get_image(
    State(state): State<AppState>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    query.only(&["source", "name", "limit", "cursor"])?;
    let needed = |name: &str| {
        query.text(name).map(str::to_owned).ok_or_else(|| bad(name, "is needed: a part of the image key"))
    };
    let (source, name) = (needed("source")?, needed("name")?);
    let limit = query.number::<u32>("limit")?.unwrap_or(SearchParams::DEFAULT_LIMIT);
    if !(1..=SearchParams::MAX_LIMIT).contains(&limit) {
        let message = format!("must be from 1 to {}, not {limit}", SearchParams::MAX_LIMIT);
        return Err(bad("limit", &message).into());
    }
    let cursor = query.text("cursor").map(str::to_owned);
    let ask = move |library: &blendscope_library::Library| {
        library.image(&source, &name, cursor.as_deref(), limit as usize)
    };
    let image = state.site.complete(state.ask(Lane::Records, ask).await?);
    answer::json_unless_known(&headers, &image, &image)
}
