//! Everything the program answers: the API, the pictures, the user interface, and what holds for all of them.

use super::Site;
use super::api::{self, ApiError, AppState, guards};
use super::ui;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tower::ServiceExt;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

/// All addresses, where the site has them.
pub(crate) fn router(state: AppState) -> Router {
    let site = Arc::clone(&state.site);
    let routes = api::routes()
        .merge(ui::routes())
        .method_not_allowed_fallback(guards::method_not_allowed)
        .layer(DefaultBodyLimit::max(api::BODY_LIMIT))
        // Level 4 costs a millisecond per answer and saves most of what 11 would; the UI's files come compressed already.
        // Exports are not compressed: that would be their slowest part by far.
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Precise(4))
                .compress_when(DefaultPredicate::new().and(NotForContentType::const_new(api::EXPORT_TYPE))),
        )
        .layer(from_fn_with_state(state.clone(), guards::time_limit))
        .layer(from_fn(guards::address_limit))
        .layer(from_fn_with_state(state.clone(), guards::access))
        .layer(CatchPanicLayer::custom(guards::panicked))
        .layer(from_fn_with_state(Arc::clone(&site), guards::security_headers))
        .layer(from_fn(guards::log))
        .with_state(state);
    if site.base_path().is_empty() {
        return routes;
    }
    let headers = from_fn_with_state(Arc::clone(&site), guards::security_headers);
    Router::new().fallback(answer_inside).with_state((site, routes)).layer(headers)
}

/// Answers what lies in the folder of the site.
async fn answer_inside(State((site, routes)): State<(Arc<Site>, Router)>, mut request: Request) -> Response {
    if let Some(uri) = site.inside(request.uri()) {
        *request.uri_mut() = uri;
        return routes.oneshot(request).await.into_response();
    }
    if request.uri().path() != site.base_path() {
        return ApiError::OutsideOfBasePath(site.base_path().to_owned()).into_response();
    }
    // Relative, since a proxy before this server may have a folder of its own.
    let name = site.base_path().rsplit('/').next().unwrap_or_default();
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    (StatusCode::PERMANENT_REDIRECT, [(LOCATION, format!("{name}/{query}"))]).into_response()
}
