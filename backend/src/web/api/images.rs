//! `/images`: pictures as they are, by byte ranges if asked, and thumbnails of them.
//!
//! The picture at an address may change on disk, so a plain address is revalidated each time, which costs a 304. An
//! address with `v=` and the picture's present version can never mean other bytes and is kept for a year. Only by
//! the browser: with a token in force a shared cache would hand the pictures to everybody.

use super::conditional::is_unchanged;
use super::query::{Query, Segments, bad};
use super::ranges::{Range, requested_range};
use super::{ApiError, AppState, Lane, answer, tagged};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use blendscope_library::{Content, Original, Thumbnail};
use blendscope_shared::paths::THUMBNAIL_WIDTHS;
use std::io::SeekFrom;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

/// Bytes read from a picture at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// Media type of scaled pictures.
const JPEG: &str = "image/jpeg";

/// For an address that names a version of the picture.
const FOREVER: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");
/// For an address whose picture may change.
const REVALIDATE: HeaderValue = HeaderValue::from_static("no-cache");

/// `GET /images/{source}/{name}`, with `w` a thumbnail no wider than that.
pub(super) async fn get_image(
    State(state): State<AppState>,
    Segments((source, name)): Segments<(String, String)>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    query.only(&["w", "v"])?;
    let Tagged { mut response, version, etag } = match width(&query)? {
        Some(width) => get_thumbnail(&state, source, name, width, &headers).await?,
        None => get_original(&state, source, name, &headers).await?,
    };
    let caching = if query.text("v") == Some(version.as_str()) { FOREVER } else { REVALIDATE };
    response.headers_mut().insert(header::CACHE_CONTROL, caching);
    Ok(tagged(response, &etag))
}

/// A response with the version of the picture's file and the entity tag of what is sent of it.
struct Tagged {
    response: Response,
    version: String,
    etag: String,
}

fn width(query: &Query) -> Result<Option<u32>, ApiError> {
    match query.number("w")? {
        Some(width) if !THUMBNAIL_WIDTHS.contains(&width) => {
            Err(bad("w", &format!("must be one of {THUMBNAIL_WIDTHS:?}, not {width}")).into())
        }
        width => Ok(width),
    }
}

async fn get_thumbnail(
    state: &AppState,
    source: String,
    name: String,
    width: u32,
    headers: &HeaderMap,
) -> Result<Tagged, ApiError> {
    let thumbnail =
        state.ask(Lane::Pictures, move |library| library.thumbnail(&source, &name, width)).await?;
    let version = match &thumbnail {
        Thumbnail::Small { version, .. } | Thumbnail::Whole(Original { version, .. }) => version.clone(),
    };
    let etag = format!("\"{version}-{width}\"");
    let response = match thumbnail {
        _ if is_unchanged(headers, &etag) => answer::not_modified(),
        Thumbnail::Small { jpeg, .. } => {
            ([(header::CONTENT_TYPE, JPEG)], Bytes::from_owner(jpeg)).into_response()
        }
        Thumbnail::Whole(picture) => stream_picture(picture, None).await?,
    };
    Ok(Tagged { response, version, etag })
}

async fn get_original(
    state: &AppState,
    source: String,
    name: String,
    headers: &HeaderMap,
) -> Result<Tagged, ApiError> {
    let original = state.ask(Lane::Pictures, move |library| library.original(&source, &name)).await?;
    let version = original.version.clone();
    let etag = format!("\"{version}\"");
    if is_unchanged(headers, &etag) {
        return Ok(Tagged { response: answer::not_modified(), version, etag });
    }
    let range = requested_range(headers, &etag, original.bytes)?;
    Ok(Tagged { response: stream_picture(original, range).await?, version, etag })
}

/// Sends the picture, or the range of it, as it is read.
async fn stream_picture(original: Original, range: Option<Range>) -> Result<Response, ApiError> {
    let all = original.bytes;
    let Range { first, length } = range.unwrap_or(Range { first: 0, length: all });
    let (body, modified) = match original.body.content {
        Content::Part { file, from, .. } => {
            let mut file = File::from_std(file.into_std()?);
            let modified = file.metadata().await?.modified()?;
            file.seek(SeekFrom::Start(from + first)).await?;
            let stream = ReaderStream::with_capacity(file.take(length), CHUNK_BYTES);
            (Body::from_stream(stream), Some(httpdate::fmt_http_date(modified)))
        }
        Content::Memory(_) => {
            let bytes = Bytes::from_owner(original.body);
            let end = (first + length).min(bytes.len() as u64) as usize;
            (Body::from(bytes.slice(first.min(end as u64) as usize..end)), None)
        }
    };
    let mut response = Response::new(body);
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, original.media_type);
    set(header::CONTENT_LENGTH, &length.to_string());
    set(header::ACCEPT_RANGES, "bytes");
    if let Some(modified) = modified {
        set(header::LAST_MODIFIED, &modified);
    }
    if range.is_some() {
        set(header::CONTENT_RANGE, &format!("bytes {first}-{}/{all}", first + length - 1));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}
