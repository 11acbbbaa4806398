//! The user interface: its files, and the HTML shell for every page that it knows.
//!
//! A release binary carries the files that trunk built into `dist/`; a debug build reads them from there.

#[cfg(embedded_ui)]
mod embedded;
mod first_answer;
#[cfg(not(embedded_ui))]
mod on_disk;
mod preview;
mod shell;

#[cfg(embedded_ui)]
use embedded as files;
#[cfg(not(embedded_ui))]
use on_disk as files;

use crate::web::api::{ApiError, AppState, Lane, Segments, etag_of, is_unchanged, tagged};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use blendscope_engine::Budget;
use blendscope_shared::search::SearchParams;
use first_answer::FirstAnswer;
use preview::Preview;

/// The shell's own file, which is never served by its name.
const SHELL: &str = "index.html";

/// For files whose names change with their content.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// For the few others.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// The addresses of pages, and of the files that they are made of.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(plain_page))
        .route("/search", get(search_page))
        .route("/recipes", get(plain_page))
        .route("/templates", get(plain_page))
        .route("/board", get(plain_page))
        .route("/compare", get(plain_page))
        .route("/draw", get(plain_page))
        .route("/recipes/{slug}", get(recipe_page))
        .route("/i/{source}/{*name}", get(image_page))
        .route("/datasets/{slug}", get(dataset_page))
        .route("/s/{dataset}/{key}", get(sample_page))
        .fallback(get_file)
}

/// What browsers send with the pages that they open (Fetch Metadata, W3C).
const NAVIGATION: &str = "sec-fetch-mode";
/// Parameters of a page of results that say how it is shown, or which part of it.
const SHOWN: [&str; 10] =
    ["view", "zoom", "open", "tab", "picture", "boxes", "at", "limit", "cursor", "offset"];
/// Hits that a preview looks for a picture in.
const PREVIEW_HITS: u32 = 8;

/// A file of the user interface.
struct File {
    bytes: Bytes,
    is_brotli: bool,
}

/// A page whose address alone says that it is there.
async fn plain_page(State(state): State<AppState>, uri: Uri, headers: HeaderMap) -> Response {
    shell::answer(&state.site, uri.path(), &headers, StatusCode::OK, None)
}

/// `/search`. For browsers with its first samples, for programs that make previews with a preview of them.
async fn search_page(State(state): State<AppState>, uri: Uri, headers: HeaderMap) -> Response {
    if headers.contains_key(NAVIGATION) {
        let first = FirstAnswer::of(&state, &uri).await;
        return shell::answer_with(&state.site, uri.path(), &headers, StatusCode::OK, |shell, _| {
            first.map_or_else(|| shell.to_owned(), |first| first.write_into(shell))
        });
    }
    let params = (!state.access.has_token()).then(|| search_params(&uri)).flatten();
    let preview = match params {
        Some(params) => {
            let asked = SearchParams { limit: Some(PREVIEW_HITS), ..params.clone() };
            let answer = state.search(move |library, budget| library.search(&asked, budget)).await;
            answer.ok().map(|answer| Preview::of_search(&params, &answer))
        }
        None => None,
    };
    shell::answer(&state.site, uri.path(), &headers, StatusCode::OK, preview.as_ref())
}

/// What a page of results looks for, without how it is shown.
fn search_params(uri: &Uri) -> Option<SearchParams> {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri).ok()?.0;
    let search = pairs.iter().filter(|(name, _)| !SHOWN.contains(&name.as_str()));
    SearchParams::parse(search.map(|(name, value)| (name.as_str(), value.as_str()))).ok()
}

/// `/datasets/{slug}`.
async fn dataset_page(
    State(state): State<AppState>,
    Segments(slug): Segments<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let dataset = state.ask(Lane::Records, move |library| library.dataset(&slug)).await;
    answer_with_preview(
        &state,
        uri.path(),
        &headers,
        dataset.map(|detail| Preview::of_dataset(&detail.dataset)),
    )
}

/// `/recipes/{slug}`.
async fn recipe_page(
    State(state): State<AppState>,
    Segments(slug): Segments<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let recipe = state.ask(Lane::Records, move |library| library.recipe(&slug)).await;
    answer_with_preview(&state, uri.path(), &headers, recipe.map(|recipe| Preview::of_recipe(&recipe)))
}

/// `/i/{source}/{name}`.
async fn image_page(
    State(state): State<AppState>,
    Segments((source, name)): Segments<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let image = state.ask(Lane::Records, move |library| library.image(&source, &name, None, 1)).await;
    answer_with_preview(&state, uri.path(), &headers, image.map(|image| Preview::of_image(&image)))
}

/// `/s/{dataset}/{key}`.
async fn sample_page(
    State(state): State<AppState>,
    Segments((dataset, key)): Segments<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let sample = state
        .ask(Lane::Records, move |library| library.sample(&dataset, &key, "", &Budget::unlimited()))
        .await;
    answer_with_preview(&state, uri.path(), &headers, sample.map(|sample| Preview::of_sample(&sample)))
}

/// The shell in any case, since it shows what is wrong better than this side could; 404 for what does not exist.
fn answer_with_preview(
    state: &AppState,
    path: &str,
    headers: &HeaderMap,
    preview: Result<Preview, ApiError>,
) -> Response {
    let site = &state.site;
    match preview {
        // Whoever may not see the data may not see it in a preview.
        Ok(preview) => {
            let preview = Some(&preview).filter(|_| !state.access.has_token());
            shell::answer(site, path, headers, StatusCode::OK, preview)
        }
        Err(error) if error.status() == StatusCode::NOT_FOUND => {
            shell::answer(site, path, headers, StatusCode::NOT_FOUND, None)
        }
        Err(_) => shell::answer(site, path, headers, StatusCode::OK, None),
    }
}

/// Any other address: a file of the user interface, or nothing.
async fn get_file(State(state): State<AppState>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if matches!(path.split('/').nth(1), Some("api" | "images")) {
        return ApiError::NothingHere(path.to_owned()).into_response();
    }
    let name = path.trim_start_matches('/');
    let is_reading = matches!(method, Method::GET | Method::HEAD);
    let file = (is_reading && name != SHELL).then(|| files::read(name, accepts_brotli(&headers)));
    match file.flatten() {
        Some(file) => answer_file(name, file, &headers),
        // The page says what is wrong, as it does of samples that are not there.
        None => shell::answer(&state.site, path, &headers, StatusCode::NOT_FOUND, None),
    }
}

fn answer_file(name: &str, file: File, request: &HeaderMap) -> Response {
    if is_hashed(name) {
        return describe_file(name, file.is_brotli, file.bytes.into_response());
    }
    let etag = etag_of(&file.bytes);
    let response = if is_unchanged(request, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.bytes.into_response()
    };
    tagged(describe_file(name, file.is_brotli, response), &etag)
}

/// Says what is in an answer with a file, and how long it may be kept.
fn describe_file(name: &str, is_brotli: bool, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(name)));
    headers.insert(header::CACHE_CONTROL, if is_hashed(name) { FOREVER } else { REVALIDATE });
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if is_brotli {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

/// Whether the client takes brotli (RFC 9110, 12.5.3).
fn accepts_brotli(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
        let weight = weight.trim().trim_start_matches("q=").parse().unwrap_or(0.0_f32);
        name.trim().eq_ignore_ascii_case("br") && weight > 0.0
    })
}

/// Whether trunk put a hash of the content into the name, such as `app-1f0c9a77b2e4d3c8_bg.wasm`.
fn is_hashed(name: &str) -> bool {
    name.split(|character: char| !character.is_ascii_alphanumeric())
        .any(|word| word.len() >= 12 && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_hash_are_told_from_others() {
        assert!(is_hashed("blendscope-frontend-1f0c9a77b2e4d3c8_bg.wasm"));
        assert!(is_hashed("style-1f0c9a77b2e4d3c.css"), "leading zeros are left out");
        assert!(!is_hashed("favicon.svg") && !is_hashed("feedback-accede.js"));
    }

    #[test]
    fn brotli_only_for_who_takes_it() {
        let accepts = |value: &str| {
            accepts_brotli(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, value.parse().unwrap())]))
        };
        assert!(accepts("gzip, deflate, br, zstd") && accepts("br;q=0.5") && accepts("BR"));
        assert!(!accepts("gzip") && !accepts("br;q=0") && !accepts("brotli") && !accepts(""));
        assert!(!accepts_brotli(&HeaderMap::new()));
    }
}
