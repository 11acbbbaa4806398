//! Same data, same answer: whatever was there before, counts and order are those of a new index.

use crate::support::{items, text};
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Queries of every kind, ranked and not.
const QUERIES: [&str; 14] = [
    "dog",
    "\"dog\"",
    "bus",
    "red bus",
    "\"red bus\"",
    "bu*",
    "\"the b*\"",
    "dgo~",
    "dgos",
    "red NEAR/3 hill",
    "human:dog OR gpt:hill",
    "the -dog",
    "buses hill -\"red bus\"",
    "walk",
];

/// The n-th of the texts that a file consists of; `salt` makes other ones of other lengths.
fn sentence(number: usize, salt: usize) -> String {
    const WORDS: [&str; 11] =
        ["red", "bus", "buses", "the", "dog", "dogs", "hill", "walks", "walking", "a", "walked"];
    let length = 2 + (number * 7 + salt * 3) % 19;
    (0..length)
        .map(|at| WORDS[(number * 5 + at * (3 + salt) + number / 11) % WORDS.len()])
        .collect::<Vec<_>>()
        .join(" ")
}

fn set(file: usize, salt: usize) -> String {
    let records = (0..240).map(|number| {
        let number = number + file * 240;
        record(&format!("{file}-{number}"), &sentence(number, salt), &sentence(number * 3 + 1, salt))
    });
    array(&records.collect::<Vec<_>>())
}

/// Everything that a query says of the data: names and relevance in their order, counts of words and forms.
fn answers(server: &Server) -> Vec<Value> {
    let mut all = Vec::new();
    for query in QUERIES {
        for sort in ["relevance", "file", "longest", "random"] {
            let address =
                format!("/api/v1/search?limit=200&sort={sort}&q={}", blendscope_shared::paths::escape(query));
            let first = server.json(&address);
            let next = first["next"].as_str().map(|next| server.json(&format!("{address}&cursor={next}")));
            let pages = std::iter::once(&first).chain(&next).flat_map(items);
            let hits: Vec<Value> = pages.map(|hit| json!([hit["url"], hit["score"]])).collect();
            all.push(json!({"query": query, "total": first["total"], "understood": first["understood"], "hits": hits}));
        }
    }
    all
}

fn write(root: &Path, file: usize, salt: usize) {
    fs::write(root.join(format!("set-{file}.json")), set(file, salt)).unwrap();
}

/// Serves the root on an index until all is read.
fn serve(root: &Root, index: &Path) -> Server {
    let server = Server::start_on(root.path(), index);
    server.wait_until_ready();
    server
}

#[test]
fn rewritten_files_leave_nothing_behind() {
    let root = Root::with::<&str>(&[]);
    (0..4).for_each(|file| write(root.path(), file, file + 1));
    let index = tempfile::tempdir().unwrap();
    for (file, salt) in [(1, 9), (3, 8), (1, 7), (2, 5), (1, 2), (0, 6)] {
        assert!(serve(&root, index.path()).stop().success());
        write(root.path(), file, salt);
    }
    fs::remove_file(root.path().join("set-3.json")).unwrap();
    let rewritten = answers(&serve(&root, index.path()));
    let new = tempfile::tempdir().unwrap();
    let fresh = answers(&serve(&root, new.path()));
    for (rewritten, fresh) in rewritten.iter().zip(&fresh) {
        assert_eq!(rewritten, fresh, "{}", text(&fresh["query"]));
    }
}
