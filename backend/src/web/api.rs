//! The HTTP face: every address on one screen.
//!
//! A handler reads its parameters, asks the library through [`workers`] and converts the answer; nothing else. Errors
//! become statuses in [`errors`] only.

mod access;
mod answer;
mod body;
mod conditional;
mod datasets;
mod errors;
mod export;
mod guards;
mod image_page;
mod images;
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
pub(crate) use query::Segments;
pub(crate) use state::AppState;
pub(crate) use workers::Lane;

use crate::web::ui;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use blendscope_shared::paths;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

/// Largest body of a request, in bytes.
const BODY_LIMIT: usize = 1 << 20;

/// Everything the program answers: the API, the pictures, the user interface.
pub(crate) fn router(state: AppState) -> Router {
    let api = Router::new()
        .route("/status", get(status::get_status))
        .route("/status/events", get(status::follow_status))
        .route("/datasets", get(datasets::list_datasets))
        .route("/datasets/{slug}", get(datasets::get_dataset))
        .route("/images", get(image_page::get_image))
        .route("/recipes", get(recipes::list_recipes))
        .route("/recipes/{slug}", get(recipes::get_recipe))
        .route("/search", get(search::search).post(search::search_by_body))
        .route("/facets", get(search::facets).post(search::facets_by_body))
        .route("/templates", get(templates::list_templates))
        .route("/export", get(export::export).post(export::export_by_body))
        .route("/samples/{dataset}", get(samples::get_sample_at))
        .route("/samples/{dataset}/{key}", get(samples::get_sample))
        .route("/samples/{dataset}/{key}/explain", get(samples::explain));

    Router::new()
        .nest(paths::API, api)
        .route("/images/{source}/{*name}", get(images::get_image))
        .route("/", get(ui::plain_page))
        .route("/search", get(ui::plain_page))
        .route("/recipes", get(ui::plain_page))
        .route("/templates", get(ui::plain_page))
        .route("/recipes/{slug}", get(ui::recipe_page))
        .route("/i/{source}/{*name}", get(ui::image_page))
        .route("/datasets/{slug}", get(ui::dataset_page))
        .route("/s/{dataset}/{key}", get(ui::sample_page))
        .fallback(ui::get_file)
        .method_not_allowed_fallback(guards::method_not_allowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        // Level 4 costs a millisecond per answer and saves most of what 11 would; the UI's files come compressed already.
        // Exports are not compressed: that would be their slowest part by far.
        .layer(
            CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(
                DefaultPredicate::new().and(NotForContentType::const_new(export::CONTENT_TYPE)),
            ),
        )
        .layer(from_fn(guards::time_limit))
        .layer(from_fn(guards::address_limit))
        .layer(from_fn_with_state(state.clone(), access::check))
        .layer(CatchPanicLayer::custom(guards::panicked))
        .layer(from_fn(guards::security_headers))
        .with_state(state)
}
