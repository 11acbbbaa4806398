//! What several files of tests share.

use blendscope_shared::paths::escape;
use blendscope_tests::demo;
use blendscope_tests::http::Response;
use blendscope_tests::server::Server;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A server of the demo root.
pub(crate) fn demo_server() -> Server {
    Server::start(demo::root())
}

/// The entries of a list in an answer.
pub(crate) fn items(answer: &Value) -> &[Value] {
    answer["items"].as_array().expect("a list has `items`")
}

/// A text in an answer.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is not text"))
}

/// A count in an answer.
pub(crate) fn count(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is not a count"))
}

/// The `total` of a search, which must be final.
pub(crate) fn total(server: &Server, query: &str) -> u64 {
    let answer = server.json(&format!("/api/v1/search?{query}&limit=1"));
    assert_eq!(answer["total"]["final"], true, "the total of `{query}` is not final");
    count(&answer["total"]["count"])
}

/// The dataset that an annotation file belongs to, with its problems.
pub(crate) fn dataset_of(server: &Server, path: &str) -> Value {
    let datasets = server.json("/api/v1/datasets");
    let of_path = |dataset: &&Value| files(dataset).iter().any(|file| file["path"] == path);
    let found = items(&datasets).iter().find(of_path);
    let slug = text(&found.unwrap_or_else(|| panic!("no dataset has {path}: {datasets}"))["slug"]).to_owned();
    server.json(&format!("/api/v1/datasets/{slug}"))
}

/// The entry of an annotation file in the dataset that has it.
pub(crate) fn file_entry(server: &Server, path: &str) -> Value {
    let dataset = dataset_of(server, path);
    files(&dataset).iter().find(|file| file["path"] == path).expect("the dataset was found by it").clone()
}

/// The reason why a file is unclaimed.
pub(crate) fn unclaimed_reason(server: &Server, path: &str) -> String {
    let datasets = server.json("/api/v1/datasets");
    let unclaimed = datasets["unclaimed"].as_array().expect("`unclaimed` is a list");
    let found = unclaimed.iter().find(|file| file["path"] == path);
    text(&found.unwrap_or_else(|| panic!("{path} is not unclaimed: {datasets}"))["reason"]).to_owned()
}

/// Checks that an answer is a problem with this status, and gives its `detail`.
pub(crate) fn problem(response: &Response, status: u16) -> String {
    assert_eq!(response.status, status, "{}", response.text());
    assert_eq!(response.header("content-type"), Some("application/problem+json"));
    let body = response.json();
    assert_eq!(body["status"], status);
    assert!(!text(&body["type"]).is_empty() && !text(&body["title"]).is_empty(), "{body}");
    text(&body["detail"]).to_owned()
}

/// The key of the first image of the demo root with this status.
pub(crate) fn image_with_status(server: &Server, status: &str) -> String {
    let mut next = String::new();
    loop {
        let answer = server.json(&format!("/api/v1/search?limit=200{next}"));
        let images =
            items(&answer).iter().flat_map(|hit| hit["images"].as_array().expect("`images` is a list"));
        if let Some(image) = images.into_iter().find(|image| image["status"] == status) {
            return text(&image["key"]).to_owned();
        }
        let cursor = answer["next"].as_str();
        let cursor = cursor.unwrap_or_else(|| panic!("no image of the demo root is {status}"));
        next = format!("&cursor={}", escape(cursor));
    }
}

fn files(dataset: &Value) -> &[Value] {
    dataset["files"].as_array().expect("a dataset has `files`")
}

/// All files below a folder.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}
