//! The API: each of its addresses, a file per resource.
//!
//! A handler reads its parameters, asks the library through its [`state`] and converts the answer; nothing else. Errors
//! become statuses in [`errors`] only.

mod access;
mod accounts;
mod answer;
mod board;
mod body;
mod compare;
mod conditional;
mod datasets;
mod draw;
mod errors;
mod export;
pub(super) mod guards;
mod image_page;
mod images;
mod limits;
mod overview;
mod pairs;
mod query;
mod ranges;
mod recipes;
mod samples;
mod search;
mod searches;
mod state;
mod status;
mod templates;
mod workers;

pub(crate) use access::{Access, HostName};
pub(crate) use answer::tagged;
pub(crate) use conditional::{etag_of, is_unchanged};
pub(crate) use errors::ApiError;
pub(super) use export::CONTENT_TYPE as EXPORT_TYPE;
pub(crate) use limits::RequestLimits;
pub(crate) use query::Segments;
pub(crate) use state::AppState;
pub(crate) use workers::Lane;

use axum::Router;
use axum::routing::get;
use blendscope_shared::paths;

/// Largest body of a request, in bytes.
pub(super) const BODY_LIMIT: usize = 1 << 20;

/// The addresses of the API, and those of pictures.
pub(super) fn routes() -> Router<AppState> {
    let api = Router::new()
        .route("/status", get(status::get_status))
        .route("/status/events", get(status::follow_status))
        .route("/datasets", get(datasets::list_datasets))
        .route("/datasets/{slug}", get(datasets::get_dataset))
        .route("/images", get(image_page::get_image))
        .route("/recipes", get(recipes::list_recipes))
        .route("/recipes/{slug}", get(recipes::get_recipe))
        .route("/recipes/{slug}/figure", get(board::get_recipe_figure))
        .route("/recipes/{slug}/overlap", get(accounts::get_overlap))
        .route("/search", get(search::search).post(search::search_by_body))
        .route("/facets", get(search::facets).post(search::facets_by_body))
        .route("/accounts", get(accounts::get_account))
        .route("/compare", get(compare::get_compare))
        .route("/compare/figure", get(compare::get_figure))
        .route("/board", get(board::get_board))
        .route("/board/account", get(board::get_account))
        .route("/board/mixture", get(board::get_mixture))
        .route("/board/samples", get(board::get_samples))
        .route("/board/figure", get(board::get_figure))
        .route("/templates", get(templates::list_templates))
        .route("/troubles", get(overview::list_troubles))
        .route("/layouts", get(overview::list_layouts))
        .route("/examples", get(overview::list_examples))
        .route("/draw", get(draw::get_draw))
        .route("/draw/samples", get(draw::get_samples))
        .route("/export", get(export::export).post(export::export_by_body))
        .route("/samples/{dataset}", get(samples::get_sample_at))
        .route("/samples/{dataset}/{key}", get(samples::get_sample))
        .route("/samples/{dataset}/{key}/explain", get(samples::explain));
    Router::new().nest(paths::API, api).route("/images/{source}/{*name}", get(images::get_image))
}
