//! Every address of the API and of the UI, written once.

use crate::search::SearchParams;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// Where the JSON API begins.
pub const API: &str = "/api/v1";

/// Widths a thumbnail can be asked for, in pixels.
pub const THUMBNAIL_WIDTHS: [u32; 5] = [80, 160, 320, 640, 1280];

/// What must be escaped in a path segment or a query value, beyond control characters and non-ASCII.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'/')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Escapes one path segment or query value.
pub fn escape(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// Escapes a path, keeping its slashes.
pub fn escape_path(path: &str) -> String {
    path.split('/').map(escape).collect::<Vec<_>>().join("/")
}

/// Page of a sample: `/s/{dataset}/{key}`.
pub fn sample_page(dataset: &str, key: &str) -> String {
    format!("/s/{}/{}", escape(dataset), escape(key))
}

/// Page of a dataset: `/datasets/{slug}`.
pub fn dataset_page(slug: &str) -> String {
    format!("/datasets/{}", escape(slug))
}

/// Page about the image with this key (`source/name`).
pub fn image_page(key: &str) -> String {
    format!("/i/{}", escape_path(key))
}

/// Page of a recipe: `/recipes/{slug}`.
pub fn recipe_page(slug: &str) -> String {
    format!("/recipes/{}", escape(slug))
}

/// Page of a search: `/search?…`, parameters in a fixed order, defaults left out.
pub fn search_page(params: &SearchParams) -> String {
    with_query("/search", params)
}

/// `GET /api/v1/status`.
pub fn status() -> String {
    format!("{API}/status")
}

/// `GET /api/v1/status/events`.
pub fn status_events() -> String {
    format!("{API}/status/events")
}

/// `GET /api/v1/datasets`.
pub fn datasets() -> String {
    format!("{API}/datasets")
}

/// `GET /api/v1/datasets/{slug}`.
pub fn dataset(slug: &str) -> String {
    format!("{API}/datasets/{}", escape(slug))
}

/// `GET /api/v1/search`.
pub fn search(params: &SearchParams) -> String {
    with_query(&format!("{API}/search"), params)
}

/// `GET /api/v1/facets`: for the parameters of a search.
pub fn facets(params: &SearchParams) -> String {
    with_query(&format!("{API}/facets"), params)
}

/// `GET /api/v1/export`: every sample of a search as JSON lines. `what` is `records`, `ids` or `links`.
pub fn export(params: &SearchParams, what: &str) -> String {
    let address = with_query(&format!("{API}/export"), params);
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}what={what}")
}

/// `GET /api/v1/templates?offset=N`: instructions that many samples share, from the N-th on, the most frequent first.
pub fn templates(offset: u64) -> String {
    format!("{API}/templates?offset={offset}")
}

/// The same, with how long they are answered.
pub fn templates_with_lengths(offset: u64) -> String {
    format!("{}&lengths=true", templates(offset))
}

/// `GET /api/v1/troubles`: what is wrong, by cause.
pub fn troubles() -> String {
    format!("{API}/troubles")
}

/// `GET /api/v1/troubles?dataset=…`: what is wrong with one dataset, by cause.
pub fn troubles_of(dataset: &str) -> String {
    format!("{API}/troubles?dataset={}", escape(dataset))
}

/// `GET /api/v1/layouts`: where the preparation documents put files.
pub fn layouts() -> String {
    format!("{API}/layouts")
}

/// `GET /api/v1/examples`: searches made from the data.
pub fn examples() -> String {
    format!("{API}/examples")
}

/// `GET /api/v1/samples/{dataset}/{key}/explain?q=…`: what the relevance of a hit is made of.
pub fn explain(dataset: &str, key: &str, query: &str) -> String {
    format!("{}/explain?q={}", sample(dataset, key), escape(query))
}

/// `GET /api/v1/samples/{dataset}/{key}`.
pub fn sample(dataset: &str, key: &str) -> String {
    format!("{API}/samples/{}/{}", escape(dataset), escape(key))
}

/// `GET /api/v1/samples/{dataset}?at=N`: the N-th sample of a dataset, from 0.
pub fn sample_at(dataset: &str, ordinal: u64) -> String {
    format!("{API}/samples/{}?at={ordinal}", escape(dataset))
}

/// `GET /api/v1/recipes`.
pub fn recipes() -> String {
    format!("{API}/recipes")
}

/// `GET /api/v1/recipes/{slug}`.
pub fn recipe(slug: &str) -> String {
    format!("{API}/recipes/{}", escape(slug))
}

/// `GET /api/v1/recipes/{slug}/overlap`.
pub fn overlap(slug: &str) -> String {
    format!("{API}/recipes/{}/overlap", escape(slug))
}

/// `GET /api/v1/accounts?…`: what the samples of a search come to.
pub fn accounts(params: &SearchParams) -> String {
    with_query(&format!("{API}/accounts"), params)
}

/// Page of a blend board: `/board?…`.
pub fn board_page(query: &str) -> String {
    format!("/board?{query}")
}

/// `GET /api/v1/board?…`, or what is made of the board: `mixture`, `samples`, `figure`.
pub fn board(made: &str, query: &str) -> String {
    let slash = if made.is_empty() { "" } else { "/" };
    format!("{API}/board{slash}{made}?{query}")
}

/// Page of a draw: `/draw?…`.
pub fn draw_page(query: &str) -> String {
    format!("/draw?{query}")
}

/// `GET /api/v1/draw?…`, or `samples` of it to take along.
pub fn draw(made: &str, query: &str) -> String {
    let slash = if made.is_empty() { "" } else { "/" };
    format!("{API}/draw{slash}{made}?{query}")
}

/// `GET /api/v1/images?source=&name=`: all that is said about the image with this key (`source/name`).
pub fn image_detail(key: &str) -> String {
    let (source, name) = key.split_once('/').unwrap_or((key, ""));
    format!("{API}/images?source={}&name={}", escape(source), escape(name))
}

/// The picture with this image key (`source/name`) as it is.
pub fn image(key: &str) -> String {
    format!("/images/{}", escape_path(key))
}

/// The picture with this image key, no wider than `width`, one of [`THUMBNAIL_WIDTHS`].
pub fn thumbnail(key: &str, width: u32) -> String {
    format!("{}?w={width}", image(key))
}

fn with_query(path: &str, params: &SearchParams) -> String {
    let query = params.to_query();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_plus_blank_and_unicode_survive() {
        assert_eq!(
            thumbnail("vflan/VQA-E+x y/犬.jpg", 320),
            "/images/vflan/VQA-E%2Bx%20y/%E7%8A%AC.jpg?w=320"
        );
        assert_eq!(sample_page("a b", "k~2"), "/s/a%20b/k~2");
    }
}
