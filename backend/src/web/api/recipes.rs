//! `/recipes`: training recipes, stage by stage, documented and found.

use super::query::{NoQuery, Segments};
use super::{ApiError, AppState, Lane, answer};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

/// `GET /recipes`.
pub(super) async fn list_recipes(
    State(state): State<AppState>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let recipes = state.ask(Lane::Records, |library| Ok(library.recipes())).await?;
    let recipes = state.site.complete(recipes);
    answer::json_unless_known(&headers, &recipes, &recipes)
}

/// `GET /recipes/{slug}`.
pub(super) async fn get_recipe(
    State(state): State<AppState>,
    Segments(slug): Segments<String>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let recipe = state.ask(Lane::Records, move |library| library.recipe(&slug)).await?;
    let recipe = state.site.complete(recipe);
    answer::json_unless_known(&headers, &recipe, &recipe)
}
